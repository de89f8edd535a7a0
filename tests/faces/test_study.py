"""`stockout study` from the outside: same bytes for any workers, resuming, failing, and being killed."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest
from typer.testing import Result

import experiments.task
from experiments.executors import chosen
from experiments.run import StudyError, run_study
from experiments.store import read_store
from experiments.task import VersionError
from sim import Played, ReplicationError, Scenario, Tape, play
from sim.errors import ResultError
from tests.small_study import SHOP, STUDY, contents, write_study

Stockout = Callable[..., Result]
ROOT = Path(__file__).parents[2]
PATIENT = 60.0
"""Seconds after which a process that shows no result has hung."""


LONG = STUDY.replace("[4, 6, 8]", "[4, 6, 8, 10, 12]") + "replications: 50\n"
"""A study of two parts that takes some seconds."""

PRECISE = STUDY + "precision: {measures: {fill_rate: {half_width: 4 %}}, minimum: 5, limit: 20}\n"


@pytest.fixture
def six_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, the small study has a part for each of its points."""
    monkeypatch.setattr("experiments.parts.ROWS", 8)


@pytest.mark.parametrize(
    ("text", "executors"), [(STUDY, ["loky:1", "loky:2"]), (PRECISE, ["loky:2"])], ids=["fixed", "precise"]
)
def test_every_executor_writes_the_same_bytes(tmp_path: Path, text: str, executors: list[str]) -> None:
    alone = run_study(write_study(tmp_path / "serial", text))
    for executor in executors:
        other = run_study(write_study(tmp_path / executor, text), executor=executor)
        assert other.store.name == alone.store.name
        assert contents(other.store) == contents(alone.store)


def test_any_executor_of_the_standard_library_will_do(tmp_path: Path) -> None:
    alone = run_study(write_study(tmp_path / "serial"))
    with ThreadPoolExecutor(2) as threads:
        other = run_study(write_study(tmp_path / "threads"), executor=threads, workers=2)
        assert threads.submit(int).result() == 0, "it was closed"
    assert contents(other.store) == contents(alone.store)


@pytest.mark.parametrize("longest", [1e-9, 1e9])
def test_the_size_of_tasks_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longest: float) -> None:
    whole = run_study(write_study(tmp_path / "one", PRECISE))
    monkeypatch.setattr("experiments.flow.SHORTEST", longest)
    monkeypatch.setattr("experiments.flow.LONGEST", longest)
    assert contents(run_study(write_study(tmp_path / "two", PRECISE)).store) == contents(whole.store)


def test_auto_goes_on_to_processes_when_much_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    monkeypatch.setattr("experiments.executors.SOON", 0.01)
    monkeypatch.setattr("experiments.flow.SOON", 0.01)
    store = run_study(path, executor="auto").store
    assert "loky:" in (store / "log.jsonl").read_text(encoding="utf-8")


def test_workers_need_no_files_of_this_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = contents(run_study(write_study(tmp_path / "one")).store)
    path = write_study(tmp_path / "two")
    real = experiments.task.work

    def without_files(*arguments: object) -> object:
        path.with_name("shop.yaml").unlink(missing_ok=True)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("experiments.executors.work", without_files)
    assert contents(run_study(path).store) == whole


def test_a_scenario_that_names_files_is_read_by_its_path(tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY.replace("customers.shoppers.patience.median: [3 d, 9 d]", ""))
    shop = path.with_name("shop.yaml")
    (tmp_path / "visits.csv").write_text("at,units\n1 d,2\n3 d,1\n", encoding="utf-8")
    listed = SHOP.replace("visits: 2/d, patience: \"lognormal(median=9 d, sigma=0.5)\"", "visits: {trace: visits.csv}")
    shop.write_text(listed, encoding="utf-8")
    assert set(read_store(run_study(path).store)["visits"]) == {2}


@pytest.mark.parametrize(
    ("executor", "workers", "message"),
    [
        ("lokky", None, "there is no executor 'lokky': write auto, serial, loky"),
        ("loky:many", None, "'many' is not a number of workers"),
        ("loky:0", None, "'0' is not a number of workers"),
        ("loky:2", 3, "'loky:2' and 3 workers contradict each other"),
        ("serial", 2, "'serial' and 2 workers contradict each other"),
        ("serial:2", None, "there is no executor 'serial:2'"),
        ("dask", None, "dask:ADDRESS as in dask:tcp"),
        (None, 0, "0 workers are not enough"),
    ],
)
def test_an_executor_that_cannot_be_is_refused(executor: str | None, workers: int | None, message: str) -> None:
    with pytest.raises(ResultError, match=message):
        chosen(executor, workers)


def test_a_worker_with_other_versions_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = (("stockout", "9.9"), ("numpy", "1.0"))
    monkeypatch.setattr("experiments.run.versions", lambda: others)
    with pytest.raises(VersionError, match=r"stockout \S+ \(study: 9\.9\), .* are never mixed"):
        run_study(write_study(tmp_path))


def test_the_command_writes_a_store_and_says_what_the_study_says(stockout: Stockout, tmp_path: Path) -> None:
    result = stockout("study", write_study(tmp_path))
    assert result.exit_code == 0, result.output
    assert "difference to out_of_stock, 4 replications" in result.stdout
    assert "6 settings, 48 runs" in result.stdout
    (store,) = (tmp_path / "store").iterdir()
    assert len(read_store(store)) == 48


def test_results_go_where_the_study_says(tmp_path: Path) -> None:
    assert run_study(write_study(tmp_path, STUDY + "store: ../elsewhere\n")).store.parent == tmp_path / "../elsewhere"


def test_a_finished_study_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    before = contents(run_study(path).store)
    monkeypatch.setattr(experiments.task, "play", None)
    assert contents(run_study(path).store) == before


@pytest.mark.usefixtures("six_parts")
def test_a_lost_part_alone_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    store = run_study(path).store
    before = contents(store)
    sorted(store.glob("*.parquet"))[3].unlink()
    ran = counted(monkeypatch)
    run_study(path)
    assert contents(store) == before
    assert len(ran) == 8


def test_afresh_makes_every_part_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    before = contents(run_study(path).store)
    ran = counted(monkeypatch)
    assert contents(run_study(path, resume=False).store) == before
    assert len(ran) == 48


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replications run from now on in this process, each under one policy."""
    ran: list[int] = []

    def counting(scenario: Scenario, policy: str, tape: Tape) -> Played:
        ran.append(tape.replication)
        return play(scenario, policy, tape)

    monkeypatch.setattr(experiments.task, "play", counting)
    return ran


def test_an_interrupted_study_keeps_what_it_has_and_tells_how_to_go_on(
    stockout: Stockout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_study(tmp_path)

    def interrupted(scenario: Scenario, policy: str, tape: Tape) -> Played:
        if tape.replication == 3:
            raise KeyboardInterrupt
        return play(scenario, policy, tape)

    monkeypatch.setattr(experiments.task, "play", interrupted)
    result = stockout("study", path, "--executor", "serial")
    assert result.exit_code == 130
    assert f"Go on with: stockout study {path} --executor serial" in result.stderr
    ran = counted(monkeypatch)
    run_study(path)
    assert 0 < len(ran) < 48


@pytest.mark.usefixtures("six_parts")
def test_progress_counts_runs_and_those_kept(tmp_path: Path) -> None:
    path = write_study(tmp_path)
    seen: list[tuple[int, int]] = []
    store = run_study(path, on_progress=lambda done, total: seen.append((done, total))).store
    assert seen == sorted(seen)
    assert seen[-1] == (48, 48)
    sorted(store.glob("*.parquet"))[0].unlink()
    seen.clear()
    run_study(path, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (48, 48)


def started(path: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sim", "study", str(path), "--quiet", *options]
    return subprocess.Popen(
        command,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.mark.skipif(os.name == "nt", reason="signals are of another kind there")
def test_a_study_killed_ten_times_goes_on_to_the_same_files(tmp_path: Path) -> None:
    whole = run_study(write_study(tmp_path / "whole", LONG)).store
    path = write_study(tmp_path / "killed", LONG)
    store = tmp_path / "killed" / "store" / whole.name
    moments = Random(2026)
    for number in range(10):
        process = started(path, "--executor", "loky:2" if number % 4 == 3 else "serial")
        wait_for((store / "manifest.json").exists)
        sleep(moments.uniform(0.0, 1.2))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    run_study(path)
    for half in store.glob("*.tmp"):
        half.unlink()
    assert contents(store) == contents(whole)


DYING = """
import os, signal, sys
import experiments.flow, experiments.task
from experiments.run import run_study

done, play = [], experiments.task.play
experiments.flow.SAVE_EVERY = 0.0

def dying(*arguments):
    done.append(1)
    if len(done) == 20:
        os.kill(os.getpid(), signal.SIGKILL)
    return play(*arguments)

experiments.task.play = dying
run_study(sys.argv[1])
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are of another kind there")
def test_rows_of_an_unfinished_part_outlive_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    killed = subprocess.run([sys.executable, "-c", DYING, str(path)], cwd=ROOT, timeout=PATIENT, check=False)
    assert killed.returncode == -signal.SIGKILL
    ran = counted(monkeypatch)
    run_study(path)
    assert 28 <= len(ran) < 48


def wait_for(reached: Callable[[], bool]) -> None:
    end = monotonic() + PATIENT
    while not reached():
        assert monotonic() < end, "nothing happened"
        sleep(0.005)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are listed elsewhere")
def test_workers_do_not_outlive_a_study_that_is_killed(tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY + "replications: 400\n")
    process = started(path, "--workers", "2")
    wait_for(lambda: len(workers_of(process.pid)) == 2)
    left = workers_of(process.pid)
    process.kill()
    process.communicate()
    wait_for(lambda: not any(is_worker(pid) for pid in left))


def workers_of(parent: int) -> list[str]:
    """Processes of a pool whose parent this is."""
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [pid for pid in children.read_text(encoding="utf-8").split() if is_worker(pid)]


def is_worker(pid: str) -> bool:
    """Whether this is a live process of a pool; one that ended and was not yet buried has no command."""
    try:
        return b"LokyProcess" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_two_processes_at_one_store_do_no_harm(tmp_path: Path) -> None:
    alone = run_study(write_study(tmp_path / "alone", LONG)).store
    path = write_study(tmp_path / "shared", LONG)
    for process in [started(path), started(path)]:
        assert process.communicate(timeout=PATIENT)[1] == b""
        assert process.returncode == 0
    assert contents(tmp_path / "shared" / "store" / alone.name) == contents(alone)


def test_a_mistyped_path_ends_with_3_before_the_first_run(stockout: Stockout, tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY.replace("patience.median", "patiense.median"))
    result = stockout("study", path)
    assert result.exit_code == 3
    assert f"{path}:6:3: factors." in result.stderr
    assert "did you mean 'patience'?" in result.stderr
    assert "|   ^" in result.stderr
    assert not (tmp_path / "store").exists()


def test_a_failed_run_ends_with_4_and_the_others_are_kept(
    stockout: Stockout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(scenario: Scenario, policy: str, tape: Tape) -> Played:
        if tape.replication == 2:
            raise ReplicationError(policy, 2, tape.seed, "TapeError: no more chance")
        return play(scenario, policy, tape)

    monkeypatch.setattr(experiments.task, "play", failing)
    result = stockout("study", write_study(tmp_path), "--executor", "serial")
    assert result.exit_code == 4
    (store,) = (tmp_path / "store").iterdir()
    assert "12 of 48 runs failed; the others are kept" in result.stderr
    assert f"stockout replay {store}/0/out_of_stock/2\n    TapeError: no more chance" in result.stderr
    assert list(read_store(store)["status"]).count("ok") == 36


def test_a_process_ended_from_outside_ends_the_study_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.executors.work", end_at_once)
    with pytest.raises(StudyError, match=r"a process was ended from outside.*run the study again"):
        run_study(write_study(tmp_path), executor="loky:2")


def end_at_once(*_: object) -> None:
    os._exit(1)


@pytest.mark.usefixtures("six_parts")
def test_a_disk_that_fills_up_ends_the_study_with_what_to_do(
    stockout: Stockout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_study(tmp_path)
    real, written = os.fsync, []

    def fsync(file: int) -> None:
        written.append(file)
        if len(written) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file)

    monkeypatch.setattr("experiments.store_files.os.fsync", fsync)
    result = stockout("study", path, "--executor", "serial", "--quiet")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert re.fullmatch(r"error: the store .* cannot be written: no space left on device; what was .* is kept.*", line)
    assert len(list((tmp_path / "store").glob("*/*.parquet"))) == 2
