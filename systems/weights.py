"""Weight files: opened only if they are what their card says."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from systems.errors import SystemLoadError
from systems.whole_file import writing_whole

__all__ = [
    "CARD_SUFFIX",
    "MAX_BYTES",
    "OnnxModel",
    "amend_card",
    "card_of",
    "open_weights",
    "write_card",
]

CARD_SUFFIX = ".json"
SHIPPED = "shipped:"
MAX_BYTES = 512 * 2**20
TOGETHER = 8
"""Pictures given to a network at once: more of them at a time fall out of the processor's cache."""
CHECKPOINTS = (".ckpt", ".pt", ".pth", ".safetensors")
"""How files are called that torch writes, most of which could run code when opened."""
FIX_CHECKPOINT = (
    "labgap opens ONNX files alone; export this checkpoint to one: yolo export model=NAME.pt "
    "format=onnx, or torch.onnx.export (docs/readers.md)"
)
FIX_EXPORT = "export the model to ONNX again, in one file, with an opset that onnxruntime knows"
FIX_CARD = (
    "train it again with labgap train, or copy file and card together from where they are whole"
)


@dataclass(frozen=True)
class OnnxModel:
    """An ONNX network on the processor.

    Attributes
    ----------
    session : onnxruntime.InferenceSession
    sha256 : str
        Of the file.
    card : mapping
        What its training wrote beside it; empty where there is none.
    where : str
        File, for messages.
    """

    session: Any
    sha256: str
    card: dict[str, Any]
    where: str

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """Shape of what it takes; None where any size will do."""
        return tuple(
            size if isinstance(size, int) else None for size in self.session.get_inputs()[0].shape
        )

    @property
    def properties(self) -> dict[str, str]:
        """What its exporter wrote into the file, such as names of classes."""
        return dict(self.session.get_modelmeta().custom_metadata_map)

    def run(self, batch: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """Outputs for a batch; one picture at a time for a network that takes no more.

        Raises
        ------
        ValueError
            If an output has no row for every row of the batch, or holds what is no finite number.
        """
        name = self.session.get_inputs()[0].name
        most = TOGETHER if self.input_shape[0] != 1 else 1
        parts = [batch[at : at + most] for at in range(0, max(len(batch), 1), most)]
        answers = [self.session.run(None, {name: part}) for part in parts]
        outputs = tuple(
            np.concatenate([np.atleast_1d(part) for part in each])
            for each in zip(*answers, strict=True)
        )
        for output in outputs:
            if output.ndim == 0 or output.shape[0] != batch.shape[0]:
                raise ValueError(
                    f"{self.where} answered {batch.shape[0]} pictures with shape {output.shape}"
                )
            if not np.isfinite(output).all():
                raise ValueError(f"{self.where} answered with NaN or infinity")
        return outputs


def open_weights(path: Path | str, sha256: str | None = None, threads: int = 1) -> OnnxModel:
    """Open an ONNX file.

    Parameters
    ----------
    path : Path or str
        ``shipped:NAME`` for one that comes with labgap, else a file.
    sha256 : str, optional
        What the file's hash must be; by default that of the card beside it, where there is one.
        Shipped files have one.
    threads : int
        Of the network; one, so that figures do not depend on the machine's load.

    Raises
    ------
    SystemLoadError
        If onnxruntime or the file is missing, too large, or not what it should be.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise SystemLoadError(
            "onnxruntime is not installed",
            where=str(path),
            fix="pip install 'labgap[vision]' -c constraints.txt",
        ) from error
    shipped = str(path).startswith(SHIPPED)
    file = _file(path)
    content, card = _read(file)
    actual = hashlib.sha256(content).hexdigest()
    expected = sha256 or card.get("sha256")
    if expected is None and shipped:
        raise SystemLoadError("a shipped weight file has no card", where=str(file), fix=FIX_CARD)
    if expected is not None and actual != expected:
        raise SystemLoadError(
            f"the file's sha256 is {actual}, not {expected}", where=str(file), fix=FIX_CARD
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        # from bytes: a model can then name no other file to be read
        session = onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own, without a common base
        raise SystemLoadError(
            f"onnxruntime cannot open it: {str(error).splitlines()[0][:200]}",
            where=str(file),
            fix=FIX_CHECKPOINT if file.suffix in CHECKPOINTS else FIX_EXPORT,
        ) from error
    if len(session.get_inputs()) != 1:
        raise SystemLoadError(
            f"it has {len(session.get_inputs())} inputs, and one is asked for",
            where=str(file),
            fix="export a model that takes a batch of pictures",
        )
    return OnnxModel(session, actual, card, str(file))


def write_card(path: Path, card: Mapping[str, Any]) -> None:
    """Write the card beside a weight file, whole or not at all."""
    beside = path.with_suffix(CARD_SUFFIX)
    text = json.dumps(dict(card), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    with writing_whole(beside) as file:
        file.write(f"{text}\n".encode())


def amend_card(path: Path, **more: Any) -> dict[str, Any]:
    """Add to the card of a weight file, and give it.

    Raises
    ------
    SystemLoadError
        If file or card cannot be read.
    """
    _, card = _read(path)
    card |= more
    write_card(path, card)
    return card


def card_of(path: Path | str) -> dict[str, Any]:
    """The card of a weight file, named as for `open_weights`; empty where there is none.

    Raises
    ------
    SystemLoadError
        If file or card cannot be read.
    """
    return _read(_file(path))[1]


def _file(path: Path | str) -> Path:
    if not str(path).startswith(SHIPPED):
        return Path(path)
    name = str(path).removeprefix(SHIPPED)
    return Path(str(resources.files("systems.vision") / "weights" / f"{name}.onnx"))


def _read(file: Path) -> tuple[bytes, dict[str, Any]]:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise SystemLoadError(
                f"it has more than {MAX_BYTES // 2**20} MB",
                where=str(file),
                fix="give a smaller model",
            )
        content = file.read_bytes()
    except OSError as error:
        raise SystemLoadError(
            f"the weights cannot be read: {error.strerror or error}",
            where=str(file),
            fix="give the path of an .onnx file",
        ) from error
    beside = file.with_suffix(CARD_SUFFIX)
    if not beside.is_file():
        return content, {}
    try:
        card = json.loads(beside.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SystemLoadError("its card is no JSON", where=str(beside), fix=FIX_CARD) from error
    if not isinstance(card, dict):
        raise SystemLoadError("its card is no JSON object", where=str(beside), fix=FIX_CARD)
    return content, card
