"""Stock and backlog over time, thinned to a grid: kept only by studies that ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim import Duration, Part, Played, Scenario, Tape, path
from sim.words import DAY, Seconds

if TYPE_CHECKING:
    import pyarrow as pa

Quantity = Literal["on_hand", "backlog", "on_order", "position"]
"""What can be kept over time, of every stock."""

MOST_INSTANTS: Final = 5_000
"""Instants of one run; a finer grid is read every other instant or less."""


class SeriesWish(Part):
    """Which quantities of every stock are kept over time."""

    every: Annotated[Duration, Field(gt=0)] = DAY
    """From one instant to the next."""
    of: Annotated[tuple[Quantity, ...], Field(min_length=1)] = ("on_hand", "backlog")
    """The quantities."""


@dataclass(frozen=True, eq=False)
class Levels:
    """One quantity of one stock in one run."""

    policy: int
    """Position of the policy in the study."""
    stock: str
    """`warehouse/product`."""
    quantity: str
    start: int
    """The first instant, the start of the run, in seconds from day 0."""
    step: int
    """Seconds from one instant to the next."""
    values: NDArray[np.int64]


def levels_of(wish: SeriesWish, scenario: Scenario, tape: Tape, runs: Sequence[Played | str]) -> tuple[Levels, ...]:
    """What a study keeps of the runs of one replication; nothing of those that failed."""
    return tuple(
        level
        for policy, run in enumerate(runs)
        if isinstance(run, Played)
        for level in _of_run(wish, scenario, tape, policy, run)
    )


def _of_run(wish: SeriesWish, scenario: Scenario, tape: Tape, policy: int, run: Played) -> Iterator[Levels]:
    step = _step(wish, run.ledger.close)
    for number, stock in enumerate(scenario.world.stocks):
        for quantity in dict.fromkeys(wish.of):
            values = path(scenario.world, run.ledger, tape.visits, number, quantity, grid=Seconds(step))
            yield Levels(policy, "/".join(stock), quantity, -scenario.world.calendar.warm_up, step, values)


def _step(wish: SeriesWish, close: int) -> int:
    """The wished grid, or the finest multiple of it that has few enough instants."""
    return wish.every * -(-close // (wish.every * MOST_INSTANTS))


def series_table(runs: Sequence[tuple[Callable[[int], str], Sequence[Levels]]]) -> pa.Table:
    """Levels as a long table: the run's key, the instant in days from day 0, stock, name and value.

    Args:
        runs: for each replication of each point, what makes the key of a policy's run, and its levels.
    """
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet

    rows = [(key_of(level.policy), level) for key_of, levels in runs for level in levels]
    lengths = [len(level.values) for _, level in rows]

    def spread(texts: Sequence[str]) -> pa.Array:
        return pa.array(np.repeat(np.array(texts, dtype=object), lengths), pa.string())

    instants = [(level.start + level.step * np.arange(len(level.values))) / DAY for _, level in rows]
    columns = {
        "key": spread([key for key, _ in rows]),
        "t": pa.array(np.concatenate([np.empty(0), *instants])),
        "stock": spread([level.stock for _, level in rows]),
        "name": spread([level.quantity for _, level in rows]),
        "value": pa.array(np.concatenate([np.empty(0, np.int64), *(level.values for _, level in rows)])),
    }
    return pa.table(columns)
