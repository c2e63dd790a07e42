"""Weight files at half their size."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

__all__ = ["stored_in_half"]

WORTH_HALVING = 1024
"""Numbers of a constant below which its size does not matter."""


def stored_in_half(content: bytes) -> bytes:
    """Store a network's constants at half precision.

    Sums are still made at single precision: every halved constant is widened again, once, as the
    file is opened.

    Parameters
    ----------
    content : bytes
        An ONNX file.

    Returns
    -------
    bytes
        Another that answers the same but for the rounding of its constants.
    """
    model = onnx.load_from_string(content)
    widened = []
    for constant in model.graph.initializer:
        numbers = numpy_helper.to_array(constant)
        if constant.data_type != TensorProto.FLOAT or numbers.size < WORTH_HALVING:
            continue
        if np.abs(numbers).max() > np.finfo(np.float16).max:
            continue
        name, stored = constant.name, f"{constant.name}.half"
        widened.append(
            helper.make_node("Cast", [stored], [name], name=stored, to=TensorProto.FLOAT)
        )
        constant.CopyFrom(numpy_helper.from_array(numbers.astype(np.float16), stored))
    nodes = [*widened, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
