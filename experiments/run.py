"""Runs a study: what its store lacks, on any number of processes, always the same bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from math import nan
from pathlib import Path
from time import monotonic
from typing import Any, Final

from experiments.columns import Row
from experiments.plan import Study, read_study
from experiments.store import Block, Store, blocks_of
from experiments.summary import summary
from sim import Cell, ReplicationError, Scenario, end_with, load_scenario, run_cell
from sim.errors import ResultError, ScenarioError, StockoutError

Progress = Callable[[int, int], None]
"""Called with the runs done so far, those of earlier calls included, and their total."""

_WHOLE_SHOP: Final = ""


class StudyError(StockoutError):
    """A study came to an end that no run of it caused."""


@dataclass(frozen=True)
class StudyOutcome:
    """What became of a study."""

    store: Path
    """The folder of its results."""
    points: int
    """Settings."""
    runs: int
    """Settings, policies and replications multiplied."""
    failures: int
    """Runs that failed; each is a row with its reason."""

    @property
    def summary(self) -> tuple[str, ...]:
        """What the study says, as lines of text."""
        return summary(self.store)


@dataclass(frozen=True)
class _Task:
    """All that a worker must know of one block: keys, no values."""

    file: str
    overrides: tuple[tuple[str, str], ...]
    digest: str
    """Of the scenario that these must make."""
    policies: tuple[str, ...]
    measures: tuple[str, ...]
    block: Block

    def __call__(self) -> list[Row]:
        """Run it; rows by policy, then replication."""
        scenario = _scenario(self.file, self.overrides, self.digest)
        replications = range(self.block.first, self.block.end)
        by_replication = [_rows(self, scenario, replication, self.policies) for replication in replications]
        return [row for same_policy in zip(*by_replication, strict=True) for row in same_policy]


@lru_cache(maxsize=64)
def _scenario(file: str, overrides: tuple[tuple[str, str], ...], digest: str) -> Scenario:
    """A point's scenario, loaded once by each worker."""
    scenario = load_scenario(file, overrides=dict(overrides))
    if scenario.digest != digest:
        raise ScenarioError(f"{file} was changed while the study ran; run it again")
    return scenario


def _rows(task: _Task, scenario: Scenario, replication: int, policies: Sequence[str]) -> list[Row]:
    """One row for each policy; when one fails, the others run without it."""
    try:
        cell = run_cell(scenario, policies, scenario.plan.seed, replication, None)
    except ReplicationError as error:
        if len(policies) > 1:
            return [row for policy in policies for row in _rows(task, scenario, replication, [policy])]
        return [Row(policies[0], replication, error.cause, "", (nan,) * len(task.measures))]
    return [Row(policy, replication, "", cell.digests[policy], _values(task, cell, policy)) for policy in policies]


def _values(task: _Task, cell: Cell, policy: str) -> tuple[float, ...]:
    return tuple(cell.values.get((policy, measure, _WHOLE_SHOP), nan) for measure in task.measures)


def run_study(
    path: str | Path, *, workers: int = 1, on_progress: Progress | None = None, resume: bool = True
) -> StudyOutcome:
    """Run a study, or what is left of it.

    Args:
        path: the study file.
        workers: processes to spread it over; its results do not depend on it.
        on_progress: called in this process with the runs done and their total.
        resume: keep the parts that earlier runs completed; else every part is made again.

    Raises:
        ScenarioFaults: the study, its scenario or a setting cannot be used; nothing has been run then.
        StudyError: a process was ended from outside. What was completed is kept.
        ResultError: less than one worker.
    """
    if workers < 1:
        raise ResultError(f"{workers} workers are not enough: at least 1 is needed")
    study = read_study(path)
    count = _Count(study, on_progress)
    store = Store(study)
    began, start = datetime.now(UTC), monotonic()
    try:
        _fill(study, store, count, workers=workers, resume=resume)
    finally:
        seconds = round(monotonic() - start, 3)
        store.log({"began": began.isoformat(), "seconds": seconds, "workers": workers, "runs_done": count.done})
    store.finish(count.failures)
    return StudyOutcome(store.folder, len(study.points), study.runs, count.failures)


class _Count:
    """How far a study has come."""

    def __init__(self, study: Study, tell: Progress | None) -> None:
        self._each = len(study.policies)
        self._total = study.runs
        self._tell = tell
        self.done = 0
        self.failures = 0

    def add(self, block: Block, failures: int) -> None:
        """Take note of a finished block."""
        self.done += (block.end - block.first) * self._each
        self.failures += failures
        if self._tell:
            self._tell(self.done, self._total)


def _fill(study: Study, store: Store, count: _Count, *, workers: int, resume: bool) -> None:
    """Complete a store."""
    tasks: dict[Block, _Task] = {}
    for block in blocks_of(study):
        failures = store.failures(block) if resume else None
        if failures is None:
            tasks[block] = _task(study, block)
        else:
            count.add(block, failures)
    done = _on_processes(tasks, min(workers, len(tasks))) if min(workers, len(tasks)) > 1 else _here(tasks)
    for block, rows in done:
        store.write(block, rows)
        count.add(block, sum(bool(row.error) for row in rows))


def _task(study: Study, block: Block) -> _Task:
    return _Task(
        file=str(study.base.file),
        overrides=tuple(study.base.overrides(study.points[block.point]).items()),
        digest=study.digests[block.point],
        policies=study.policies,
        measures=study.measures,
        block=block,
    )


def _here(tasks: Mapping[Block, _Task]) -> Iterator[tuple[Block, list[Row]]]:
    for block, task in tasks.items():
        yield block, task()


def _on_processes(tasks: Mapping[Block, _Task], workers: int) -> Iterator[tuple[Block, list[Row]]]:
    """Blocks as they are finished."""
    from loky import ProcessPoolExecutor, as_completed  # noqa: PLC0415 - a serial run needs no pool
    from loky.process_executor import BrokenProcessPool  # noqa: PLC0415 - likewise

    pool: Any = ProcessPoolExecutor(max_workers=workers, initializer=end_with, initargs=(os.getpid(),))
    finished = False
    try:
        futures = {pool.submit(task): block for block, task in tasks.items()}
        for future in as_completed(futures):
            yield futures.pop(future), future.result()
        finished = True
    except BrokenProcessPool as error:
        raise StudyError("a process was ended from outside, often for want of memory; run the study again") from error
    finally:
        pool.shutdown(wait=True, kill_workers=not finished)
