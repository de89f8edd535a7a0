"""What all tests share: examples that are the same in every run, so that a red test stays red until it is mended."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=False)
settings.register_profile("searching", deadline=None)
settings.load_profile("fixed")


SHARED = ("test_exact_cases.py", "test_known_scenarios.py")
"""Files that look at the same runs: one process for both, so that no run is made twice."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every file is tested by one process, whose fixtures it shares."""
    for item in items:
        group = "known" if item.path.name in SHARED else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option: bring the findings in the headers of scenarios up to date instead of testing them."""
    parser.addoption("--write-findings", action="store_true", help="write what comparisons say into scenario headers")
