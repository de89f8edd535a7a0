"""Jobs: staged, watched, stopped; and the command that starts the dashboard."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from dashboard.jobs import FIRST, InPage, Job
from dashboard.launch import Started, command, started
from sim import load_scenario
from tests.spiky_shop import SPIKY


def job(replications: int) -> Job:
    return Job("request", load_scenario(SPIKY, overrides={"plan.replications": str(replications)}))


class Counting(InPage):
    """Runs tasks at once and counts them."""

    def __init__(self, *, fail_at: int = 10**6, error: Exception | None = None) -> None:
        self.tasks, self.fail_at, self.error = 0, fail_at, error or RuntimeError("closed")

    def submit(self, task: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.tasks += 1
        if self.tasks >= self.fail_at:
            raise self.error
        return super().submit(task, *args, **kwargs)


def test_a_small_job_is_done_in_one_go() -> None:
    done = job(3)
    done.work(InPage(), 1)
    assert done.finished
    assert done.outcome is not None
    assert (done.outcome.results.replications, done.outcome.final, done.error) == (3, True, "")
    assert done.done == done.total == 6


def test_a_large_job_takes_a_quick_look_first() -> None:
    looked = job(2 * FIRST + 1)
    looked.work(Counting(fail_at=2 * FIRST + 1), 4)
    assert looked.outcome is not None
    assert (looked.outcome.results.replications, looked.outcome.final) == (FIRST, False)
    assert looked.error == "The dashboard is closing."


def test_a_cancelled_job_stops_before_its_next_task_and_says_so() -> None:
    stopped = job(3)
    stopped.cancel()
    executor = Counting()
    stopped.work(executor, 1)
    assert (executor.tasks, stopped.finished, stopped.outcome) == (0, True, None)
    assert stopped.error.startswith("Cancelled")


def test_a_broken_pool_is_told_in_a_sentence() -> None:
    broken = job(3)
    broken.work(Counting(fail_at=2, error=BrokenExecutor("gone")), 1)
    assert broken.error == "A process of the simulation was ended from outside: press Run to start again."


def test_what_no_one_foresaw_has_a_number_that_the_log_has_too(caplog: pytest.LogCaptureFixture) -> None:
    lost = job(3)
    lost.work(Counting(fail_at=1, error=ZeroDivisionError("secret")), 1)
    number = caplog.records[0].getMessage().split()[-1]
    assert number in lost.error
    assert "secret" not in lost.error


class Never(Executor):
    """Accepts tasks and never does them."""

    def __init__(self) -> None:
        self.given: list[Future[Any]] = []

    def submit(self, task: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given.append(Future())
        return self.given[-1]


def test_only_so_many_tasks_are_under_way_at_a_time() -> None:
    waiting, pool = job(9), Never()
    thread = Thread(target=waiting.work, args=(pool, 2), daemon=True)
    thread.start()
    thread.join(1.0)
    assert len(pool.given) == 2
    waiting.cancel()
    pool.given[0].set_result(None)
    thread.join(10.0)
    assert waiting.finished


def test_the_dashboard_serves_this_machine_alone_and_reports_to_nobody() -> None:
    words = command(Started(Path("shop.yaml")), 1234)
    assert words[0] == sys.executable
    assert {"--server.address=127.0.0.1", "--server.port=1234", "--browser.gatherUsageStats=false"} <= set(words)
    assert words[-2:] == ["--", str(Path("shop.yaml").resolve())]
    assert Path(words[words.index("run") + 1]).is_file()


def test_without_a_scenario_none_is_passed_on() -> None:
    assert "--" not in command(Started(), 1234)


def test_what_the_page_is_started_with_is_what_the_command_was_given() -> None:
    asked = Started(Path("shop.yaml").resolve(), Path("stores").resolve())
    words = command(asked, 1234)
    assert started(words[words.index("--") + 1 :]) == asked


def test_asking_for_the_command_loads_neither_streamlit_nor_plotly() -> None:
    code = "import sys; import dashboard.launch; print({'streamlit', 'plotly', 'numpy'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert told.strip() == "set()"
