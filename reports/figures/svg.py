"""From matplotlib to a small, accessible, themeable, byte-deterministic inline SVG."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from reports.escaping import visible
from reports.figures.palette import ROLES

__all__ = ["WIDTH", "Drawing", "bare_axes", "drawing_style", "inline_svg", "new_figure"]

WIDTH = 440.0
"""Natural width of one panel in CSS pixels: whole on a phone, two side by side on a desk."""

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_BY_COLOUR = {role.drawn: role.name for role in ROLES.values()}
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "labgap",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": 12.0,
    "axes.unicode_minus": True,
    "path.simplify": False,
}
_KEPT = frozenset(
    {
        "fill",
        "fill-opacity",
        "opacity",
        "stroke",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-opacity",
        "stroke-width",
        "text-anchor",
    }
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """An inline figure with the words that stand for it.

    Attributes
    ----------
    name : str
        Prefix of every id inside, unique on the page.
    title : str
        What it shows.
    description : str
        What is seen in it, for those who cannot see it.
    svg : Markup
        The ``svg`` element.
    """

    name: str
    title: str
    description: str
    svg: Markup


@contextmanager
def drawing_style() -> Iterator[None]:
    """Draw under our settings only, whatever a user's matplotlibrc says, and restore theirs."""
    with mpl.rc_context():
        mpl.rcdefaults()
        for key, setting in _STYLE.items():
            mpl.rcParams[key] = setting
        yield


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """Create a figure of `width` x `height` CSS pixels with a transparent background."""
    figure = Figure(figsize=(width / 72.0, height / 72.0), dpi=72.0, facecolor="none")
    FigureCanvasSVG(figure)
    return figure


def bare_axes(figure: Figure, left: float, top: float, right: float, bottom: float) -> Axes:
    """Add axes inset by margins in CSS pixels, with only a quiet baseline and no frame."""
    width, height = (72.0 * inches for inches in figure.get_size_inches())
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    axes = figure.add_axes(box, facecolor="none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(ROLES["axis"].drawn)
    axes.tick_params(
        color=ROLES["axis"].drawn, labelcolor=ROLES["mute"].drawn, length=3, labelsize=12, pad=4
    )
    return axes


def inline_svg(figure: Figure, name: str, title: str, description: str) -> Drawing:
    """Turn a drawn figure into an inline ``svg`` element.

    Colours become classes, style attributes (which a strict content policy forbids) become
    presentation attributes, ids are prefixed with `name`, and metadata is dropped.
    """
    buffer = io.BytesIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with warnings.catch_warnings():
        # The page's fonts draw the text; what the measuring font lacks is of no account.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format="svg", metadata=nothing)
    root = ElementTree.fromstring(buffer.getvalue())  # our own bytes, not input
    _prune(root)
    kept = _referenced(root)
    for element in root.iter():
        _restyle(element)
        _rename(element, name, kept)
    width, height = (72.0 * inches for inches in figure.get_size_inches())
    body = "".join(_serialise(child) for child in root)
    title, description = visible(title), visible(description)
    svg = (
        f'<svg class="fig" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">'
        f"{escape(description)}</desc>{body}</svg>"
    )
    return Drawing(name, title, description, Markup(svg))


def _prune(root: ElementTree.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            hidden = child.tag in (f"{_SVG}style", f"{_SVG}metadata") or "metadata" in child.tag
            if hidden:
                parent.remove(child)


def _referenced(root: ElementTree.Element) -> set[str]:
    found: set[str] = set()
    for element in root.iter():
        for value in element.attrib.values():
            found.update(_REFERENCE.findall(value))
        target = element.get(f"{_XLINK}href", "")
        if target.startswith("#"):
            found.add(target[1:])
    return found


def _restyle(element: ElementTree.Element) -> None:
    declarations: dict[str, str] = {}
    for item in element.attrib.pop("style", "").split(";"):
        key, colon, text = item.partition(":")
        if colon:
            declarations[key.strip()] = text.strip()
    # The font family is left to the page; sizes are in pixels of the view box.
    font = " ".join(declarations.get(key, "") for key in ("font", "font-size", "font-weight"))
    size = re.search(r"([\d.]+)px", font)
    if size:
        element.set("font-size", size.group(1))
    if re.search(r"\b(bold|[67]00)\b", font):
        element.set("font-weight", "600")
    for key in sorted(_KEPT & declarations.keys()):
        element.set(key, declarations[key])
    classes = []
    for key in ("fill", "stroke"):
        role = _BY_COLOUR.get(element.get(key, ""))
        if role:
            del element.attrib[key]
            classes.append(f"{key[0]}-{role}")
    if classes:
        element.set("class", " ".join(classes))


def _rename(element: ElementTree.Element, name: str, kept: set[str]) -> None:
    own = element.attrib.pop("id", None)
    if own in kept:
        element.set("id", f"{name}-{own}")
    for key, value in element.attrib.items():
        element.set(key, _REFERENCE.sub(lambda match: f"url(#{name}-{match.group(1)})", value))
    target = element.attrib.pop(f"{_XLINK}href", None)
    if target:
        element.set("href", f"#{name}-{target[1:]}")


def _serialise(element: ElementTree.Element) -> str:
    tag = element.tag.removeprefix(_SVG)
    text = (element.text or "").strip()
    inner = str(escape(text)) + "".join(_serialise(child) for child in element)
    if tag == "g" and not inner:
        return ""
    attributes = "".join(
        f' {key}="{escape(value.strip())}"' for key, value in sorted(element.attrib.items())
    )
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"
