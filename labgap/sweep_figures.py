"""Writes what a sweep's table looks like: the page and the figures as files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from labgap.atomic import atomic_folder, write_atomic
from scenarios.sweep import Sweep

__all__ = ["write_figures"]


def write_figures(
    folder: Path,
    sweep: Sweep,
    table: pa.Table,
    states: Mapping[str, Mapping[str, Any]],
    reproduce: str,
) -> None:
    """Write ``sweep.html`` and ``figures/*.png`` and ``*.svg``."""
    from reports.sweep import render_sweep
    from reports.sweep_figures import sweep_figures

    rows = table.to_pylist()
    metrics = list(dict.fromkeys(row["metric"] for row in rows))
    figures = sweep_figures(sweep, metrics, rows)
    with atomic_folder(folder / "figures") as fresh:
        for figure in figures:
            (fresh / f"{figure.name}.png").write_bytes(figure.png)
            (fresh / f"{figure.name}.svg").write_bytes(figure.svg)
    troubles = [
        f"Cell {name} ({', '.join(f'{k}={v}' for k, v in state['point'].items())}): "
        f"{state['status']}. {state.get('why', '')}".strip()
        for name, state in states.items()
        if state["status"] != "complete"
    ]
    page = render_sweep(sweep, rows, figures, len(states), troubles, reproduce)
    write_atomic(folder / "sweep.html", page)
