"""What a study would do: its settings and runs, what its store has already, and how long the rest may take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Final

from experiments.axes import Listing, Range
from experiments.factors import Factor, as_text
from experiments.plan import Study
from experiments.quantities import written
from sim import ReplicationError, run_cell
from sim.words import DAY, HOUR, MINUTE

_PILOTS: Final = 3
_MOST_VALUES: Final = 6


def dry_run(study: Study, *, workers: int = 1) -> tuple[str, ...]:
    """Sentences about a study, which is not run but for a few replications that tell their time.

    Args:
        workers: processes that the estimate reckons with.
    """
    kept = rows_in(study.store)
    return (
        study.stated.question.strip(),
        "",
        *_design(study),
        *study.notes,
        "",
        *_runs(study),
        f"The store has {kept:,} runs already: {study.store}" if kept else f"The store is empty: {study.store}",
        *_time(study, kept, workers),
    )


def _design(study: Study) -> Iterator[str]:
    yield f"Design {study.stated.design}: {len(study.factors)} factors, {len(study.points):,} settings"
    width = max(len(factor.name) for factor in study.factors)
    yield from (f"  {factor.name:<{width}}  {_values(factor)}" for factor in study.factors)


def _values(factor: Factor) -> str:
    """The values of a factor in a few words."""
    axis = factor.axis
    if isinstance(axis, Listing):
        shown = ", ".join(as_text(value) for value in axis.values[:_MOST_VALUES])
        return shown if axis.listed <= _MOST_VALUES else f"{shown} and {axis.listed - _MOST_VALUES} more"
    if isinstance(axis, Range):
        ends = " to ".join(as_text(written(end, axis.unit)) for end in (axis.low, axis.high))
        steps = f" in {axis.steps} steps" if axis.steps else ""
        return f"{ends}{steps}{', log scale' if axis.is_log else ''}"
    about = axis.about()
    return f"{about['law']} {about['unit']}".rstrip()


def _runs(study: Study) -> Iterator[str]:
    policies = f"{len(study.points):,} settings, {len(study.policies)} policies ({', '.join(study.policies)})"
    each = len(study.points) * len(study.policies)
    if study.precision is None:
        yield f"{policies}, {study.replications:,} replications: {each * study.replications:,} runs"
        return
    wanted = ", ".join(study.precision.measures)
    yield f"{policies}, {study.least:,} to {study.most:,} replications until {wanted} are precise enough:"
    yield f"{each * study.least:,} to {each * study.most:,} runs"


def rows_in(folder: Path) -> int:
    """Runs that the files of a store hold; 0 when there is no store."""
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

    found = 0
    for path in folder.glob("*.parquet*"):
        with suppress(OSError, pa.ArrowException):
            found += pq.read_metadata(path).num_rows
    return found


def _time(study: Study, kept: int, workers: int) -> Iterator[str]:
    """How long the rest may take, from a few replications of a few settings."""
    each = len(study.points) * len(study.policies)
    left = [max(0, each * replications - kept) for replications in (study.least, study.most)]
    if not any(left):
        yield "Nothing is left to run."
        return
    try:
        seconds = _pilot(study)
    except ReplicationError as error:
        yield f"A pilot run failed, so there is no estimate of the time: {error}"
        return
    shown = [duration(runs * sum(seconds) / len(seconds) / workers) for runs in dict.fromkeys(left)]
    spread = f"{min(seconds):.2g} to {max(seconds):.2g} s" if len(seconds) > 1 else f"{seconds[0]:.2g} s"
    yield f"A run takes {spread}, by a pilot of {len(seconds)} settings."
    yield f"What is left takes about {' to '.join(shown)} with {workers} worker{'s' if workers > 1 else ''}."


def _pilot(study: Study) -> Sequence[float]:
    """Seconds of a run at the first, the middle and the last setting; a first replication warms up."""
    last = len(study.points) - 1
    places = sorted({number * last // max(1, _PILOTS - 1) for number in range(_PILOTS)})
    _seconds(study, 0)
    return [_seconds(study, place) for place in places]


def _seconds(study: Study, place: int) -> float:
    scenario = study.base.source.load(study.base.overrides(study.points[place]))
    start = perf_counter()
    run_cell(scenario, study.policies, study.seed, 0, None)
    return (perf_counter() - start) / len(study.policies)


def duration(seconds: float) -> str:
    """A length of time in one unit that suits it."""
    units = (("days", DAY), ("hours", HOUR), ("minutes", MINUTE))
    name, size = next(((name, size) for name, size in units if seconds >= 2 * size), ("seconds", 1))
    return f"{seconds / size:.1f} {name}" if seconds < 10 * size else f"{seconds / size:.0f} {name}"
