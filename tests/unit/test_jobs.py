"""Jobs: looked at early, extended from what was run before, stopped; and the command that starts the dashboard."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from dashboard.jobs import FEWEST, FIRST, LONG, MOST_LOSSES, PAUSE, Job, said
from dashboard.launch import Started, command, started
from sim import Glimpse, ReplicationError, Scenario, glimpse, load_scenario, run
from sim.errors import StockoutError
from tests.spiky_shop import SPIKY


def shop(replications: int) -> Scenario:
    return load_scenario(SPIKY, overrides={"plan.replications": str(replications)})


@pytest.fixture(scope="module")
def seen() -> tuple[Glimpse, ...]:
    return glimpse(shop(2), range(12))


def hand_in(job: Job, seen: tuple[Glimpse, ...], chunk: range) -> None:
    job.take(chunk, [seen[number] for number in chunk], 0.01)


def test_a_job_gives_what_a_run_gives() -> None:
    job = Job("request", shop(3))
    job.work()
    assert job.finished
    assert job.outcome is not None
    assert job.outcome.final
    found, plain = job.outcome.results, run(shop(3))
    assert found.digests == plain.digests
    assert all(np.array_equal(found.values[key], plain.values[key], equal_nan=True) for key in plain.values)


def test_the_first_look_is_taken_at_a_few_replications(seen: tuple[Glimpse, ...]) -> None:
    job = Job("request", shop(12))
    for number in range(FIRST - 1):
        hand_in(job, seen, range(number, number + 1))
        assert job.outcome is None
    hand_in(job, seen, range(FIRST - 1, FIRST))
    assert job.outcome is not None
    assert (job.outcome.results.replications, job.outcome.final) == (FIRST, False)


def test_the_first_look_is_taken_at_fewer_where_more_would_come_late(
    seen: tuple[Glimpse, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job("request", shop(12))
    began = monotonic()
    monkeypatch.setattr("dashboard.jobs.monotonic", lambda: began + 0.9 * LONG)
    for number in range(FEWEST):
        hand_in(job, seen, range(number, number + 1))
    assert job.outcome is not None
    assert job.outcome.results.replications == FEWEST


def test_the_next_look_comes_after_a_pause_and_the_last_one_at_once(
    seen: tuple[Glimpse, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    job, began = Job("request", shop(12)), monotonic()
    monkeypatch.setattr("dashboard.jobs.monotonic", lambda: began)
    hand_in(job, seen, range(4))
    hand_in(job, seen, range(4, 8))
    assert job.held == 4
    monkeypatch.setattr("dashboard.jobs.monotonic", lambda: began + 2 * PAUSE)
    hand_in(job, seen, range(8, 9))
    assert job.held == 9
    hand_in(job, seen, range(9, 12))
    assert (job.held, job.finished) == (12, True)


def test_results_are_of_the_first_replications_without_a_gap(seen: tuple[Glimpse, ...]) -> None:
    job = Job("request", shop(12))
    hand_in(job, seen, range(1, 12))
    assert job.outcome is None
    hand_in(job, seen, range(1))
    assert job.outcome is not None
    assert (job.outcome.results.replications, job.finished) == (12, True)


def test_what_was_run_before_is_not_run_again(seen: tuple[Glimpse, ...]) -> None:
    job = Job("request", shop(12), known=seen[:9])
    assert job.next() == range(9, 10)
    assert Job("request", shop(9), known=seen).finished


def test_every_replication_is_handed_out_once(seen: tuple[Glimpse, ...]) -> None:
    job, given = Job("request", shop(12)), []
    while (chunk := job.next()) is not None:
        given += list(chunk)
        hand_in(job, seen, chunk)
    assert given == list(range(12))


def test_a_lost_task_is_handed_out_again_but_not_for_ever() -> None:
    job = Job("request", shop(3))
    first = job.next()
    assert first is not None
    assert job.put_back(first)
    assert job.next() == first
    assert [job.put_back(first) for _ in range(MOST_LOSSES)][-1] is False


def test_a_cancelled_job_keeps_what_is_there_and_hands_out_no_more(seen: tuple[Glimpse, ...]) -> None:
    job = Job("request", shop(12))
    hand_in(job, seen, range(3))
    job.cancel()
    assert (job.next(), job.finished, job.held) == (None, True, 3)
    assert job.error.startswith("Cancelled")


def test_an_abandoned_job_says_so_and_a_finished_one_is_none(seen: tuple[Glimpse, ...]) -> None:
    left, done = Job("request", shop(12)), Job("request", shop(3), known=seen)
    left.abandon()
    done.abandon()
    assert (left.is_abandoned, done.is_abandoned, done.error) == (True, False, "")


def test_an_error_of_the_visitor_is_told_as_it_is() -> None:
    assert said(StockoutError("too much")) == "too much"


def test_what_no_one_foresaw_has_a_number_that_the_log_has_too(caplog: pytest.LogCaptureFixture) -> None:
    told = said(ReplicationError("open", 3, 1, "secret"))
    number = caplog.records[0].getMessage().split()[-1]
    assert number in told
    assert "secret" not in told
    assert "secret" in caplog.text


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
