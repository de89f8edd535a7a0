"""`stockout study` from the outside: same bytes for any workers, resuming, failing, and being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import pytest
from typer.testing import Result

import experiments.run
from experiments.run import run_study
from experiments.store import read_store
from sim import Cell, ReplicationError, Scenario, run_cell
from sim.errors import ResultError
from tests.small_study import STUDY, contents, write_study

Stockout = Callable[..., Result]
ROOT = Path(__file__).parents[2]
PATIENT = 60.0
"""Seconds after which a process that shows no result has hung."""


def test_one_worker_and_two_write_the_same_bytes(tmp_path: Path) -> None:
    alone = run_study(write_study(tmp_path / "alone"))
    together = run_study(write_study(tmp_path / "together"), workers=2)
    assert alone.store.name == together.store.name
    assert contents(alone.store) == contents(together.store)


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
    monkeypatch.setattr(experiments.run, "run_cell", None)
    assert contents(run_study(path).store) == before


def test_a_lost_part_alone_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    store = run_study(path).store
    before = contents(store)
    sorted(store.glob("*.parquet"))[3].unlink()
    ran = counted(monkeypatch)
    run_study(path)
    assert contents(store) == before
    assert len(ran) == 4


def test_afresh_makes_every_part_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    before = contents(run_study(path).store)
    ran = counted(monkeypatch)
    assert contents(run_study(path, resume=False).store) == before
    assert len(ran) == 24


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replications run from now on in this process."""
    ran: list[int] = []

    def counting(scenario: Scenario, policies: Sequence[str], seed: int, replication: int, audit: bool | None) -> Cell:
        ran.append(replication)
        return run_cell(scenario, policies, seed, replication, audit)

    monkeypatch.setattr(experiments.run, "run_cell", counting)
    return ran


def test_progress_counts_runs_and_those_kept(tmp_path: Path) -> None:
    path = write_study(tmp_path)
    seen: list[tuple[int, int]] = []
    store = run_study(path, on_progress=lambda done, total: seen.append((done, total))).store
    assert seen == [(8 * number, 48) for number in range(1, 7)]
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
@pytest.mark.parametrize("workers", [1, 2])
def test_a_study_killed_in_the_middle_goes_on_to_the_same_files(tmp_path: Path, workers: int) -> None:
    text = STUDY.replace("[4, 6, 8]", "[4, 6, 8, 10, 12]") + "replications: 20\n"
    whole = run_study(write_study(tmp_path / "whole", text)).store
    path = write_study(tmp_path / "killed", text)
    store = tmp_path / "killed" / "store" / whole.name
    process = started(path, "--workers", str(workers))
    wait_for(lambda: len(list(store.glob("*.parquet"))) >= 2)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (store / "manifest.json").exists()
    (store / "point-00009_rep-000000-000019.parquet.1.tmp").write_bytes(b"half of a part")
    run_study(path, workers=workers)
    (store / "point-00009_rep-000000-000019.parquet.1.tmp").unlink()
    assert contents(store) == contents(whole)


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
    alone = run_study(write_study(tmp_path / "alone")).store
    path = write_study(tmp_path / "shared")
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
    def failing(scenario: Scenario, policies: Sequence[str], seed: int, replication: int, audit: bool | None) -> Cell:
        if replication == 2:
            raise ReplicationError("", replication, seed, "TapeError: no more chance")
        return run_cell(scenario, policies, seed, replication, audit)

    monkeypatch.setattr(experiments.run, "run_cell", failing)
    result = stockout("study", write_study(tmp_path))
    assert result.exit_code == 4
    assert "12 runs failed; the others are kept" in result.stderr
    (store,) = (tmp_path / "store").iterdir()
    assert list(read_store(store)["status"]).count("ok") == 36


def test_a_process_ended_from_outside_ends_the_study_with_what_to_do(
    stockout: Stockout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiments.run, "_task", lambda *_: partial(os._exit, 1))
    result = stockout("study", write_study(tmp_path), "--workers", 2)
    assert result.exit_code == 5
    assert "a process was ended from outside" in result.stderr
    assert "run the study again" in result.stderr


def test_no_worker_is_too_few(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="0 workers are not enough"):
        run_study(write_study(tmp_path), workers=0)
