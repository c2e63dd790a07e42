"""A file of half the size answers as the one that it was made from."""

import io
import warnings

import numpy as np
import onnx
import onnxruntime

from systems.torch_stack import load_torch
from systems.vision.training.half_precision import stored_in_half

torch = load_torch(1)
from torch import nn  # noqa: E402

PICTURE = np.random.default_rng(1).random((2, 3, 20, 24)).astype(np.float32)


def network():
    return nn.Sequential(nn.Conv2d(3, 64, 3, bias=False), nn.ReLU(), nn.Conv2d(64, 64, 1))


def exported(whole) -> bytes:
    written = io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            whole.eval(), (torch.from_numpy(PICTURE),), written, opset_version=17, dynamo=False
        )
    return written.getvalue()


def answer(content: bytes) -> np.ndarray:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: PICTURE})[0]


def constants(content: bytes) -> dict[str, np.ndarray]:
    graph = onnx.load_from_string(content).graph
    return {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}


def test_large_constants_become_the_nearest_of_half_precision_and_small_ones_stay():
    whole = exported(network())
    smaller = stored_in_half(whole)
    assert len(smaller) < 0.65 * len(whole)
    before, after = constants(whole), constants(smaller)
    halved = {name.removesuffix(".half"): after[name] for name in after if name.endswith(".half")}
    assert set(halved) == {name for name, numbers in before.items() if numbers.size >= 1024}
    for name, numbers in halved.items():
        assert np.array_equal(numbers, before[name].astype(np.float16))
    for name in set(before) - set(halved):
        assert np.array_equal(after[name], before[name])


def test_it_answers_the_same_but_for_the_rounding():
    whole = exported(network())
    off = np.abs(answer(stored_in_half(whole)) - answer(whole)).max()
    assert 0.0 < off < 1e-3


def test_a_constant_too_large_for_half_precision_is_left_as_it_is():
    spread = network()
    with torch.no_grad():
        spread[2].weight[0, 0] = 1e6
    whole = exported(spread)
    assert not any(
        numbers.size == 64 * 64
        for name, numbers in constants(stored_in_half(whole)).items()
        if name.endswith(".half")
    )
    assert np.allclose(answer(stored_in_half(whole)), answer(whole), rtol=1e-2, atol=1e3)


def test_halving_twice_is_halving_once():
    once = stored_in_half(exported(network()))
    assert stored_in_half(once) == once
