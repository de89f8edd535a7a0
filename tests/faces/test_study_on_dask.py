"""A study on a real scheduler of Dask with two worker processes, one of which is killed in the middle."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from experiments.executors import StudyError
from experiments.run import run_study
from experiments.task import VersionError
from tests.small_study import STUDY, contents, write_study

pytest.importorskip("distributed", reason="an extra")

ROOT = Path(__file__).parents[2]
TEXT = STUDY + "replications: 10\n"
PATIENT = 60.0


@dataclass
class Cluster:
    """A scheduler and its workers on this computer."""

    address: str
    workers: list[subprocess.Popen[bytes]]


def launched(what: str, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    place = folder / "scheduler.json"
    with ExitStack() as running:
        scheduler = launched("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(place))
        running.callback(ended, scheduler)
        options = ("--scheduler-file", str(place), "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        workers = [launched("worker", *options) for _ in range(2)]  # they wait for the file
        for worker in workers:
            running.callback(ended, worker)
        end = monotonic() + PATIENT
        while not place.exists():
            assert monotonic() < end, "no scheduler came up"
            sleep(0.05)
        yield Cluster(json.loads(place.read_text(encoding="utf-8"))["address"], workers)


def ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a study writes in one process."""
    return contents(run_study(write_study(tmp_path_factory.mktemp("alone"), TEXT)).store)


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    """Dask tells at length of connections that end; that is what these tests are about."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_nobody_at_the_address_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.dask_pool.PATIENCE", 0.5)
    with pytest.raises(StudyError, match=r"no scheduler of Dask answers at tcp://127\.0\.0\.1:9"):
        run_study(write_study(tmp_path), executor="dask:tcp://127.0.0.1:9")


def test_workers_with_other_versions_are_refused(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.run.versions", lambda: (("stockout", "9.9"),))
    with pytest.raises(VersionError, match=r"the worker tcp://127.* has stockout .* \(study: 9\.9\)"):
        run_study(write_study(tmp_path), executor=f"dask:{cluster.address}")


def test_two_workers_write_the_same_bytes_though_one_is_killed(
    cluster: Cluster, alone: dict[str, bytes], tmp_path: Path
) -> None:
    def kill_one(done: int, total: int) -> None:
        if 0 < done < total and cluster.workers[0].poll() is None:
            cluster.workers[0].kill()

    outcome = run_study(write_study(tmp_path, TEXT), executor=f"dask:{cluster.address}", on_progress=kill_one)
    assert cluster.workers[0].wait(PATIENT) != 0
    assert contents(outcome.store) == alone
    assert '"executor": "dask:tcp://' in (outcome.store / "log.jsonl").read_text(encoding="utf-8")
