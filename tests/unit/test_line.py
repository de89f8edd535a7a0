"""The line at the processes: fair, bounded, without those who left; and robust where a process is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

import pytest

from dashboard import line as module
from dashboard.jobs import Job
from dashboard.line import BusyError, Line
from sim import glimpse, load_scenario
from tests.spiky_shop import SPIKY


def job(replications: int = 6, *, wanted: Callable[[], bool] = lambda: True) -> Job:
    return Job("request", load_scenario(SPIKY, overrides={"plan.replications": str(replications)}), wanted=wanted)


class Pool(Executor):
    """Does each task at once; loses some of them first."""

    def __init__(self, *, losing: int = 0) -> None:
        self.losing, self.done = losing, 0

    def submit(self, task: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.losing:
            self.losing -= 1
            future.set_exception(BrokenExecutor("gone"))
            return future
        self.done += 1
        future.set_result(task(*args, **kwargs))
        return future


class Never(Executor):
    """Accepts tasks and never does them."""

    def __init__(self) -> None:
        self.given: list[Future[Any]] = []

    def submit(self, task: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given.append(Future())
        return self.given[-1]


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_visitors_take_turns_task_by_task() -> None:
    never = Never()
    line = Line(lambda: never, 0, lambda _job: None)
    first, second = job(), job()
    line.join("a", first)
    line.join("b", second)
    turns = [line.pick() for _ in range(6)]
    assert [task.job is second for task in turns if task is not None] == [True, False, True, False, True, False]


def test_who_has_seen_nothing_yet_comes_before_those_whose_first_look_is_refined() -> None:
    line = Line(Never, 0, lambda _job: None)
    seen, waiting = job(), job()
    line.join("a", seen)
    seen.take(range(4), glimpse(seen.scenario, range(4)), 0.1)
    line.join("b", waiting)
    turns = [line.pick() for _ in range(6)]
    assert [task.job is waiting for task in turns if task is not None] == [True] * 6


def test_only_so_many_tasks_are_under_way_at_a_time() -> None:
    never = Never()
    line = Line(lambda: never, 2, lambda _job: None)
    line.join("a", job())
    until(lambda: len(never.given) == 2)
    time.sleep(0.2)
    assert len(never.given) == 2


def test_a_newer_job_of_a_visitor_replaces_the_older() -> None:
    never = Never()
    line = Line(lambda: never, 0, lambda _job: None)
    older = job()
    line.join("a", older)
    line.join("a", job())
    assert line.waiting == 1
    assert older.finished


def test_who_has_left_is_not_worked_for() -> None:
    never = Never()
    line = Line(lambda: never, 0, lambda _job: None)
    left = job(wanted=lambda: False)
    line.join("a", left)
    assert line.pick() is None
    assert (left.is_abandoned, line.waiting) == (True, 0)


def test_a_full_line_takes_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    never = Never()
    line = Line(lambda: never, 0, lambda _job: None)
    line.join("a", job())
    line.join("b", job())
    line.join("b", job())
    with pytest.raises(BusyError, match="2 visitors are waiting"):
        line.join("c", job())


def test_jobs_are_done_and_handed_over_when_they_are() -> None:
    pool, ended = Pool(), []
    line = Line(lambda: pool, 2, ended.append)
    work = job()
    line.join("a", work)
    until(lambda: bool(ended))
    assert work.finished
    assert ended[0] is work
    assert not work.error


def test_lost_processes_do_not_lose_the_work() -> None:
    pool = Pool(losing=3)
    line = Line(lambda: pool, 2, lambda _job: None)
    work = job()
    line.join("a", work)
    until(lambda: work.finished)
    assert (work.error, work.done) == ("", 6)


def test_processes_that_are_always_lost_end_the_job_with_a_sentence() -> None:
    pool = Pool(losing=10**6)
    line = Line(lambda: pool, 2, lambda _job: None)
    work = job()
    line.join("a", work)
    until(lambda: work.finished)
    assert "ended from outside" in work.error
