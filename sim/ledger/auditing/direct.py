"""The law of drop-shipping: what a supplier took over, and when it is delivered."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.rows import same_rows
from sim.ledger.auditing.supply import standstill
from sim.ledger.auditing.track import Bools
from sim.tape.closures import Closures
from sim.words import FOREVER, Fate, Notice


def taken_over(replay: Replay) -> Bools:
    """Whether the supplier would take over a backorder of each visitor."""
    name, tape = replay.levers.drop_ship, replay.tape
    supplier = None if name is None else replay.world.suppliers[name]
    if name is None or supplier is None or supplier.drop_ship is None:
        return np.zeros(len(replay.time), dtype=np.bool_)
    refuses = standstill(tape.refusing.get(name, Closures()))
    shut = np.array([refuses.shut(time) for time in replay.time.tolist()], dtype=np.bool_)
    forced = np.zeros(len(replay.time), dtype=np.bool_)
    notices = replay.ledger.notices
    forced[notices.visit[notices.kind == Notice.FORCED]] = True
    return ~shut & ~forced & (replay.time < tape.gone.get(name, FOREVER))


def parcel_window(replay: Replay) -> tuple[int, int]:
    """The window that the page shows for parcels of the drop-shipper, before it is widened and rounded."""
    promise, name = replay.levers.promise, replay.levers.drop_ship
    about = None if name is None else replay.world.suppliers[name].drop_ship
    assert about is not None
    usual = round(about.takes.mean_value) if promise.catalogue is None else promise.catalogue
    if promise.basis == "vague":
        wait = round(promise.vague_factor * usual) + promise.vague_penalty
        return wait, wait
    return usual, usual + promise.width


def _direct(replay: Replay) -> Iterator[Breach]:
    direct, name = replay.ledger.direct, replay.levers.drop_ship
    visits = np.flatnonzero(replay.accepted & taken_over(replay))
    if name is None or not len(visits):
        yield from same_rows("direct", (direct.time, direct.visit), (replay.time[:0], replay.time[:0]))
        return
    about = replay.world.suppliers[name].drop_ship
    assert about is not None
    still = standstill(replay.tape.down.get(name, Closures()))
    takes = np.maximum(np.rint(about.takes.ppf(replay.thrown("takes", visits))), 0).astype(np.int64)
    begun = np.array([still.walk(time, 0) for time in replay.time[visits].tolist()], dtype=np.int64)
    number = np.full(len(visits), list(replay.world.suppliers).index(name), dtype=np.int64)
    due = (replay.time[visits], visits, replay.short[visits], number, begun + takes)
    yield from same_rows("direct", (direct.time, direct.visit, direct.units, direct.supplier, direct.delivered), due)
    yield from _in_time(replay)
    came = replay.came(direct.seen, direct.seq)
    for row in np.flatnonzero(came != replay.ordinal[direct.visit] + 1).tolist():
        yield Breach(f"direct[{row}]", int(direct.time[row]), f"seen {direct.seen[row]}", "at the visit")


def _in_time(replay: Replay) -> Iterator[Breach]:
    """Who was sent everything before the close is served, and nobody else."""
    rows, direct, close = replay.ledger.visits, replay.ledger.direct, replay.ledger.close
    last = np.maximum(direct.delivered, replay.sent[direct.visit] + replay.last_mile[direct.visit])
    due = np.where(replay.unsent[direct.visit] | (last >= close), int(Fate.PENDING), int(Fate.FULFILLED))
    fates = rows.fate[direct.visit]
    for row in np.flatnonzero(fates != due).tolist():
        yield Breach(f"direct[{row}]", int(direct.time[row]), Fate(int(fates[row])).name, Fate(int(due[row])).name)


DIRECT = (
    Law(
        "direct",
        "Every accepted backorder is taken over by the drop-shipper while he takes orders; it comes when the die says.",
        _direct,
    ),
)
