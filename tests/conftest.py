"""What all tests share: examples that are the same in every run, so that a red test stays red until it is mended."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from sim.workers import MANY

settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=False)
settings.register_profile("searching", deadline=None)
settings.load_profile("fixed")


SHARED = ("test_exact_cases.py", "test_known_scenarios.py")
"""Files that look at the same runs: one process for both, so that no run is made twice."""


def pytest_sessionstart() -> None:
    """Look for garbage as seldom as workers do: the tests run as many models."""
    gc.set_threshold(MANY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that no process is left alone with one of them at the end."""
    items.sort(key=lambda item: "theory" not in item.path.parts)


class ByFile(LoadScopeScheduling):
    """Every file is tested by one process, whose fixtures its tests share."""

    def _split_scope(self, nodeid: str) -> str:
        file, *_ = nodeid.split("::")
        return "known" if file.endswith(SHARED) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Marks of groups are of no use: pytest 9.2 does not let xdist 3.8 write them into the names of tests."""
    return ByFile(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option: bring the findings in the headers of scenarios up to date instead of testing them."""
    parser.addoption("--write-findings", action="store_true", help="write what comparisons say into scenario headers")
