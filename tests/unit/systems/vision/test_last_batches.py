"""What was made of a batch is given again for that whole batch and the same networks alone."""

from dataclasses import replace

from systems.conformance.samples.captures import ordinary_captures
from systems.vision.cascade.last_batches import LastBatches, batch_digest, sharing


def test_what_is_kept_is_not_made_again():
    made = []
    last = LastBatches(most=2)
    with sharing():
        for key in ("a", "a", "b", "a", "c", "b", "a"):
            assert (
                last.get(lambda key=key: key, lambda key=key: made.append(key) or key.upper())
                == key.upper()
            )
    # b was made after a and outlives it when c comes
    assert made == ["a", "b", "c", "a"]


def test_outside_a_shared_batch_every_question_is_answered_anew():
    made = []
    last = LastBatches()
    with sharing():
        last.get(lambda: "a", lambda: made.append("shared"))
    for _ in range(2):
        last.get(lambda: "a", lambda: made.append("alone"))
    with sharing():
        last.get(lambda: "a", lambda: made.append("shared again"))
    assert made == ["shared", "alone", "alone", "shared again"]


def test_another_batch_has_another_digest():
    captures = list(ordinary_captures())[:3]
    assert len(captures) == 3
    whole = batch_digest(captures)
    assert batch_digest(captures) == whole
    others = [
        captures[:2],
        captures[::-1],
        [replace(captures[0], capture_id="another"), *captures[1:]],
        [replace(captures[0], views=captures[1].views), *captures[1:]],
    ]
    assert len({whole, *map(batch_digest, others)}) == 1 + len(others)
