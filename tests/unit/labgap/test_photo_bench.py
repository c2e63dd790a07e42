"""Real photographs in the bench."""

from pathlib import Path

import cv2
import numpy as np
import zxingcpp

from labgap.arms import ArmSpec
from labgap.photo_bench import photo_bench
from labgap.photo_folder import scan_photos
from labgap.progress import progress_reporter


def photographed(folder: Path) -> Path:
    """Three codes on wide white, of which one has the wrong text beside it."""
    folder.mkdir()
    for name, text, beside in (
        ("a", "1234567890128", "1234567890128"),
        ("b", "4006381333931", "4006381333931"),
        ("c", "9780201379624", "something else"),
    ):
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.EAN13)
        bars = np.array(zxingcpp.write_barcode_to_image(code, scale=3))
        picture = np.full((400, 600), 255, np.uint8)
        picture[40 : 40 + bars.shape[0], 60 : 60 + bars.shape[1]] = bars
        cv2.imwrite(str(folder / f"{name}.png"), picture)
        (folder / f"{name}.txt").write_text(beside)
    return folder


def test_rates_ranks_and_labels_found(tmp_path: Path) -> None:
    photos = scan_photos(photographed(tmp_path / "photos"))
    arms = [
        ArmSpec("barcode", "barcode"),
        ArmSpec("whole", "cascade", {"detector": "centre", "threshold": 0.9}),
        ArmSpec("whole_too", "cascade", {"detector": "centre", "threshold": 0.8}),
        ArmSpec("both", "cascade_barcode"),
        ArmSpec("blind", "no_read"),
    ]
    twin = {"barcode": 0.9, "both": 0.97, "whole": 0.95, "whole_too": 0.95, "blind": 0.0}
    with progress_reporter(quiet=True) as reporter:
        found = photo_bench(arms, photos, tmp_path / "cache", twin, reporter, 2)
        again = photo_bench(arms, photos, tmp_path / "cache", twin, reporter, 1)
    assert found == again
    assert found["files"] == 3
    right = {row["arm"]: row["right"] for row in found["records"]}
    # what a cascade's bar code reader decodes it decodes beside the cascade too
    assert right == {"barcode": 2, "both": 2, "whole": 0, "whole_too": 0, "blind": 0}
    # the two cascades of the same networks are one reader
    assert found["rank"]["readers"] == 4
    # only arms that look for labels, and only photographs whose code is where it can be placed
    assert [row["arm"] for row in found["found"]] == ["whole", "whole_too", "both"]
    assert {row["photos"] for row in found["found"]} == {2}
    # either code's middle lies 43 % of the way from the photograph's middle to its edge
    for row in found["found"]:
        assert 0.0 < row["area"] <= 1.0
        assert row["centred"] == (2 if row["area"] >= 0.4275**2 else 0)
