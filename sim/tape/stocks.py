"""Chance at every stock: units that vanish, and dice for what people do wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.errors import TapeError
from sim.scenario.calm import daily_demand
from sim.scenario.world import World
from sim.tape.dice import STOCK_PURPOSES, Dice, Named
from sim.tape.intensity import Steady, poisson_times
from sim.tape.streams import Streams
from sim.words import DAY

MOST = 10_000_000
"""Units that can vanish from one stock in one replication."""


def stock_dice(world: World, streams: Streams) -> tuple[Dice, ...]:
    """The dice of every stock, by position."""
    return tuple(
        Dice(Named(streams.claim(f"dice/stock/{warehouse}/{product}"), STOCK_PURPOSES))
        for warehouse, product in world.stocks
    )


def shrink_of(world: World, streams: Streams) -> tuple[NDArray[np.int64], ...]:
    """Instants at which a unit vanishes, by position of the stock; empty when none does anywhere.

    Raises:
        TapeError: more than `MOST` would vanish from one stock.
    """
    if all(warehouse.shrink == 0 for warehouse in world.warehouses.values()):
        return ()
    return tuple(_vanishing(world, warehouse, product, streams) for warehouse, product in world.stocks)


def _vanishing(world: World, warehouse: str, product: str, streams: Streams) -> NDArray[np.int64]:
    rate = world.warehouses[warehouse].shrink * daily_demand(world, warehouse, product) / DAY
    coming = Steady(rate, world.calendar.close)
    if coming.total > MOST:
        raise TapeError(
            f"{coming.total:.4g} units of {product} would vanish from {warehouse} in one run, and a tape can hold "
            f"{MOST:,}; lower `shrink` or shorten the run"
        )
    stream = streams.claim(f"stock/{warehouse}/{product}/shrink")
    return poisson_times(coming, coming.length, stream.generator())
