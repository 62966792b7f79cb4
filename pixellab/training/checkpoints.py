"""Everything that a run needs to go on bit for bit, in one safetensors file that is replaced in one step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from pixellab import atomic
from pixellab.errors import PixelLabError
from pixellab.zoo import Beginning


@dataclass
class Position:
    """Where a run stands: what a checkpoint says beside its tensors.

    Attributes:
        step: updates so far.
        seconds: time spent so far.
        best: lowest loss on the validation split so far, in the data's unit.
        look: seconds of the longest look at the validation split so far.
        began: the trained model that the run began from, if any.
    """

    step: int = 0
    seconds: float = 0.0
    best: float = float("inf")
    look: float = 0.0
    began: Beginning | None = None


def save(path: Path, tensors: dict[str, Tensor], position: Position) -> None:
    """Write tensors and the position; a cut in the middle leaves the old file as it was."""
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    atomic.write(path, to_bytes(whole, metadata={"position": json.dumps(asdict(position))}))


def load(path: Path) -> tuple[dict[str, Tensor], Position]:
    """What `save` wrote.

    Raises:
        PixelLabError: when the file is no checkpoint, or a damaged one.
    """
    with _opened(path) as file:
        return {name: file.get_tensor(name) for name in file.keys()}, _position(file)  # noqa: SIM118


def position(path: Path) -> Position:
    """The position alone.

    Raises:
        PixelLabError: when the file is no checkpoint, or a damaged one.
    """
    with _opened(path) as file:
        return _position(file)


def _position(file: safe_open) -> Position:
    values = json.loads((file.metadata() or {})["position"])
    began = values.get("began")
    return Position(**{**values, "began": began and Beginning(**began)})


@contextmanager
def _opened(path: Path) -> Iterator[safe_open]:
    """The file, and one sentence for what can be wrong with it."""
    try:
        with safe_open(path, framework="pt") as file:
            yield file
    except (SafetensorError, OSError, KeyError, ValueError, TypeError) as fault:
        raise PixelLabError(
            f"{path} is not a checkpoint of a training run, or a damaged one: move it away to begin anew."
        ) from fault


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The state of an Adam-like optimizer, as named tensors."""
    return {
        f"optimizer.{index}.{name}": value
        for index, state in optimizer.state_dict()["state"].items()
        for name, value in state.items()
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Give an optimizer the state that `optimizer_tensors` took.

    A fused step walks through a weight, its gradient and its moments in memory order without a look at the strides.
    A file holds contiguous tensors, so each moment is laid out here as its weight is (channels last, for one).
    """
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        kind, _, rest = name.partition(".")
        if kind == "optimizer":
            index, _, entry = rest.partition(".")
            like = parameters[int(index)]
            laid_out = torch.empty_like(like).copy_(value) if value.shape == like.shape else value
            state.setdefault(int(index), {})[entry] = laid_out
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def model_tensors(model: nn.Module, prefix: str) -> dict[str, Tensor]:
    """The weights of a model under ``prefix.``."""
    return {f"{prefix}.{name}": value for name, value in model.state_dict().items()}


def restore_model(model: nn.Module, tensors: dict[str, Tensor], prefix: str, path: Path) -> None:
    """Give a model the weights under ``prefix.``.

    Raises:
        PixelLabError: when they belong to another configuration.
    """
    own = {name.removeprefix(f"{prefix}."): value for name, value in tensors.items() if name.startswith(f"{prefix}.")}
    try:
        model.load_state_dict(own)
    except RuntimeError as fault:
        raise PixelLabError(
            f"{path} was written with another configuration; give this run another folder, or move the file away."
        ) from fault
