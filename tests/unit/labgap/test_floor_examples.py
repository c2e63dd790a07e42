"""Examples for trainers: what they show is where they say it is."""

import numpy as np
import pytest
import zxingcpp

from labgap.floor_examples import EXAMPLES_PER_REPLICATION, FloorExamples
from labgap.vision_training import training_floor
from systems.contracts.vision import ReadingDecision
from systems.vision.training.sheets import LABEL_PX, draw_sheets, read_sheet


@pytest.fixture(scope="module")
def floor():
    loaded, own = training_floor(None)
    assert not own
    return loaded.scenario


def test_an_example_is_the_same_again_and_lab_and_floor_share_their_parcels(floor):
    one, other, lab = (FloorExamples(floor, degraded) for degraded in (True, True, False))
    number = EXAMPLES_PER_REPLICATION + 5
    a, b, clean = one.example(number), other.example(number), lab.example(number)
    assert a.target == b.target
    assert a.degradations == b.degradations
    assert np.array_equal(a.request.views[0].overview, b.request.views[0].overview)
    assert clean.degradations == ()
    assert clean.target.fields["sort_code"] in (a.target.fields or clean.target.fields).values()
    assert one.fingerprint() != lab.fingerprint()


def test_no_example_shows_what_is_kept_for_the_test(floor):
    examples = FloorExamples(floor, True)
    kinds = {done.kind for number in range(60) for done in examples.example(number).degradations}
    assert kinds
    assert not kinds & {"dirty_lens", "faded_print", "film"}


def test_lines_lie_where_the_bar_code_says_they_do(floor):
    lab = FloorExamples(floor, False)
    checked = 0
    for number in range(8):
        example = lab.example(number)
        view = example.request.views[0]
        scale = view.sensor_scale
        height, width = (int(side * scale) for side in view.overview.shape[:2])
        whole = np.array([[0, 0], [width, 0], [width, height], [0, height]]) / scale
        quads = {box.name: np.array(box.quad) for box in example.target.boxes}
        symbols = [f"sort_code.{place}" for place in range(6)]
        assert set(quads) == {"parcel", "label", "sort_code", "tracking_id", *symbols}
        # side by side from the line's beginning to its end
        line, middles = quads["sort_code"], [quads[name].mean(axis=0) for name in symbols]
        along = line[1] - line[0]
        places = [(middle - line[0]) @ along / (along @ along) for middle in middles]
        assert places == sorted(places)
        assert 0.0 < places[0] < 0.2
        assert 0.8 < places[-1] < 1.0
        for symbol in zxingcpp.read_barcodes(view.window(whole, (width, height))):
            if symbol.format != zxingcpp.BarcodeFormat.Code128:
                continue
            assert symbol.text == example.target.fields["tracking_id"]
            at = symbol.position
            left, right = (np.array([p.x, p.y]) / scale for p in (at.top_left, at.top_right))
            along = quads["tracking_id"][1] - quads["tracking_id"][0]
            bars = right - left
            # a bar code's corners are those of one scan line, a few degrees off
            cosine = along @ bars / np.linalg.norm(along) / np.linalg.norm(bars)
            assert cosine > np.cos(np.radians(10.0))
            # the printed id is centred on its bars, a bar's height away from their middle
            off = quads["tracking_id"].mean(axis=0) - 0.5 * (left + right)
            assert abs(off @ bars / np.linalg.norm(bars)) < 8.0 * 0.8
            checked += 1
    assert checked >= 5


def test_an_answer_is_held_against_the_parcel_though_its_label_is_out_of_sight(floor):
    stream = FloorExamples(floor, True)
    numbers = range(40)
    targets = [stream.example(number).target.fields for number in numbers]
    texts = [stream.texts(number) for number in numbers]
    assert all(dict(target) == texts[n] for n, target in enumerate(targets) if target)
    assert all(len(each["tracking_id"]) == 12 and each["sort_code"] for each in texts)


def test_a_floor_with_a_tunnel_shows_the_picture_that_its_corners_belong_to(floor):
    sorting = floor.sorting
    camera = sorting.camera.model_copy(update={"views": ("left", "right")})
    tunnel = floor.model_copy(update={"sorting": sorting.model_copy(update={"camera": camera})})
    shown, expected = (FloorExamples(one, False).example(3) for one in (tunnel, floor))
    assert [view.name for view in shown.request.views] == ["top"]
    assert shown.target == expected.target
    assert np.array_equal(shown.request.views[0].overview, expected.request.views[0].overview)


def test_sheets_go_on_where_they_were_and_never_keep_half_of_one(floor, tmp_path):
    stream = FloorExamples(floor, True)

    class Dying:
        def example(self, number):
            if number == 4:
                raise KeyboardInterrupt
            return stream.example(number)

        def fingerprint(self):
            return stream.fingerprint()

    with pytest.raises(KeyboardInterrupt):
        draw_sheets(Dying(), tmp_path, range(2), 3)
    assert {path.name for path in tmp_path.glob("*.npz")} == {"sheet-00000.npz"}
    before = (tmp_path / "sheet-00000.npz").stat().st_mtime_ns
    heard = []
    draw_sheets(stream, tmp_path, range(2), 3, heard.append)
    assert heard == [0, 1]
    assert (tmp_path / "sheet-00000.npz").stat().st_mtime_ns == before
    sheet = read_sheet(tmp_path, 1)
    assert sheet.label.shape == (3, LABEL_PX, LABEL_PX)
    for row in range(3):
        target = stream.example(3 + row).target
        there = target.decision is ReadingDecision.ACCEPT
        assert bool(sheet.texts[row][0]) == there
        assert np.isfinite(sheet.line_quads[row]).all() == there
        if there:
            assert sheet.texts[row] == (target.fields["sort_code"], target.fields["tracking_id"])
