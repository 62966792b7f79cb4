from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pixellab.worker.client import Lab

sys.path.insert(0, str(Path(__file__).parent))  # for fake_worker

import fake_worker

COMMAND = (sys.executable, fake_worker.__file__)


@pytest.fixture
def make_lab() -> Iterator[Callable[..., Lab]]:
    """Labs on the fake worker, which are closed in the end."""
    labs: list[Lab] = []

    def make(command: tuple[str, ...] = COMMAND, **options: object) -> Lab:
        labs.append(Lab(command, configuration=fake_worker.configuration, **options))
        return labs[-1]

    yield make
    for lab in labs:
        lab.close()


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One Lab on the fake worker for all tests of a module that leave it alive."""
    lab = Lab(COMMAND, configuration=fake_worker.configuration)
    yield lab
    lab.close()
