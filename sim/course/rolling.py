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


def running(times: Int64, amounts: Numbers, instants: Int64) -> Floats:
    """At each instant, the sum of all amounts until then."""
    order = np.argsort(times, kind="stable")
    sums = np.concatenate(([0.0], np.cumsum(amounts[order], dtype=np.float64)))
    return sums[np.searchsorted(times[order], instants, side="right")]


def ratios(parts: Floats, wholes: Floats) -> Floats:
    """Each part over its whole; undefined where the whole is nothing."""
    shares: Floats = np.divide(parts, wholes, out=np.full(len(parts), np.nan), where=wholes > 0)
    return shares
