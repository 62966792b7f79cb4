"""Runs that time ends: by a clock that the test moves."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file

from pixellab import zoo
from pixellab.training import loop, timing
from pixellab.training.checkpoints import Position
from pixellab.training.loop import CHECKPOINT, Run
from pixellab.training.settings import ENDLESS, Settings
from pixellab.training.timing import SAVING, Time

UPDATE, LOOK = 1.0, 3.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that goes on by one second an update and three a look, and stands still otherwise."""
    told = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: told.now))
    monkeypatch.setattr(timing, "time", SimpleNamespace(monotonic=lambda: told.now))
    update, look = Run._update, Run._valid_loss

    def updated(self: Run, network: torch.nn.Module) -> None:
        update(self, network)
        told.now += UPDATE

    def looked(self: Run) -> float:
        told.now += LOOK
        return look(self)

    monkeypatch.setattr(Run, "_update", updated)
    monkeypatch.setattr(Run, "_valid_loss", looked)
    return told


def timed(settings: Settings, **changes: object) -> dict[str, object]:
    """Settings for a run by time: a tenth of warm-up, the last half of it cool-down, looks far apart."""
    made = replace(settings, steps=100, cooldown=50, warmup=1, validate_every=1000, learning_rate=8.0).timed()
    return {"steps": made.steps, "cooldown": made.cooldown, "warmup": 1, "validate_every": 1000, **changes}


def test_a_limit_is_kept_with_its_looks(run: Callable[..., Run], settings: Settings, clock: SimpleNamespace) -> None:
    began = clock.now
    made = run(limit=30.0, **timed(settings))
    made.train()
    assert made.finished
    assert clock.now - began == 30.0
    assert made.position.seconds == 30.0
    assert made.position.step == 24  # A look at the beginning and one at the end.
    assert [row.step for row in made.log.read()] == [0, 24]


def test_the_learning_rate_falls_in_time(
    run: Callable[..., Run], settings: Settings, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However fast the machine is: here it becomes three times slower on the way."""
    rates, moments = [], []
    made = run(limit=63.0, learning_rate=8.0, **timed(settings))
    step = made.optimizer.step

    def recorded() -> None:
        rates.append(made.optimizer.param_groups[0]["lr"])
        moments.append(made.position.seconds)
        clock.now += 2.0 if len(rates) > 20 else 0.0
        step()

    monkeypatch.setattr(made.optimizer, "step", recorded)
    made.train()
    for rate, moment in zip(rates, moments, strict=True):
        assert rate == pytest.approx(8.0 * min(1.0, (1 - moment / 60) / 0.5))
    assert rates[0] == 8.0
    assert 0 < rates[-1] < 0.6
    assert len(rates) < 40


def test_updates_or_time_whichever_is_further(run: Callable[..., Run], settings: Settings, clock: object) -> None:
    few = run("few", limit=1000.0, **timed(settings, steps=7, cooldown=3))
    few.train()
    assert few.position.step == 7
    short = run("short", limit=10.0, **timed(settings, steps=700, cooldown=300))
    short.train()
    assert short.position.step == 4
    assert short.finished


def test_a_sitting_ends_before_its_end_and_another_goes_on(
    run: Callable[..., Run], settings: Settings, clock: SimpleNamespace
) -> None:
    """Cut in three, the run is the same run: the same updates at the same rates, since the clock is the same."""
    run("whole", limit=40.0, **timed(settings)).train()
    for sitting in range(3):
        made, until = run("parts", limit=40.0, **timed(settings)), clock.now + 20.0
        assert not made.finished
        made.train(until)
        assert clock.now <= until
        assert not made.interrupted
        if sitting < 2:
            assert not made.finished
            assert clock.now >= until - LOOK - SAVING - UPDATE
        clock.now += 12345.0  # Nobody counts the time in between.
    assert made.finished
    one, other = (load_file(run(name).folder / CHECKPOINT) for name in ("whole", "parts"))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_finished_run_stays_finished(run: Callable[..., Run], settings: Settings, clock: SimpleNamespace) -> None:
    run(limit=20.0, **timed(settings)).train()
    again = run(limit=20.0, **timed(settings))
    assert again.finished
    before = clock.now
    again.train()
    assert clock.now == before
    assert not run(limit=40.0, **timed(settings)).finished


def test_a_limit_too_short_for_two_looks_trains_nothing(
    run: Callable[..., Run], settings: Settings, clock: SimpleNamespace
) -> None:
    made = run(limit=5.0, **timed(settings))
    made.train()
    assert made.finished
    assert made.position.step == 0
    assert zoo.card(made.folder).steps == 0


def test_ctrl_c_is_told_from_the_end_of_a_sitting(
    run: Callable[..., Run], settings: Settings, clock: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run(limit=30.0, **timed(settings))
    follow = Run._follow
    monkeypatch.setattr(Run, "_follow", lambda self: (follow(self), signal.raise_signal(signal.SIGINT)))
    made.train()
    assert made.interrupted
    assert made.position.step == 1


def test_without_a_limit_no_time_is_spent() -> None:
    assert Time().spent(Position(seconds=1e9)) == 0.0
    assert not Time().sitting_is_over(Position(look=1e9))


def test_the_rate_by_time(settings: Settings) -> None:
    made = replace(settings, steps=10, warmup=2, cooldown=4, learning_rate=8.0)
    assert [made.rate(5, spent) for spent in (0.0, 0.5, 0.6, 0.8, 1.0)] == pytest.approx([8, 8, 8, 4, 0])
    assert made.rate(8, 0.1) == 4.0  # The updates are further than the time.
    assert made.rate(0, 0.9) == pytest.approx(2.0)
    endless = made.timed()
    assert endless.steps == ENDLESS
    assert endless.rate(5000, 0.8) == pytest.approx(4.0)
    assert (made.timed(20).steps, made.timed(20).cooldown) == (20, 8)
