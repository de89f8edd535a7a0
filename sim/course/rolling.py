"""Totals of the time just before each instant."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64

Floats = NDArray[np.float64]
Numbers = NDArray[np.signedinteger[Any] | np.floating[Any]]


def rolling(times: Int64, amounts: Numbers, instants: Int64, *, back: int) -> Floats:
    """At each instant, the sum of the amounts of the last `back` seconds, this second among them."""
    order = np.argsort(times, kind="stable")
    sums = np.concatenate(([0.0], np.cumsum(amounts[order], dtype=np.float64)))
    until, since = (np.searchsorted(times[order], ends, side="right") for ends in (instants, instants - back))
    return sums[until] - sums[since]


class Lookback:
    """Totals of the time before each instant of the same rows, by group: all groups are added up at once.

    Args:
        times: of the rows, in order.
        groups: of each row, from 0 on.
        count: how many groups there are.
        instants: where totals are wanted.
        back: seconds that they look back, this second among them.
    """

    def __init__(
        self, times: Int64, groups: NDArray[np.signedinteger[Any]], count: int, *, instants: Int64, back: int
    ) -> None:
        edges = np.unique(np.concatenate((instants - back, instants)))
        places = np.searchsorted(times, edges, side="right")
        pieces = np.repeat(np.arange(len(edges) + 1), np.diff(places, prepend=0, append=len(times)))
        self._cells = groups * np.int64(len(edges) + 1) + pieces
        self._shape = (count, len(edges) + 1)
        self._until, self._since = np.searchsorted(edges, instants), np.searchsorted(edges, instants - back)

    def totals(self, amounts: Numbers) -> Floats:
        """A row per group and a column per instant; exact as long as the amounts are whole."""
        pieces = np.bincount(self._cells, amounts, self._shape[0] * self._shape[1]).astype(np.float64)
        sums = np.cumsum(pieces.reshape(self._shape), axis=1)
        return sums[:, self._until] - sums[:, self._since]


def running(times: Int64, amounts: Numbers, instants: Int64) -> Floats:
    """At each instant, the sum of all amounts until then."""
    order = np.argsort(times, kind="stable")
    sums = np.concatenate(([0.0], np.cumsum(amounts[order], dtype=np.float64)))
    return sums[np.searchsorted(times[order], instants, side="right")]


def ratios(parts: Floats, wholes: Floats) -> Floats:
    """Each part over its whole; undefined where the whole is nothing."""
    shares: Floats = np.divide(parts, wholes, out=np.full(len(parts), np.nan), where=wholes > 0)
    return shares
