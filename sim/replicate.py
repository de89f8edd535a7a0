"""The one runner behind every face: all policies on every replication, on any executor, always the same bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from math import nan
from typing import Any, Final

import numpy as np

from sim.errors import ResultError, StockoutError
from sim.ledger.audit import audit as audit_ledger
from sim.ledger.ledger import Ledger
from sim.measures.measure import measure
from sim.model.simulate import simulate
from sim.results import Floats, Key, Results, known
from sim.scenario.scenario import Scenario
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from sim.workers import end_with

AUDIT_BELOW: Final = 100_000
"""Replications with fewer visits are audited unless told otherwise."""

CHUNKS_PER_WORKER: Final = 8
"""Tasks handed to each worker: enough for an even load and a moving bar, few enough to cost nothing."""

Progress = Callable[[int, int], None]
"""Called with the replications done so far and their total."""


class ReplicationError(StockoutError):
    """One replication could not be completed; names what to run again."""

    def __init__(self, policy: str, replication: int, seed: int, cause: str) -> None:
        super().__init__(policy, replication, seed, cause)
        self.policy = policy
        """Empty when the tape could not be drawn."""
        self.replication = replication
        self.seed = seed
        self.cause = cause

    def __str__(self) -> str:
        whom = f"policy '{self.policy}'" if self.policy else "the tape"
        return f"{whom}, replication {self.replication}, seed {self.seed}: {self.cause}"


@dataclass(frozen=True)
class Cell:
    """One replication under several policies, all of which met the same tape."""

    replication: int
    visits: int
    """Visits on the tape."""
    values: Mapping[Key, float]
    """By policy, measure and scope; NaN where undefined."""
    digests: Mapping[str, str]
    """By policy: the digest of its ledger."""


@dataclass(frozen=True, eq=False)
class Played:
    """One policy on one tape."""

    ledger: Ledger
    values: Mapping[tuple[str, str], float]
    """By measure and scope; NaN where undefined."""


@contextmanager
def _naming(policy: str, replication: int, seed: int) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
        raise ReplicationError(policy, replication, seed, cause) from error


def play(scenario: Scenario, policy: str, tape: Tape, *, audit: bool | None = None) -> Played:
    """Run one policy on a tape and measure it.

    Args:
        audit: check the ledger against the laws; `None` does so below `AUDIT_BELOW` visits.

    Raises:
        ReplicationError: naming policy, replication, seed and cause.
    """
    with _naming(policy, tape.replication, tape.seed):
        world, levers = scenario.world_of(policy), scenario.policy(policy)
        ledger = simulate(world, levers, tape)
        if len(tape.visits) < AUDIT_BELOW if audit is None else audit:
            audit_ledger(world, levers, tape, ledger)
        return Played(ledger, measure(world, ledger, tape.visits))


def run_cell(scenario: Scenario, policies: Sequence[str], seed: int, replication: int, audit: bool | None) -> Cell:
    """Draw the tape of one replication and run every policy on it.

    Args:
        audit: check each ledger against the laws; `None` does so below `AUDIT_BELOW` visits.

    Raises:
        ReplicationError: naming policy, replication, seed and cause.
    """
    tape = drawn(scenario, seed, replication)
    return cell_of(scenario, tape, ((policy, play(scenario, policy, tape, audit=audit)) for policy in policies))


def drawn(scenario: Scenario, seed: int, replication: int) -> Tape:
    """The tape of one replication.

    Raises:
        ReplicationError: it cannot be drawn.
    """
    with _naming("", replication, seed):
        return draw_tape(scenario.world, seed=seed, replication=replication)


def cell_of(scenario: Scenario, tape: Tape, played: Iterable[tuple[str, Played]]) -> Cell:
    """What came out of one tape; takes the policies one by one, so that not all their ledgers are there at once."""
    values: dict[Key, float] = {}
    digests: dict[str, str] = {}
    for policy, each in played:
        values.update({(policy, name, scope): value for (name, scope), value in each.values.items()})
        digests[policy] = each.ledger.digest
    values.update(regrets(scenario, tuple(digests), values))
    return Cell(tape.replication, len(tape.visits), values, digests)


def regrets(scenario: Scenario, policies: Sequence[str], values: Mapping[Key, float]) -> dict[Key, float]:
    """What each policy misses of the total value of the best that knows the future; nothing where none does.

    Args:
        policies: those that were run on one tape, all of them without failing.
        values: theirs.
    """
    knowing = [policy for policy in policies if scenario.policy(policy).when_short == "oracle"]
    if not knowing:
        return {}
    scopes = {scope for _, _, scope in values}
    best = {scope: max(values[policy, "total_value", scope] for policy in knowing) for scope in scopes}
    return {
        (policy, "regret", scope): best[scope] - values[policy, "total_value", scope]
        for policy in policies
        for scope in scopes
    }


@dataclass(frozen=True)
class _Job:
    """What every task of one run shares."""

    scenario: Scenario
    policies: tuple[str, ...]
    seed: int
    audit: bool | None

    def __call__(self, replications: Sequence[int]) -> list[Cell]:
        return [run_cell(self.scenario, self.policies, self.seed, r, self.audit) for r in replications]


def run(
    scenario: Scenario,
    *,
    policies: Sequence[str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    audit: bool | None = None,
    on_progress: Progress | None = None,
    executor: Executor | None = None,
) -> Results:
    """Run every policy on the same tapes, replication by replication.

    Args:
        policies: names; all of the scenario when left out.
        replications: as the scenario's plan says when left out.
        seed: likewise.
        workers: processes to spread replications over; the results do not depend on it.
        audit: check each ledger against the laws; `None` does so below `AUDIT_BELOW` visits.
        on_progress: called in this process with the replications done and their total.
        executor: where to run instead of an own pool of processes; `workers` then tells its size.

    Raises:
        ResultError: an unknown policy, or less than one replication or worker.
        ReplicationError: a replication could not be completed; the first one in order.
    """
    job = _Job(
        scenario,
        _chosen(scenario, policies),
        scenario.plan.seed if seed is None else seed,
        audit,
    )
    total = _at_least_one(scenario.plan.replications if replications is None else replications, "replication")
    tell = on_progress or _silent
    if executor is not None:
        cells = _on(executor, job, _chunks(total, _at_least_one(workers, "worker")), tell)
    elif _at_least_one(workers, "worker") > 1:
        cells = _on_processes(job, total, workers, tell)
    else:
        cells = _here(job, total, tell)
    return gather(scenario, job.policies, job.seed, cells)


def _chosen(scenario: Scenario, policies: Sequence[str] | None) -> tuple[str, ...]:
    if policies is None:
        return tuple(scenario.policies)
    if not policies:
        raise ResultError("name at least one policy")
    return tuple(dict.fromkeys(known(name, tuple(scenario.policies), "policy") for name in policies))


def _at_least_one(number: int, what: str) -> int:
    if number < 1:
        raise ResultError(f"{number} {what}s are not enough: at least 1 is needed")
    return number


def _silent(_done: int, _total: int) -> None:
    """The progress of a run that nobody watches."""


def _chunks(total: int, workers: int) -> list[range]:
    size = max(1, total // (workers * CHUNKS_PER_WORKER))
    return [range(first, min(first + size, total)) for first in range(0, total, size)]


def _here(job: _Job, total: int, tell: Progress) -> list[Cell]:
    cells: list[Cell] = []
    for replication in range(total):
        cells += job([replication])
        tell(len(cells), total)
    return cells


def _on(executor: Executor, job: _Job, chunks: list[range], tell: Progress) -> list[Cell]:
    """Results are taken in the order of replications, so that errors too do not depend on who is faster."""
    futures = [executor.submit(job, chunk) for chunk in chunks]
    cells: list[Cell] = []
    try:
        for future in futures:
            cells += future.result()
            tell(len(cells), chunks[-1].stop)
    finally:
        for future in futures:
            future.cancel()
    return cells


def _on_processes(job: _Job, total: int, workers: int, tell: Progress) -> list[Cell]:
    from loky import ProcessPoolExecutor  # noqa: PLC0415 - a serial run needs no pool

    pool: Any = ProcessPoolExecutor(
        max_workers=min(workers, total), initializer=end_with, initargs=(os.getpid(),)
    )
    finished = False
    try:
        cells = _on(pool, job, _chunks(total, workers), tell)
        finished = True
    finally:
        pool.shutdown(wait=True, kill_workers=not finished)
    return cells


def gather(scenario: Scenario, policies: Sequence[str], seed: int, cells: Sequence[Cell]) -> Results:
    """The replications of a run, the first one first, as one."""
    keys = dict.fromkeys(key for cell in cells for key in cell.values)
    return Results(
        scenario=scenario,
        seed=seed,
        policies=tuple(policies),
        replications=len(cells),
        values={key: _frozen([cell.values.get(key, nan) for cell in cells]) for key in keys},
        digests={policy: tuple(cell.digests[policy] for cell in cells) for policy in policies},
    )


def _frozen(values: list[float]) -> Floats:
    column = np.array(values, dtype=np.float64)
    column.setflags(write=False)
    return column
