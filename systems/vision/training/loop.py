"""One training: so many steps or minutes, checkpoints on the way, resumable after a kill."""

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from systems.torch_stack import load_torch

torch = load_torch()

__all__ = ["Budget", "Progress", "Task", "averaged_weights", "train"]

CHECKPOINT_S = 60.0
WARM_UP = 0.03
"""Share of the budget over which the learning rate rises."""
MEMORY = 10.0
"""The weights that are kept are averaged over about the last so-manieth part of the steps."""


class Task(Protocol):
    """What is trained.

    Attributes
    ----------
    network : torch.nn.Module
    learning_rate : float
    weight_decay : float
    """

    network: Any
    learning_rate: float
    weight_decay: float

    def loss(self, step: int) -> Any:
        """Loss of the batch of a step, drawn from the step's number alone."""


@dataclass(frozen=True, slots=True)
class Budget:
    """When a training ends: after `seconds` of training, or after `steps`; one of the two.

    A budget of steps gives the same weights again on the same machine; one of seconds does not.
    """

    seconds: float | None = None
    steps: int | None = None

    def share(self, steps: int, seconds: float) -> float:
        """Share of the budget that is spent, from 0 to 1."""
        if self.steps is not None:
            return min(1.0, steps / self.steps)
        return min(1.0, seconds / (self.seconds or 1.0))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training has come."""

    step: int
    seconds: float
    share: float
    loss: float


def train(
    task: Task,
    budget: Budget,
    folder: Path,
    said: Callable[[Progress], None] = lambda now: None,
    milestones: Mapping[int, Callable[[Any, Progress], None]] = MappingProxyType({}),
) -> tuple[Any, Progress]:
    """Train a task's network, going on from the folder's checkpoint where there is one.

    AdamW with a warm-up and a cosine to zero; weights are averaged exponentially.

    Parameters
    ----------
    task : Task
    budget : Budget
    folder : Path
        Holds ``checkpoint-STEP.safetensors`` and ``checkpoint.json``, renewed every minute.
    said : callable (Progress)
        Hears of progress now and then.
    milestones : mapping of int to callable (network, Progress)
        Gets the averaged network, in evaluation mode, once so many steps are done; it is not to
        change it.

    Returns
    -------
    network : torch.nn.Module
        The averaged network, in evaluation mode.
    progress : Progress
    """
    # numbers near zero cost a hundredfold on a processor; nothing but the training may lose them
    torch.set_flush_denormal(True)
    try:
        return _trained(task, budget, folder, said, milestones)
    finally:
        torch.set_flush_denormal(False)


def _trained(
    task: Task,
    budget: Budget,
    folder: Path,
    said: Callable[[Progress], None],
    milestones: Mapping[int, Callable[[Any, Progress], None]],
) -> tuple[Any, Progress]:
    folder.mkdir(parents=True, exist_ok=True)
    # images with channels last go through depthwise convolutions half as fast again
    network = task.network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(
        [each for each in network.parameters() if each.requires_grad],
        lr=0.0,
        weight_decay=task.weight_decay,
    )
    averaged = torch.optim.swa_utils.AveragedModel(
        network,
        avg_fn=_averaged,
        use_buffers=True,
    )
    step, spent, seen = _resume(folder, network, averaged, optimizer)
    began = time.monotonic() - spent
    kept_at = told_at = time.monotonic()
    network.train()
    while (share := budget.share(step, time.monotonic() - began)) < 1.0:
        rate = task.learning_rate * _schedule(share)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = task.loss(step)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        averaged.update_parameters(network)
        step += 1
        value = float(loss.detach())
        if not math.isfinite(value):
            raise FloatingPointError(f"the loss of step {step} is {value}")
        seen = value if seen is None else 0.98 * seen + 0.02 * value
        now = time.monotonic()
        if step in milestones:
            milestones[step](averaged.module.eval(), Progress(step, now - began, share, seen))
        if now - told_at > 5.0:
            said(Progress(step, now - began, share, seen))
            told_at = now
        if now - kept_at > CHECKPOINT_S:
            _keep(folder, network, averaged, optimizer, step, now - began, seen)
            kept_at = now
    spent = time.monotonic() - began
    assert seen is not None
    _keep(folder, network, averaged, optimizer, step, spent, seen)
    return averaged.module.eval(), Progress(step, spent, 1.0, seen)


def averaged_weights(folder: Path) -> dict[str, Any]:
    """What a training in a folder came to: the averaged network's state.

    Raises
    ------
    FileNotFoundError
        If the folder holds no checkpoint.
    """
    step = int(json.loads((folder / "checkpoint.json").read_text("utf-8"))["step"])
    tensors = load_file(folder / f"checkpoint-{step:08d}.safetensors")
    prefix = "averaged.module."
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }


def _averaged(before: Any, now: Any, steps: Any) -> Any:
    """Exponential average with a memory that grows with the training.

    A fixed decay would keep a share of the first, unlearned weights in a short training.
    """
    return before + (now - before) * (MEMORY / (MEMORY + steps))


def _schedule(share: float) -> float:
    if share < WARM_UP:
        return 0.05 + 0.95 * share / WARM_UP
    return 0.5 * (1.0 + math.cos(math.pi * (share - WARM_UP) / (1.0 - WARM_UP)))


def _keep(
    folder: Path,
    network: Any,
    averaged: Any,
    optimizer: Any,
    step: int,
    seconds: float,
    loss: float,
) -> None:
    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    tensors |= {f"averaged.{name}": value for name, value in averaged.state_dict().items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value for name, value in state.items()}
    half = folder / "checkpoint.part"
    save_file({name: value.clone().contiguous() for name, value in tensors.items()}, half)
    # the step stands in the file's own name, so that weights and step can never be of two ages
    os.replace(half, folder / f"checkpoint-{step:08d}.safetensors")
    (folder / "checkpoint.json.part").write_text(
        json.dumps({"step": step, "seconds": seconds, "loss": loss}), encoding="utf-8"
    )
    os.replace(folder / "checkpoint.json.part", folder / "checkpoint.json")
    for old in folder.glob("checkpoint-*.safetensors"):
        if old.name != f"checkpoint-{step:08d}.safetensors":
            old.unlink()


def _resume(
    folder: Path, network: Any, averaged: Any, optimizer: Any
) -> tuple[int, float, float | None]:
    """Steps, seconds and loss so far; no loss before the first step.

    A checkpoint that is missing or torn is none: the training begins again.
    """
    try:
        told: Mapping[str, float] = json.loads((folder / "checkpoint.json").read_text("utf-8"))
        step = int(told["step"])
        tensors = load_file(folder / f"checkpoint-{step:08d}.safetensors")
    except (FileNotFoundError, KeyError, ValueError, SafetensorError):
        return 0, 0.0, None

    def part(name: str) -> dict[str, Any]:
        return {
            key.removeprefix(name): value for key, value in tensors.items() if key.startswith(name)
        }

    network.load_state_dict(part("network."))
    averaged.load_state_dict(part("averaged."))
    states: dict[int, dict[str, Any]] = {}
    for key, value in part("optimizer.").items():
        index, name = key.split(".")
        states.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict(
        {"state": states, "param_groups": optimizer.state_dict()["param_groups"]}
    )
    return step, float(told["seconds"]), float(told["loss"])
