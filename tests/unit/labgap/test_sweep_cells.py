"""Cells of a sweep: what their overrides make of the scenario."""

from pathlib import Path

from labgap.sweep_cells import cells_of, check_cells
from scenarios.loading import load_scenario
from scenarios.sweep_loading import load_sweep

TEXT = """
schema_version: 1
name: s
scenario: quickstart
overrides:
  arms: [{name: first, vision: {name: barcode}}, {name: second, vision: {name: no_read}}]
  sorting.arrivals: {duration_s: 60, burst: null, surges: [], rate_per_h: 7.2e+2}
  sorting.lane.induction_cv: 1.0e-05
axes:
  - {key: seed, values: [1, 2]}
"""


def test_lists_and_mappings_reach_the_scenario_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(TEXT)
    loaded = load_sweep(str(file))
    cells = cells_of(loaded)
    check_cells(loaded, cells)
    for number, cell in enumerate(cells):
        scenario = load_scenario(loaded.scenario, cell.overrides).scenario
        assert scenario.seed == number + 1
        assert [arm.name for arm in scenario.arms] == ["first", "second"]
        arrivals = scenario.sorting.arrivals
        assert (arrivals.duration_s, arrivals.rate_per_h) == (60, 720)
        assert (arrivals.burst, arrivals.surges) == (None, ())
        assert scenario.sorting.lane.induction_cv == 1e-5
    assert len({cell.name for cell in cells}) == 2
