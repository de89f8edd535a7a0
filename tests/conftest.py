"""What all tests share: examples that are the same in every run, so that a red test stays red until it is mended."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=False)
settings.register_profile("searching", deadline=None)
settings.load_profile("fixed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option: bring the findings in the headers of scenarios up to date instead of testing them."""
    parser.addoption("--write-findings", action="store_true", help="write what comparisons say into scenario headers")
