"""Laws of shipping: which parcels there are, and when each is picked and sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.hours import Piece, houses, idle_at, out_of_turn, seconds_for
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.places import at_work, in_house, shut_out
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.rows import Columns, same_rows
from sim.ledger.auditing.track import Bools, Int64
from sim.scenario.house import Station, Work
from sim.words import Fate, Move, Wait


def _due(replay: Replay) -> Columns:
    """Ready, visit, stock and units of every parcel there should be."""
    rows, waits, swaps, here = replay.ledger.visits, replay.ledger.waits, replay.ledger.swaps, at_work(replay)
    bought = np.flatnonzero((rows.now > 0) & here[replay.visit_stock])
    granted = np.flatnonzero((waits.event == Wait.GRANTED) & here[replay.visit_stock[waits.visit]])
    taken = np.flatnonzero(here[swaps.stock])
    visits = (bought, waits.visit[granted], swaps.visit[taken])
    times = (replay.time[bought], waits.time[granted], swaps.time[taken])
    stocks = (replay.visit_stock[bought], replay.visit_stock[waits.visit[granted]], swaps.stock[taken])
    units = (rows.now[bought], waits.units[granted], swaps.units[taken])
    return tuple(np.concatenate([np.asarray(part, dtype=np.int64) for part in each]) for each in (
        times, visits, stocks, units,
    ))  # fmt: skip


def _parcels(replay: Replay) -> Iterator[Breach]:
    parcels = replay.ledger.parcels
    yield from same_rows("parcels", (parcels.ready, parcels.visit, parcels.stock, parcels.units), _due(replay))
    for row in (np.flatnonzero(np.diff(parcels.ready) < 0) + 1).tolist():
        yield Breach(f"parcels[{row}]", int(parcels.ready[row]), "ready earlier", "in order of time")


def _waited(replay: Replay) -> Bools:
    """Parcels of orders that waited: all of those who joined, but what they had off the shelf before."""
    parcels = replay.ledger.parcels
    waited = replay.joined[parcels.visit]
    _, first = np.unique(parcels.visit, return_index=True)
    at_once = first[replay.ledger.visits.now[parcels.visit[first]] > 0]
    waited[at_once] = False
    return np.asarray(waited)


def _crossed(replay: Replay) -> Iterator[Breach]:
    """Grants are met from the dock, in their order, as long as what came there in that second is enough."""
    parcels, moves = replay.ledger.parcels, replay.ledger.moves
    left: Counter[tuple[int, int]] = Counter()
    crossed = np.flatnonzero(moves.event == Move.CROSSED)
    for stock, time, units in zip(moves.stock[crossed], moves.time[crossed], moves.units[crossed], strict=True):
        left[int(stock), int(time)] += int(units)
    waited = _waited(replay)
    columns = (parcels.stock.tolist(), parcels.ready.tolist(), parcels.units.tolist(), parcels.crossed.tolist())
    for row, (stock, ready, units, said) in enumerate(zip(*columns, strict=True)):
        due = int(waited[row] and units <= left[stock, ready])
        left[stock, ready] -= due * units
        if said != due:
            yield Breach(f"parcels[{row}] of visit {parcels.visit[row]}", ready, f"crossed {said}", due)


def _queues(replay: Replay) -> Iterator[Breach]:
    """Each parcel comes to be picked after the fixed time, unless it stands at the dock, and is sent when packed."""
    parcels = replay.ledger.parcels
    ranks = np.where(_waited(replay) & replay.levers.backorders_first, 0, 1)
    for name, house in houses(replay).items():
        work, still = house.work or Work(), idle_at(replay, name)
        rows = np.flatnonzero(in_house(replay, name)[parcels.stock])
        picked = rows[parcels.crossed[rows] == 0]
        came = np.array([still.walk(ready, house.picking) for ready in parcels.ready[picked].tolist()], dtype=np.int64)
        for row in rows[(parcels.crossed[rows] > 0) & (parcels.picked[rows] != parcels.ready[rows])].tolist():
            yield Breach(f"parcels[{row}]", int(parcels.ready[row]), int(parcels.picked[row]), "not picked: at once")
        yield from _station(replay, _Step(name, "picked", work.pick, picked, came), ranks)
        packed = rows[parcels.picked[rows] >= 0]
        yield from _station(replay, _Step(name, "shipped", work.pack, packed, parcels.picked[packed]), ranks)
        for row in rows[(parcels.picked[rows] < 0) & (parcels.shipped[rows] >= 0)].tolist():
            yield Breach(f"parcels[{row}]", int(parcels.shipped[row]), "shipped", "to be picked before")


@dataclass(frozen=True, eq=False)
class _Step:
    """Parcels that come to a station of a warehouse."""

    warehouse: str
    name: str
    """The column of the ledger that tells when it is done."""
    station: Station | None
    rows: Int64
    came: Int64
    """When each of these comes."""


def _station(replay: Replay, step: _Step, ranks: Int64) -> Iterator[Breach]:
    work, close = replay.world.warehouses[step.warehouse].work or Work(), replay.ledger.close
    rows, came, done = step.rows, step.came, getattr(replay.ledger.parcels, step.name)[step.rows]
    if step.station is None:
        for row in np.flatnonzero(done != np.where(came < close, came, -1)).tolist():
            yield Breach(f"parcels[{rows[row]}]", int(came[row]), f"{step.name} {done[row]} s", f"{came[row]} s")
        return
    columns = zip(ranks[rows].tolist(), rows.tolist(), came.tolist(), done.tolist(), strict=True)
    seconds = seconds_for(step.station, 1)
    pieces = [Piece((rank, row), at, seconds, end) for rank, row, at, end in columns if at < close]
    wrong = out_of_turn(replay, work, step.station, idle_at(replay, step.warehouse), pieces)
    if wrong is not None:
        piece, subject = pieces[wrong[0]], f"parcels[{pieces[wrong[0]].key[1]}] at {step.warehouse}"
        yield Breach(subject, piece.came, f"{step.name} {piece.done} s", f"{wrong[1]} s")


def _closed(replay: Replay) -> Iterator[Breach]:
    """Where the page hides, nobody who wants something gets it."""
    rows = replay.ledger.visits
    wrong = shut_out(replay) & ~replay.away & ((rows.fate != Fate.OUT_OF_STOCK) | (rows.now > 0) | (replay.swapped > 0))
    yield from of_visits(replay, wrong, "an answer", "out of stock: the warehouse stands still")


SHIPPING = (
    Law(
        "parcels",
        "Whatever is sold, granted or taken instead in a warehouse at work is one parcel, ready at that moment.",
        _parcels,
    ),
    Law(
        "crossed",
        "A parcel skips picking if and only if it waited and all of it came to the dock in that second.",
        _crossed,
    ),
    Law(
        "queue",
        "Parcels are picked and packed in their turn, within the hours, by no more workers than there are, who do not "
        "rest while one waits; nothing is sent before it was packed.",
        _queues,
    ),
    Law("closed", "While a warehouse stands still that closes its page, the page says out of stock.", _closed),
)
