"""Which profile an arm gets, and what is refused rather than guessed."""

from dataclasses import replace
from pathlib import Path

import pytest

from labgap.arms import ArmSpec
from labgap.calibration import system_sha256
from labgap.errors import InvalidUse
from labgap.latency_choice import with_measured_profiles
from labgap.reader_host import resolve_arm
from systems.latency import LatencyProfile, load_profile
from systems.latency_files import profiles_text

BARCODE = ArmSpec("barcode", "barcode")
NO_READ = ArmSpec("floor", "no_read")


def measured(arm: ArmSpec, **changes: object) -> LatencyProfile:
    profile = LatencyProfile(f"vision/{arm.spec}", 1, "s", "a bench", 1, (0.0, 1.0), (0.5, 0.9), 40)
    return replace(profile, **{"system_sha256": system_sha256(resolve_arm(arm)), **changes})


def write(path: Path, *profiles: LatencyProfile) -> Path:
    path.write_text(profiles_text(profiles))
    return path


def test_without_a_profile_of_its_own_an_arm_has_the_shipped_one() -> None:
    assert BARCODE.latency == load_profile("vision", "barcode")
    assert ArmSpec("candidate", "pkg:Reader", from_command_line=True).latency.is_default


def test_with_other_networks_the_shipped_profile_is_an_assumption() -> None:
    shipped = ArmSpec("cascade", "cascade").latency
    assert not shipped.is_default
    # the same networks, whatever is made of what they say
    sure = ArmSpec("sure", "cascade", {"threshold": 0.5, "review": True, "calibration": "lab"})
    assert sure.latency == shipped
    mine = ArmSpec("mine", "cascade", {"reader": "my_reader.onnx"}).latency
    assert mine.is_default
    assert mine.sha256 == shipped.sha256
    timed = replace(ArmSpec("mine", "cascade", {"reader": "r.onnx"}), measured=shipped)
    assert not timed.latency.is_default


def test_an_arm_gets_the_profile_of_its_system_and_the_others_keep_theirs(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", measured(BARCODE), measured(BARCODE, batch_size=8))
    for place in (path, tmp_path):
        barcode, floor = with_measured_profiles((BARCODE, NO_READ), place)
        assert barcode.latency == measured(BARCODE)
        assert barcode == replace(BARCODE, measured=measured(BARCODE))
        assert floor == NO_READ


def test_a_profile_of_another_build_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.json", measured(BARCODE, system_sha256="0" * 64))
    with pytest.raises(InvalidUse, match="another build"):
        with_measured_profiles((BARCODE,), tmp_path)


def test_a_profile_of_other_parameters_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.json", measured(BARCODE))
    with pytest.raises(InvalidUse, match="parameters differ"):
        with_measured_profiles((replace(BARCODE, params={"try_rotate": False}),), tmp_path)


def test_two_profiles_of_one_system_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.json", measured(BARCODE))
    write(tmp_path / "b.json", measured(BARCODE, version=2))
    with pytest.raises(InvalidUse, match="two profiles of vision/barcode"):
        with_measured_profiles((BARCODE,), tmp_path)


@pytest.mark.parametrize("size", [8, 32])
def test_a_lane_does_not_borrow_the_time_of_a_batch(size: int, tmp_path: Path) -> None:
    write(tmp_path / "a.json", measured(BARCODE, batch_size=size))
    with pytest.raises(InvalidUse, match="no profile with batch size 1"):
        with_measured_profiles((BARCODE,), tmp_path)


def test_profiles_of_strangers_only_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.json", measured(BARCODE))
    with pytest.raises(InvalidUse, match="vision/no_read"):
        with_measured_profiles((NO_READ,), tmp_path)


def test_nothing_there_is_a_sentence(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InvalidUse, match="no latency profiles here"):
            with_measured_profiles((BARCODE,), place)
