"""Small SVG written by hand: where matplotlib would spend ten bytes on what takes one."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from reports.escaping import visible
from reports.figures.svg import Drawing

__all__ = ["area", "hatching", "label", "line", "plain_drawing", "rectangle", "steps"]


def plain_drawing(
    name: str, title: str, description: str, size: tuple[float, float], body: Sequence[Markup]
) -> Drawing:
    """An ``svg`` element of `size` (width, height) in CSS pixels that may grow to the page."""
    width, height = size
    title, description = visible(title), visible(description)
    svg = (
        f'<svg class="fig wide" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" '
        f'height="{_n(height)}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">'
        f"{escape(description)}</desc>{Markup('').join(body)}</svg>"
    )
    return Drawing(name, title, description, Markup(svg))


def label(
    x: float,
    y: float,
    text: str,
    *,
    role: str = "ink",
    size: float = 12.0,
    anchor: str = "start",
) -> Markup:
    """Text whose baseline begins (or ends, or has its middle) at a point."""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return Markup('<text class="f-{}" x="{}" y="{}" font-size="{}"{}>{}</text>').format(
        role, _n(x), _n(y), _n(size), Markup(place), visible(text)
    )


def rectangle(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str | None = None,
    edge: str | None = None,
    hatch: str | None = None,
) -> Markup:
    """A box: filled with a role, or with a pattern by id, or with nothing, edged or not."""
    paint = f' fill="url(#{hatch})"' if hatch else "" if fill else ' fill="none"'
    classes = " ".join(
        name for name in (f"f-{fill}" if fill else "", f"s-{edge}" if edge else "") if name
    )
    role = f' class="{classes}"' if classes else ""
    return Markup(
        f'<rect{role}{paint} x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0.0))}" '
        f'height="{_n(max(height, 0.0))}"/>'
    )


def line(points: str, role: str, *, width: float = 1.0, dashes: str = "") -> Markup:
    """A path that is drawn and not filled."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return Markup(
        f'<path class="s-{role}" fill="none" stroke-width="{_n(width)}"{dashed} d="{points}"/>'
    )


def area(points: str, role: str) -> Markup:
    """A path that is filled."""
    return Markup(f'<path class="f-{role}" d="{points}"/>')


def hatching(name: str, role: str, step: float = 5.0) -> Markup:
    """A pattern of rising strokes, to be named by `rectangle`."""
    size = _n(step)
    return Markup(
        f'<defs><pattern id="{name}" width="{size}" height="{size}" '
        f'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path class="s-{role}" stroke-width="2" d="M0 0V{size}"/></pattern></defs>'
    )


def steps(edges: Sequence[float], levels: Sequence[float], floor: float | None = None) -> str:
    """Path of a step function: level k from edge k to edge k + 1, equal neighbours in one.

    Parameters
    ----------
    edges : sequence of float, length n + 1
    levels : sequence of float, length n
        In pixels.
    floor : float or None
        Where given, the path is closed along it, to be filled.
    """
    # Each step is written relative to the last, from rounded places, so that nothing adds up.
    places = [round(float(edge), 1) for edge in edges]
    heights = [round(float(level), 1) for level in levels]
    written = [f"M{_n(places[0])} {_n(heights[0] if floor is None else floor)}"]
    if floor is not None:
        written.append(f"V{_n(heights[0])}")
    since = places[0]
    for edge, last, level in zip(places[1:-1], heights[:-1], heights[1:], strict=True):
        if level != last:
            written.append(f"h{_n(edge - since)}v{_n(level - last)}")
            since = edge
    written.append(f"h{_n(places[-1] - since)}")
    if floor is not None:
        written.append(f"V{_n(floor)}Z")
    return "".join(written)


def _n(number: float) -> str:
    """A coordinate to a tenth of a pixel, in as few characters as that takes."""
    return f"{round(float(number), 1) + 0.0:g}"
