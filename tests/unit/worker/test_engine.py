"""The real engine: in this process, and behind the real worker, on small random models saved for the zoo."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

import pixellab
from pixellab import sampling, zoo
from pixellab.worker.client import Completion, Distributions, Job, Lab, LookBelow, generation
from pixellab.worker.engine import TorchEngine

PATIENCE_S = 60.0


def save(folder: Path, architecture: str, **options: int) -> str:
    """A random model as a folder of the zoo."""
    torch.manual_seed(0)
    model = pixellab.build(architecture, features=12, layers=2, head_features=12, **options)
    card = zoo.Card(
        name=folder.name,
        title="Random",
        configuration=model.configuration,
        data="nothing",
        protocol="none",
        unit="nats",
        seed=0,
        command="none",
        steps=0,
        images_seen=0,
        hours=0.0,
        hardware="none",
    )
    zoo.save(folder, model, card)
    return str(folder)


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save(tmp_path_factory.mktemp("binary"), "gated_pixelcnn", height=7, width=10)


@pytest.fixture(scope="module")
def colour(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("colour")
    return save(folder, "gated_pixelcnn", channels=3, levels=5, height=4, width=6, condition_size=3)


@pytest.fixture(scope="module")
def multi_scale(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save(tmp_path_factory.mktemp("multi"), "multi_scale", height=6, width=9, factor=2, small_layers=1)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()


@pytest.fixture
def engine() -> Iterator[TorchEngine]:
    threads = torch.get_num_threads()
    yield TorchEngine()
    torch.set_num_threads(threads)
    gc.unfreeze()


def assert_same(job: Job, pixels: list[sampling.Pixel]) -> None:
    assert job.wait(timeout=PATIENCE_S)
    assert (job.state, job.error) == ("done", "")
    np.testing.assert_array_equal(job.order, [(pixel.row, pixel.column) for pixel in pixels])
    np.testing.assert_array_equal(job.values, np.stack([pixel.values for pixel in pixels]))
    if job.probabilities is not None:
        probabilities = np.stack([pixel.probabilities for pixel in pixels])
        np.testing.assert_allclose(job.probabilities, probabilities, atol=1e-3)


def test_completion(lab: Lab, binary: str) -> None:
    image = np.random.default_rng(0).integers(2, size=(1, 7, 10), dtype=np.uint8)
    hidden = np.zeros((7, 10), bool)
    hidden[2:6, 3:8] = True
    job = lab.submit(Completion(binary, image, hidden, n=4, temperature=0.8, seed=11))
    pixels = sampling.stream(
        zoo.load(binary),
        torch.from_numpy(image)[None],
        torch.from_numpy(hidden),
        n=4,
        temperature=0.8,
        seed=11,
    )
    assert_same(job, list(pixels))


def test_multi_scale_is_told_in_its_own_order(lab: Lab, multi_scale: str) -> None:
    model = zoo.load(multi_scale)
    job = lab.submit(generation(multi_scale, n=2, seed=3))
    assert_same(job, list(sampling.stream(model, n=2, seed=3)))
    np.testing.assert_array_equal(job.order @ [9, 1], model.order(6, 9))
    hidden = np.zeros((6, 9), bool)
    hidden[1:5, 2:8] = True
    image = np.random.default_rng(0).integers(2, size=(1, 6, 9), dtype=np.uint8)
    job = lab.submit(Completion(multi_scale, image, hidden, n=3, seed=4))
    given = torch.from_numpy(image)[None], torch.from_numpy(hidden)
    assert_same(job, list(sampling.stream(model, *given, n=3, seed=4)))


@pytest.mark.parametrize("model", ["binary", "multi_scale", "colour"])
def test_looking_below_ends_as_complete_does(lab: Lab, request: pytest.FixtureRequest, model: str) -> None:
    """The genealogy of the particles leads to the endings and weights of `pixellab.complete`."""
    name = request.getfixturevalue(model)
    given = zoo.card(name).configuration
    image = np.random.default_rng(0).integers(given.levels, size=given.shape, dtype=np.uint8)
    hidden = np.zeros(given.shape[1:], bool)
    hidden[1:3, 1:5] = hidden[3, 2] = True
    condition = None if model != "colour" else np.array([0, 1, 2])
    job = lab.submit(LookBelow(name, image, hidden, n=3, seed=6, condition=condition, particles=5))
    assert job.wait(timeout=PATIENCE_S)
    assert (job.state, job.error) == ("done", "")
    done = pixellab.complete(
        zoo.load(name),
        torch.from_numpy(image)[None],
        torch.from_numpy(hidden),
        3,
        "look_below",
        particles=5,
        seed=6,
        condition=None if condition is None else torch.from_numpy(condition).repeat_interleave(5),
    )
    np.testing.assert_allclose(job.evidence[-1], done.log_weights[0], rtol=1e-6)
    ending = np.repeat(image[None], 3, 0)
    for k in range(3):
        particle = job.stands[-1, k]
        for step in reversed(range(job.total)):
            row, column = job.order[step]
            ending[k, :, row, column] = job.values[step, k, particle]
            particle = job.parents[step, k, particle]
    np.testing.assert_array_equal(ending, done.images[0])
    np.testing.assert_allclose(job.shares.sum(-1), 1, atol=5e-3)
    np.testing.assert_allclose(job.worth[-1], done.effective_sample_size[0, :, -1], rtol=1e-3)


@pytest.mark.parametrize("condition", [2, np.array([0.5, -1, 2], np.float32)])
def test_generation_with_condition(lab: Lab, colour: str, condition: int | np.ndarray) -> None:
    job = lab.submit(generation(colour, n=2, seed=5, condition=condition, keep_probabilities=True))
    given = torch.as_tensor(condition)[None]
    assert_same(job, list(sampling.stream(zoo.load(colour), n=2, condition=given, seed=5)))


def test_a_condition_for_each_picture(lab: Lab, colour: str) -> None:
    job = lab.submit(generation(colour, n=3, seed=5, condition=np.array([2, 0, 1]), keep_probabilities=True))
    assert_same(job, list(sampling.stream(zoo.load(colour), n=3, condition=torch.tensor([2, 0, 1]), seed=5)))


def test_distributions_add_up_to_the_likelihood(lab: Lab, colour: str) -> None:
    image = np.random.default_rng(0).integers(5, size=(3, 4, 6), dtype=np.uint8)
    job = lab.submit(Distributions(colour, image, condition=1))
    assert job.wait(timeout=PATIENCE_S)
    model, given = zoo.load(colour), torch.tensor([1])
    x = torch.from_numpy(image)[None].long()
    assert job.nats.sum() == pytest.approx(pixellab.nll(model, x, given).item(), rel=1e-4)
    logits = model(x, given)[0].detach()
    expected = logits.softmax(0).permute(2, 3, 1, 0).reshape(24, 1, 3, 5)
    np.testing.assert_allclose(job.probabilities, expected, atol=1e-3)
    np.testing.assert_array_equal(job.values[:, 0], image.transpose(1, 2, 0).reshape(24, 3))


def test_nats_of_what_was_drawn_add_up_to_its_likelihood(lab: Lab, binary: str) -> None:
    job = lab.submit(generation(binary, n=2, seed=1))
    assert job.wait(timeout=PATIENCE_S)
    drawn = torch.from_numpy(job.values).permute(1, 2, 0).reshape(2, 1, 7, 10).long()
    expected = pixellab.nll(zoo.load(binary), drawn).detach()
    np.testing.assert_allclose(job.nats.sum((0, 2)), expected, rtol=1e-4)


def test_a_corrupt_checkpoint_fails_alone(lab: Lab, binary: str, tmp_path: Path) -> None:
    damaged = Path(save(tmp_path / "damaged", "pixelcnn", height=7, width=10))
    weights = damaged / zoo.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:100])
    bad, good = lab.submit(generation(str(damaged))), lab.submit(generation(binary))
    assert bad.wait(timeout=PATIENCE_S)
    assert bad.state == "failed"
    assert "truncated or damaged" in bad.error
    assert good.wait(timeout=PATIENCE_S)
    assert good.state == "done"


def test_an_unknown_model_is_refused(lab: Lab) -> None:
    with pytest.raises(ValueError, match="no trained model 'nobody'"):
        lab.submit(generation("nobody"))


def test_killed_it_draws_the_same(lab: Lab, binary: str) -> None:
    expected = list(sampling.stream(zoo.load(binary), n=9, seed=3))
    lab.warm(binary)
    jobs = [lab.submit(generation(binary, n=9, seed=3)) for _ in range(3)]
    assert jobs[0].wait(pixels=1, timeout=PATIENCE_S)
    os.kill(lab.pid, signal.SIGKILL)
    for job in jobs:
        assert_same(job, expected)


def test_models_are_loaded_once(engine: TorchEngine, binary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []
    real = zoo.load
    monkeypatch.setattr(zoo, "load", lambda name: loaded.append(name) or real(name))
    engine = TorchEngine()
    request = generation(binary).checked(zoo.card(binary).configuration)
    engine.warm(binary)
    for _ in range(3):
        assert next(engine.open(request)).values.shape == (1, 1)
    assert loaded == [binary]


def test_one_thread(engine: TorchEngine) -> None:
    assert torch.get_num_threads() == 1
