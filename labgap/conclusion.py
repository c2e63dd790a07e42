"""What a finished run leaves: metrics, gallery, reports.  All can be made again at any time."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import metrics
from labgap.arms import ArmSpec
from labgap.atomic import write_atomic
from labgap.errors import InvalidUse
from labgap.gallery import draw_gallery
from labgap.run_folder import RunFolder
from labgap.tasks import RunSpec
from metrics.records import Metrics
from metrics.tables import RunTables
from reports.html import render_html
from reports.gallery import load_gallery
from reports.inputs import PublishedFigure, ReportInputs
from reports.markdown import render_markdown
from scenarios.model import Scenario
from scenarios.references import references

__all__ = ["conclude", "measure", "read_metrics", "scenario_of", "spec_of", "write_reports"]


def scenario_of(manifest: Mapping[str, Any]) -> Scenario:
    """The resolved scenario a run was made from."""
    return Scenario.model_validate_json(json.dumps(manifest["scenario"]))


def spec_of(folder: RunFolder, cache: Path) -> RunSpec:
    """A run's spec, rebuilt from its manifest."""
    manifest = folder.read_manifest()
    arms = tuple(
        ArmSpec(name, record["spec"], record["params"], record["from_command_line"])
        for name, record in manifest["arms"].items()
    )
    return RunSpec(scenario_of(manifest), arms, manifest["run_id"], folder.path, cache)


def measure(folder: RunFolder) -> Metrics:
    """Compute metrics from events and truth, and write ``metrics.json``."""
    manifest = folder.read_manifest()
    measured = metrics.compute(RunTables.open(folder.path), scenario_of(manifest))
    write_atomic(folder.path / "metrics.json", measured.to_json())
    return measured


def read_metrics(folder: RunFolder) -> Metrics:
    """Read ``metrics.json``.

    Raises
    ------
    InvalidUse
        If the run was never finished.
    """
    path = folder.path / "metrics.json"
    try:
        return Metrics.from_json(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidUse(
            "the run is not finished: it has no metrics.json",
            where=str(folder.path),
            fix="finish it with labgap run SCENARIO --out FOLDER --resume",
        ) from None


def write_reports(folder: RunFolder) -> Path:
    """Write ``report.html`` and ``report.md``; returns the path of the former."""
    manifest = folder.read_manifest()
    inputs = ReportInputs(
        scenario=scenario_of(manifest),
        metrics=read_metrics(folder),
        manifest=manifest,
        gallery=load_gallery(folder.gallery_path),
        references=_published(),
        reproduce=manifest["reproduce"],
        run_name=folder.path.name,
    )
    path = folder.path / "report.html"
    write_atomic(path, render_html(inputs))
    write_atomic(folder.path / "report.md", render_markdown(inputs))
    return path


def _published() -> tuple[PublishedFigure, ...]:
    """Published accuracies of sorting systems, as text: nothing is ever computed with them."""
    return tuple(
        PublishedFigure(
            claim=reference.quantity,
            lab=f"{reference.lab:g} {reference.unit}",
            production=f"{reference.production:g} {reference.unit}",
            source=reference.source,
            failure_mode=reference.failure_mode or "",
        )
        for reference in references()
        if reference.domain == "sorting"
        and reference.lab is not None
        and reference.production is not None
    )


def conclude(spec: RunSpec) -> Metrics:
    """Measure, draw the gallery and write the reports of a run whose tables are all there."""
    measured = measure(spec.folder)
    draw_gallery(spec)
    write_reports(spec.folder)
    return measured
