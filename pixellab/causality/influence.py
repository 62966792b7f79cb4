"""Which value of a picture influences which logits: by derivatives, or by changing integers one at a time."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from pixellab.causality.findings import Position
from pixellab.causality.report import Report

Network = Callable[[Tensor], Tensor]

ALL = 64
"""Pictures of up to so many pixels are examined at every target."""
SOME = 25
"""Targets in a larger picture."""
CHUNK = 16
"""Logits that are differentiated at once: a matter of memory."""


def check(
    network: Network,
    shape: tuple[int, int, int],
    *,
    levels: int | None = None,
    targets: Sequence[Position] | None = None,
    pictures: int = 3,
    seed: int = 0,
    order: np.ndarray | None = None,
) -> Report:
    """Whether the logits of each colour of each pixel depend on earlier pixels and earlier colours alone.

    Both sides are examined: what must not be seen, and what should be. A module is copied to float64, where what
    has no influence has exactly none, and examined in evaluation and in training mode. Its weights stay as they
    are: a layer that is still zero hides everything below it.

    Args:
        network: from pictures (B, C, H, W) to logits (B, K, C, H, W), or (B, K, H, W) where C is 1. A module, a
            method of one, or any function; a function is examined as it is, and gets float64 or integers.
        shape: (C, H, W) of a picture.
        levels: None for a network that takes real numbers, here from [-1, 1]: its Jacobian is computed, with one
            derivative a target and colour. K for one that takes integers 0 … K-1: each value of the picture is
            changed by itself, with one forward pass a value.
        targets: (row, column) of the logits to examine. None for all; in a large picture for corners, edges and
            some inside.
        pictures: random pictures whose influences are joined: a shut ReLU hides a way in one, rarely in three.
        seed: of the pictures, and of dropout.
        order: (H·W,) the pixels, as indices in raster order, in the order in which the network draws them, as
            ``model.order(H, W)`` of this package gives it; None for the raster.

    Raises:
        ValueError: when the logits have another shape, or carry no derivative.

        >>> blur = nn.Conv2d(1, 2, 3, padding=1)
        >>> print(check(blur, (1, 5, 5), targets=[(2, 2)]))
        Not causal: 1 of 1 targets sees what it must not (eval and train mode).
        - Pixels see up to 1 row below them: a layer lacks its mask.
        - At row 2, column 2, 8 of 12 earlier pixels are out of reach.
    """
    if targets is None:
        targets = _targets(*shape[1:], np.random.default_rng(seed))
    if order is not None and sorted(order) != list(range(shape[1] * shape[2])):
        raise ValueError(f"The order must name each of the {shape[1] * shape[2]} pixels once.")
    examine = _by_derivative if levels is None else _by_change
    influence, mixing = {}, []
    for mode, function in _modes(network):
        influence[mode] = np.zeros((len(targets), shape[0], *shape), bool)
        for number in range(pictures):
            seen, mixes = examine(_Examined(function, shape, levels, seed + number), targets)
            influence[mode] |= seen
            if mixes and mode not in mixing:
                mixing.append(mode)
    return Report(shape, tuple(targets), influence, tuple(mixing), order)


def _targets(height: int, width: int, generator: np.random.Generator) -> list[Position]:
    every = [(row, column) for row in range(height) for column in range(width)]
    if len(every) <= ALL:
        return every
    rows, columns = {0, height // 2, height - 1}, {0, 1, width // 2, width - 2, width - 1}
    chosen = [(row, column) for row, column in every if row in rows and column in columns]
    others = [position for position in every if position not in chosen]
    extra = generator.choice(len(others), SOME - len(chosen), replace=False)
    return chosen + [others[index] for index in sorted(extra)]


def _modes(network: Network) -> Iterator[tuple[str, Network]]:
    """Each mode by name, and the network in it: float64 copies, as far as there is a module to copy."""
    module = network if isinstance(network, nn.Module) else getattr(network, "__self__", None)
    if not isinstance(module, nn.Module):
        yield "as given", network
        return
    for mode in ("eval", "train"):
        double = copy.deepcopy(module).double().train(mode == "train")
        yield mode, double if module is network else getattr(double, network.__name__)


class _Examined:
    """A network whose dropout falls alike in every call, and whose logits come as (B, K, C, H, W).

    Attributes:
        pictures: (2, C, H, W), random: one to look at, one that must not matter to it.
    """

    def __init__(self, network: Network, shape: tuple[int, int, int], levels: int | None, seed: int) -> None:
        self.network, self.shape, self.levels, self.seed = network, shape, levels, seed
        generator = torch.Generator().manual_seed(seed)
        if levels is None:
            self.pictures = torch.rand(2, *shape, generator=generator, dtype=torch.float64) * 2 - 1
        else:
            self.pictures = torch.randint(levels, (2, *shape), generator=generator)

    def logits(self, pictures: Tensor) -> Tensor:
        """(2, K, C, H, W)."""
        with torch.random.fork_rng():
            torch.manual_seed(self.seed)
            logits = self.network(pictures)
        if not isinstance(logits, Tensor):
            raise ValueError(f"The logits must be one tensor; they are a {type(logits).__name__}.")
        channels, height, width = self.shape
        if logits.dim() == 4 and channels == 1:
            logits = logits[:, :, None]
        if logits.dim() != 5 or len(logits) != len(pictures) or logits.shape[2:] != self.shape:
            wanted, got = f"({len(pictures)}, K, {channels}, {height}, {width})", tuple(logits.shape)
            both = ": give K and C an axis each" if len(got) == 4 and got[1] % channels == 0 < channels - 1 else ""
            raise ValueError(f"The logits of {len(pictures)} pictures must be {wanted}; they are {got}{both}.")
        return logits


def _by_derivative(network: _Examined, targets: Sequence[Position]) -> tuple[np.ndarray, bool]:
    """What each target sees of one picture, (T, C, C, H, W) bool, and whether it sees anything of another."""
    pictures = network.pictures.requires_grad_()
    logits = network.logits(pictures)[0]
    if not logits.requires_grad:
        raise ValueError("The logits carry no derivative by the picture: give levels if it must be integers.")
    directions = torch.randn(len(logits), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    summed = torch.einsum("kcij,k->cij", logits, directions.to(logits))  # Zero only if no level has influence.
    rows, columns = np.transpose(targets)
    slopes = _jacobian(summed[:, rows, columns].T.flatten(), pictures) != 0  # (T·C, 2, C, H, W)
    seen = slopes[:, 0].view(len(targets), network.shape[0], *network.shape)
    return seen.numpy(), bool(slopes[:, 1].any())


def _jacobian(values: Tensor, pictures: Tensor) -> Tensor:
    """The derivatives (N, …) of values (N,) by the pictures (…)."""
    slopes = []
    for part in values.split(CHUNK):

        def by_pictures(direction: Tensor, part: Tensor = part) -> Tensor:
            return torch.autograd.grad(part, pictures, direction, retain_graph=True)[0]

        try:
            slope = torch.func.vmap(by_pictures)(torch.eye(len(part), dtype=part.dtype))
        except RuntimeError:  # Some operation, somebody's own perhaps, cannot be differentiated many times at once.
            slope = torch.stack([torch.autograd.grad(v, pictures, retain_graph=True)[0] for v in part])
        slopes.append(slope)
    return torch.cat(slopes)


@torch.no_grad()
def _by_change(network: _Examined, targets: Sequence[Position]) -> tuple[np.ndarray, bool]:
    """As `_by_derivative`, for integers: a target sees a value whose change changes its logits, be it by a bit."""
    pictures, levels = network.pictures, network.levels
    before = network.logits(pictures)
    rows, columns = np.transpose(targets)
    seen = np.zeros((len(targets), network.shape[0], *network.shape), bool)
    mixes = False
    for position in np.ndindex(network.shape):
        changed = pictures.clone()
        changed[0][position] = (changed[0][position] + (levels + 1) // 2) % levels
        differs = (network.logits(changed) != before).any(dim=1).numpy()  # (2, C, H, W)
        seen[(slice(None), slice(None), *position)] = differs[0][:, rows, columns].T
        mixes |= bool(differs[1].any())
    return seen, mixes
