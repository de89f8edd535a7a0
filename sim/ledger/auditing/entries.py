"""Everything that touched a stock, from all the tables that tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.ledger.auditing.track import Entries, Int64, What
from sim.ledger.ledger import wide
from sim.words import Answer, Move, Wait

if TYPE_CHECKING:
    from sim.ledger.auditing.replay import Replay


def entries(replay: Replay) -> list[Entries]:
    """What touched any stock of a run."""
    return [_visits(replay), *_orders(replay), *_waits(replay), *_moves(replay), *_others(replay)]


def _visits(replay: Replay) -> Entries:
    number = np.arange(len(replay.time), dtype=np.int64)
    return Entries(
        what=What.VISIT,
        row=number,
        stock=replay.visit_stock,
        came=replay.ordinal,
        seq=np.zeros_like(number),
        time=replay.time,
        hand=-replay.ledger.visits.now.astype(np.int64),
        backlog=np.where(replay.joined, replay.ordered, 0),
        on_order=np.zeros_like(number),
    )


def _orders(replay: Replay) -> list[Entries]:
    orders, supplied = replay.ledger.orders, np.flatnonzero(replay.source_stock >= 0)

    def entries(what: What, row: Int64, stock: Int64, *, claims: int) -> Entries:
        units = orders.units[row].astype(np.int64)
        return Entries(
            what=what,
            row=row,
            stock=stock,
            came=replay.came(orders.seen[row], orders.seq[row]),
            seq=orders.seq[row],
            time=orders.placed[row],
            hand=np.zeros_like(units),
            backlog=units * claims,
            on_order=units * (1 - claims),
        )

    every = np.arange(len(orders.lane), dtype=np.int64)
    return [
        entries(What.PLACED, every, orders.stock.astype(np.int64), claims=0),
        entries(What.CLAIMED, supplied, replay.source_stock[supplied], claims=1),
    ]


def _waits(replay: Replay) -> list[Entries]:
    waits = replay.ledger.waits

    def entries(what: What, rows: Int64, *, taken: int) -> Entries:
        units = waits.units[rows].astype(np.int64)
        return Entries(
            what=what,
            row=rows,
            stock=replay.visit_stock[waits.visit[rows]],
            came=replay.came(waits.seen[rows], waits.seq[rows]),
            seq=wide(waits.seq[rows]),
            time=wide(waits.time[rows]),
            hand=-units * taken,
            backlog=-units,
            on_order=np.zeros_like(units),
        )

    granted, trimmed = waits.event == Wait.GRANTED, waits.event == Wait.TRIMMED
    return [
        entries(What.GRANTED, np.flatnonzero(granted), taken=1),
        entries(What.TRIMMED, np.flatnonzero(trimmed), taken=0),
        entries(What.LEFT, np.flatnonzero(~(granted | trimmed)), taken=0),
    ]


def _moves(replay: Replay) -> list[Entries]:
    moves = replay.ledger.moves

    def entries(what: What, event: Move, *, posted: int) -> Entries:
        rows = np.flatnonzero(moves.event == event)
        units = moves.units[rows].astype(np.int64)
        order = moves.order[rows]
        due = units if event == Move.CROSSED else replay.ledger.orders.units[order] - replay.crossed[order]
        return Entries(
            what=what,
            row=rows,
            stock=moves.stock[rows].astype(np.int64),
            came=replay.came(moves.seen[rows], moves.seq[rows]),
            seq=moves.seq[rows],
            time=moves.time[rows],
            hand=units * (2 * posted - 1),
            backlog=-units * (1 - posted),
            on_order=-due.astype(np.int64) * posted,
        )

    return [
        entries(What.POSTED, Move.POSTED, posted=1),
        entries(What.CROSSED, Move.CROSSED, posted=1),
        entries(What.ISSUED, Move.ISSUED, posted=0),
    ]


def _others(replay: Replay) -> list[Entries]:
    return [*_swaps(replay), *_cancels(replay), *_lost(replay), *_told(replay), *_records(replay)]


def _records(replay: Replay) -> list[Entries]:
    """What parted record and shelf; on hand is the record."""
    records = replay.ledger.records
    if not len(records):
        return []
    nothing = np.zeros_like(records.record)
    return [
        Entries(
            what=What.SLIPPED,
            row=np.arange(len(records), dtype=np.int64),
            stock=records.stock,
            came=replay.came(records.seen, records.seq),
            seq=records.seq,
            time=records.time,
            hand=records.record,
            backlog=nothing,
            on_order=nothing,
        )
    ]


def _lost(replay: Replay) -> list[Entries]:
    """An order that is lost is on order no more."""
    lost, orders = replay.ledger.lost, replay.ledger.orders
    if not len(lost):
        return []
    nothing = np.zeros(len(lost), dtype=np.int64)
    return [
        Entries(
            what=What.LOST,
            row=lost.order,
            stock=orders.stock[lost.order].astype(np.int64),
            came=replay.came(lost.seen, lost.seq),
            seq=lost.seq,
            time=lost.time,
            hand=nothing,
            backlog=nothing,
            on_order=-orders.units[lost.order].astype(np.int64),
        )
    ]


def _told(replay: Replay) -> list[Entries]:
    """New promises, where the line goes by promises."""
    notices = replay.ledger.notices
    rows = np.flatnonzero(notices.answer == Answer.STAYS)
    if replay.levers.allocate.rule not in ("edd", "late_first") or not len(rows):
        return []
    nothing = np.zeros_like(rows)
    return [
        Entries(
            what=What.TOLD,
            row=rows,
            stock=replay.visit_stock[notices.visit[rows]],
            came=replay.came(notices.seen[rows], notices.seq[rows]),
            seq=notices.seq[rows],
            time=notices.time[rows],
            hand=nothing,
            backlog=nothing,
            on_order=nothing,
        )
    ]


def _swaps(replay: Replay) -> list[Entries]:
    swaps = replay.ledger.swaps
    if not len(swaps):
        return []
    nothing = np.zeros_like(swaps.units)
    return [
        Entries(
            what=What.SWAPPED,
            row=np.arange(len(swaps), dtype=np.int64),
            stock=swaps.stock,
            came=replay.came(swaps.seen, swaps.seq),
            seq=swaps.seq,
            time=swaps.time,
            hand=-swaps.units,
            backlog=nothing,
            on_order=nothing,
        )
    ]


def _cancels(replay: Replay) -> list[Entries]:
    """A cancelled order is on order no more, and waits no more at the warehouse that was to fill it."""
    cancels, orders, source = replay.ledger.cancels, replay.ledger.orders, replay.source_stock

    def entries(what: What, rows: Int64, stock: Int64, *, claims: int) -> Entries:
        of = cancels.order[rows]
        units = orders.units[of].astype(np.int64)
        return Entries(
            what=what,
            row=of,
            stock=stock[of].astype(np.int64),
            came=replay.came(cancels.seen[rows], cancels.seq[rows]),
            seq=cancels.seq[rows],
            time=cancels.time[rows],
            hand=np.zeros_like(units),
            backlog=-units * claims,
            on_order=-units * (1 - claims),
        )

    if not len(cancels):
        return []
    waiting = np.flatnonzero((source[cancels.order] >= 0) & (orders.filled[cancels.order] < 0))
    every = np.arange(len(cancels), dtype=np.int64)
    return [
        entries(What.CANCELLED, every, orders.stock.astype(np.int64), claims=0),
        entries(What.WITHDRAWN, waiting, source, claims=1),
    ]
