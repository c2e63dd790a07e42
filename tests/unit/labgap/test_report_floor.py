from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from labgap.camera_calculator import BLUR_LIMIT_MODULES
from labgap.report_floor import camera_of, shift_of
from metrics.errors import WrongSchemaError
from reports.camera_figures import camera_sentences
from tests import centre_specimen, report_specimen
from tests.sorting_world import sorting


def test_the_camera_is_the_scenarios() -> None:
    found = camera_of(scenario(centre_specimen.evening()))
    # 2 m/s, 2,000 px/m, 0.05 ms, modules of 0.75 mm
    assert found.px_per_module == pytest.approx(1.5)
    assert found.blur_modules == pytest.approx(2.0 * 0.05 / 0.75)
    assert found.blur_px == pytest.approx(0.2)
    assert found.longest_exposure_ms == pytest.approx(BLUR_LIMIT_MODULES * 0.75 / 2.0)
    assert found.longest_exposure_ms / found.exposure_ms == pytest.approx(found.top_speed_mps / 2.0)
    assert not found.views


def test_arms_with_other_cameras_are_told_apart() -> None:
    plain = scenario(centre_specimen.evening())
    first, *rest = plain.arms
    around = first.model_copy(update={"views": ("top", "bottom")})
    found = camera_of(plain.model_copy(update={"arms": (around, *rest)}))
    assert found.views == {first.name: ("top", "bottom")} | {arm.name: ("top",) for arm in rest}
    assert f"Arm {first.name} looks from top, bottom." in camera_sentences(found)


def scenario(of_sorting):
    return report_specimen.scenario().model_copy(update={"sorting": of_sorting})


def test_a_plain_scenario_is_not_drawn_and_neither_is_a_run_without_its_events(tmp_path) -> None:
    assert shift_of(SimpleNamespace(path=tmp_path), scenario(sorting())) is None
    assert shift_of(SimpleNamespace(path=tmp_path), scenario(centre_specimen.evening())) is None


def test_a_foreign_table_is_told(tmp_path) -> None:
    folder = tmp_path / "events" / "arm=barcode" / "rep=0"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"x": [1]}), folder / "parcel_arrived.parquet")
    with pytest.raises(WrongSchemaError, match="parcel_arrived"):
        shift_of(SimpleNamespace(path=tmp_path), scenario(centre_specimen.evening()))
