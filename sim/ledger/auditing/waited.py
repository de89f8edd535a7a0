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
    """Units, those left out that were given back on being granted."""
    trimmed: Int64
    """Units given back on being granted them."""
    leavings: Int64
    """How often the customer left: 0 or 1."""
    way: Int64
    """The `Wait` by which the customer left; -1 for none."""
    last_grant: Int64
    """Instant."""
    left: Int64
    """Instant."""


def waited_by_visit(waits: WaitRows, visits: int) -> Waited:
    """The rows of the waits added up for so many visits."""
    granted, trimmed = waits.event == Wait.GRANTED, waits.event == Wait.TRIMMED
    gone = ~(granted | trimmed)
    units, ones = waits.units.astype(np.int64), np.ones(len(granted), dtype=np.int64)

    def total(rows: Bools, amount: Int64) -> Int64:
        sums = np.zeros(visits, dtype=np.int64)
        np.add.at(sums, waits.visit[rows], amount[rows])
        return sums

    def latest(rows: Bools) -> Int64:
        instants = np.full(visits, -1, dtype=np.int64)
        np.maximum.at(instants, waits.visit[rows], waits.time[rows])
        return instants

    way = np.full(visits, -1, dtype=np.int64)
    way[waits.visit[gone]] = waits.event[gone]
    return Waited(
        granted=total(granted, units),
        given_up=total(gone, units),
        trimmed=total(trimmed, units),
        leavings=total(gone, ones),
        way=way,
        last_grant=latest(granted),
        left=latest(gone),
    )
