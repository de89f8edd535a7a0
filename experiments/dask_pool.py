"""Dask's workers as a pool: each is told once what a study is about; keys go out, rows come back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, Final

from distributed import Client, KilledWorker, WorkerPlugin, get_worker

from experiments.executors import Pool, Results, StudyError
from experiments.task import Brief, Piece, require_same, versions, work

PATIENCE: Final = 30
"""Seconds in which a scheduler must answer and have a worker."""

COUNT_EVERY: Final = 5.0
"""Seconds between two counts of the workers."""


class Told(WorkerPlugin):
    """What a worker knows of a study; the scheduler gives it to workers that come later, too."""

    def __init__(self, brief: Brief) -> None:
        self.brief: Final = brief
        self.name: Final = "stockout-" + hashlib.sha256(repr(brief).encode()).hexdigest()[:16]


def work_as_told(told: str, pieces: Sequence[Piece]) -> Results:
    """Run pieces on a Dask worker, by the brief that it was given.

    Raises:
        VersionError: this worker computes with other versions than the study.
    """
    plugin: Any = get_worker().plugins[told]
    return work(plugin.brief, pieces)


class Cluster:
    """The workers of a scheduler, however many there are at the time.

    When a worker is lost, the scheduler gives its tasks to others.
    """

    def __init__(self, client: Any, address: str, told: str) -> None:
        self.name: Final = f"dask:{address}"
        self._client: Final = client
        self._executor: Final = client.get_executor(pure=False)
        self._told: Final = told
        self._counted = -COUNT_EVERY
        self._slots = 1

    @property
    def slots(self) -> int:
        """Threads of all workers; counted anew from time to time."""
        if monotonic() - self._counted >= COUNT_EVERY:
            self._slots = max(1, sum(self._client.nthreads().values()))
            self._counted = monotonic()
        return self._slots

    def submit(self, pieces: Sequence[Piece]) -> Future[Results]:
        """Have pieces run by a worker."""
        future: Future[Results] = self._executor.submit(work_as_told, self._told, tuple(pieces))
        return future


@contextmanager
def dask_pool(address: str, brief: Brief) -> Iterator[Pool]:
    """The workers of the scheduler at an address.

    Raises:
        StudyError: nobody answers there, no worker comes, or one task has cost several workers.
        VersionError: a worker has other versions than this computer.
    """
    told = Told(brief)
    with _connected(address) as client:
        _tell_workers(client, address, told)
        try:
            yield Cluster(client, address, told.name)
        except KilledWorker as error:
            raise StudyError(
                "one task has cost several workers, often for want of memory: give each worker more of it, or fewer "
                "threads, and run the study again; what was completed is kept"
            ) from error
        finally:
            with suppress(Exception):  # a scheduler that is gone has forgotten it already
                client.unregister_worker_plugin(told.name)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise StudyError(f"no scheduler of Dask answers at {address}: {error}") from error
    with client:
        yield client


def _tell_workers(client: Any, address: str, told: Told) -> None:
    """Wait for a worker, see that all have the versions of this computer, and tell them what the study is about."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise StudyError(f"the scheduler at {address} has no workers, and none came in {PATIENCE} s") from None
    try:
        for where, theirs in client.run(versions).items():
            require_same(dict(theirs), dict(told.brief.versions), where=where)
        client.register_plugin(told)
    except ModuleNotFoundError as error:
        raise StudyError(
            f"a worker of {address} cannot import {error.name}: install the same version of stockout on all workers"
        ) from error
