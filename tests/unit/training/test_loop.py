"""The loop: what it learns, measures, keeps and leaves alone."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from pixellab import zoo
from pixellab.configurations import architectures, configuration
from pixellab.errors import PixelLabError
from pixellab.likelihood import bits_per_dim, nll
from pixellab.training.interruption import interruptible
from pixellab.training.loop import CHECKPOINT, Run, _Loss
from pixellab.training.settings import Settings

PLAIN = {"precision": "float32", "flip": False, "weight_decay": 0.0}


@pytest.mark.parametrize("architecture", architectures())
def test_every_parameter_learns(run: Callable[..., Run], architecture: str) -> None:
    """DistributedDataParallel waits forever for a gradient that never comes."""
    made = run(model=configuration(architecture, height=4, width=6, features=8, layers=2, head_features=8))
    _Loss(made.model)(*made.batches(0)).backward()
    assert [name for name, weight in made.model.named_parameters() if weight.grad is None] == []


def test_it_learns(run: Callable[..., Run], settings: Settings) -> None:
    """Rows repeat: 24 fair coins at first, 6 when all is learnt."""
    model = replace(settings.model, dropout=0.0)
    made = run(model=model, steps=60, validate_every=60, warmup=2, cooldown=20, **PLAIN)
    assert made.train() < 13


def test_the_loss_is_the_likelihood(run: Callable[..., Run], settings: Settings) -> None:
    made = run(model=replace(settings.model, dropout=0.0))
    pictures, classes = made.batches(0)
    assert _Loss(made.model)(pictures, classes).item() == pytest.approx(nll(made.model, pictures).mean().item())


def test_validation_is_the_likelihood_of_the_average(run: Callable[..., Run]) -> None:
    made = run(**PLAIN)
    made.train()
    expected = nll(made.average, made.valid_pictures).mean().item()
    assert made._valid_loss() == pytest.approx(expected, rel=1e-6)
    assert made.log.read()[-1].valid == pytest.approx(expected, abs=1e-4)


def test_bits_per_dim_is_measured_where_it_is_the_unit(run: Callable[..., Run]) -> None:
    made = run(unit="bits/dim", steps=1, **PLAIN)
    assert made.train() == pytest.approx(bits_per_dim(made._valid_loss(), (1, 4, 6)))
    assert zoo.card(made.folder).unit == "bits/dim"


def test_classes_are_learnt_from_and_measured_with(run: Callable[..., Run], settings: Settings) -> None:
    model = replace(settings.model, condition_size=2, dropout=0.0)
    made = run(model=model, labels=True, steps=2, **PLAIN)
    made.train()
    expected = nll(made.average, made.valid_pictures, made.valid_conditions).mean().item()
    assert made.log.read()[-1].valid == pytest.approx(expected, abs=1e-4)
    assert made.model.layers[0].condition.weight.grad.abs().sum() > 0
    assert zoo.card(made.folder).labels


def test_the_log_says_what_was_learnt_and_measured(run: Callable[..., Run]) -> None:
    made = run(steps=5)
    made.train()
    rows = made.log.read()
    assert [row.step for row in rows] == [2, 4, 5]
    assert [row.images for row in rows] == [8, 16, 20]
    assert [row.learning_rate for row in rows] == [made.settings.rate(step) for step in (1, 3, 4)]


def test_the_training_loss_of_a_row_is_the_mean_since_the_last(run: Callable[..., Run]) -> None:
    every, second = run("every", validate_every=1, steps=4), run("second", validate_every=2, steps=4)
    every.train()
    second.train()
    losses = [row.train for row in every.log.read()]
    means = [(losses[0] + losses[1]) / 2, (losses[2] + losses[3]) / 2]
    assert [row.train for row in second.log.read()] == pytest.approx(means, abs=1e-3)


def test_the_average_follows_the_weights(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    """Quickly at first, (1 + t) / (10 + t), then with the given decay."""
    made = run(steps=3, ema=0.15)
    expected = [weight.clone() for weight in made.average.parameters()]
    follow = Run._follow

    def followed(self: Run) -> None:
        follow(self)
        decay = min(0.15, (1 + self.position.step) / (10 + self.position.step))
        for index, weight in enumerate(self.model.parameters()):
            expected[index] = decay * expected[index] + (1 - decay) * weight.detach()

    monkeypatch.setattr(Run, "_follow", followed)
    made.train()
    for own, wanted in zip(made.average.parameters(), expected, strict=True):
        torch.testing.assert_close(own, wanted)


def test_the_best_weights_are_kept_as_a_model_of_the_zoo(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run(steps=6, validate_every=2)
    losses = iter([9.0, 8.0, 8.5])
    kept = []
    monkeypatch.setattr(Run, "_valid_loss", lambda self: next(losses))
    save = zoo.save
    monkeypatch.setattr(zoo, "save", lambda folder, model, card: (kept.append(card.steps), save(folder, model, card)))
    assert made.train() == 8.0
    assert kept == [2, 4]
    card = zoo.card(made.folder)
    assert card.figure("valid") == zoo.Figure("valid", 6, 8.0)
    assert (card.steps, card.images_seen, card.command) == (4, 16, "pixellab train tiny")
    assert zoo.load(made.folder).configuration == made.settings.model


def test_a_run_can_begin_from_trained_weights(run: Callable[..., Run]) -> None:
    given = run("given", steps=20, **PLAIN)
    given.train()
    trained = zoo.load(given.folder)
    begun = run("begun", steps=2, weights=trained, command="the command", **PLAIN)
    for own, wanted in zip(begun.average.parameters(), trained.parameters(), strict=True):
        assert torch.equal(own, wanted)
    begun.train()
    first = begun.log.read()[0]
    assert (first.step, first.train) == (0, None)
    assert first.valid == pytest.approx(given.position.best, abs=1e-3)
    assert zoo.card(begun.folder).command == "the command"


def test_a_checkpoint_takes_precedence_over_given_weights(run: Callable[..., Run]) -> None:
    run("given", steps=4).train()
    begun = run("begun", steps=2)
    begun.train()
    again = run("begun", steps=2, weights=zoo.load(run("given").folder))
    for own, wanted in zip(again.average.parameters(), begun.average.parameters(), strict=True):
        assert torch.equal(own, wanted)


def test_weights_of_another_network_are_refused(run: Callable[..., Run], settings: Settings) -> None:
    run("given", steps=2).train()
    with pytest.raises(PixelLabError, match="another network"):
        run("begun", weights=zoo.load(run("given").folder), model=replace(settings.model, layers=3))


def test_a_loss_that_is_no_number_ends_the_run(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    made = run(steps=2)
    monkeypatch.setattr(Run, "_valid_loss", lambda self: float("nan"))
    with pytest.raises(PixelLabError, match="no number any more at step 2"):
        made.train()


def test_the_random_numbers_of_the_process_are_left_alone(run: Callable[..., Run]) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    run(steps=2).train()
    assert torch.equal(torch.rand(3), expected)


def test_dropout_differs_between_updates(run: Callable[..., Run], settings: Settings) -> None:
    made = run(model=replace(settings.model, dropout=0.9), batch_size=10, flip=False, steps=4)
    drawn = []
    made.model.layers[1].dropout.register_forward_hook(lambda _m, _i, out: drawn.append(out == 0))
    made.train()
    assert len(drawn) == 4
    assert not torch.equal(drawn[0], drawn[1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_noted_and_handlers_come_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with interruptible() as interrupted:
        assert not interrupted()
        signal.raise_signal(number)
        assert interrupted()
    assert signal.getsignal(number) is before


def test_a_second_ctrl_c_acts_as_ever() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell ignores it for what runs behind it.
    try:
        with interruptible():
            signal.raise_signal(signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_run_in_a_thread_needs_no_signals(run: Callable[..., Run]) -> None:
    made = run(steps=1)
    thread = threading.Thread(target=made.train)
    thread.start()
    thread.join()
    assert made.finished
    assert (made.folder / CHECKPOINT).exists()


def test_a_longer_run_goes_on_after_its_end(run: Callable[..., Run]) -> None:
    run(steps=2).train()
    longer = run(steps=4)
    assert longer.resumed
    assert longer.position.step == 2
    longer.train()
    assert longer.finished


def test_what_was_measured_after_the_checkpoint_is_measured_again(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut: the log is ahead of the checkpoint."""
    whole = run("whole", steps=4)
    whole.train()
    cut = run("cut", steps=4)
    monkeypatch.setattr(Run, "save", lambda self: None)
    cut.train()
    monkeypatch.undo()
    early = run("early", steps=2)
    early.train()
    (cut.folder / CHECKPOINT).write_bytes((early.folder / CHECKPOINT).read_bytes())
    again = run("cut", steps=4)
    assert [row.step for row in again.log.read()] == [2]
    again.train()
    assert [row.step for row in again.log.read()] == [2, 4]


def test_the_folder_is_made(run: Callable[..., Run], tmp_path: Path) -> None:
    run("a/b", steps=1).train()
    assert (tmp_path / "a" / "b" / CHECKPOINT).exists()
