"""ONNX models of a few bytes that always give the same answer, whatever they are shown."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def write_constant(
    path: Path,
    shape: Sequence[int],
    answers: Sequence[NDArray[np.float32]],
    inputs: int = 1,
    batch: int | str = "batch",
    properties: Mapping[str, str] | None = None,
) -> Path:
    """Write a model that gives each answer once for every picture of the batch.

    The batch's own size comes from the input, so the model is used as a real one is.
    """
    pictures = [
        helper.make_tensor_value_info(f"picture{i}", TensorProto.FLOAT, [batch, *shape])
        for i in range(inputs)
    ]
    nodes = [
        helper.make_node(
            "ReduceMean", ["picture0"], ["mean"], axes=list(range(1, 1 + len(shape))), keepdims=0
        ),
        helper.make_node("Mul", ["mean", "zero"], ["nought"]),
    ]
    constants = [numpy_helper.from_array(np.float32(0.0), "zero")]
    outputs = []
    for number, answer in enumerate(answers):
        name = f"answer{number}"
        constants.append(numpy_helper.from_array(answer[None].astype(np.float32), f"kept{number}"))
        ones = numpy_helper.from_array(
            np.array([-1, *([1] * answer.ndim)], np.int64), f"ones{number}"
        )
        constants.append(ones)
        nodes.append(helper.make_node("Reshape", ["nought", f"ones{number}"], [f"rows{number}"]))
        nodes.append(helper.make_node("Add", [f"rows{number}", f"kept{number}"], [name]))
        outputs.append(
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, *answer.shape])
        )
    graph = helper.make_graph(nodes, "tiny", pictures, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    helper.set_model_props(model, dict(properties or {}))
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path
