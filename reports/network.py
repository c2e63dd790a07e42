"""The report of a network run, as a page and as Markdown: words first, no model, no pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from markupsafe import Markup

from metrics.network import TIER_NOTE
from metrics.network_catalogue import NETWORK_CATALOGUE
from metrics.records import Metrics
from reports.escaping import code_span, json_for_html, markdown_cell, markdown_prose
from reports.figures.network import backlog_by_hour, late_by_size, times_over_centres
from reports.html import page_environment, page_style, policy_hash, read_template
from reports.network_words import centre_means, figures_table, headline, points, worst_table
from reports.sections import flattened
from reports.tables import Table
from scenarios.network_scenario import NetworkScenario

__all__ = ["NetworkInputs", "render_network_html", "render_network_markdown"]

_MARKDOWN_CENTRES = 10


@dataclass(frozen=True, slots=True)
class NetworkInputs:
    """All that a report of a network run is made from.

    Attributes
    ----------
    scenario : NetworkScenario
    metrics : Metrics
    manifest : mapping
    centres, hours : sequence of pyarrow.Table
        One a replication.
    reproduce, run_name : str
    """

    scenario: NetworkScenario
    metrics: Metrics
    manifest: Mapping[str, object]
    centres: Sequence[pa.Table]
    hours: Sequence[pa.Table]
    reproduce: str
    run_name: str


def render_network_html(inputs: NetworkInputs) -> str:
    """Render one self-contained page; the same inputs give the same bytes."""
    scenario, means = inputs.scenario, centre_means(inputs.centres)
    style, script = Markup(page_style()), Markup(read_template("report.js"))
    page: str = (
        page_environment()
        .get_template("network.html.j2")
        .render(
            scenario=scenario,
            tier=TIER_NOTE,
            headline=headline(inputs.metrics),
            points=points(scenario, inputs.metrics),
            figures=figures_table(inputs.metrics),
            worst=worst_table(means),
            times=times_over_centres(means.p95_s),
            backlog=backlog_by_hour(inputs.hours),
            sizes=late_by_size(means.rate_per_h, means.late),
            definitions=list(NETWORK_CATALOGUE.values()),
            assumptions=_assumptions(scenario),
            notes=[note for note in inputs.metrics.notes if note.metric != "*"],
            manifest=flattened(inputs.manifest),
            reproduce=inputs.reproduce,
            run_name=inputs.run_name,
            arms=(),
            data=Markup(_data(inputs)),
            style=style,
            script=script,
            style_hash=policy_hash(style),
            script_hash=policy_hash(script),
        )
    )
    return page


def render_network_markdown(inputs: NetworkInputs) -> str:
    """Render the essentials as Markdown that fits a pull request."""
    means = centre_means(inputs.centres)
    told = points(inputs.scenario, inputs.metrics)
    blocks = [
        f"## {markdown_prose(inputs.scenario.title)}",
        f"> **Note.** {TIER_NOTE}",
        f"**{markdown_prose(headline(inputs.metrics))}**",
        "\n".join(f"- **{topic}:** {markdown_prose(sentence)}" for topic, sentence in told),
        _rows(figures_table(inputs.metrics)),
        "### Worst centres",
        _rows(worst_table(means), _MARKDOWN_CENTRES),
        f"Run it again: {code_span(inputs.reproduce)}",
    ]
    return "\n\n".join(blocks) + "\n"


def _rows(table: Table, most: int = 1000) -> str:
    lines = [[column.header for column in table.columns]]
    lines += [[cell.text for cell in row] for row in table.rows[:most]]
    cells = ["| " + " | ".join(markdown_cell(text) for text in line) + " |" for line in lines]
    rule = "|" + "|".join("---:" if column.numeric else "---" for column in table.columns) + "|"
    return "\n".join([cells[0], rule, *cells[1:]])


def _assumptions(scenario: NetworkScenario) -> list[tuple[str, str]]:
    network = scenario.network
    return [
        ("Sizes of centres", network.sizes.reason),
        ("Docks", network.docks.reason),
        ("Induction", network.induction.reason),
        ("Review desk", network.review_desk.reason),
        ("Exception desk", network.exception_desk.reason),
        ("What becomes of a parcel at the camera", network.reader.reason),
    ]


def _data(inputs: NetworkInputs) -> str:
    columns = ("metric", "arm", "condition", "group", "value", "low", "high", "n", "replications")
    return json_for_html(
        {
            "schema_version": 1,
            "run": inputs.run_name,
            "scenario": inputs.scenario.model_dump(mode="json"),
            "columns": columns,
            "rows": [[getattr(row, name) for name in columns] for row in inputs.metrics.records],
        }
    )
