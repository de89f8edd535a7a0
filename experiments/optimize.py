"""Finds settings that make a measure best while others keep their bounds: Optuna proposes, replications decide.

All candidates meet the same tapes. The search ranks by means over a few replications, and so favours the lucky; the few
best of it then compete on tapes that the search has never seen, by the selection procedure of Kim and Nelson.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any, Final

import numpy as np

from experiments.analysis.intervals import Floats, Interval, mean_interval
from experiments.analysis.selection import Selection, select_best
from experiments.factors import Factor
from experiments.optimum import Limits, Optimum, Trial
from experiments.search import BLOCK, Bench, Candidate, Constraint, as_lines, base_of, read_constraint, read_space
from experiments.settings import Base
from sim import MEASURES, ReplicationError, ScenarioFaults, end_with, one_of, shown
from sim.errors import ResultError

Progress = Callable[[int, int], None]
"""Called with the trials done and their total."""

MARGIN: Final = 0.005
"""Share of the best mean that is taken not to matter, unless said otherwise."""

STEPS: Final = 100
"""Into which a range is cut."""

MOST_STEPS: Final = 1000
"""A range of whole numbers is cut into this many at most."""


def optimize(
    file: str | Path,
    space: Mapping[str, str],
    *,
    goal: str = "total_value",
    subject_to: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    overrides: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    seed: int | None = None,
    workers: int = 1,
    on_progress: Progress | None = None,
) -> Optimum:
    """Search a space of settings; equal arguments give equal outcomes, for any number of workers.

    Args:
        file: the scenario.
        space: by path, a range `4..12` or `2 d..10 d` or `1..100 log`, or a list `[a, b]`.
        goal: the measure to make best, in its own direction.
        subject_to: constraints on means, such as `promise_kept >= 95 %`.
        policies: those that may be chosen; all of the scenario when left out.
        overrides: what to change in the scenario before.
        limits: how much may be spent.
        seed: of all chance; that of the scenario's plan when left out.
        workers: processes.
        on_progress: called with the trials done and their total.

    Raises:
        ResultError: Optuna is not installed, or the task cannot be read.
        ScenarioFaults: the scenario cannot be used.
    """
    base = base_of(file, overrides=overrides)
    task = _Task(
        base=base,
        space=read_space(space, base),
        policies=_policies(base, policies),
        goal=_goal(goal),
        constraints=tuple(read_constraint(text) for text in subject_to),
        limits=_sensible(limits or Limits()),
        seed=base.scenario.plan.seed if seed is None else seed,
    )
    with _pool(workers) as pool:
        bench = Bench(base, task.seed, [goal, *(each.measure for each in task.constraints)], pool)
        trials = _search(task, bench, on_progress)
        return _decide(task, bench, trials)


@dataclass(frozen=True)
class _Task:
    base: Base
    space: tuple[Factor, ...]
    policies: tuple[str, ...]
    goal: str
    constraints: tuple[Constraint, ...]
    limits: Limits
    seed: int

    @property
    def sign(self) -> float:
        """So that more is better."""
        return -1.0 if MEASURES[self.goal].direction == "down" else 1.0


def _policies(base: Base, chosen: Sequence[str] | None) -> tuple[str, ...]:
    known = tuple(base.scenario.policies)
    for name in chosen or ():
        if name not in known:
            raise ResultError(f"there is no policy {shown(name)}; {one_of(name, known)}")
    return tuple(dict.fromkeys(chosen or known))


def _goal(name: str) -> str:
    if name not in MEASURES:
        raise ResultError(f"there is no measure {shown(name)}; {one_of(name, MEASURES)}")
    if MEASURES[name].direction == "neither":
        raise ResultError(f"'{name}' is neither better when high nor when low; choose another goal")
    return name


def _sensible(limits: Limits) -> Limits:
    if min(limits.trials, limits.finalists) < 1 or limits.replications < 2 or limits.most < BLOCK:
        raise ResultError(f"at least 1 trial, 1 finalist, 2 replications and a limit of {BLOCK} are needed")
    return limits


@contextmanager
def _pool(workers: int) -> Iterator[Executor | None]:
    if workers < 2:
        yield None
        return
    from loky import ProcessPoolExecutor  # noqa: PLC0415 - a serial run needs no pool

    pool: Any = ProcessPoolExecutor(max_workers=workers, initializer=end_with, initargs=(os.getpid(),))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, kill_workers=True)


def _search(task: _Task, bench: Bench, tell: Progress | None) -> tuple[Trial, ...]:
    """All candidates that were tried, each once."""
    seen: dict[tuple[str, ...], Trial] = {}
    for policy in task.policies:
        asis = Candidate(policy, (), {})
        seen[asis.key] = _tried(task, bench, asis)
    study = _sampler(task.seed)
    for number in range(task.limits.trials):
        asked = study.ask()
        candidate = _proposed(task, asked)
        found = seen[candidate.key] = seen.get(candidate.key) or _tried(task, bench, candidate)
        for constraint, bound in zip(task.constraints, found.bounds, strict=True):
            asked.set_constraint(constraint.text, constraint.excess(bound.value))
        value = found.goal.value * task.sign
        study.tell(asked, *([value] if not isnan(value) else [None, _failed()]))
        if tell:
            tell(number + 1, task.limits.trials)
    return _some_ran(tuple(seen.values()))


def _some_ran(trials: tuple[Trial, ...]) -> tuple[Trial, ...]:
    if all(trial.error for trial in trials):
        raise ResultError(f"nothing that was tried can be run: {trials[-1].error}")
    return trials


def _sampler(seed: int) -> Any:
    """A study of Optuna, kept in memory.

    Raises:
        ResultError: Optuna is not there.
    """
    try:
        import optuna  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ResultError("`optimize` needs Optuna: pip install 'stockout[optimize]'") from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed % 2**32)
    return optuna.create_study(direction="maximize", sampler=sampler)


def _failed() -> Any:
    from optuna.trial import TrialState  # noqa: PLC0415 - an extra

    return TrialState.FAIL


def _proposed(task: _Task, asked: Any) -> Candidate:
    policy = asked.suggest_categorical("policy", task.policies) if len(task.policies) > 1 else task.policies[0]
    levels = [factor.level(_position(factor, asked), to_ends=True) for factor in task.space]
    overrides = {path: text for level in levels for path, text in level.overrides.items()}
    return Candidate(policy, tuple((level.factor, level.value) for level in levels), overrides)


def _position(factor: Factor, asked: Any) -> float:
    """Where on its axis: the middle of a listed value's share, or one of the even steps of a range."""
    if factor.listed:
        return (int(asked.suggest_categorical(factor.name, range(factor.listed))) + 0.5) / factor.listed
    steps = _steps(factor)
    return int(asked.suggest_int(factor.name, 0, steps)) / steps


def _steps(factor: Factor) -> int:
    """Few enough that values stay round and come again, which costs nothing; of whole numbers, all there are."""
    low, high = (factor.level(end, to_ends=True) for end in (0.0, 1.0))
    whole = factor.type is int and high.size - low.size <= MOST_STEPS
    return round(high.size - low.size) if whole else STEPS


def _tried(task: _Task, bench: Bench, candidate: Candidate) -> Trial:
    try:
        return _seen(task, candidate, bench.values(candidate, range(task.limits.replications)))
    except (ScenarioFaults, ReplicationError) as error:
        why = error.faults[0].message if isinstance(error, ScenarioFaults) else error.cause
        nothing = Interval(np.nan, np.nan, np.nan)
        return Trial(candidate, nothing, (nothing,) * len(task.constraints), feasible=False, error=why)


def _seen(task: _Task, candidate: Candidate, values: Mapping[str, Floats]) -> Trial:
    bounds = tuple(mean_interval(values[each.measure]) for each in task.constraints)
    kept = all(each.excess(bound.value) <= 0 for each, bound in zip(task.constraints, bounds, strict=True))
    goal = mean_interval(values[task.goal])
    return Trial(candidate, goal, bounds, feasible=kept and not isnan(goal.value), error="")


def _decide(task: _Task, bench: Bench, trials: tuple[Trial, ...]) -> Optimum:
    """Let the best of the search compete on fresh tapes; a winner that breaks a constraint there steps down."""
    fit = sorted((trial for trial in trials if trial.feasible), key=lambda trial: -task.sign * trial.goal.value)
    running = [trial.candidate for trial in fit[: task.limits.finalists]]
    margin = task.limits.indifference or (MARGIN * abs(fit[0].goal.value) or MARGIN if fit else MARGIN)
    finalists, selection, best = list(running), None, None
    while running and best is None:
        selection = _selected(task, bench, running, margin)
        leader = running.pop(selection.best)
        if task.constraints:  # a lead may show early; whether bounds hold takes all there may be
            _fresh(task, bench, leader, task.limits.most)
        seen = _fresh(task, bench, leader)
        best = seen if seen.feasible else None
    shown_finalists = sorted(
        (_fresh(task, bench, each) for each in finalists),
        key=lambda trial: best is None or trial.candidate != best.candidate,
    )
    return Optimum(
        goal=task.goal,
        constraints=task.constraints,
        trials=trials,
        finalists=tuple(shown_finalists),
        leads=tuple(_lead(task, bench, best, trial.candidate) for trial in shown_finalists),
        best=best,
        selection=selection if best else None,
        indifference=margin,
        lines=tuple(as_lines(best.candidate, task.base.raw)) if best else (),
        runs=bench.runs,
    )


def _lead(task: _Task, bench: Bench, best: Trial | None, other: Candidate) -> Interval:
    """How much better the choice is, tape by tape."""
    if best is None:
        return Interval(np.nan, np.nan, np.nan)
    first = _first_fresh(task)
    both = range(first, first + min(bench.known(each, first) for each in (best.candidate, other)))
    mine, theirs = (bench.values(each, both)[task.goal] for each in (best.candidate, other))
    return mean_interval(task.sign * (mine - theirs))


def _selected(task: _Task, bench: Bench, running: Sequence[Candidate], margin: float) -> Selection:
    def sample(place: int, replications: range) -> Floats:
        fresh = range(replications.start + _first_fresh(task), replications.stop + _first_fresh(task))
        return task.sign * bench.sampled(running[place], task.goal, fresh)

    limits = task.limits
    return select_best(sample, len(running), indifference=margin, alpha=limits.alpha, first=BLOCK, most=limits.most)


def _first_fresh(task: _Task) -> int:
    """The first replication that the search has not seen, at the start of a block."""
    return -(-task.limits.replications // BLOCK) * BLOCK


def _fresh(task: _Task, bench: Bench, candidate: Candidate, count: int | None = None) -> Trial:
    """A candidate on fresh tapes: so many, or all it was run on."""
    first = _first_fresh(task)
    count = bench.known(candidate, first) if count is None else count
    return _seen(task, candidate, bench.values(candidate, range(first, first + count)))
