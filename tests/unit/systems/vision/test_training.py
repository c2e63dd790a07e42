"""Training: the loop, what it is fed, and what comes out."""

import json
from dataclasses import replace

import albumentations as A  # noqa: N812
import cv2
import numpy as np
import pytest

from systems.torch_stack import load_torch
from systems.vision.cascade.alphabet import CLASSES
from systems.vision.cascade.windows import LINE_SIZE, LOCATOR_SIZE, letterboxed
from systems.vision.single_stage import SYMBOLS
from systems.vision.training import parts
from systems.vision.training.detector_training import DetectorTask, for_export, new_detector
from systems.vision.training.export import ROUNDING, export
from systems.vision.training.generic_recipes import augmix, trivialaugment
from systems.vision.training.label_batches import LabelBatches
from systems.vision.training.line_batches import LineBatches, robust, standard
from systems.vision.training.loop import Budget, train
from systems.vision.training.networks import READER_STAGES, LineLocator, LineReader, _evened
from systems.vision.training.parts import GOING_ON, Training, train_part
from systems.vision.training.reader_training import ReaderTask, imagenet_weights
from systems.vision.training.sensor_noise import SensorNoise
from systems.vision.training.sheets import LABEL_PX, LINE_PX, Sheet
from systems.vision.training.single_stage_training import (
    SingleStageTask,
    _close,
    _moved,
    _shown,
    _things,
    new_single_stage,
)
from systems.weights import open_weights

torch = load_torch(1)


def sheet(rows: int = 6, seed: int = 0) -> Sheet:
    """Made-up pictures: white lines with black text at known places."""
    rng = np.random.default_rng(seed)
    quads = np.zeros((rows, 2, 4, 2), np.float32)
    label = np.full((rows, LABEL_PX, LABEL_PX), 90, np.uint8)
    lines = np.full((rows, 2, LINE_PX[1], LINE_PX[0]), 230, np.uint8)
    boxes = np.zeros((rows, 2, 4), np.float32)
    overview = np.full((rows, 128, 160, 3), 60, np.uint8)
    whole = np.full((rows, 320, 416), 60, np.uint8)
    whole_quads = np.zeros((rows, 8, 4, 2), np.float32)
    texts = []
    for row in range(rows):
        code = "".join(SYMBOLS[i] for i in rng.integers(0, 32, 6))
        number = "".join(str(i) for i in rng.integers(0, 10, 12))
        texts.append((code, number))
        for place, (text, y) in enumerate(((code, 100), (number, 130))):
            quads[row, place] = [[80, y], [144, y], [144, y + 9], [80, y + 9]]
            cv2.rectangle(label[row], (80, y), (144, y + 9), 255, -1)
            size = 2.0 if place == 0 else 1.0
            cv2.putText(lines[row, place], text, (36, 75), 0, size, 0, 4)
        boxes[row] = [[40, 40, 200, 180], [90, 60, 150, 150]]
        overview[row, 60:150, 90:150] = 240
        symbols = [(160 + 14 * place, 120, 173 + 14 * place, 134) for place in range(6)]
        for place, (left, top, right, bottom) in enumerate(
            ((150, 100, 270, 220), (160, 150, 216, 156), *symbols)
        ):
            corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
            whole_quads[row, place] = corners
            whole[row, top:bottom, left:right] = 240 if place == 0 else 20 * (place - 1)
    return Sheet(overview, boxes, label, quads, lines, whole, whole_quads, texts, [""] * rows)


class Line:
    """A straight line fitted to noise that follows from the step."""

    learning_rate, weight_decay = 0.05, 0.0

    def __init__(self, broken_at: int | None = None) -> None:
        torch.manual_seed(3)
        self.network = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.BatchNorm1d(1))
        self.broken_at = broken_at

    def loss(self, step: int):
        rng = np.random.default_rng(step)
        x = torch.tensor(rng.normal(size=(16, 3)), dtype=torch.float32)
        off = self.network(x) - x.sum(1, keepdim=True)
        return (off**2).mean() * (float("nan") if step == self.broken_at else 1.0)


class Killed(Exception):
    pass


def test_a_training_that_was_killed_ends_with_the_weights_of_one_that_was_not(
    tmp_path, monkeypatch
):
    whole, through = train(Line(), Budget(steps=40), tmp_path / "whole")
    monkeypatch.setattr("systems.vision.training.loop.CHECKPOINT_S", 0.0)

    class Dying(Line):
        def loss(self, step):
            if step == 17:
                raise Killed
            return super().loss(step)

    with pytest.raises(Killed):
        train(Dying(), Budget(steps=40), tmp_path / "killed")
    kept = sorted(path.name for path in (tmp_path / "killed").iterdir())
    assert kept == ["checkpoint-00000017.safetensors", "checkpoint.json"]
    resumed, progress = train(Line(), Budget(steps=40), tmp_path / "killed")
    assert (progress.step, progress.loss) == (40, through.loss)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_a_finished_training_is_not_trained_again(tmp_path):
    _, whole = train(Line(), Budget(steps=5), tmp_path)
    _, progress = train(Line(broken_at=5), Budget(steps=5), tmp_path)
    assert (progress.step, progress.loss) == (5, whole.loss)


def test_a_milestone_is_the_training_that_ends_there_but_for_its_cosine(tmp_path):
    seen = {}

    def at(network, done):
        seen[done.step] = {key: value.clone() for key, value in network.state_dict().items()}

    whole, _ = train(Line(), Budget(steps=9), tmp_path / "one")
    with_stops, _ = train(Line(), Budget(steps=9), tmp_path / "two", milestones={3: at, 9: at})
    assert list(seen) == [3, 9]
    for name, value in whole.state_dict().items():
        assert torch.equal(value, with_stops.state_dict()[name]), name
        assert torch.equal(value, seen[9][name]), name
    assert not torch.equal(seen[3]["0.weight"], seen[9]["0.weight"])


@pytest.mark.parametrize("torn", ["checkpoint.json", "checkpoint-00000003.safetensors"])
def test_a_torn_checkpoint_is_none(tmp_path, torn):
    whole, _ = train(Line(), Budget(steps=3), tmp_path)
    content = (tmp_path / torn).read_bytes()
    (tmp_path / torn).write_bytes(content[: len(content) // 2])
    again, progress = train(Line(), Budget(steps=3), tmp_path)
    assert progress.step == 3
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_a_training_leaves_arithmetic_as_it_was(tmp_path):
    tiny = np.float64(5e-324)
    train(Line(), Budget(steps=2), tmp_path / "whole")
    assert tiny / 1.0 > 0.0
    with pytest.raises(FloatingPointError):
        train(Line(broken_at=0), Budget(steps=2), tmp_path / "broken")
    assert tiny / 1.0 > 0.0


def test_a_loss_that_is_no_number_ends_the_training(tmp_path):
    with pytest.raises(FloatingPointError, match="step 4 is nan"):
        train(Line(broken_at=3), Budget(steps=9), tmp_path)


@pytest.mark.parametrize("pipeline", [robust, standard, augmix, trivialaugment])
def test_batches_follow_from_their_step(pipeline):
    sheets = [sheet()]
    for kind, name in ((LineBatches, "pictures"), (LabelBatches, "pictures")):
        one, other = (kind(sheets, 4, 7, pipeline()) for _ in range(2))
        other.batch(0)
        assert np.array_equal(getattr(one.batch(3), name), getattr(other.batch(3), name))
        assert not np.array_equal(getattr(one.batch(3), name), getattr(one.batch(4), name))


def test_a_line_s_batch_shows_the_line_and_a_turned_one_asks_for_no_text():
    batches = LineBatches([sheet(40)], 64, 1, A.Compose([]), shaken=0.0)
    batch = batches.batch(0)
    assert batch.pictures.shape == (64, LINE_SIZE[1], LINE_SIZE[0])
    for picture, text, turned in zip(batch.pictures, batch.texts, batch.turned, strict=True):
        assert (picture < 60).mean() > 0.02
        assert bool(text) != bool(turned)
    assert 0 < batch.turned.sum() < 20


def test_corners_follow_the_picture_however_it_is_turned():
    batch = LabelBatches([sheet(40)], 64, 1, A.Compose([])).batch(0)
    for picture, quads in zip(batch.pictures, batch.quads, strict=True):
        for quad in quads * LOCATOR_SIZE:
            inner = quad.mean(axis=0) + 0.6 * (quad - quad.mean(axis=0))
            if inner.min() < 1 or inner.max() > LOCATOR_SIZE - 2:
                continue
            seen = np.zeros(picture.shape, np.uint8)
            cv2.fillConvexPoly(seen, np.rint(inner).astype(np.int32), 1)
            assert picture[seen > 0].mean() > 230


def test_a_label_that_is_not_there_has_no_corners():
    lost = sheet(8)
    lost.line_quads[:] = np.nan
    batch = LabelBatches([lost], 8, 1, A.Compose([])).batch(0)
    assert batch.there.sum() == 0
    assert np.isfinite(batch.quads).all()


@pytest.mark.parametrize("size", READER_STAGES)
def test_readers_of_every_size_keep_32_columns_and_start_from_imagenet(size):
    network = LineReader(READER_STAGES[size], imagenet_weights()).eval()
    logits, turned = network(torch.zeros(2, 1, 48, 256))
    assert logits.shape == (2, 32, len(CLASSES))
    assert turned.shape == (2,)


def test_what_onnx_runtime_computes_is_what_torch_did(tmp_path):
    rng = np.random.default_rng(0)
    for network, shape, names in (
        (LineReader(READER_STAGES["small"]), (1, 48, 256), ("logits", "turned")),
        (LineLocator(), (1, LOCATOR_SIZE, LOCATOR_SIZE), ("quads", "there")),
        (for_export(new_detector().eval()), (3, 128, 160), ("boxes",)),
        (for_export(new_single_stage().eval()), (1, 320, 416), ("boxes",)),
    ):
        path = tmp_path / f"{names[0]}.onnx"
        card = export(network, shape, names, path, {"part": names[0]})
        assert card["parity"] < 1e-4
        assert 0.0 < card["rounding"] < ROUNDING
        picture = rng.random((2, *shape)).astype(np.float32)
        with torch.no_grad():
            expected = network(torch.from_numpy(picture))
        expected = expected[0] if isinstance(expected, tuple | list) else expected
        (answer, *_) = open_weights(path).run(picture)
        assert np.allclose(answer, expected.numpy(), atol=5e-3, rtol=5e-3)
        assert json.loads(path.with_suffix(".json").read_text())["sha256"] == card["sha256"]


def test_the_locator_sees_a_label_in_a_shadow_as_it_sees_one_in_the_light():
    rng = np.random.default_rng(1)
    print_ = cv2.resize(rng.random((64, 64), np.float32), (192, 192))
    bright = torch.from_numpy(np.where(print_ < 0.4, -0.8, 0.8).astype(np.float32))[None, None]
    dark = (bright + 1.0) / 5.0 - 1.0
    whole, near = _evened(torch.cat([bright, dark])).unbind(1)
    assert torch.allclose(whole[0], whole[1], atol=1e-2)
    assert torch.allclose(near[0], near[1], atol=0.05)
    # half of it in the dark: beside the shadow's edge both halves look alike in their own light
    half = bright.clone()
    half[..., :96] = dark[..., :96]
    _, seen = _evened(half).unbind(1)
    far = torch.cat([seen[..., :56], seen[..., 136:]], -1)
    lit = torch.cat([near[:1, :, :56], near[:1, :, 136:]], -1)
    assert float((far - lit).abs().mean()) < 0.1
    # nothing is made out of nothing
    assert float(_evened(torch.full((1, 1, 192, 192), -0.9)).abs().max()) < 1e-3


def test_noise_is_grain_and_stripes_and_leaves_nothing_beyond_black_and_white():
    grey = np.full((192, 192, 1), 128, np.uint8)
    noise = SensorNoise(std_range=(0.1, 0.1), p=1.0)
    noise.set_random_seed(3)
    spreads = [float(noise(image=grey)["image"].std()) / 255.0 for _ in range(20)]
    # stripes add up to half as much again, squared
    assert min(spreads) > 0.08
    assert max(spreads) < 0.13
    loud = SensorNoise(std_range=(2.0, 2.0), p=1.0)
    loud.set_random_seed(3)
    seen = loud(image=grey)["image"]
    assert {int(seen.min()), int(seen.max())} == {0, 255}
    assert seen.shape == grey.shape
    again = SensorNoise(std_range=(2.0, 2.0), p=1.0)
    again.set_random_seed(3)
    assert np.array_equal(again(image=grey)["image"], seen)


def test_a_reader_learns_the_few_lines_it_is_shown(tmp_path):
    few = sheet(2)
    torch.manual_seed(0)
    task = ReaderTask(LineReader(3), LineBatches([few], 4, 1, A.Compose([]), shaken=0.0), 3e-3)
    first = float(task.loss(0).detach())
    _, progress = train(task, Budget(steps=12), tmp_path)
    assert progress.loss < first


def test_a_reader_learns_at_the_pace_asked_for_and_goes_on_gentler_as_its_card_says(
    monkeypatch, tmp_path
):
    rates = []

    def heard(task, *told):
        rates.append(task.learning_rate)
        return train(task, *told)

    monkeypatch.setattr(parts, "train", heard)
    first = Training("reader", "robust", "small", 1, Budget(steps=1), "cpu", 4, 3e-3)
    further = replace(first, start=tmp_path / "first")
    shown = [sheet(4)]
    cards = [
        train_part(training, shown, shown, tmp_path / name, tmp_path / f"{name}.onnx", {})[0]
        for name, training in (("first", first), ("further", further))
    ]
    assert rates == [3e-3, 3e-3 * GOING_ON]
    assert [card["learning_rate"] for card in cards] == rates


def test_a_frozen_backbone_stays_as_it_was_and_what_stands_on_it_learns(tmp_path):
    torch.manual_seed(0)
    network = LineReader(3, imagenet_weights(), frozen=True)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    batches = LineBatches([sheet(4)], 4, 1, A.Compose([]))
    trained, _ = train(ReaderTask(network, batches, 2e-3), Budget(steps=3), tmp_path)
    for name, value in trained.state_dict().items():
        same = torch.equal(value, before[name])
        assert same == name.startswith(("stem.", "stages.")) or not value.is_floating_point(), name


def test_a_generic_recipe_changes_pictures_and_leaves_their_shape():
    rng = np.random.default_rng(0)
    for shape in ((48, 256, 1), (128, 160, 3)):
        picture = np.asarray(rng.integers(0, 256, shape), np.uint8)
        for recipe in (augmix, trivialaugment):
            pipeline = recipe()
            pipeline.set_random_seed(1)
            seen = [pipeline(image=picture)["image"] for _ in range(8)]
            assert {(each.shape, each.dtype.name) for each in seen} == {(shape, "uint8")}
            assert sum(not np.array_equal(each, picture) for each in seen) > 4


def test_a_detector_s_loss_is_a_number_also_where_nothing_is_to_be_found():
    empty = replace(sheet(4))
    empty.boxes[:] = np.nan
    task = DetectorTask(new_detector(), [empty], 2, 1, A.Compose([]), 2e-3)
    assert np.isfinite(float(task.loss(0).detach()))
    assert letterboxed(empty.overview[0])[0].shape == (128, 160, 3)


@pytest.mark.parametrize("shown", [_moved, _close])
def test_every_symbol_s_box_lies_on_its_symbol_however_the_picture_is_turned(shown):
    made = sheet(1)
    things, names = _things(made.whole_quads[0], made.texts[0][0])
    assert names[:2] == [0, 1]
    assert "".join(SYMBOLS[name - 2] for name in names[2:]) == made.texts[0][0]
    found = 0
    for seed in range(12):
        seen, moved = shown(made.whole[0], things, np.random.default_rng(seed))
        size = np.array([*seen.shape[::-1]] * 2)
        for place in range(6):
            x, y, width, height = moved[2 + place] * size
            if np.isfinite(x):
                found += 1
                # every symbol is a bar of a grey of its own
                assert abs(int(seen[int(y), int(x)]) - 20 * (1 + place)) < 6
                assert 9.0 < min(width, height) <= max(width, height) < 21.0
        if not np.isfinite(moved[0]).all():
            continue
        x, y, width, height = moved[0] * size
        outside = np.ones(seen.shape, bool)
        outside[
            max(0, int(y - height / 2) - 2) : int(y + height / 2) + 3,
            max(0, int(x - width / 2) - 2) : int(x + width / 2) + 3,
        ] = False
        assert (seen > 200).any()
        assert not (seen[outside] > 200).any()
    assert found > 60


def test_a_picture_turned_round_is_turned_about_its_very_middle():
    picture = np.zeros((320, 416), np.uint8)
    picture[10:12, 20:24] = 255
    quad = np.array([[[20.0, 10.0], [24.0, 10.0], [24.0, 12.0], [20.0, 12.0]]])
    size = (416, 320)
    seen, boxes = _shown(picture, quad, -np.eye(2), np.array([416.0, 320.0]), size)
    assert np.array_equal(seen, picture[::-1, ::-1])
    assert np.allclose(boxes[0] * np.array(size * 2), [394.0, 309.0, 4.0, 2.0])


def test_the_finest_level_of_a_single_stage_begins_at_the_size_of_a_symbol():
    with torch.no_grad():
        answer = for_export(new_single_stage().eval())(torch.zeros(1, 1, 320, 416))
    answer = answer[0] if isinstance(answer, tuple | list) else answer
    finest, next_one = answer[0, 2:4, : 40 * 52], answer[0, 2:4, 40 * 52 : 50 * 52]
    assert 10.0 < finest.min() <= finest.max() < 24.0
    assert 90.0 < next_one.min() <= next_one.max() < 170.0


def test_a_single_stage_sees_what_is_mildly_damaged_first():
    made = sheet(8)
    made.damage[:] = ["torn:3", "glare:2,torn:4", "", "skew:2,glare:1", *["torn:5"] * 4]
    task = SingleStageTask(new_single_stage(), [made], 2, 1, A.Compose([]), 2e-3)
    assert task._mild == [2, 3]


def test_a_single_stage_s_loss_is_a_number_also_where_nothing_is_to_be_found():
    empty = sheet(4)
    empty.whole_quads[:] = np.nan
    for made in (sheet(4), empty):
        task = SingleStageTask(new_single_stage(), [made], 4, 1, robust(), 2e-3)
        for step in (0, 1):
            assert np.isfinite(float(task.loss(step).detach()))
