"""From a trained network to a weight file with its card."""

import hashlib
import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from systems.torch_stack import load_torch
from systems.vision.training.half_precision import stored_in_half
from systems.weights import write_card
from systems.whole_file import writing_whole

torch = load_torch()

__all__ = ["PARITY", "ROUNDING", "export"]

PARITY = 1e-3
"""Largest difference between torch and ONNX Runtime, relative to the largest output."""
ROUNDING = 1e-2
"""As `PARITY`: what constants at half precision may change."""
OPSET = 17


def export(
    network: Any,
    shape: Sequence[int],
    outputs: Sequence[str],
    path: Path,
    card: Mapping[str, Any],
) -> dict[str, Any]:
    """Write ``path`` and its card, and make sure that ONNX Runtime computes what torch did.

    Constants are stored at half precision (`half_precision.stored_in_half`); what ONNX Runtime
    makes of the network is held against torch before and after.

    Parameters
    ----------
    network : torch.nn.Module
        In evaluation mode.
    shape : sequence of int
        Of one picture as the network takes it, without the batch.
    outputs : sequence of str
        Names.
    path : Path
        Ends in ``.onnx``.
    card : mapping
        What to tell of the training; hash, size, parity and rounding are added.

    Returns
    -------
    dict
        The card as written.

    Raises
    ------
    ValueError
        If the two differ by more than `PARITY`, or by more than `ROUNDING` afterwards.
    """
    network.eval()
    example = torch.rand(3, *shape) * 2.0 - 1.0
    written = io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        # the newer exporter needs packages that torch does not bring
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network,
            (example,),
            written,
            input_names=["picture"],
            output_names=list(outputs),
            dynamic_axes={name: {0: "batch"} for name in ("picture", *outputs)},
            opset_version=OPSET,
            dynamo=False,
        )
        expected = network(example)
    ours = expected if isinstance(expected, tuple | list) else (expected,)
    outputs_of_torch = [each.detach().numpy() for each in ours[: len(outputs)]]
    content = written.getvalue()
    parity = _difference(content, example, outputs_of_torch, PARITY)
    content = stored_in_half(content)
    rounding = _difference(content, example, outputs_of_torch, ROUNDING)
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing_whole(path) as file:
        file.write(content)
    told = {
        **card,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "input": ["batch", *shape],
        "parity": parity,
        "rounding": rounding,
    }
    write_card(path, told)
    return told


def _difference(
    content: bytes, example: Any, expected: Sequence[NDArray[np.float32]], most: float
) -> float:
    """Largest difference of ONNX Runtime's answers, relative to the largest output."""
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    answers = session.run(None, {"picture": example.numpy()})
    off = max(
        float(np.abs(one - other).max() / max(np.abs(one).max(), 1.0))
        for one, other in zip(expected, answers, strict=True)
    )
    if not off <= most:
        raise ValueError(f"ONNX Runtime differs from torch by {off:.2g} of the largest output")
    return off
