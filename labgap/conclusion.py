"""What a finished run leaves: metrics, gallery, reports.  All can be made again at any time."""

from pathlib import Path

from reports.markdown import render_markdown

import metrics
from labgap.atomic import write_atomic
from labgap.gallery import draw_gallery
from labgap.run_contents import read_metrics, scenario_of
from labgap.run_folder import RunFolder
from labgap.tasks import RunSpec
from metrics.records import Metrics
from metrics.tables import RunTables
from reports.gallery import load_gallery
from reports.html import render_html
from reports.inputs import ReportInputs
from scenarios.references import references

__all__ = ["conclude", "measure", "write_reports"]


def measure(folder: RunFolder) -> Metrics:
    """Compute metrics from events and truth, and write ``metrics.json``."""
    manifest = folder.read_manifest()
    measured = metrics.compute(RunTables.open(folder.path), scenario_of(manifest))
    write_atomic(folder.path / "metrics.json", measured.to_json())
    return measured


def write_reports(folder: RunFolder) -> Path:
    """Write ``report.html`` and ``report.md``; returns the path of the former."""
    manifest = folder.read_manifest()
    inputs = ReportInputs(
        scenario=scenario_of(manifest),
        metrics=read_metrics(folder),
        manifest=manifest,
        gallery=load_gallery(folder.gallery_path),
        references=references(),
        reproduce=manifest["reproduce"],
        run_name=folder.path.name,
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
    return measured
