"""Everything a report is made of, handed over by whoever ran the scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from metrics.records import Metrics
from reports.gallery import GalleryItem
from scenarios.model import Scenario

__all__ = ["PublishedFigure", "ReportInputs"]


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure somebody published; shown beside what was measured, never mixed with it.

    Attributes
    ----------
    claim : str
        What the figure is about, in words.
    lab, production : str
        The published levels as printed there; empty where none was given.
    source : str
        Where it was published.
    failure_mode : str
        What is said to cause the loss; may be empty.
    """

    claim: str
    lab: str
    production: str
    source: str
    failure_mode: str = ""


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """Inputs of `reports.html.render_html` and `reports.markdown.render_markdown`.

    Attributes
    ----------
    scenario : Scenario
    metrics : Metrics
        Records and notes, as `metrics.compute` returns them.
    manifest : mapping
        The run's ``manifest.json``; nested mappings and lists are flattened for display.
    gallery : sequence of GalleryItem
        Failures worth seeing, worst first; at most 24 are shown.
    references : sequence of PublishedFigure
    reproduce : str
        One command line that makes this run again.
    run_name : str
        Name of the run folder, used in `labgap show RUN PARCEL` and in the download's name.
    """

    scenario: Scenario
    metrics: Metrics
    manifest: Mapping[str, object] = field(default_factory=dict)
    gallery: Sequence[GalleryItem] = ()
    references: Sequence[PublishedFigure] = ()
    reproduce: str = ""
    run_name: str = "run"
