"""torch and what is built on it, whichever build of torchvision is there."""

import subprocess
import sys

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from systems.torch_stack import _nms, load_torch, missing_packages

torch = load_torch()


def greedy(boxes, scores, most):
    """Non-maximum suppression as it is told: the best first, then the best of what is far off."""

    def shared(a, b):
        width = min(a[2], b[2]) - max(a[0], b[0])
        height = min(a[3], b[3]) - max(a[1], b[1])
        both = max(width, 0.0) * max(height, 0.0)
        return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)

    kept = []
    for index in sorted(range(len(boxes)), key=lambda i: -scores[i]):
        if all(shared(boxes[index], boxes[other]) <= most for other in kept):
            kept.append(index)
    return kept


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 25), most=st.sampled_from([0.3, 0.5, 0.7]))
def test_suppression_is_as_it_is_told(seed, n, most):
    rng = np.random.default_rng(seed)
    corner = rng.random((n, 2)) * 50
    boxes = np.hstack([corner, corner + 1 + rng.random((n, 2)) * 30])
    scores = rng.permutation(n) / n
    expected = greedy(boxes.tolist(), scores.tolist(), most)
    ours = _nms(torch.tensor(boxes), torch.tensor(scores), most)
    assert ours.tolist() == expected
    assert torch.ops.torchvision.nms(torch.tensor(boxes), torch.tensor(scores), most).tolist() == (
        expected
    )


def test_nothing_to_suppress():
    assert _nms(torch.zeros(0, 4), torch.zeros(0), 0.5).tolist() == []


def test_nothing_of_the_extra_is_missing_here():
    assert missing_packages() == ()


def test_what_needs_torchvision_imports_after_us_in_a_fresh_process():
    code = (
        "import os, cv2; from PIL import Image; "
        "opened, read, known = Image.open, cv2.imread, dict(os.environ); "
        "from systems.torch_stack import load_torch, load_ultralytics; load_torch(1); import timm; "
        "load_ultralytics(); import torchvision; "
        # what it puts in the place of others' functions and variables is put back
        "assert Image.open is opened and cv2.imread is read and dict(os.environ) == known; "
        "print(len(timm.list_models('*efficientnet_lite0*')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) >= 1
