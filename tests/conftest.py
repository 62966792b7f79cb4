"""Tests run side by side, one a core (pytest-xdist); those that drive a browser one after the other, in one process.

`pytest -n 0` runs all in this process: for a debugger, or with `-s` to see what a test prints.
"""

from __future__ import annotations

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the other cores have tests of their own; torch is not imported yet


class Files(LoadScopeScheduling):
    """A file at a time, and all that drive a browser as one: each test asks for cores in Chromium and in the app."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        return "tests/browser" if file.startswith("tests/browser/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Files:
    """See pytest-xdist."""
    return Files(config, log)
