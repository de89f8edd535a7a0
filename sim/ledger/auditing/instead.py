"""Laws of what visitors take instead: another product, a place on the list, or more than they want."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.minds import at_once, forced
from sim.ledger.auditing.offers import asked
from sim.ledger.auditing.places import shut_out
from sim.ledger.auditing.prices import price_at
from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.rows import same_rows
from sim.ledger.auditing.track import Bools, Int64
from sim.scenario.classes import notify_of, substitution_of
from sim.scenario.customers import Customers
from sim.words import Exit, Return, Slip, Wait


@dataclass(frozen=True)
class _Option:
    """One substitute for a stream."""

    place: int
    """In the product's list."""
    product: str
    stock: int
    share: float


def _options(replay: Replay, customers: Customers) -> Iterator[_Option]:
    product = replay.product(customers)
    own = substitution_of(customers, product.customer_class)
    for place, (name, stated) in enumerate(product.substitutes.items()):
        share = own if stated is None or customers.substitution is not None else stated
        if share > 0 and (customers.source, name) in replay.stocks and replay.levers.substitute != "never":
            yield _Option(place, name, replay.stocks.index((customers.source, name)), share)


def _free(replay: Replay, stock: int, visits: Int64) -> Int64:
    """Units of another stock that visitors could buy when they came."""
    track = replay.tracks[stock]
    events = track.before(replay.ordinal[visits])
    held = (replay.levers.allocate.overtaking == "never") & (track.backlog[events] > 0)
    return np.where(held, 0, track.on_hand[events])


def _chance(replay: Replay, customers: Customers, option: _Option, times: Int64) -> Floats:
    price, own = price_at(replay, option.product, times), price_at(replay, customers.buys, times)
    dearer = np.maximum(price / np.maximum(own, 1e-300) - 1, 0)
    share = option.share * np.exp(-np.minimum(customers.substitute_price * dearer, 1e6))
    return np.where((price <= own) | (customers.substitute_price == 0), option.share, np.where(own > 0, share, 0.0))


def _missed(replay: Replay, stock: int) -> Int64:
    """Visitors who would have taken a substitute that was not really there."""
    records = replay.ledger.records
    visits = records.about[(records.kind == Slip.PICK_FAILED) & (records.stock == stock) & (records.about >= 0)]
    elsewhere: Int64 = visits[replay.visit_stock[visits] != stock]
    return elsewhere


def _takes(replay: Replay, who: Bools, units: Int64) -> Int64:
    """The stock whose units each of these visitors takes instead; -1 for none, and for all others."""
    found = np.full(len(who), -1, dtype=np.int64)
    for number, customers in enumerate(replay.streams):
        mine = np.flatnonzero(who & (replay.everyone.stream == number))
        for option in _options(replay, customers):
            left = mine[(found[mine] < 0) & (units[mine] > 0)]
            left = left[units[left] <= _free(replay, option.stock, left)]
            die = replay.thrown("substitute", left, turn=np.full(len(left), option.place))
            left = left[die < _chance(replay, customers, option, replay.time[left])]
            found[left[~np.isin(left, _missed(replay, option.stock))]] = option.stock
    return found


def _due(replay: Replay) -> tuple[Int64, Int64]:
    """Of visitors who weigh in turn: the stock that each takes a substitute from, or -1, and how many units."""
    met = ~replay.away & (replay.units > replay.ledger.visits.now) | replay.swapped_first
    met &= ~shut_out(replay)
    if replay.levers.substitute == "first":
        return _takes(replay, met & ~forced(replay), replay.units), replay.units
    turned = met & ~replay.accepted & ~at_once(replay) & ~forced(replay)
    return _takes(replay, turned, replay.short), replay.short


def _swaps(replay: Replay) -> Iterator[Breach]:
    rows = replay.ledger.swaps
    if not len(rows) and not any(product.substitutes for product in replay.world.products.values()):
        return
    stock, units = _due(replay)
    free = at_once(replay) & (stock < 0)
    visits, judged = np.flatnonzero(stock >= 0), ~free[rows.visit]
    expected = (replay.time[visits], visits, stock[visits], units[visits])
    found = tuple(column[judged] for column in (rows.time, rows.visit, rows.stock, rows.units))
    yield from same_rows("swaps: time, visit, stock, units", found, expected)
    yield from _weighed(replay, ~judged)


def _weighed(replay: Replay, judged: Bools) -> Iterator[Breach]:
    """Swaps of those who weigh all at once: of a product on their list, for what they were short, in stock."""
    rows = replay.ledger.swaps
    visit = rows.visit
    listed = [{option.stock for option in _options(replay, customers)} for customers in replay.streams]
    streams = replay.everyone.stream[visit].tolist()
    right = [stock in listed[stream] for stock, stream in zip(rows.stock.tolist(), streams, strict=True)]
    whole = (rows.units == replay.short[visit]) & (rows.time == replay.time[visit])
    levels = [int(_free(replay, int(s), visit[n : n + 1])[0]) for n, s in enumerate(rows.stock)] if judged.any() else []
    fits = rows.units <= np.array([*levels, *[0] * (len(visit) - len(levels))])
    for row in np.flatnonzero(judged & ~(np.array(right, dtype=np.bool_) & whole & fits)).tolist():
        yield Breach(f"swaps[{row}] of visit {visit[row]}", int(rows.time[row]), "a swap", "one on the list, in stock")


def _exits(replay: Replay) -> Iterator[Breach]:
    """Whoever swaps goes out that way, and does so once."""
    times = np.bincount(replay.ledger.swaps.visit, minlength=len(replay.time))
    told = (replay.ledger.visits.exit == Exit.SUBSTITUTE).astype(np.int64)
    yield from of_visits(replay, times != told, times, told)
    rows = replay.ledger.swaps
    apart = replay.came(rows.seen, rows.seq) != replay.ordinal[rows.visit] + 1
    for row in np.flatnonzero(apart).tolist():
        yield Breach(f"swaps[{row}] of visit {rows.visit[row]}", int(rows.time[row]), "apart", "right after the visit")


def signs(replay: Replay) -> tuple[Bools, Floats]:
    """Who was asked for an address, and with which chance each gives it."""
    notified = np.zeros(len(replay.time), dtype=np.bool_)
    notified[replay.everyone.count :] = replay.ledger.returns.cause == Return.NOTIFIED
    swapped = replay.ledger.visits.exit == Exit.SUBSTITUTE
    turned = (asked(replay) | forced(replay) | shut_out(replay)) & ~replay.away & ~replay.accepted & ~swapped

    def chance(customers: Customers) -> float:
        notify = notify_of(customers)
        return notify.sign_up if notify is not None and replay.levers.notify_me else 0.0

    return turned, np.where(notified, 0.0, replay.by_stream(chance))


def _list(replay: Replay) -> Iterator[Breach]:
    on_list = replay.ledger.visits.exit == Exit.NOTIFY
    turned, chance = signs(replay)
    yield from of_visits(replay, on_list & ~(turned & (chance > 0)), "on the list", "not there")
    judged = np.flatnonzero(turned & (chance > 0) & (~at_once(replay) | forced(replay) | shut_out(replay)))
    signed = np.zeros(len(on_list), dtype=np.bool_)
    signed[judged] = replay.thrown("notify", judged) < chance[judged]
    known = np.isin(np.arange(len(on_list)), judged)
    yield from of_visits(replay, known & (on_list != signed), on_list, signed)


def _sizes(replay: Replay) -> Iterator[Breach]:
    rows, hoarding = replay.ledger.sizes, replay.by_stream(lambda c: c.hoarding)
    fears = np.flatnonzero(replay.joined & (hoarding > 0) & ~forced(replay))
    if len(rows) or len(fears):
        short = replay.short[fears]
        ordered = short + np.floor(short * hoarding[fears] + replay.thrown("hoard", fears)).astype(np.int64)
        more = ordered > short
        visits, units = fears[more], ordered[more]
        told = (replay.time[rows.visit], rows.visit, rows.units)
        yield from same_rows("sizes: time, visit, units", told, (replay.time[visits], visits, units))


def _trimmed(replay: Replay) -> Iterator[Breach]:
    """Once what was really wanted is granted, an order loses what was ordered for fear alone."""
    sums, waits = replay.waited, replay.ledger.waits
    has_all = replay.joined & (sums.granted == replay.short) & (sums.granted > 0)
    due = np.where(has_all, replay.ordered - replay.short, 0)
    yield from of_visits(replay, sums.trimmed != due, sums.trimmed, due)
    for row in np.flatnonzero(waits.event == Wait.TRIMMED).tolist():
        same = row > 0 and waits.event[row - 1] == Wait.GRANTED
        if not same or any(column[row] != column[row - 1] for column in (waits.visit, waits.time, waits.seen)):
            yield Breach(f"waits[{row}] of visit {waits.visit[row]}", int(waits.time[row]), "apart", "with its grant")


INSTEAD = (
    Law(
        "swap",
        "A visitor takes the first substitute on the product's list that is in stock and that the die accepts at its "
        "price, for all that is missing, and otherwise none.",
        _swaps,
    ),
    Law("swapped", "Whoever takes a substitute leaves that way, and nobody else does.", _exits),
    Law("list", "Who is turned away signs the list if there is one and the die says so, and never twice.", _list),
    Law("size", "An order grows for fear of the shortage as the die says, of those who hoard.", _sizes),
    Law("trimmed", "Units ordered for fear alone are given back as soon as what was really wanted is there.", _trimmed),
)
