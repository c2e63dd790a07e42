"""The Open Inference Protocol v2 over REST, as far as a client of short answers needs it.

Source: github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md; the
binary tensor extension is that of Triton (protocol/extension_binary_data.md).
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from systems.remote.failure import Cause, RemoteFailure
from systems.remote.retries import Patience
from systems.remote.transport import Transport

__all__ = ["OpenInference", "Tensor", "numbers", "texts"]

BINARY = "binary_tensor_data"
HEADER_LENGTH = "Inference-Header-Content-Length"
MAX_TEXT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Tensor:
    """Name, datatype and shape of an input or output; -1 stands for any size."""

    name: str
    datatype: str
    shape: tuple[int, ...]


class OpenInference:
    """Talks to the models of one server."""

    def __init__(self, transport: Transport, patience: Patience) -> None:
        self._transport = transport
        self._patience = patience

    def is_ready(self, path: str) -> bool:
        """Whether a model can be asked.  A server that says no with a 4xx is not."""
        try:
            self._patience.ask(lambda s: self._transport.get(f"{path}/ready", s))
        except RemoteFailure as failure:
            if failure.status == 400:
                return False
            raise
        return True

    def takes_binary(self) -> bool:
        """Whether the server advertises the binary tensor extension."""
        try:
            found = self._document("/v2")
        except RemoteFailure as failure:
            if failure.cause is Cause.REFUSED:
                return False
            raise
        extensions = found.get("extensions")
        return isinstance(extensions, list) and BINARY in extensions

    def inputs(self, path: str) -> tuple[Tensor, ...]:
        """Tensors that a model says it takes."""
        listed = self._document(path).get("inputs")
        if not isinstance(listed, list) or not 0 < len(listed) <= 64:
            raise RemoteFailure(Cause.GARBAGE, "the metadata of the model names no inputs")
        return tuple(_tensor(entry) for entry in listed)

    def infer(
        self, path: str, tensor: Tensor, images: NDArray[np.uint8], *, binary: bool
    ) -> Mapping[str, dict[str, Any]]:
        """Send a batch and take the outputs by name, not yet looked into.

        Parameters
        ----------
        path : str
            Of the model.
        tensor : Tensor
            The input.
        images : ndarray of uint8, shape (n, height, width, 3)
        binary : bool
            Send the pixels as they are rather than as JSON numbers.
        """
        entry: dict[str, Any] = {
            "name": tensor.name,
            "datatype": "UINT8",
            "shape": list(images.shape),
        }
        headers = {"Content-Type": "application/json"}
        if binary:
            pixels = images.tobytes()
            entry["parameters"] = {"binary_data_size": len(pixels)}
            head = _dumped({"inputs": [entry], "parameters": {"binary_data_output": False}})
            headers = {
                "Content-Type": "application/octet-stream",
                HEADER_LENGTH: str(len(head)),
            }
            body = head + pixels
        else:
            entry["data"] = images.reshape(-1).tolist()
            body = _dumped({"inputs": [entry]})
        answer = self._patience.ask(
            lambda s: self._transport.post(f"{path}/infer", body, headers, s)
        )
        if HEADER_LENGTH.lower() in answer.headers:
            raise RemoteFailure(Cause.WRONG, "binary outputs, which were not asked for")
        outputs = _parsed(answer.body).get("outputs")
        if not isinstance(outputs, list) or not 0 < len(outputs) <= 64:
            raise RemoteFailure(Cause.WRONG, "no outputs")
        named: dict[str, dict[str, Any]] = {}
        for output in outputs:
            if not isinstance(output, dict) or not isinstance(output.get("name"), str):
                raise RemoteFailure(Cause.WRONG, "an output without a name")
            if output["name"] in named:
                raise RemoteFailure(Cause.WRONG, "two outputs of one name")
            named[output["name"]] = output
        return named

    def _document(self, path: str) -> dict[str, Any]:
        return _parsed(self._patience.ask(lambda s: self._transport.get(path, s)).body)


def texts(output: Mapping[str, Any], count: int) -> list[str]:
    """Take one text an item from an output of datatype BYTES.

    Raises
    ------
    RemoteFailure
        If it holds anything else.
    """
    data = _data(output, ("BYTES",), count, 1)
    for text in data:
        try:
            size = len(text.encode()) if isinstance(text, str) else None
        except UnicodeEncodeError:
            size = None
        if size is None or size > MAX_TEXT_BYTES:
            raise RemoteFailure(
                Cause.WRONG, f"an entry that is no text of at most {MAX_TEXT_BYTES:,} bytes"
            )
    return data


def numbers(output: Mapping[str, Any], count: int, each: int = 1) -> NDArray[np.float64]:
    """Take `each` finite numbers an item from an output of datatype FP32 or FP64.

    Returns
    -------
    ndarray of float64, shape (count, each)

    Raises
    ------
    RemoteFailure
        If it holds anything else.
    """
    data = _data(output, ("FP32", "FP64"), count, each)
    for value in data:
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
            raise RemoteFailure(Cause.WRONG, "an entry that is no number")
    return np.array([float(value) for value in data], dtype=np.float64).reshape(count, each)


def _data(output: Mapping[str, Any], kinds: Sequence[str], count: int, each: int) -> list[Any]:
    if output.get("datatype") not in kinds:
        raise RemoteFailure(Cause.WRONG, f"an output that is not of datatype {kinds[0]}")
    shape = output.get("shape")
    whole = isinstance(shape, list) and all(type(size) is int for size in shape)
    if not whole or not shape or shape[0] != count or math.prod(shape) != count * each:
        raise RemoteFailure(Cause.WRONG, f"an output whose shape does not fit {count} items")
    data = output.get("data")
    flat = _flat(data) if isinstance(data, list) else []
    if len(flat) != count * each:
        raise RemoteFailure(Cause.WRONG, f"an output that does not hold {count * each} entries")
    return flat


def _flat(data: list[Any]) -> list[Any]:
    for _ in range(8):
        if not any(isinstance(entry, list) for entry in data):
            break
        data = [part for entry in data for part in (entry if isinstance(entry, list) else [entry])]
    return data


def _tensor(entry: Any) -> Tensor:
    shape = entry.get("shape") if isinstance(entry, dict) else None
    if (
        not isinstance(shape, list)
        or not all(type(size) is int for size in shape)
        or not isinstance(entry.get("name"), str)
        or not isinstance(entry.get("datatype"), str)
    ):
        raise RemoteFailure(Cause.GARBAGE, "an input in the metadata of the model is malformed")
    return Tensor(entry["name"], entry["datatype"], tuple(shape))


def _dumped(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RemoteFailure(Cause.GARBAGE, "the answer is no JSON") from None
    if not isinstance(found, dict):
        raise RemoteFailure(Cause.GARBAGE, "the answer is no JSON object")
    return found
