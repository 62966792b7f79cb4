"""The recurrence against equation 3 pixel by pixel, and its derivative against differences."""

from itertools import chain

import pytest
import torch

from pixellab.layers.lstm import lstm
from pixellab.layers.recurrence import Diagonals, Rows, recur

SIZES = [(1, 1), (1, 4), (4, 1), (4, 5), (5, 4)]


def rows(height, width):
    return Rows(height, width, taps=3)


@pytest.fixture(params=[rows, Diagonals], ids=["rows", "diagonals"])
def walk(request):
    return request.param


def arguments(walk, directions=2, features=2, batch=2):
    """Maps, weights and whatever lies outside the picture, all drawn at random."""
    generator = torch.Generator().manual_seed(walk.height * 10 + walk.width)

    def draw(*size):
        return torch.randn(*size, generator=generator, dtype=torch.float64).requires_grad_()

    maps = [draw(batch, 4 * features, walk.height, walk.width) for _ in range(directions)]
    weight = draw(directions, walk.taps, features, 4 * features)
    states = draw(walk.steps + 1, directions, features, walk.places + 2, batch)
    return maps, weight, states, draw(walk.steps + 1, directions, features, walk.places, batch)


def place_of(walk, row, column):
    """The place of a pixel among those of its step."""
    return column if isinstance(walk, Rows) else row


def step_of(walk, row, column):
    """The step of a pixel."""
    return row if isinstance(walk, Rows) else row + column


def slowly(walk, maps, weight, states, cells):
    """Pixel by pixel, in raster order, which serves both walks."""
    states, cells = states.clone(), cells.clone()
    found = [torch.zeros(len(m), m.shape[1] // 4, *m.shape[2:], dtype=m.dtype) for m in maps]
    for row in range(walk.height):
        for column in range(walk.width):
            step = step_of(walk, row, column)
            place = place_of(walk, row, column)
            for d, map_ in enumerate(maps):
                gates = map_[:, :, row, column].clone()
                for tap in range(walk.taps):
                    gates = gates + states[step, d, :, place + tap].T @ weight[d, tap]
                state, cell = lstm(gates, cells[step, d, :, place].T)
                states[step + 1, d, :, walk.own + place], cells[step + 1, d, :, place] = state.T, cell.T
                found[d][:, :, row, column] = state
    return found, cells[-1]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_equals_equation_3_pixel_by_pixel(walk, height, width):
    given = arguments(walk := walk(height, width))
    with torch.no_grad():
        (found, last), (expected, cells) = recur(walk, *given), slowly(walk, *given)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)
    here = walk.active(walk.steps - 1)
    torch.testing.assert_close(last[:, :, here], cells[:, :, here], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_derivatives_by_all_arguments(walk, height, width):
    maps, weight, states, cells = arguments(walk := walk(height, width))

    def states_only(weight, states, cells, *maps):
        return tuple(recur(walk, list(maps), weight, states, cells)[0])

    assert torch.autograd.gradcheck(states_only, (weight, states, cells, *maps))


def test_a_gradient_can_be_asked_for_twice(walk):
    maps, weight, states, cells = arguments(walk := walk(4, 5))
    (left, right), _ = recur(walk, maps, weight, states, cells)
    value = left.sin().sum() + right.square().sum()
    once = torch.autograd.grad(value, maps, retain_graph=True)
    twice = torch.autograd.grad(value, maps)
    assert all(torch.equal(one, other) for one, other in zip(once, twice, strict=True))


def test_many_derivatives_at_once_are_those_of_one_after_the_other(walk):
    """As the causality check asks for them."""
    maps, weight, states, cells = arguments(walk := walk(3, 4))
    found, _ = recur(walk, maps, weight, states, cells)
    wanted = (weight, states, cells, *maps)
    values = found[0][0, 0].flatten()

    def derivatives(direction):
        return torch.autograd.grad(values, wanted, direction, retain_graph=True, materialize_grads=True)

    directions = torch.eye(len(values), dtype=values.dtype)
    at_once = torch.func.vmap(derivatives)(directions)
    for position, direction in enumerate(directions):
        for many, one in zip(at_once, derivatives(direction), strict=True):
            assert torch.equal(many[position] == 0, one == 0)
            torch.testing.assert_close(many[position], one, rtol=0, atol=1e-14)


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_every_pixel_belongs_to_one_step(walk, height, width):
    walk = walk(height, width)
    picture = torch.arange(height * width).view(1, height, width, 1, 1)
    taken = [walk.pixels(picture, step).flatten().tolist() for step in range(walk.steps)]
    assert sorted(chain.from_iterable(taken)) == list(range(height * width))
    for step, pixels in enumerate(taken):
        assert len(pixels) == walk.active(step).stop - walk.active(step).start
        assert all(step_of(walk, *divmod(pixel, width)) == step for pixel in pixels)


@pytest.mark.parametrize(("height", "width"), [(5, 9), (9, 5), (4, 4), (1, 6), (6, 1)])
def test_diagonals_are_the_columns_of_the_skewed_map(height, width):
    """The picture of Figure 3: row i stands i places to the right, in a map that is n x (2n - 1) for n x n."""
    diagonals = Diagonals(height, width)
    picture = torch.arange(1, height * width + 1).view(height, width)
    wide = torch.zeros(height, height + width - 1, dtype=torch.int64)
    for i in range(height):
        wide[i, i : i + width] = picture[i]
    assert diagonals.steps == wide.shape[1]
    for s, column in enumerate(wide.T):
        assert diagonals.pixels(picture[None, :, :, None, None], s).flatten().tolist() == column[column > 0].tolist()


def test_computes_in_the_precision_of_the_cells_under_autocast(walk):
    walk = walk(4, 5)
    maps, *others = arguments(walk)
    maps, (weight, states, cells) = [map_.float() for map_ in maps], (tensor.float() for tensor in others)
    with torch.no_grad():
        exact, _ = recur(walk, maps, weight, states, cells)
        with torch.autocast("cpu", torch.bfloat16):
            under, last = recur(walk, maps, weight, states, cells)
    assert last.dtype == torch.float32
    assert all(torch.equal(one, other) for one, other in zip(exact, under, strict=True))
