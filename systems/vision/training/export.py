"""From a trained network to a weight file with its card."""

import hashlib
import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from systems.torch_stack import load_torch
from systems.weights import amend_card, open_weights, write_card
from systems.whole_file import writing_whole

torch = load_torch()

__all__ = ["PARITY", "export"]

PARITY = 2e-3
"""Largest difference between torch and ONNX Runtime, relative to the largest output."""
OPSET = 17


def export(
    network: Any,
    shape: Sequence[int],
    outputs: Sequence[str],
    path: Path,
    card: Mapping[str, Any],
) -> dict[str, Any]:
    """Write ``path`` and its card, and make sure that ONNX Runtime computes what torch did.

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
        What to tell of the training; hash, size and parity are added.

    Returns
    -------
    dict
        The card as written.

    Raises
    ------
    ValueError
        If the two differ by more than `PARITY`.
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
    content = written.getvalue()
    told = {
        **card,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "input": ["batch", *shape],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing_whole(path) as file:
        file.write(content)
    write_card(path, told)
    return amend_card(path, parity=_parity(path, example, expected, len(outputs)))


def _parity(path: Path, example: Any, expected: Any, count: int) -> float:
    ours = expected if isinstance(expected, tuple | list) else (expected,)
    theirs = open_weights(path).run(example.numpy())
    off = 0.0
    for one, other in zip(ours[:count], theirs, strict=True):
        reference = one.detach().numpy()
        off = max(off, float(np.abs(reference - other).max() / max(np.abs(reference).max(), 1.0)))
    if off > PARITY:
        path.unlink()
        raise ValueError(f"ONNX Runtime differs from torch by {off:.2g} of the largest output")
    return off
