"""What travels of particles, and the endings they lead to."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from pixellab.configurations import configuration
from pixellab.ui.cloud import FULL, Cloud
from pixellab.ui.components import checked
from pixellab.worker.jobs import Job
from pixellab.worker.requests import LookBelow

N, PARTICLES = 3, 4
HIDDEN = np.zeros((4, 5), bool)
HIDDEN[1, 1:4] = HIDDEN[2, 2] = True


@pytest.fixture
def cloud() -> Cloud:
    """A job whose particles were drawn, weighed and resampled at random."""
    given = configuration("pixelcnn", height=4, width=5)
    picture = np.ones((1, 4, 5), np.uint8)
    request = LookBelow("any", picture, HIDDEN, n=N, particles=PARTICLES).checked(given)
    job = Job(1, request, given, lambda job: None)
    rng = np.random.default_rng(0)
    arrays = {
        "values": rng.integers(2, size=job.values.shape, dtype=np.uint8),
        "parents": np.broadcast_to(np.arange(PARTICLES, dtype=np.uint8), job.parents.shape).copy(),
        "shares": np.full(job.shares.shape, 1 / PARTICLES, np.float16),
        "worth": np.full(job.worth.shape, PARTICLES, np.float32),
        "stands": rng.integers(PARTICLES, size=job.stands.shape, dtype=np.uint8),
        "evidence": np.zeros(job.evidence.shape),
    }
    arrays["parents"][5] = rng.integers(PARTICLES, size=(N, PARTICLES))
    arrays["shares"][4:] = rng.dirichlet(np.ones(PARTICLES), (job.total - 4, N))
    arrays["evidence"][-1] = [0.0, np.log(2), np.log(5)]
    job.fill(0, arrays)
    job.end("done")
    return Cloud.of(job, picture, 2)


def test_the_payload_is_plain_json_and_tells_changes_only(cloud: Cloud) -> None:
    payload = cloud.payload()
    checked(payload)
    json.dumps(payload)
    assert payload["total"] == 20 - 6
    assert payload["moved"] == [5]
    assert payload["told"] == [0, *range(4, 14)]
    sizes = {name: len(base64.b64decode(payload[name])) for name in ("values", "parents", "shares", "worth", "stands")}
    assert sizes == {
        "values": HIDDEN.sum() * N * PARTICLES,
        "parents": N * PARTICLES,
        "shares": 11 * N * PARTICLES,
        "worth": 14 * N * 4,
        "stands": 14 * N,
    }
    shares = np.frombuffer(base64.b64decode(payload["shares"]), np.uint8).reshape(-1, N, PARTICLES)
    assert (shares.max(-1) == FULL).all()


def test_later_pieces_leave_out_what_never_changes(cloud: Cloud) -> None:
    later = cloud.payload(6)
    assert "picture" not in later
    assert later["moved"] == []
    assert later["told"][0] == 6, "each piece begins with the weights"
    assert len(base64.b64decode(later["values"])) == int(HIDDEN[tuple(cloud.job.order[6:].T)].sum()) * N * PARTICLES


def test_endings_are_traced_through_their_ancestors(cloud: Cloud) -> None:
    values, job = cloud.values(), cloud.job
    for k in range(N):
        last = job.stands[-1, k]
        before = job.parents[5, k, last]
        assert (values[5:, k] == job.values[5:, k, last]).all()
        assert (values[:5, k] == job.values[:5, k, before]).all()
    assert 1 <= cloud.distinct <= N


def test_how_much_the_endings_count(cloud: Cloud) -> None:
    np.testing.assert_allclose(cloud.weights, [1 / 8, 2 / 8, 5 / 8])
    assert cloud.worth == pytest.approx(64 / 30)


def test_files_hold_the_hidden_pixels_only(cloud: Cloud) -> None:
    frames = cloud.frames()
    assert (frames.total, frames.done, frames.n) == (4, 4, N)
    assert HIDDEN[tuple(frames.order.T)].all()


def test_nothing_hidden_is_nothing_to_show() -> None:
    given = configuration("pixelcnn", height=4, width=5)
    picture = np.ones((1, 4, 5), np.uint8)
    request = LookBelow("any", picture, np.zeros((4, 5), bool), n=2, particles=2).checked(given)
    cloud = Cloud.of(Job(1, request, given, lambda job: None), picture, 2)
    checked(cloud.payload())
    assert cloud.weights.tolist() == [0.5, 0.5]
