"""What a finished run leaves: metrics, gallery, reports, replay; all can be made again."""

from dataclasses import replace
from pathlib import Path

from labgap.atomic import write_atomic
from labgap.gallery import draw_gallery
from labgap.network_conclusion import measure_network, write_network_reports
from labgap.photo_results import measured_photos
from labgap.replay import write_replay
from labgap.report_floor import camera_of, shift_of, watched_of
from labgap.run_contents import gallery_of, read_metrics, scenario_of
from labgap.run_folder import RunFolder
from labgap.run_kind import is_network
from labgap.tasks import RunSpec
from labgap.unanswered import unanswered, with_notes
from metrics.records import Metrics
from metrics.scoring import compute
from metrics.tables import RunTables
from reports.html import render_html
from reports.inputs import ReportInputs
from reports.markdown import render_markdown
from scenarios.references import references

__all__ = ["conclude", "measure", "write_reports"]


def measure(folder: RunFolder) -> Metrics:
    """Compute metrics from events and truth, and write ``metrics.json``."""
    manifest = folder.read_manifest()
    if is_network(manifest):
        return measure_network(folder)
    folder.check_tables(manifest["arms"], manifest["replications"])
    measured = compute(RunTables.open(folder.path), scenario_of(manifest))
    measured = with_notes(measured, unanswered(folder))
    if "photos" in manifest:
        measured = replace(measured, photos=measured_photos(folder, manifest["arms"]))
    write_atomic(folder.path / "metrics.json", measured.to_json())
    return measured


def write_reports(folder: RunFolder) -> Path:
    """Write ``report.html`` and ``report.md``; returns the path of the former."""
    manifest = folder.read_manifest()
    if is_network(manifest):
        return write_network_reports(folder)
    scenario = scenario_of(manifest)
    inputs = ReportInputs(
        scenario=scenario,
        metrics=read_metrics(folder),
        # A report is written by runs that are about to be complete: their state says nothing.
        manifest={key: value for key, value in manifest.items() if key != "status"},
        gallery=gallery_of(folder),
        references=references(),
        reproduce=manifest["reproduce"],
        run_name=folder.path.name,
        shift=shift_of(folder, scenario),
        camera=camera_of(scenario),
        watched=watched_of(folder, scenario),
    )
    path = folder.path / "report.html"
    write_atomic(path, render_html(inputs))
    write_atomic(folder.path / "report.md", render_markdown(inputs))
    return path


def conclude(spec: RunSpec) -> Metrics:
    """Measure, draw the gallery and write the reports of a run whose tables are all there."""
    measured = measure(spec.folder)
    draw_gallery(spec)
    write_reports(spec.folder)
    write_replay(spec.folder)
    return measured
