"""Completion that looks below, against the exact posterior of tiny pictures."""

import itertools

import pytest
import torch

import pixellab
from pixellab.likelihood import cost_map
from pixellab.sampling.look_below import Particles, look_below, systematic

PICTURE = torch.tensor([[1, 0, 1], [0, 1, 0], [1, 1, 0]])[None, None]
HOLE = torch.tensor([[0, 1, 1], [1, 0, 1], [0, 1, 0]]).bool()
EVERY = torch.tensor(list(itertools.product((0, 1), repeat=9))).view(-1, 1, 3, 3)
SETS = 2000
CASES = [(name, {}) for name in pixellab.architectures()]
CASES += [("multi_scale", {"lstm": "row_lstm", "factor": 2}), ("gated_pixelcnn", {"condition_size": 2})]


@pytest.fixture(scope="module")
def drawn():
    """A network of each architecture on 3x3 binary pictures, whose pixels depend on one another."""

    def build(architecture, **options):
        torch.manual_seed(3)
        size = {"height": 3, "width": 3, "features": 8, "layers": 2, "head_features": 8, "first_kernel": 3}
        model = pixellab.build(architecture, **size, **options).double()
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, 0, 0.6)
        with torch.inference_mode():
            logits = model(EVERY, classes(model, len(EVERY)))
        for name, parameter in model.named_parameters():  # Neither indifferent nor certain.
            if "head.softmax" in name:
                parameter.data.div_(logits.std())
        return model

    return build


def classes(model, n=1):
    """The second class, where a model needs one."""
    return torch.ones(n, dtype=torch.int64) if getattr(model.configuration, "condition_size", 0) else None


def posterior(model, temperature=1.0):
    """Every filling of the hole, and its exact probability given all other pixels."""
    fitting = EVERY[((EVERY == PICTURE) | HOLE).flatten(1).all(1)]
    with torch.inference_mode():
        log = torch.log_softmax(model(fitting, classes(model, len(fitting))) / temperature, 1)
    likelihood = log.gather(1, fitting[:, None]).flatten(1).sum(1)
    return {tuple(x.flatten().tolist()): p for x, p in zip(fitting, torch.softmax(likelihood, 0).tolist(), strict=True)}


def total_variation(endings, weights, exact):
    estimate = dict.fromkeys(exact, 0.0)
    for picture, weight in zip(endings, weights.tolist(), strict=True):
        estimate[tuple(picture.flatten().tolist())] += weight
    return sum(abs(estimate[key] - exact[key]) for key in exact) / 2


@pytest.mark.parametrize(("architecture", "options"), CASES)
@pytest.mark.parametrize("particles", [1, 8])
def test_weighted_endings_follow_the_posterior(drawn, architecture, options, particles):
    """2,000 sets of 1 and of 8 particles: within sampling error of the enumeration of all 512 pictures."""
    model = drawn(architecture, **options)
    exact, settings = posterior(model), {"condition": classes(model), "seed": 1}
    done = pixellab.complete(model, PICTURE, HOLE, SETS, "look_below", particles=particles, **settings)
    distance = total_variation(done.images[0], torch.softmax(done.log_weights[0], 0), exact)
    assert distance < 0.06

    plain = pixellab.complete(model, PICTURE, HOLE, SETS, **settings)
    raster = total_variation(plain.images[0], torch.full((SETS,), 1 / SETS), exact)
    assert raster > 2 * distance, "what is given below must matter in this example"


def test_many_particles_need_no_weights(drawn):
    """With 64 particles a set, unweighted endings are close to the posterior, and closer than with 2."""
    model = drawn("gated_pixelcnn")
    exact = posterior(model)
    equal = torch.full((SETS,), 1 / SETS)
    far, near = (
        total_variation(
            pixellab.complete(model, PICTURE, HOLE, SETS, "look_below", particles=count, seed=2).images[0], equal, exact
        )
        for count in (2, 64)
    )
    assert near < 0.06 < far


def test_the_evidence_is_that_of_the_given_pixels(drawn):
    """The mean of the sets' weights estimates the probability of what is given behind, by enumeration."""
    model = drawn("pixelcnn")
    done = pixellab.complete(model, PICTURE, HOLE, SETS, "look_below", particles=8, seed=3)
    fitting = EVERY[((EVERY == PICTURE) | HOLE).flatten(1).all(1)]
    first = cost_map(model, PICTURE)[0, 0, 0, 0]  # The pixel before the hole has no part in it.
    exact = torch.logsumexp(-pixellab.nll(model, fitting), 0) + first
    estimate = torch.logsumexp(done.log_weights[0], 0) - torch.tensor(float(SETS)).log()
    assert estimate.item() == pytest.approx(exact.item(), abs=0.03)


def test_temperature_tempers_drawing_and_weighing(drawn):
    model = drawn("gated_pixelcnn")
    done = pixellab.complete(model, PICTURE, HOLE, SETS, "look_below", particles=8, temperature=0.5, seed=4)
    exact = posterior(model, temperature=0.5)
    assert total_variation(done.images[0], torch.softmax(done.log_weights[0], 0), exact) < 0.06


@pytest.mark.parametrize("channels", [1, 3])
def test_given_pixels_come_back_and_sizes_are_told(channels):
    torch.manual_seed(0)
    model = pixellab.build(
        "gated_pixelcnn", channels=channels, levels=5, height=5, width=4, features=9, layers=2, head_features=9
    )
    images = torch.randint(0, 5, (2, channels, 5, 4))
    holes = torch.zeros(2, 5, 4, dtype=torch.bool)
    holes[0, 1:3, 1:3] = True
    holes[1, 3, :2] = True
    done = pixellab.complete(model, images, holes, 3, "look_below", particles=4, seed=5)
    given = ~holes[:, None, None].expand_as(done.images)
    assert torch.equal(done.images[given], images[:, None].expand_as(done.images)[given])
    assert done.log_weights.shape == (2, 3)
    assert ((done.effective_sample_size >= 1 - 1e-9) & (done.effective_sample_size <= 4 + 1e-9)).all()
    assert all(1 <= count <= 3 for count in done.distinct)
    again = pixellab.complete(model, images, holes, 3, "look_below", particles=4, seed=5)
    assert torch.equal(again.images, done.images)


def test_nothing_hidden_is_nothing_to_do():
    model = pixellab.build("pixelcnn", height=4, width=4, features=4, layers=1)
    images = torch.ones(1, 1, 4, 4, dtype=torch.int64)
    done = pixellab.complete(model, images, torch.zeros(4, 4, dtype=torch.bool), 2, "look_below")
    assert torch.equal(done.images, images[:, None].expand(1, 2, 1, 4, 4))


def test_systematic_resampling_copies_by_weight():
    weights = torch.tensor([[0.1, 0.2, 0.3, 0.4]]).repeat(5, 1)
    chosen = systematic(weights.double(), torch.rand(5, 1, dtype=torch.float64))
    for row in chosen:
        counts = torch.bincount(row, minlength=4)
        assert ((counts - 4 * weights[0]).abs() < 1).all()


def test_resampling_leaves_rich_sets_alone():
    state = Particles(torch.arange(8).view(8, 1, 1, 1), particles=4, seed=0)
    state.log_weights[1, 0] = 50.0
    order = state.resample()
    assert order.tolist() == [0, 1, 2, 3, 4, 4, 4, 4]
    assert state.log_weights.abs().max() == 0
    assert state.evidence[0] == 0
    assert state.evidence[1].item() == pytest.approx(50 - torch.tensor(4.0).log().item())


@pytest.mark.parametrize(("settings", "word"), [({"particles": 0}, "particles"), ({"temperature": 0.0}, "temperature")])
def test_settings_that_do_not_fit(settings, word):
    model = pixellab.build("pixelcnn", height=4, width=4, features=4, layers=1)
    with pytest.raises(ValueError, match=word):
        look_below(model, torch.zeros(1, 1, 4, 4, dtype=torch.int64), torch.ones(4, 4, dtype=torch.bool), **settings)


def test_an_unknown_method_is_named():
    model = pixellab.build("pixelcnn", height=4, width=4, features=4, layers=1)
    with pytest.raises(ValueError, match="look_below"):
        pixellab.complete(model, torch.zeros(1, 1, 4, 4, dtype=torch.int64), torch.ones(4, 4).bool(), method="magic")
