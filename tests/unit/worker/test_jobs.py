"""A job seen from a page while blocks of pixels arrive."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

import fake_worker
import numpy as np
import pytest

from pixellab.worker import jobs
from pixellab.worker.jobs import Job
from pixellab.worker.requests import Completion, Request


def make(request: Request, configuration: object = fake_worker.BINARY) -> Job:
    return Job(1, request.checked(configuration), configuration, cancel=lambda job: job.end("cancelled"))


def block(job: Job, start: int, stop: int, value: int) -> dict[str, np.ndarray]:
    """Pixels start … stop-1, all of one value."""
    names = ("values", "entropy", "nats", "probabilities")
    arrays = {name: getattr(job, name) for name in names if getattr(job, name) is not None}
    return {name: np.full_like(array[start:stop], value) for name, array in arrays.items()}


@pytest.fixture
def job() -> Job:
    return make(Completion("binary", n=3))


def test_shapes_are_known_from_the_beginning(job: Job) -> None:
    assert (job.total, job.done, job.state, job.error) == (54, 0, "starting", "")
    assert job.order.shape == (54, 2)
    assert job.values.shape == job.entropy.shape == job.nats.shape == (54, 3, 1)
    assert job.probabilities.shape == (54, 3, 1, 2)
    dtypes = [a.dtype for a in (job.order, job.values, job.entropy, job.probabilities)]
    assert dtypes == [np.uint16, np.uint8, np.float32, np.float16]


def test_nothing_hidden_is_done_at_once() -> None:
    job = make(Completion("binary", np.zeros((1, 6, 9), np.uint8), np.zeros((6, 9), bool)))
    assert (job.state, job.total, job.done) == ("done", 0, 0)
    assert job.wait(timeout=0)


def test_blocks_fill_up(job: Job) -> None:
    job.fill(0, block(job, 0, 10, 1))
    job.fill(10, block(job, 10, 30, 2))
    assert job.done == 30
    assert np.unique(job.values[:10]) == [1]
    assert np.unique(job.values[10:30]) == [2]
    assert not job.values[30:].any()


def test_a_second_start_does_not_touch_what_was_shown(job: Job) -> None:
    job.fill(0, block(job, 0, 30, 1))
    for start, stop in [(0, 20), (20, 40)]:
        job.fill(start, block(job, start, stop, 2))
    assert job.done == 40
    assert np.unique(job.values[:30]) == [1]
    assert np.unique(job.values[30:40]) == [2]


def test_the_first_end_stays(job: Job) -> None:
    job.cancel()
    job.end("failed", "too late")
    job.move("running")
    job.fill(0, block(job, 0, 10, 1))
    assert (job.state, job.error, job.done) == ("cancelled", "", 0)


def test_only_what_was_abandoned_goes_on_and_what_it_had_stays(job: Job) -> None:
    job.fill(0, block(job, 0, 30, 1))
    assert not job.revive()
    job.end("cancelled", "Nobody looked.")
    assert job.abandoned
    assert job.revive()
    assert (job.state, job.error, job.done) == ("starting", "", 30)
    for start, stop in [(0, 20), (20, 54)]:
        job.fill(start, block(job, start, stop, 2))
    job.end("done")
    assert np.unique(job.values[:30]) == [1]
    assert np.unique(job.values[30:]) == [2]
    assert not job.revive()


def test_what_the_visitor_cancelled_stays_so(job: Job) -> None:
    job.cancel()
    assert not job.revive()
    assert job.state == "cancelled"


@pytest.mark.parametrize("look", [Job.touch, lambda job: job.state, lambda job: job.done, lambda job: job.wait(0)])
def test_what_counts_as_looking(job: Job, look: object) -> None:
    assert job.looked()
    assert not job.looked()
    look(job)
    assert job.looked()


def test_asking_whether_it_ended_does_not_count_as_looking(job: Job) -> None:
    job.looked()
    assert not job.ended
    assert not job.running
    assert not job.looked()


def test_who_waits_looks_all_the_time(job: Job) -> None:
    waiting = Thread(target=job.wait, args=(10, 60))
    waiting.start()
    while not job._waiting:
        pass
    job.looked()
    assert job.looked()
    job.fill(0, block(job, 0, 10, 1))
    waiting.join(60)
    assert not waiting.is_alive()


def test_waiting_ends_with_the_time_or_the_job(job: Job) -> None:
    assert not job.wait(pixels=1, timeout=0.01)
    job.fill(0, block(job, 0, 1, 1))
    assert job.wait(pixels=1, timeout=0)
    job.end("failed", "so")
    assert job.wait(pixels=50, timeout=0)


def test_probabilities_are_kept_within_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    colour = Completion("colour", n=2)
    assert make(colour, fake_worker.COLOUR).probabilities is None
    asked = replace(colour, keep_probabilities=True)
    assert make(asked, fake_worker.COLOUR).probabilities.shape == (20, 2, 3, 256)
    monkeypatch.setattr(jobs, "MOST_PROBABILITY_BYTES", 20 * 2 * 3 * 256 * 2 - 1)
    assert make(asked, fake_worker.COLOUR).probabilities is None
