"""What the waits say of each visit, added up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.ledger.auditing.track import Bools, Int64
from sim.ledger.ledger import WaitRows
from sim.words import Wait


@dataclass(frozen=True, eq=False)
class Waited:
    """One entry per visit; -1 for an instant that there is not."""

    granted: Int64
    """Units."""
    given_up: Int64
    """Units."""
    leavings: Int64
    """How often the customer left: 0 or 1."""
    whims: Int64
    """How many of those were changes of mind."""
    last_grant: Int64
    """Instant."""
    left: Int64
    """Instant."""


def waited_by_visit(waits: WaitRows, visits: int) -> Waited:
    """The rows of the waits added up for so many visits."""
    granted, whim = waits.event == Wait.GRANTED, waits.event == Wait.CHANGED_MIND
    units, ones = waits.units.astype(np.int64), np.ones(len(granted), dtype=np.int64)

    def total(rows: Bools, amount: Int64) -> Int64:
        sums = np.zeros(visits, dtype=np.int64)
        np.add.at(sums, waits.visit[rows], amount[rows])
        return sums

    def latest(rows: Bools) -> Int64:
        instants = np.full(visits, -1, dtype=np.int64)
        np.maximum.at(instants, waits.visit[rows], waits.time[rows])
        return instants

    return Waited(
        granted=total(granted, units),
        given_up=total(~granted, units),
        leavings=total(~granted, ones),
        whims=total(whim, ones),
        last_grant=latest(granted),
        left=latest(~granted),
    )
