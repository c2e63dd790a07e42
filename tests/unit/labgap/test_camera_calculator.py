"""Camera arithmetic: textbook cases, scaling, and agreement with the picture the twin paints."""

import json
from pathlib import Path

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from labgap.camera_calculator import (
    BLUR_LIMIT_MODULES,
    CameraSetting,
    Lens,
    blur_modules,
    blur_px,
    lens_answer,
    longest_exposure_ms,
    needed_pixels_per_m,
    px_per_module,
    top_speed_mps,
)
from labgap.cli import app
from sim.frames import blur as painted

SIZE = st.floats(0.01, 100.0)
SETTINGS = st.builds(
    CameraSetting,
    speed_mps=st.floats(0.05, 5.0),
    pixels_per_m=st.floats(200.0, 10_000.0),
    module_mm=st.floats(0.1, 5.0),
    exposure_ms=st.floats(0.01, 20.0),
)


def test_a_worked_example() -> None:
    setting = CameraSetting(2.5, 3200.0, 0.75, 0.3)
    assert px_per_module(setting) == pytest.approx(2.4)
    assert blur_px(setting) == pytest.approx(2.4)
    assert blur_modules(setting) == pytest.approx(1.0)
    assert longest_exposure_ms(setting, 1.0) == pytest.approx(0.3)
    assert needed_pixels_per_m(setting, 1.5) == pytest.approx(2000.0)


@given(SETTINGS)
def test_blur_is_what_the_twin_paints(setting: CameraSetting) -> None:
    speed, exposure = setting.speed_mps, setting.exposure_ms
    assert blur_px(setting) == pytest.approx(painted.blur_px(speed, exposure, setting.pixels_per_m))
    assert blur_modules(setting) == pytest.approx(
        painted.blur_modules(speed, exposure, setting.module_mm)
    )
    assert blur_px(setting) == pytest.approx(blur_modules(setting) * px_per_module(setting))


@given(SETTINGS, st.floats(0.1, 10.0), st.floats(0.1, 3.0))
def test_quantities_scale_as_physics_has_it(
    setting: CameraSetting, factor: float, limit: float
) -> None:
    def scaled(**change: float) -> CameraSetting:
        return CameraSetting(**{**setting.record(), **change})

    longest = longest_exposure_ms(setting, limit)
    faster = longest_exposure_ms(scaled(speed_mps=factor * setting.speed_mps), limit)
    finer = longest_exposure_ms(scaled(pixels_per_m=factor * setting.pixels_per_m), limit)
    larger = longest_exposure_ms(scaled(module_mm=factor * setting.module_mm), limit)
    assert longest is not None
    assert faster == pytest.approx(longest / factor)
    assert larger == pytest.approx(longest * factor)
    assert finer == longest  # more pixels make the streak longer, not wider against the bars
    assert blur_modules(scaled(exposure_ms=longest)) == pytest.approx(limit)
    assert blur_modules(scaled(speed_mps=top_speed_mps(setting, limit))) == pytest.approx(limit)
    assert px_per_module(scaled(pixels_per_m=needed_pixels_per_m(setting, limit))) == pytest.approx(
        limit
    )


@given(SETTINGS, st.floats(4.0, 100.0), st.floats(1.5, 10.0))
def test_a_lens_makes_the_magnification_that_was_asked_for(
    setting: CameraSetting, focal: float, pixel: float
) -> None:
    """The thin lens: 1/f = 1/a + 1/b with b = m a."""
    answer = lens_answer(setting, Lens(focal, pixel, 8.0))
    magnification = pixel * 1e-6 * setting.pixels_per_m
    a = answer.working_distance_mm
    assert 1.0 / a + 1.0 / (magnification * a) == pytest.approx(1.0 / focal)
    wider = lens_answer(setting, Lens(focal, pixel, 16.0))
    assert wider.depth_of_field_mm == pytest.approx(2.0 * answer.depth_of_field_mm)


def test_a_belt_that_stands_still_allows_any_exposure() -> None:
    still = CameraSetting(0.0, 3200.0, 0.75, 20.0)
    assert blur_modules(still) == 0.0
    assert longest_exposure_ms(still, 1.0) is None


def asked(*words: str) -> dict[str, object]:
    done = CliRunner().invoke(app, ["camera", "--json", *words])
    assert done.exit_code == 0, done.output
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_the_verb_takes_its_defaults_from_a_scenario_and_options_over_them() -> None:
    default = asked("--scenario", "sorting_lab")
    assert (default["speed_mps"], default["pixels_per_m"]) == (2.5, 3200.0)
    assert default["sharp_enough"] is True
    assert default["limit_modules"] == BLUR_LIMIT_MODULES
    own = asked("--sensor-px", "4096", "--field-m", "1.28", "--speed", "0", "--focal", "16")
    assert own["pixels_per_m"] == 3200.0
    assert own["longest_exposure_ms"] is None
    assert own["working_distance_mm"] == pytest.approx(16 * (1 + 1 / (3.45e-6 * 3200)))
    assert asked("--exposure", "1")["sharp_enough"] is False


def test_the_verb_draws_what_every_camera_sees(tmp_path: Path) -> None:
    picture = tmp_path / "tunnel.png"
    scenario = tmp_path / "two.yaml"
    scenario.write_text(
        "extends: quickstart\nname: two\nsorting: {camera: {views: [top, front]}}\n", "utf-8"
    )
    done = CliRunner().invoke(app, ["camera", "--scenario", str(scenario), "--out", str(picture)])
    assert done.exit_code == 0, done.output
    assert "cameras: top, front; at 45 degrees (front) 1.70 px a module" in done.output
    rows, columns = cv2.imread(str(picture)).shape[:2]
    assert (rows, columns) == (4 * (256 + 22 + 8) + 8, 2 * (320 + 8) + 8)
    assert asked("--scenario", "quickstart")["views"] == ["top"]


@pytest.mark.parametrize(
    "words",
    [
        ("--out", "missing/folder.png"),
        ("--speed", "-1"),
        ("--exposure", "0"),
        ("--module", "nan"),
        ("--sensor-px", "100"),
        ("--pixels-per-m", "100", "--sensor-px", "100", "--field-m", "1"),
        ("--limit", "0"),
        ("--speed", "0", "--measure", "1"),
        ("--scenario", "no_such_scenario"),
    ],
)
def test_impossible_cameras_are_refused_in_a_sentence(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["camera", *words])
    assert done.exit_code == 2
    assert "fix:" in done.output or "To mend it:" in done.output
    assert "Traceback" not in done.output
