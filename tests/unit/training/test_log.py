"""The log of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pixellab.errors import PixelLabError
from pixellab.training.log import Log, Row

ROWS = [Row(10, 160, 3, 0.001, None, 91.5), Row(20, 320, 6, 0.0005, 90.25, 89.125), Row(30, 480, 9, 1e-05, 88.5, 88.0)]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    log = Log(tmp_path / "log.csv", "nats")
    for row in ROWS:
        log.add(row)
    return log


def test_rows_come_back(log: Log) -> None:
    assert log.read() == ROWS
    assert log.path.read_text().splitlines()[0] == "step,images,seconds,learning_rate,train nats,valid nats"


def test_a_run_that_goes_on_from_an_earlier_update_forgets_what_came_after(log: Log) -> None:
    log.cut(25)
    assert log.read() == ROWS[:2]
    log.cut(25)
    assert log.read() == ROWS[:2]


def test_there_may_be_no_log(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.csv", "nats")
    log.cut(0)
    assert log.read() == []
    assert not log.path.exists()


@pytest.mark.parametrize("line", ["1,2,3", "a,b,c,d,e,f", "1,2,3,0.1,1.0,"])
def test_a_foreign_log_is_one_sentence(log: Log, line: str) -> None:
    log.path.write_text(f"step\n{line}\n")
    with pytest.raises(PixelLabError, match=r"log\.csv is not the log of a run"):
        log.read()
