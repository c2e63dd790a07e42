"""How good a stage is on pictures that its training did not see."""

from collections.abc import Sequence
from typing import Any

import albumentations as A  # noqa: N812
import numpy as np

from systems.vision.cascade.detector import LabelDetector, intersection_over_union
from systems.vision.cascade.reader import SpellingReader
from systems.vision.cascade.windows import LINES
from systems.vision.single_stage import spelled_label
from systems.vision.training.label_batches import LabelBatches
from systems.vision.training.line_batches import LineBatches
from systems.vision.training.sheets import Sheet
from systems.weights import OnnxModel

__all__ = ["detector_figures", "locator_figures", "reader_figures", "single_stage_figures"]

NOTHING_DONE = A.Compose([])
BATCH = 8
"""Pictures measured at once; divides every sheet."""


def detector_figures(model: OnnxModel, sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Share of labels found, by the overlap of the best box with the true one."""
    detector = LabelDetector(model)
    overlaps, spurious, empty = [], 0, 0
    for sheet in sheets:
        for picture, boxes in zip(sheet.overview, sheet.boxes, strict=True):
            (found,) = detector.find([picture])
            labels = [each for each in found if each.name == "label"]
            if not np.isfinite(boxes[1]).all():
                empty += 1
                spurious += bool(labels) and labels[0].confidence >= 0.5
                continue
            overlaps.append(intersection_over_union(labels[0].box, boxes[1]) if labels else 0.0)
    shared = np.array(overlaps)
    return {
        "pictures": len(overlaps),
        "label_recall_iou50": float((shared >= 0.5).mean()),
        "label_recall_iou75": float((shared >= 0.75).mean()),
        "median_iou": float(np.median(shared)),
        "without_label": empty,
        "label_claimed_without": spurious,
    }


def locator_figures(model: OnnxModel, sheets: Sequence[Sheet]) -> dict[str, Any]:
    """How far corners are off, in heights of their line, on labels seen nearly upright."""
    batches = LabelBatches(sheets, BATCH, 0, NOTHING_DONE, upright=1.0)
    off = []
    for step in range(len(batches) // BATCH):
        batch = batches.batch(step)
        quads, _ = model.run(batch.pictures[:, None].astype(np.float32) / 127.5 - 1.0)
        for found, true, there in zip(quads, batch.quads, batch.there, strict=True):
            if there:
                heights = np.linalg.norm(true[:, 3] - true[:, 0], axis=1)
                off.append(np.linalg.norm(found - true, axis=2).mean(axis=1) / heights)
    columns = np.array(off)
    return {
        "labels": len(off),
        **{
            f"{name}.{key}": float(value)
            for place, name in enumerate(LINES)
            for key, value in (
                ("median_off", np.median(columns[:, place])),
                ("off_below_half", (columns[:, place] < 0.5).mean()),
            )
        },
    }


def reader_figures(model: OnnxModel, sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Share of lines spelled right, each where it truly lies but for a locator's usual slack."""
    reader = SpellingReader(model)
    batches = LineBatches(sheets, BATCH, 0, NOTHING_DONE)
    right: dict[str, list[bool]] = {name: [] for name in LINES}
    turned = []
    for step in range(len(batches) // BATCH):
        batch = batches.batch(step)
        logits, over = reader.logits(batch.pictures)
        turned.append((over > 0.0) == (batch.turned > 0.5))
        for row, text in enumerate(batch.texts):
            if text:
                name = "sort_code" if len(text) == 6 else "tracking_id"
                right[name].append(reader.spelt(logits[row], name).text == text)
    return {
        "lines": sum(len(column) for column in right.values()),
        **{f"{name}.exact": float(np.mean(column)) for name, column in right.items()},
        "orientation": float(np.concatenate(turned).mean()),
    }


def single_stage_figures(model: OnnxModel, sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Share of sort codes spelled right and of labels that got none, by the whole overview."""
    said: list[str] = []
    meant: list[str] = []
    for sheet in sheets:
        for at in range(0, len(sheet.texts), BATCH):
            pictures = sheet.whole[at : at + BATCH, None].astype(np.float32) / np.float32(255.0)
            for answer, (text, _) in zip(
                model.run(pictures)[0], sheet.texts[at : at + BATCH], strict=True
            ):
                if text:
                    label = spelled_label(answer, 1.0, (0.0, 0.0))
                    said.append("" if label is None else label.text)
                    meant.append(text)
    right = [one == other for one, other in zip(said, meant, strict=True)]
    return {
        "labels": len(right),
        "sort_code.exact": float(np.mean(right)),
        "without_answer": float(np.mean([not text for text in said])),
    }
