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
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest
from typer.testing import Result

import experiments.task
from experiments.executors import chosen
from experiments.run import StudyError, run_study
from experiments.store import read_manifest, read_store
from experiments.task import VersionError
from sim import Played, ReplicationError, Scenario, Tape, play
from sim.errors import ResultError
from tests.small_study import IN_PARTS, SHOP, STUDY, contents, run_in_parts, write_study

Stockout = Callable[..., Result]
ROOT = Path(__file__).parents[2]
PATIENT = 60.0
"""Seconds after which a process that shows no result has hung."""

PRECISE = (
    STUDY.replace("  customers.shoppers.patience.median: [3 d, 9 d]\n", "")
    + "precision: {measures: {profit: {half_width: 20}}, minimum: 5, limit: 30}\n"
)
"""Three settings, each of which stops by itself some time after the first look."""

SERVER = get_context("forkserver")
SERVER.set_forkserver_preload(["tests.small_study"])


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the small study, run in this process; only to be read."""
    return run_study(write_study(tmp_path_factory.mktemp("plain"))).store


@pytest.fixture(scope="module")
def precise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a study that ends by itself, run in this process; only to be read."""
    return run_study(write_study(tmp_path_factory.mktemp("precise"), PRECISE)).store


@pytest.fixture(scope="module")
def in_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a study in twelve parts, run without a stop; only to be read."""
    path = write_study(tmp_path_factory.mktemp("whole"), IN_PARTS)
    assert finished(running(path)) == 0
    (store,) = path.parent.glob("store/*")
    assert len(list(store.glob("*.parquet"))) == 12
    return store


@pytest.fixture
def six_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, the small study has a part for each of its points."""
    monkeypatch.setattr("experiments.parts.ROWS", 8)


@pytest.mark.parametrize("executor", ["loky:1", "loky:2"])
def test_every_executor_writes_the_same_bytes(plain: Path, tmp_path: Path, executor: str) -> None:
    other = run_study(write_study(tmp_path), executor=executor).store
    assert other.name == plain.name
    assert contents(other) == contents(plain)


def test_two_workers_stop_where_one_does_with_the_same_bytes(precise: Path, tmp_path: Path) -> None:
    points = read_manifest(precise)["points"]
    assert all(point["stopped_by"] == "precision" and point["replications"] > 10 for point in points)
    assert contents(run_study(write_study(tmp_path, PRECISE), executor="loky:2").store) == contents(precise)


def test_any_executor_of_the_standard_library_will_do(plain: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        other = run_study(write_study(tmp_path), executor=threads, workers=2)
        assert threads.submit(int).result() == 0, "it was closed"
    assert contents(other.store) == contents(plain)


@pytest.mark.parametrize("longest", [1e-9, 1e9])
def test_the_size_of_tasks_does_not_show(
    precise: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longest: float
) -> None:
    monkeypatch.setattr("experiments.flow.SHORTEST", longest)
    monkeypatch.setattr("experiments.flow.LONGEST", longest)
    assert contents(run_study(write_study(tmp_path, PRECISE)).store) == contents(precise)


def test_auto_goes_on_to_processes_when_much_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    monkeypatch.setattr("experiments.executors.SOON", 0.01)
    monkeypatch.setattr("experiments.flow.SOON", 0.01)
    store = run_study(path, executor="auto").store
    assert "loky:" in (store / "log.jsonl").read_text(encoding="utf-8")


def test_workers_need_no_files_of_this_computer(plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    real = experiments.task.work

    def without_files(*arguments: object) -> object:
        path.with_name("shop.yaml").unlink(missing_ok=True)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("experiments.executors.work", without_files)
    assert contents(run_study(path).store) == contents(plain)


def test_a_scenario_that_names_files_is_read_by_its_path(tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY.replace("customers.shoppers.patience.median: [3 d, 9 d]", ""))
    shop = path.with_name("shop.yaml")
    (tmp_path / "visits.csv").write_text("at,units\n1 d,2\n3 d,1\n", encoding="utf-8")
    listed = SHOP.replace('visits: 2/d, patience: "lognormal(median=9 d, sigma=0.5)"', "visits: {trace: visits.csv}")
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


def running(path: Path, *, executor: str = "serial", save_every: float = 0.05) -> BaseProcess:
    """A process that runs a study with small parts."""
    process = SERVER.Process(
        target=run_in_parts, args=(str(path),), kwargs={"executor": executor, "save_every": save_every}
    )
    process.start()
    return process


def finished(process: BaseProcess) -> int | None:
    process.join(PATIENT)
    return process.exitcode


def stamps(store: Path) -> set[tuple[str, int]]:
    """The files of rows in a store and when they were written; those that go away meanwhile are left out."""
    found = set()
    for path in (*store.glob("*.parquet"), *store.glob("*.unfinished")):
        with suppress(FileNotFoundError):
            found.add((path.name, path.stat().st_mtime_ns))
    return found


def has_come_to_something(process: BaseProcess, store: Path, before: set[tuple[str, int]]) -> bool:
    return stamps(store) != before or not process.is_alive()


@pytest.mark.skipif(os.name == "nt", reason="signals are of another kind there")
def test_a_study_killed_ten_times_goes_on_to_the_same_files(in_parts: Path, tmp_path: Path) -> None:
    path = write_study(tmp_path, IN_PARTS)
    store = tmp_path / "store" / in_parts.name
    moments = Random(2026)
    for number in range(10):
        before = stamps(store)
        process = running(path, executor="loky:2" if number in (4, 8) else "serial")
        if number % 2 == 0:  # else it may not yet have come to anything
            wait_for(partial(has_come_to_something, process, store, before))
        sleep(moments.uniform(0.0, 0.4))
        with suppress(ProcessLookupError):
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.kill()
        assert finished(process) is not None
    assert stamps(store), "nothing was done before it was killed"
    assert finished(running(path)) == 0
    for half in store.glob("*.tmp"):
        half.unlink()
    assert contents(store) == contents(in_parts)


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
    command = [sys.executable, "-m", "sim", "study", str(path), "--quiet", "--workers", "2"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: len(workers_of(process.pid)) == 2)
    left = workers_of(process.pid)
    process.kill()
    process.wait(PATIENT)
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


def test_two_processes_at_one_store_do_no_harm(in_parts: Path, tmp_path: Path) -> None:
    path = write_study(tmp_path, IN_PARTS)
    assert [finished(process) for process in [running(path), running(path)]] == [0, 0]
    assert contents(tmp_path / "store" / in_parts.name) == contents(in_parts)


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
