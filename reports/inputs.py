"""Everything a report is made of, handed over by whoever ran the scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from metrics.records import Metrics
from metrics.watched_lane import WatchedLane
from reports.camera_figures import CameraFigures
from reports.gallery import GalleryItem
from reports.shift.tables import ShiftTables
from scenarios.model import Scenario
from scenarios.references import Reference

__all__ = ["ReportInputs"]


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
    references : sequence of Reference
        Published figures; shown beside what was measured, never mixed with it.
    reproduce : str
        One command line that makes this run again.
    run_name : str
        Name of the run folder, used in `labgap show RUN PARCEL` and in the download's name.
    shift : ShiftTables or None
        The replication that is drawn over time; None draws none.
    camera : CameraFigures or None
        What the scenario's camera can resolve; None says nothing of it.
    watched : WatchedLane or None
        The lane whose signals are drawn around a lasting fault; None draws none.
    """

    scenario: Scenario
    metrics: Metrics
    manifest: Mapping[str, object] = field(default_factory=dict)
    gallery: Sequence[GalleryItem] = ()
    references: Sequence[Reference] = ()
    reproduce: str = ""
    run_name: str = "run"
    shift: ShiftTables | None = None
    camera: CameraFigures | None = None
    watched: WatchedLane | None = None
