"""Laws of supply orders that get new dates, or are cancelled; and of goods that are sent back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.inbound import promised
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.minds import ended_at
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.rows import same_rows
from sim.ledger.auditing.supply import confirms_at_once
from sim.ledger.auditing.track import What
from sim.ledger.auditing.ways import ways
from sim.ledger.tables import Terms
from sim.scenario.customers import Customers
from sim.scenario.supply import News
from sim.scenario.terms import told
from sim.words import DAY, Fate

_BACK_AFTER, _LONG = 14 * DAY, 20 * DAY


def _news_on(replay: Replay, lane: int) -> Iterator[tuple[int, int, int]]:
    """Time, order and new date of all news that the orders on a lane give before the close."""
    way = ways(replay, lane)
    columns = (way.rows, way.date, way.arrives, way.lost)
    for row, date, arrives, lost in zip(*(column.tolist() for column in columns), strict=True):
        if promised(replay)[row] and date != replay.ledger.orders.confirmed[row]:
            yield int(replay.ledger.orders.left[row]), row, date
        yield from _news_of(replay, row, (date, arrives, min(lost, replay.ledger.close)))


def _news_of(replay: Replay, row: int, way: tuple[int, int, int]) -> Iterator[tuple[int, int, int]]:
    """The same of one order that left, by its date then, its true arrival, and the end of all news."""
    (date, arrives, ends), lane = way, int(replay.ledger.orders.lane[row])
    news = told(replay.world.lanes[lane].news, replay.levers.track)
    if arrives > date and replay.tape.warned[lane](int(replay.ledger.orders.number[row])) < news.warned:
        before = date - news.ahead - int(news.ahead_of_slip * (arrives - date))
        ahead = max(before, int(replay.ledger.orders.left[row]))
        if ahead < ends:
            yield ahead, row, arrives
        return
    while news.step and date < min(arrives, ends):
        yield date, row, date + news.step
        date += news.step


def _tells(replay: Replay, news: News) -> bool:
    heard = told(news, replay.levers.track)
    return heard.step > 0 or heard.warned > 0


def _dates(replay: Replay) -> Iterator[Breach]:
    rows = replay.ledger.dates
    promised = any(confirms_at_once(replay, lane) for lane in range(len(replay.world.lanes)))
    if not (len(rows) or promised or any(_tells(replay, lane.news) for lane in replay.world.lanes)):
        return
    told = [*zip(rows.time.tolist(), rows.order.tolist(), rows.confirmed.tolist(), strict=True)]
    due = [row for lane in range(len(replay.world.lanes)) for row in _news_on(replay, lane)]
    columns = (tuple(np.array(some, dtype=np.int64).reshape(-1, 3).T) for some in (told, due))
    yield from same_rows("dates: time, order, confirmed", *columns)


def _cancels(replay: Replay) -> Iterator[Breach]:
    cancels, orders = replay.ledger.cancels, replay.ledger.orders
    times = np.bincount(cancels.order, minlength=len(orders.lane))
    issued = (replay.source_stock >= 0) & (orders.filled >= 0)
    gone = (times > 0) & ((orders.left >= 0) | (orders.posted >= 0) | issued)
    for row in np.flatnonzero((times > 1) | gone).tolist():
        yield Breach(f"order {row}", int(orders.placed[row]), "cancelled", "once, not after leaving or being issued")
    if len(cancels) and not replay.levers.cancel_purchase_orders:
        yield Breach("cancels", int(cancels.time[0]), "a cancelled supply order", "none: the shop cancels none")
    for number, track in enumerate(replay.tracks):
        freed = 0
        for event in np.flatnonzero(np.isin(track.what, (What.LEFT, What.CANCELLED))).tolist():
            row = int(track.row[event])
            if track.what[event] == What.LEFT:
                freed += int(replay.ledger.waits.units[row])
                continue
            freed -= int(orders.units[row])
            follows = event > 0 and track.what[event - 1] in (What.LEFT, What.CANCELLED)
            if freed < 0 or not follows or track.time[event - 1] != track.time[event]:
                found = f"order {row} of {orders.units[row]} units cancelled"
                yield Breach(replay.name(number), int(track.time[event]), found, "units that customers just gave up")


def _terms(replay: Replay) -> Iterator[Breach]:
    levers = replay.levers
    mails = levers.updates.rule in ("status", "weekly_honest")
    due = Terms(
        ahead=levers.payment.ahead,
        price_lock=levers.price_lock,
        shipping=levers.promise.counts == "shipping",
        vague=levers.promise.basis == "vague",
        mails_every=levers.updates.every if mails else 0,
        voucher=levers.updates.voucher,
        tracks=levers.track is not None,
        automated=levers.automation == "automatic",
        pass_through=levers.pass_through,
    )
    if replay.ledger.terms != due:
        yield Breach("terms", None, replay.ledger.terms, due)


def _back(replay: Replay) -> Iterator[Breach]:
    rows, visits = replay.ledger.back, replay.ledger.visits

    def after_long(customers: Customers) -> float:
        product = replay.product(customers)
        long_wait = product.sent_back_after_long_wait
        return product.sent_back if long_wait is None else long_wait

    normal = replay.by_stream(lambda c: replay.product(c).sent_back)
    share = np.where(ended_at(replay) > _LONG, replay.by_stream(after_long), normal)
    time = replay.time + ended_at(replay) + _BACK_AFTER
    delivered = np.isin(visits.fate, (Fate.SERVED, Fate.FULFILLED)) & (replay.units > 0)
    asked = np.flatnonzero(delivered & (share > 0) & (time < replay.ledger.close))
    sent = asked[replay.thrown("back", asked) < share[asked]]
    expected = (time[sent], sent, replay.units[sent])
    yield from same_rows("back: time, visit, units", (rows.time, rows.visit, rows.units), expected)
    for row in (np.flatnonzero(np.diff(rows.time) < 0) + 1).tolist():
        yield Breach(f"back[{row}]", int(rows.time[row]), "earlier than the row before", "in order of time")


NEWS = (
    Law(
        "news",
        "An order that will be late gets its true date ahead if the die warns, or else one later date after the other "
        "until it is there; no other order gets a new date.",
        _dates,
    ),
    Law(
        "cancelled",
        "A supply order is cancelled before a warehouse issues it and before it leaves, when customers have given up "
        "as many units, and only by shops that do so.",
        _cancels,
    ),
    Law("terms", "The terms are those of the levers.", _terms),
    Law("back", "A delivered order comes back whole, 14 days later, if and only if the die says so.", _back),
)
