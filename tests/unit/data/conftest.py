"""What the tests of the data package share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import numpy as np
import pytest

from pixellab.errors import PixelLabError


@pytest.fixture
def refused() -> Callable[[str], AbstractContextManager]:
    """`with refused("some words"):` expects a PixelLabError that is one sentence and contains the words."""

    @contextmanager
    def expect(words: str) -> Iterator[pytest.ExceptionInfo]:
        with pytest.raises(PixelLabError) as caught:
            yield caught
        message = str(caught.value)
        assert words in message
        assert message[-1] == "."
        assert "\n" not in message

    return expect


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)
