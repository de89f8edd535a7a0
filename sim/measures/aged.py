"""Stock that has lain for long: what is there of the units that came so long ago, first in, first out."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.ledger.ledger import Int64
from sim.ledger.steps import Jumps
from sim.ledger.views import Views
from sim.measures.cost_layers import CostLayers
from sim.measures.prices import Floats
from sim.words import DAY

OLD: Final = 180 * DAY
"""Stock that came longer ago is excess. What is there at the start of the run came then."""


def aged(layers: CostLayers, start: int, end: int) -> Floats:
    """Stock at cost older than `OLD`, times the time in [start, end), by stock: money-seconds."""
    return np.array([_aged(layers, stock, start, end) for stock in range(len(layers.first))])


def _aged(layers: CostLayers, stock: int, start: int, end: int) -> float:
    """Stock ages only when some receipt gets old, so most often a few instants tell that nothing is old."""
    came, there = _came(layers.views, stock), layers.views.physical(stock)
    grown = came.columns[0][0] + OLD
    grown = np.unique(np.maximum(grown, start)[grown < end])
    if not len(grown) or not _some(came, there, grown).any():
        return 0.0
    changes = np.concatenate([times for times, _ in there.columns])
    times = np.union1d(grown, changes[(changes > grown[0]) & (changes < end)])
    gone, lengths = _gone(came, there, times), np.diff(np.append(times, end))
    return float(lengths @ layers.between(stock, gone, gone + _some(came, there, times)))


def _came(views: Views, stock: int) -> Jumps:
    """All units that ever came to a stock, those there at the start at its first instant."""
    records, (times, units) = views.ledger.records, views.posted(stock)
    again = np.flatnonzero((records.physical > 0) & (records.stock == stock))
    times = np.concatenate(([0], times, records.time[again]))
    units = np.concatenate((views.ledger.opening[[stock]], units, records.physical[again]))
    order = np.argsort(times, kind="stable")
    return Jumps(0, ((times[order], units[order]),))


def _gone(came: Jumps, there: Jumps, instants: Int64) -> Int64:
    """Units that had left."""
    return came.at(instants) - there.at(instants)


def _some(came: Jumps, there: Jumps, instants: Int64) -> Int64:
    """Units there that are old."""
    old: Int64 = np.maximum(came.at(instants - OLD) - _gone(came, there, instants), 0)
    return old
