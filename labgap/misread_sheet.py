"""What each arm of a bench gets wrong, to be looked at: a row of labels for every arm."""

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labgap.loaded_run import LoadedRun
from labgap.replication import replication_of
from labgap.right_answers import FIELDS, right_answers
from sim.frames.capture import ONE_CAMERA
from sim.frames.lettering import written

__all__ = ["captions", "chosen_misreads", "first_damage", "misread_sheet"]

ACROSS = 6
LABEL = (170, 235)
"""(width, height) of a label's picture."""
ROOM = 0.08
"""Around the label, in its sides."""
LINE_PX = 15

Key = tuple[str, str]
"""Replication, as folders name it, and parcel."""
DECISIONS = {"accept": "accepted", "review": "to review", "no_read": "no read"}


def chosen_misreads(
    told: pd.DataFrame, right: NDArray[np.bool_], kinds: Mapping[Key, tuple[str, ...]]
) -> list[Key]:
    """Up to `ACROSS` wrong answers: accepted ones first, of as many combinations as there are.

    Parameters
    ----------
    told : DataFrame
        First answers, indexed by replication and parcel, with ``decision`` and ``readable``.
    right : ndarray of bool, shape (answers,)
    kinds : mapping
        Kinds of damage of every damaged parcel.
    """
    groups: dict[tuple[Any, ...], list[Key]] = {}
    wrong = told[~right & told["readable"].to_numpy(bool)]
    for key, decision in sorted(wrong["decision"].items()):
        of_parcel = kinds.get(key, ())
        group = (decision != "accept", len(of_parcel), of_parcel)
        groups.setdefault(group, []).append(key)
    queues = [groups[group] for group in sorted(groups)]
    depths = max((len(queue) for queue in queues), default=0)
    return [queue[depth] for depth in range(depths) for queue in queues if depth < len(queue)][
        :ACROSS
    ]


def first_damage(conditions: pd.DataFrame) -> dict[Key, tuple[str, ...]]:
    """Kind and severity of all that was wrong on each parcel's first lap, as ``"torn 3"``."""
    damage: dict[Key, tuple[str, ...]] = {}
    first = conditions[conditions["lap"] == 1].sort_values("kind")
    for row in first.itertuples():
        key = (str(row.rep), str(row.parcel_id))
        damage[key] = (*damage.get(key, ()), f"{row.kind} {row.severity}")
    return damage


def captions(
    truth: Mapping[str, Any], answer: Mapping[str, Any], damage: Sequence[str]
) -> list[str]:
    """What stands below a misread label: printed and read texts, the decision, the damage."""
    names = tuple(reversed(FIELDS))
    read = [answer[name] if isinstance(answer[name], str) else "-" for name in names]
    return [
        *_line("printed", [truth[name] for name in names]),
        *_line("read", read),
        f"{DECISIONS[answer['decision']]}, {answer['confidence']:.4f}",
        ", ".join(damage) or "no damage",
    ]


def misread_sheet(run: LoadedRun, arms: Sequence[str]) -> bytes | None:
    """Draw wrong first answers of production to labels that geometry leaves readable.

    Parameters
    ----------
    run : LoadedRun
    arms : sequence of str

    Returns
    -------
    bytes or None
        JPEG, a row for each arm that has any and does not answer as one above it does; None where
        none has.
    """
    truth = run.truth("parcels").set_index(["rep", "parcel_id"])[list(FIELDS)]
    damage = first_damage(run.truth("conditions"))
    kinds = {key: tuple(name.split()[0] for name in of_parcel) for key, of_parcel in damage.items()}
    readings = run.readings()
    first = readings[(readings["lap"] == 1) & readings["degraded"]]
    rows = []
    shown: list[pd.DataFrame] = []
    for arm in arms:
        told = first[first["arm"] == arm].set_index(["rep", "parcel_id"])
        texts = told[list(FIELDS)].sort_index()
        if told.empty or any(texts.equals(each) for each in shown):
            continue
        shown.append(texts)
        right = right_answers(told, truth.reindex(told.index))
        chosen = chosen_misreads(told, right, kinds)
        if not chosen:
            continue
        cells = [
            _cell(run, key, truth.loc[key], told.loc[key], damage.get(key, ())) for key in chosen
        ]
        cells += [np.full_like(cells[0], 250)] * (ACROSS - len(cells))
        name = written(arm, (ACROSS * LABEL[0], 24), 15, bold=True)
        rows.append(np.vstack([name, np.hstack(cells)]))
    if not rows:
        return None
    bgr = cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR)
    encoded, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 80])
    if not encoded:
        raise RuntimeError("OpenCV could not encode the sheet of misread labels")
    return data.tobytes()


def _cell(
    run: LoadedRun, key: Key, truth: Any, answer: Any, damage: Sequence[str]
) -> NDArray[np.uint8]:
    replication = replication_of(run.scenario, int(key[0]))
    (parcel,) = [each for each in replication.population.parcels if each.parcel_id == key[1]]
    quads = replication.true_quads(parcel, 1, True)
    corners = quads.get("label", quads["parcel"])
    around = corners.mean(axis=0) + (1.0 + 2.0 * ROOM) * (corners - corners.mean(axis=0))
    view = replication.capture(parcel, 1, True, ONE_CAMERA).views[0]
    lines = [written(text, (LABEL[0], LINE_PX), 11) for text in captions(truth, answer, damage)]
    return np.vstack([np.asarray(view.window(around, LABEL), np.uint8), *lines])


def _line(name: str, texts: Sequence[str]) -> list[str]:
    return [f"{'' if place else name} {text}" for place, text in enumerate(texts)]
