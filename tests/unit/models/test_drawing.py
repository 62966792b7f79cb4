"""Drawing with every model: likelihoods agree, given pixels stay, seeds repeat, and closing ends the work."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

import pixellab

MODELS = [*itertools.product(pixellab.architectures(), [1, 3])]


@pytest.mark.parametrize(("architecture", "channels"), MODELS)
def test_trap_3_probabilities_while_drawing_multiply_to_the_likelihood(tiny, architecture, channels):
    """Logits that are (K, C) in the loss and (C, K) in the sampler, or groups that cross, would differ here."""
    model = tiny(architecture, channels=channels, height=4, width=5, levels=5)
    pictures, logs = torch.zeros(3, channels, 4, 5, dtype=torch.int64), np.zeros(3)
    for pixel in pixellab.stream(model, n=3, seed=1):
        pictures[:, :, pixel.row, pixel.column] = torch.from_numpy(pixel.values)
        chosen = np.take_along_axis(pixel.probabilities, pixel.values[:, :, None], axis=2)
        logs += np.log(chosen.astype(np.float64)).sum((1, 2))
        np.testing.assert_allclose(pixel.probabilities.sum(2), 1, atol=1e-6)
    np.testing.assert_allclose(-logs, pixellab.nll(model, pictures).numpy(), rtol=1e-5)
    assert torch.equal(pictures, pixellab.sample(model, 3, seed=1))


@pytest.mark.parametrize(("architecture", "channels"), MODELS)
def test_trap_11_given_pixels_come_back_with_another_mask_for_each_picture(tiny, architecture, channels):
    model = tiny(architecture, channels=channels, height=5, width=6, levels=4)
    generator = torch.Generator().manual_seed(1)
    images = torch.randint(4, (3, channels, 5, 6), generator=generator)
    hidden = torch.rand(3, 5, 6, generator=generator) < 0.5
    hidden[0, :2], hidden[1, 3:], hidden[2] = False, False, False
    before = images.clone()
    endings = pixellab.complete(model, images, hidden, n=4, seed=2).images
    assert torch.equal(images, before)
    for picture, hole, given in zip(endings, hidden, images, strict=True):
        assert torch.equal(picture[:, :, ~hole], given[:, ~hole].expand(4, -1, -1))
    assert len(endings[0].flatten(1).unique(dim=0)) > 1
    for b in range(3):
        # What is drawn is as likely as the picture says, whatever is hidden in its neighbours.
        for pixel in pixellab.stream(model, images, hidden, seed=3):
            if pixel.drawn[b]:
                images[b, :, pixel.row, pixel.column] = torch.from_numpy(pixel.values[b])
                with torch.no_grad():
                    expected = torch.softmax(model(images[b : b + 1])[0, :, 0, pixel.row, pixel.column], 0)
                np.testing.assert_allclose(pixel.probabilities[b, 0], expected, atol=1e-6)
        images.copy_(before)


@pytest.mark.parametrize(("architecture", "channels"), MODELS)
def test_a_seed_draws_the_same_picture_whatever_stands_beside_it(tiny, architecture, channels):
    model = tiny(architecture, channels=channels, height=4, width=5)
    alone = pixellab.sample(model, 1, seed=7)
    assert torch.equal(pixellab.sample(model, 5, seed=7)[:1], alone)
    torch.manual_seed(99)
    first, second = pixellab.stream(model, seed=7), pixellab.stream(model, seed=8)
    drawn = torch.zeros_like(alone)
    for pixel, _ in zip(first, second, strict=True):  # Two jobs in turns
        drawn[:, :, pixel.row, pixel.column] = torch.from_numpy(pixel.values)
    assert torch.equal(drawn, alone)
    assert not torch.equal(pixellab.sample(model, 1, seed=8), alone)


@pytest.mark.parametrize("architecture", pixellab.architectures())
def test_closing_ends_the_work(tiny, architecture):
    model = tiny(architecture, height=4, width=5)
    drawing = pixellab.stream(model, seed=1)
    assert [5 * p.row + p.column for p in itertools.islice(drawing, 3)] == model.order(4, 5)[:3].tolist()
    drawing.close()
    assert next(drawing, None) is None


@pytest.mark.parametrize(("architecture", "channels"), MODELS)
def test_temperature_0_takes_the_likeliest_value(tiny, architecture, channels):
    model = tiny(architecture, channels=channels, height=4, width=5)
    picture = pixellab.sample(model, 2, temperature=0, seed=1)
    assert torch.equal(picture[0], picture[1])
    with torch.no_grad():
        assert torch.equal(model(picture).argmax(1), picture)


@pytest.mark.parametrize("architecture", pixellab.architectures())
def test_a_condition_that_nobody_reads_is_refused(tiny, architecture):
    model = tiny(architecture, height=4, width=5)
    with pytest.raises(ValueError, match="unconditional"):
        pixellab.sample(model, 1, condition=torch.tensor([1]))
    with pytest.raises(ValueError, match="unconditional"):
        model(torch.zeros(1, 1, 4, 5, dtype=torch.int64), torch.tensor([1]))
