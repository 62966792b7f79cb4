"""The loop's turns, on a clock that counts the pixels drawn: nothing here depends on the machine's speed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import fake_worker
import numpy as np
import pytest

from pixellab.worker.protocol import Message
from pixellab.worker.requests import Completion, Request, pack
from pixellab.worker.server import Server


class ClockedEngine(fake_worker.FakeEngine):
    """The fake engine with a clock on which every pixel takes a second; it counts what is open."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.open_streams = 0

    def clock(self) -> int:
        return self.now

    def open(self, request: Request) -> Iterator[fake_worker.Pixel]:
        return self._timed(super().open(request))

    def _timed(self, stream: Iterator[fake_worker.Pixel]) -> Iterator[fake_worker.Pixel]:
        self.open_streams += 1
        try:
            for pixel in stream:
                self.now += 1
                yield pixel
        finally:
            self.open_streams -= 1


class Bench:
    """A server on the clocked engine, and everything that it sent."""

    def __init__(self, **options: float) -> None:
        self.engine = ClockedEngine()
        self.sent: list[Message] = []
        options = {"heartbeat_s": 10**9, "slice_s": 15, "flush_s": 50, **options}
        self.server = Server(self.engine, self.sent.append, clock=self.engine.clock, **options)
        self.opened = 0

    def open(self, pixels: int, session: str = "", model: str = "large", **options: object) -> int:
        self.opened += 1
        hidden = np.zeros((100, 100), bool)
        hidden.flat[-pixels:] = True
        image = np.zeros((1, 100, 100), np.uint8)
        request = Completion(model, image, hidden, n=2, **options).checked(fake_worker.LARGE)
        plain, arrays = pack(request)
        session = session or f"job {self.opened}"
        fields = {"job": self.opened, "session": session, "request": plain}
        self.server.handle(Message("open", fields, arrays))
        return self.opened

    def turns(self, count: int) -> None:
        for _ in range(count):
            self.server.turn()

    def run(self) -> None:
        """Turn until everything has ended."""
        for _ in range(10_000):
            if len(self.of("ended")) == self.opened:
                return
            self.server.turn()
        raise AssertionError("it goes on for ever")

    def of(self, kind: str, job: int | None = None) -> list[Message]:
        return [m for m in self.sent if m.kind == kind and job in (None, m.fields["job"])]

    def drawn(self, job: int) -> int:
        return sum(len(message.arrays["values"]) for message in self.of("pixels", job))

    def state(self, job: int) -> str:
        ended = self.of("ended", job)
        return ended[-1].fields["state"] if ended else ""


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_pixels_come_in_order_and_exactly(bench: Bench) -> None:
    job = bench.open(200, seed=4)
    bench.run()
    blocks = bench.of("pixels", job)
    starts = [block.fields["start"] for block in blocks]
    lengths = [len(block.arrays["values"]) for block in blocks]
    assert starts == [0, *np.cumsum(lengths)[:-1]]
    request = Completion("large", None, None, n=2, seed=4).checked(fake_worker.LARGE)
    hidden = np.zeros((100, 100), bool)
    hidden.flat[-200:] = True
    values, probabilities = fake_worker.expected(replace(request, hidden=hidden))

    def all_of(name: str) -> np.ndarray:
        return np.concatenate([block.arrays[name] for block in blocks])

    np.testing.assert_array_equal(all_of("values"), values)
    np.testing.assert_array_equal(all_of("probabilities"), probabilities.astype(np.float16))
    wide = probabilities.astype(np.float64)
    np.testing.assert_allclose(all_of("entropy"), -(wide * np.log(wide)).sum(-1), rtol=1e-5)
    picked = np.take_along_axis(wide, values[..., None], -1)[..., 0]
    np.testing.assert_allclose(all_of("nats"), -np.log(picked), rtol=1e-5)
    assert [message.kind for message in bench.sent][:: len(bench.sent) - 1] == ["started", "ended"]
    assert bench.state(job) == "done"


def test_a_certain_value_has_no_entropy_and_costs_nothing(bench: Bench) -> None:
    certain = np.zeros((2, 1, 2), np.float32)
    certain[:, :, 1] = 1
    bench.engine._draw = lambda *_: iter([fake_worker.Pixel(np.ones((2, 1), np.int64), certain)])
    job = bench.open(1)
    bench.run()
    (block,) = bench.of("pixels", job)
    assert (block.arrays["entropy"] == 0).all()
    assert (block.arrays["nats"] == 0).all()


def test_the_first_pixel_goes_out_at_once_and_later_ones_in_batches(bench: Bench) -> None:
    job = bench.open(1000)
    bench.run()
    lengths = [len(block.arrays["values"]) for block in bench.of("pixels", job)]
    assert lengths[0] == 1
    assert max(lengths) <= 50  # nothing is held back for longer than flush_s
    assert len(lengths) <= 1000 / 30  # nor is every pixel a message


def test_a_job_that_waits_for_its_turn_does_not_hold_back_what_it_has(bench: Bench) -> None:
    jobs = [bench.open(1000) for _ in range(4)]
    bench.turns(8)
    assert [bench.drawn(job) for job in jobs] == [bench.server._find(job).done for job in jobs]


def test_a_long_job_does_not_delay_a_short_one(bench: Bench) -> None:
    long = bench.open(5000)
    bench.turns(20)
    before = bench.server._find(long).done
    short = bench.open(30)
    while not bench.state(short):
        bench.server.turn()
    assert bench.server._find(long).done - before <= 2 * 15  # two slices' worth
    bench.run()
    assert bench.drawn(long) == 5000


def test_sessions_share_evenly_whatever_the_number_of_their_jobs(bench: Bench) -> None:
    greedy = [bench.open(5000, "greedy") for _ in range(4)]
    modest = bench.open(5000, "modest")
    bench.turns(80)
    shares = [bench.server._find(job).done for job in (*greedy, modest)]
    assert sum(shares[:4]) == shares[4]
    assert max(shares[:4]) == min(shares[:4])


def test_a_bounded_number_runs_and_the_others_queue() -> None:
    bench = Bench(at_once=2)
    jobs = [bench.open(100) for _ in range(5)]
    most = 0
    while len(bench.of("ended")) < 5:
        bench.server.turn()
        most = max(most, bench.engine.open_streams)
    assert most == 2
    assert [message.fields["job"] for message in bench.of("started")] == jobs


def test_the_queue_prefers_who_has_nothing_running() -> None:
    bench = Bench(at_once=2)
    greedy = [bench.open(100, "greedy") for _ in range(4)]
    bench.turns(1)
    modest = bench.open(100, "modest")
    bench.run()
    started = [message.fields["job"] for message in bench.of("started")]
    assert started == [*greedy[:2], modest, *greedy[2:]]


@pytest.mark.parametrize("turns", [0, 1, 5])
def test_cancelling_ends_it_before_the_next_slice(bench: Bench, turns: int) -> None:
    job, other = bench.open(1000), bench.open(100)
    bench.turns(turns)
    bench.server.handle(Message("cancel", {"job": job}))
    drawn = bench.drawn(job)
    assert bench.state(job) == "cancelled"
    bench.run()
    assert bench.drawn(job) == drawn
    assert bench.engine.open_streams == 0
    assert bench.state(other) == "done"


def test_cancelling_what_has_ended_or_never_was_is_no_matter(bench: Bench) -> None:
    job = bench.open(10)
    bench.run()
    bench.server.handle(Message("cancel", {"job": job}))
    bench.server.handle(Message("cancel", {"job": 99}))
    bench.server.handle(Message("seen", {"jobs": [job, 99]}))
    assert len(bench.of("ended")) == 1


def test_a_job_that_nobody_looks_at_ends_itself() -> None:
    bench = Bench(heartbeat_s=100, at_once=2)
    watched, forgotten, queued = bench.open(1000), bench.open(1000), bench.open(1000)
    for _ in range(12):
        bench.turns(1)
        bench.server.handle(Message("seen", {"jobs": [watched]}))
    assert [bench.state(job) for job in (watched, forgotten, queued)] == ["", "cancelled", "cancelled"]
    assert (
        bench.of("ended", forgotten)[0].fields["error"]
        == "Nobody looked for 100 seconds, so drawing stopped."
    )
    assert bench.drawn(queued) == 0
    assert bench.engine.open_streams == 1


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("corrupt", "The file of 'corrupt' is damaged; download it again."),
        ("broken", "Drawing failed (RuntimeError: weights and picture do not fit)."),
        ("short", "The sampler ended after 20 of 100 pixels."),
    ],
)
def test_a_failure_concerns_one_job(bench: Bench, model: str, sentence: str) -> None:
    bad, good = bench.open(100, model=model), bench.open(100)
    bench.run()
    assert bench.of("ended", bad)[0].fields["error"] == sentence
    assert bench.state(bad) == "failed"
    assert bench.drawn(bad) == (0 if model == "corrupt" else 20)
    assert bench.state(good) == "done"


def test_warming_may_fail(bench: Bench) -> None:
    for model in ("large", "corrupt"):
        bench.server.handle(Message("warm", {"model": model}))
    assert bench.engine.warmed == ["large", "corrupt"]
    assert bench.sent == []
