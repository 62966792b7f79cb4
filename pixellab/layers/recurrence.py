"""The recurrence of both PixelRNNs over a whole picture, with a derivative of its own: here training spends its time.

An LSTM layer takes many small products, one after the other. Left to autograd, most of the time goes into keeping
account of them: copies of gates, of taps, of states. Here the pictures of a batch are innermost and features before
them, so a gate of all the places of a step is one run of numbers, and a tap is the same buffer read from the next place
on. A step of the skewed map is a diagonal of the plain one: the same memory, read with other strides.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from pixellab.layers.lstm import GATES


@dataclass(frozen=True)
class Walk(ABC):
    """In which order an LSTM takes the pixels of a picture: all places of a step at once.

    Attributes:
        height, width: of the picture.
        taps: how many states of the step before a place reads, at as many neighbouring places.
        own: which of them is the place itself; the cell comes from there.
    """

    height: int
    width: int
    taps: int
    own: int

    @property
    @abstractmethod
    def steps(self) -> int:
        """How many."""

    @property
    @abstractmethod
    def places(self) -> int:
        """Places in all; no step takes more pixels."""

    @abstractmethod
    def active(self, step: int) -> slice:
        """The places of a step that are pixels of the picture."""

    @abstractmethod
    def pixels(self, picture: Tensor, step: int) -> Tensor:
        """The active places of a step in a contiguous map (D, H, W, F, B), as a view (D, F, active places, B)."""

    def read(self, step: int, tap: int) -> slice:
        """Where a tap of the active places lies among states that begin ``own`` places before the first."""
        here = self.active(step)
        return slice(here.start + tap, here.stop + tap)

    def written(self, step: int) -> slice:
        """Where the active places themselves lie there."""
        return self.read(step, self.own)


class Rows(Walk):
    """From top to bottom, a row a step; places are columns, and ``taps`` are centred (Row LSTM)."""

    def __init__(self, height: int, width: int, taps: int) -> None:
        super().__init__(height, width, taps, own=taps // 2)

    @property
    def steps(self) -> int:
        """See `Walk.steps`."""
        return self.height

    @property
    def places(self) -> int:
        """See `Walk.places`."""
        return self.width

    def active(self, step: int) -> slice:
        """See `Walk.active`: all."""
        return slice(0, self.width)

    def pixels(self, picture: Tensor, step: int) -> Tensor:
        """See `Walk.pixels`."""
        return picture[:, step].transpose(1, 2)


class Diagonals(Walk):
    """From the upper left to the lower right, a diagonal a step; places are rows, taps the row above and the own.

    That is what the paper skews the map for (PixelRNN paper, section 3.2 and Figure 3): with each row offset by one
    position to the one above, pixel (i, j) stands in column s = i + j, and a column is a step.
    """

    def __init__(self, height: int, width: int) -> None:
        super().__init__(height, width, taps=2, own=1)

    @property
    def steps(self) -> int:
        """See `Walk.steps`: the columns of the skewed map."""
        return self.height + self.width - 1

    @property
    def places(self) -> int:
        """See `Walk.places`."""
        return self.height

    def active(self, step: int) -> slice:
        """See `Walk.active`: the rows that have a pixel in this column of the skewed map."""
        return slice(max(0, step - self.width + 1), min(self.height, step + 1))

    def pixels(self, picture: Tensor, step: int) -> Tensor:
        """See `Walk.pixels`: from one to the next it is a row down and a column back."""
        direction, row, column, feature, image = picture.stride()
        rows = self.active(step)
        return picture.as_strided(
            (len(picture), picture.shape[3], rows.stop - rows.start, picture.shape[4]),
            (direction, feature, row - column, image),
            picture.storage_offset() + rows.start * row + (step - rows.start) * column,
        )


def recur(
    walk: Walk, maps: list[Tensor], weight: Tensor, states: Tensor, cells: Tensor
) -> tuple[list[Tensor], Tensor]:
    """Run LSTMs over a batch of pictures (PixelRNN paper, equation 3).

    Args:
        walk: in which order.
        maps: of each of D directions, the input-to-state map (B, 4h, H, W), gates in the order of `lstm`; fastest
            where features are innermost in memory.
        weight: (D, taps, h, 4h) state-to-state.
        states: (steps + 1, D, h, n, B) what lies outside the picture, in its place: step s reads states s, and writes
            those of its active places to s + 1; the first place is number ``own`` of n.
        cells: (steps + 1, D, h, places, B) likewise. Everything is computed in their precision, also under autocast:
            the cell sums up over the whole picture.

    Returns:
        Of each direction, the states (B, h, H, W), in the precision of the maps; and the cells after the last step
        (D, h, places, B), which carry no derivative.
    """
    *found, last = _Recurrence.apply(walk, weight, states, cells, *maps)
    return found, last


class _Recurrence(torch.autograd.Function):
    """See `recur`."""

    @staticmethod
    def forward(ctx, walk: Walk, weight: Tensor, states: Tensor, cells: Tensor, *maps: Tensor) -> tuple[Tensor, ...]:
        """All steps; gates (after their nonlinearities), states and cells are kept for `backward`."""
        inputs = _turn(maps)
        states, cells = states.clone(), cells.clone()
        found = inputs.new_empty(*inputs.shape[:3], cells.shape[2], cells.shape[-1])
        gates = _gates(walk, cells)
        kernels = weight.to(cells.dtype).transpose(2, 3)
        with torch.autocast(cells.device.type, enabled=False):
            for step, now in enumerate(gates):
                here = walk.active(step)
                now.copy_(walk.pixels(inputs, step))
                for tap in range(walk.taps):
                    now.flatten(2).baddbmm_(kernels[:, tap], states[step, :, :, walk.read(step, tap)].flatten(2))
                doors, content = _doors(now)
                output, forget, input_ = doors.sigmoid_().chunk(GATES - 1, dim=1)
                cell, state = cells[step + 1, :, :, here], states[step + 1, :, :, walk.written(step)]
                torch.mul(forget, cells[step, :, :, here], out=cell).addcmul_(input_, content.tanh_())
                torch.mul(output, torch.tanh(cell), out=state)
                walk.pixels(found, step).copy_(state)
        ctx.walk = walk
        ctx.save_for_backward(weight, states, cells, *gates)
        last = cells[-1].clone()
        ctx.mark_non_differentiable(last)
        return *_turn_back(found), last

    @staticmethod
    @once_differentiable
    def backward(ctx, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        """See `_Slopes`."""
        return None, *_Slopes.apply(ctx.walk, *ctx.saved_tensors, *slopes[:-1])


class _Slopes(torch.autograd.Function):
    """The derivative of `_Recurrence`: a function of its own, so that many can be asked for at once."""

    @staticmethod
    def forward(walk: Walk, weight: Tensor, states: Tensor, cells: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        """All steps from the last to the first. What reaches a state outside the picture stays in its place.

        Args:
            rest: the gates of each step, then what arrives at the states of each direction.

        Returns:
            The derivatives by weight, states, cells and each map.
        """
        gates, arrived = rest[: walk.steps], _turn(rest[walk.steps :])
        kernels = weight.to(cells.dtype)
        by_state, by_cell, by_weight = torch.zeros_like(states), torch.zeros_like(cells), torch.zeros_like(kernels)
        by_input = arrived.new_empty(*arrived.shape[:3], kernels.shape[3], arrived.shape[4])
        with torch.autocast(cells.device.type, enabled=False):
            for step, now in reversed(list(enumerate(gates))):
                here = walk.active(step)
                output, forget, input_, content = now.chunk(GATES, dim=1)
                before, tanh = cells[step, :, :, here], torch.tanh(cells[step + 1, :, :, here])
                through_state = by_state[step + 1, :, :, walk.written(step)]
                through_cell = by_cell[step + 1, :, :, here]
                by_h = through_state + walk.pixels(arrived, step)
                by_c = through_cell + torch.ops.aten.tanh_backward(by_h * output, tanh)
                through_state.zero_()
                through_cell.zero_()
                torch.mul(by_c, forget, out=by_cell[step, :, :, here])
                doors, _ = _doors(now)
                by_doors = torch.cat([by_h * tanh, by_c * before, by_c * content], dim=1)
                by_gate = torch.cat(
                    [
                        torch.ops.aten.sigmoid_backward(by_doors, doors),
                        torch.ops.aten.tanh_backward(by_c * input_, content),
                    ],
                    dim=1,
                )
                walk.pixels(by_input, step).copy_(by_gate)
                by_gate = by_gate.flatten(2)
                for tap in range(walk.taps):
                    read = walk.read(step, tap)
                    by_state[step, :, :, read].flatten(2).baddbmm_(kernels[:, tap], by_gate)
                    by_weight[:, tap].baddbmm_(states[step, :, :, read].flatten(2), by_gate.transpose(1, 2))
        return by_weight.to(weight.dtype), by_state, by_cell, *_turn_back(by_input)

    @staticmethod
    def setup_context(ctx, inputs: tuple, output: tuple) -> None:
        """Nothing is kept: there is no second derivative."""

    @staticmethod
    def vmap(info, in_dims: tuple[int | None, ...], walk: Walk, *given: Tensor) -> tuple[tuple, tuple[int, ...]]:
        """Many derivatives of one pass, as `pixellab.causality` asks for them: so many times the directions."""
        many, (weight, states, cells) = info.batch_size, given[:3]

        def fold(tensor: Tensor, dim: int | None, at: int) -> Tensor:
            every = tensor.movedim(dim, at) if dim is not None else torch.stack([tensor] * many, dim=at)
            return every.flatten(at, at + 1)

        dims, arrived = in_dims[1:], 3 + walk.steps
        gates = [fold(gate, dim, 0) for gate, dim in zip(given[3:arrived], dims[3:arrived], strict=True)]
        slopes = torch.stack(
            [fold(slope, dim, 0) for slope, dim in zip(given[arrived:], dims[arrived:], strict=True)]
        )
        directions = len(slopes)
        maps = slopes.unflatten(1, (many, -1)).transpose(0, 1).flatten(0, 1).unbind()
        found = _Slopes.apply(
            walk, fold(weight, dims[0], 0), fold(states, dims[1], 1), fold(cells, dims[2], 1), *gates, *maps
        )
        kept = [part.unflatten(at, (many, -1)) for part, at in zip(found[:3], (0, 1, 1), strict=True)]
        by_maps = [torch.stack(found[3 + direction :: directions]) for direction in range(directions)]
        return (*kept, *by_maps), (0, 1, 1, *[0] * directions)


def _gates(walk: Walk, like: Tensor) -> list[Tensor]:
    """Memory for the gates of each step, (D, 4h, active places, B)."""
    _, directions, features, _, batch = like.shape
    sizes = [here.stop - here.start for here in map(walk.active, range(walk.steps))]
    whole = like.new_empty(sum(sizes), directions * GATES * features * batch)
    return [part.view(directions, GATES * features, -1, batch) for part in whole.split(sizes)]


def _doors(gates: Tensor) -> tuple[Tensor, Tensor]:
    """Gates (D, 4h, …) as those of a sigmoid, (D, 3h, …), and the content (D, h, …), of a tanh."""
    features = gates.shape[1] // GATES
    return gates.split([(GATES - 1) * features, features], dim=1)


def _turn(maps: tuple[Tensor, ...]) -> Tensor:
    """D maps (B, F, H, W), best with features innermost, as one (D, H, W, F, B): transposed as plain matrices."""
    batch, features, height, width = maps[0].shape
    turned = maps[0].new_empty(len(maps), height, width, features, batch)
    for target, source in zip(turned, maps, strict=True):
        target.view(-1, batch).copy_(source.permute(0, 2, 3, 1).reshape(batch, -1).t())
    return turned


def _turn_back(turned: Tensor) -> list[Tensor]:
    """The maps (B, F, H, W), features innermost, that `_turn` would make (D, H, W, F, B) of."""
    height, width, features, batch = turned.shape[1:]
    return [
        source.view(-1, batch).t().contiguous().view(batch, height, width, features).permute(0, 3, 1, 2)
        for source in turned
    ]
