"""The HTML report: one file, no network, nothing hostile survives."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from metrics.catalogue import CATALOGUE
from reports import show
from reports.centre import centre
from reports.data import embedded_data
from reports.escaping import visible
from reports.figures.legend import arm_legend, outcome_legend
from reports.figures.palette import css_variables, stylesheet
from reports.gallery import MOST_ITEMS, Thumbnail, thumbnails
from reports.inputs import ReportInputs
from reports.photographs import photographs
from reports.sections import flattened, sections
from reports.selection import Selection
from reports.verdict import Tone, verdict
from reports.words import (
    FINAL_OUTCOMES,
    FIRST_PASS_OUTCOMES,
    group_words,
    kind_words,
    metric_words,
    outcome_words,
)

__all__ = [
    "MOST_BYTES",
    "SIZE_LIMIT",
    "page_environment",
    "page_style",
    "policy_hash",
    "read_template",
    "render_html",
]

SIZE_LIMIT = 2_000_000
"""Bytes up to which a page has pictures and data rows; pictures are left out first."""
MOST_BYTES = 12_000_000
"""Of a page with neither: a hundred arms have less."""
_DATA_SHARE = 800_000
_EVIDENCE = {
    "claim": "a claim; nothing to check it by",
    "vendor": "a vendor on its own product",
    "practice": "a usual range in operation",
}


def render_html(inputs: ReportInputs) -> str:
    """Render the report as one self-contained HTML page.

    The same inputs give the same bytes.  Every text from outside is escaped and made visible; the
    content policy allows the page's own script and style by hash, data images, and nothing else.

    Parameters
    ----------
    inputs : ReportInputs

    Returns
    -------
    str
        Below `SIZE_LIMIT` bytes in UTF-8 or, where the tables and figures of many arms alone pass
        it, without pictures and data.

    Raises
    ------
    ValueError
        If the page passes `MOST_BYTES` even without pictures and data, as only a scenario with
        texts of megabytes can make it.
    """
    context = _context(inputs)
    template = page_environment().get_template("page.html.j2")
    bare = len(template.render(context, thumbnails=thumbnails(inputs.gallery, 0), data="").encode())
    left = SIZE_LIMIT - bare - 2_000
    if bare > MOST_BYTES:
        raise ValueError(f"the report needs {bare:,} bytes without pictures or data")
    data = embedded_data(inputs, min(left, _DATA_SHARE)) if left > 0 else ""
    pictures: tuple[Thumbnail, ...] = thumbnails(inputs.gallery, max(left - len(data), 0))
    page: str = template.render(context, thumbnails=pictures, data=Markup(data))
    return page


def _context(inputs: ReportInputs) -> dict[str, Any]:
    scenario = inputs.scenario
    selection = Selection(inputs.metrics.records, [arm.name for arm in scenario.arms])
    style = Markup(page_style())
    script = Markup(read_template("report.js"))
    used = [name for name in selection.metrics if name in CATALOGUE]
    return {
        "scenario": scenario,
        "arms": selection.arms,
        "verdict": verdict(inputs, selection),
        "words": metric_words,
        "selection": selection,
        "show": show,
        "sections": sections(selection, scenario.primary_metrics),
        "centre": centre(inputs, selection),
        "legend": arm_legend(selection.arms) if len(selection.arms) > 1 else (),
        "outcome_legends": (outcome_legend(FIRST_PASS_OUTCOMES), outcome_legend(FINAL_OUTCOMES)),
        "published": [item for item in inputs.references if item.domain == "sorting"],
        "evidence": _EVIDENCE,
        "definitions": [metric_words(name) for name in used],
        "notes": inputs.metrics.notes,
        "photographs": photographs(inputs.metrics.photos, selection),
        "manifest": flattened(inputs.manifest),
        "replications": selection.replications() or scenario.replications,
        "reproduce": inputs.reproduce,
        "run_name": inputs.run_name,
        "gallery_size": len(inputs.gallery),
        "most_thumbnails": MOST_ITEMS,
        "kind_words": kind_words,
        "outcome_words": outcome_words,
        "group_words": group_words,
        "style": style,
        "script": script,
        "style_hash": policy_hash(style),
        "script_hash": policy_hash(script),
        "tones": Tone,
    }


@cache
def page_environment() -> Environment:
    """Where pages are rendered: every text is made visible and escaped."""
    return Environment(
        loader=FunctionLoader(read_template),
        autoescape=True,
        finalize=_finalise,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finalise(item: Any) -> Any:
    """Make every text visible before it is escaped; markup is ours already."""
    return visible(item) if isinstance(item, str) and not isinstance(item, Markup) else item


def read_template(name: str) -> str:
    """Text of a file in the folder of templates."""
    return files("reports").joinpath("templates", name).read_text(encoding="utf-8")


def page_style() -> str:
    """The style sheet of every page, light and dark."""
    return (
        f":root{{{css_variables(dark=False)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{css_variables(dark=True)}}}}}\n"
        f"{read_template('report.css')}{stylesheet()}\n"
    )


def policy_hash(text: str) -> str:
    """Hash by which a content policy allows one script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
