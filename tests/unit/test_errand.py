"""Short work done for a page in a process: its result, its own errors, and what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard import errand
from sim.errors import ResultError


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    """One worker in place of the workshop's."""
    with ThreadPoolExecutor(1) as found:
        monkeypatch.setattr(errand, "workshop", lambda: SimpleNamespace(pool=lambda: found))
        monkeypatch.setattr(errand.state, "is_serial", lambda: False)
        yield found


def test_the_result_is_that_of_the_work() -> None:
    assert errand.errand(lambda: 6 * 7) == 42


def test_an_error_of_the_work_is_the_work_s_own() -> None:
    def fails() -> Any:
        raise ResultError("there is no customer 7")

    with pytest.raises(ResultError, match="no customer 7"):
        errand.errand(fails)


def test_a_page_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = Event()
    monkeypatch.setattr(errand, "PATIENCE", 0.05)
    with pytest.raises(errand.ErrandError, match="please try again"):
        errand.errand(lambda: go_on.wait(20))
    go_on.set()


def test_a_lost_process_is_told_in_a_sentence() -> None:
    def lost() -> Any:
        raise BrokenExecutor

    with pytest.raises(errand.ErrandError, match="ended from outside"):
        errand.errand(lost)
