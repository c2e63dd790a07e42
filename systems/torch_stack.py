"""torch, torchvision, timm and ultralytics as one working set, whichever builds are installed.

The package index's torchvision is a CUDA build.  Beside a CPU build of torch its compiled part
cannot be loaded, ``torchvision::nms`` is then unknown, and with it timm, ultralytics and
transformers fail at import (pytorch/vision#9077, pytorch/pytorch#157648).  Import this module
before any of them.
"""

import os
import warnings
from functools import cache
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import Any

__all__ = ["load_torch", "load_ultralytics", "missing_packages"]

_PACKAGES = ("torch", "torchvision", "timm", "ultralytics", "albumentations")


def missing_packages() -> tuple[str, ...]:
    """Packages of the extra ``train`` that are not installed."""
    return tuple(name for name in _PACKAGES if find_spec(name) is None)


@cache
def load_torch(threads: int = 0) -> Any:
    """Import torch, and mend torchvision where its compiled part does not fit.

    Parameters
    ----------
    threads : int
        Threads of one operation; 0 leaves torch's own choice.

    Returns
    -------
    module
        torch.

    Raises
    ------
    ImportError
        If torch is not installed.
    """
    import torch

    if threads:
        torch.set_num_threads(threads)
    if find_spec("torchvision") is not None and not _has_nms(torch):
        _define_nms(torch)
    return torch


@cache
def load_ultralytics() -> tuple[Any, Any]:
    """Import what of ultralytics a training needs, and undo what that changes elsewhere.

    At import it puts functions of its own in the place of ``PIL.Image.open`` (which then wants a
    package that is not there), of OpenCV's and of ``torch.save``, and sets environment variables
    that processes started later would inherit.

    Returns
    -------
    DetectionModel : type
    get_cfg : callable
    """
    import cv2
    from PIL import Image

    torch = load_torch()
    places = [(Image, "open"), (torch, "save")]
    places += [(cv2, name) for name in ("imread", "imwrite", "imshow") if hasattr(cv2, name)]
    before = [(owner, name, getattr(owner, name)) for owner, name in places]
    environment = dict(os.environ)
    # it keeps a settings file and tells of it: nothing is left behind
    os.environ |= {"YOLO_CONFIG_DIR": _SETTINGS.name, "YOLO_VERBOSE": "False"}
    try:
        from ultralytics.cfg import get_cfg
        from ultralytics.nn.tasks import DetectionModel
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
        os.environ.clear()
        os.environ.update(environment)
    return DetectionModel, get_cfg


_SETTINGS = TemporaryDirectory(prefix="labgap-yolo-")


def _has_nms(torch: Any) -> bool:
    """Whether torchvision's compiled operators are there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import torchvision  # noqa: F401

            return bool(hasattr(torch.ops.torchvision, "nms") and torch.ops.torchvision.nms)
        except (RuntimeError, OSError, AttributeError):
            return False


def _define_nms(torch: Any) -> None:
    """Declare the operator that torchvision asks for at import, and run it in plain torch."""
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.impl("nms", _nms, "CPU")
    _KEPT.append(library)
    import sys

    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    import torchvision

    torchvision.extension._has_ops = lambda: True


_KEPT: list[Any] = []
"""A torch library undefines its operators when it is collected."""


def _nms(dets: Any, scores: Any, iou_threshold: float) -> Any:
    """Greedy non-maximum suppression.

    Parameters
    ----------
    dets : tensor, shape (n, 4)
        (x1, y1, x2, y2).
    scores : tensor, shape (n,)
    iou_threshold : float

    Returns
    -------
    tensor of int64
        Kept boxes, best first.
    """
    import torch

    order = scores.argsort(descending=True)
    area = (dets[:, 2] - dets[:, 0]) * (dets[:, 3] - dets[:, 1])
    kept = []
    while order.numel():
        best = order[0]
        kept.append(best)
        rest = order[1:]
        low = torch.maximum(dets[best, :2], dets[rest, :2])
        high = torch.minimum(dets[best, 2:], dets[rest, 2:])
        side = (high - low).clamp(min=0)
        shared = side[:, 0] * side[:, 1]
        order = rest[shared / (area[best] + area[rest] - shared) <= iou_threshold]
    return torch.stack(kept) if kept else order.new_zeros(0)
