"""What a backorder is worth to the shop, and what it is worth to say out of stock: both for one visitor."""

from __future__ import annotations

import math
from collections import Counter
from typing import Final, NamedTuple

from sim.rules.estimates import Changes, Estimates
from sim.rules.promise import Shelf, Window, still_to_slip
from sim.scenario.policies import Levers
from sim.words import DAY

LEVELS: Final = 64
"""The slip of a receipt is weighed at the middles of so many equally likely parts."""

_PARTS: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
_MIDDLES: Final = tuple((part + 0.5) / LEVELS for part in range(LEVELS))


class Stakes(NamedTuple):
    """What is at stake with one visitor whom the shelf cannot serve; money for the whole wish."""

    margin: float
    """m: earned if the wish is delivered."""
    backorder: float = 0.0
    """c_bo: handling of a backorder that is delivered."""
    cancellation: float = 0.0
    """c_cancel: cost of one that is cancelled, less what its customer earns who comes back."""
    support: float = 0.0
    """c_support: contacts expected during the wait."""
    lifetime: float = 0.0
    """LTV: worth of the customer's future."""
    cancels: float = 0.0
    """pc: chance that an accepted backorder is cancelled."""
    breaks: float = 0.0
    """pb: chance that its promise is broken."""
    late_days: float = 0.0
    """days: expected whole days late at delivery, at most 30 each."""
    wait_change: float = 0.0
    """Mean wait row of the delta table over backorders that are delivered."""
    changes: Changes = Changes()
    """The other rows of the delta table, gain included."""
    unit: float = 0.0
    """mu: what the units would earn with others."""
    substitute: float = 0.0
    """s: chance that a substitute is taken."""
    substitute_margin: float = 0.0
    """m_sub: earned if it is."""
    sign_up: float = 0.0
    """n: share that asks to be told when the goods are back."""
    buys: float = 0.0
    """c_n: share of those told that buys."""
    returns: float = 0.0
    """d r: share that defers and really returns."""


def worth_accepting(stakes: Stakes) -> float:
    """V_acc = (1 - pc) (m - c_bo) - pc c_cancel - c_support + LTV E[delta] - (1 - pc) mu.

    E[delta] = (1 - pc) wait + pc cancelled + pb broken + days late_day.
    """
    delivered = 1.0 - stakes.cancels
    return (
        delivered * (stakes.margin - stakes.backorder - stakes.unit)
        - stakes.cancels * stakes.cancellation
        - stakes.support
        + stakes.lifetime * _change_by_waiting(stakes)
    )


def _change_by_waiting(stakes: Stakes) -> float:
    changes = stakes.changes
    return (
        (1.0 - stakes.cancels) * stakes.wait_change
        + stakes.cancels * changes.cancelled
        + stakes.breaks * changes.broken
        + stakes.late_days * changes.late_day
    )


def worth_refusing(stakes: Stakes) -> float:
    """V_non = s m_sub + (1 - s) (n c_n + d r) m + LTV ((1 - s) stock_out + s substituted)."""
    taken, left = stakes.substitute, 1.0 - stakes.substitute
    later = stakes.sign_up * stakes.buys + stakes.returns
    change = left * stakes.changes.stock_out + taken * stakes.changes.substituted
    return taken * stakes.substitute_margin + left * later * stakes.margin + stakes.lifetime * change


def is_worth_it(stakes: Stakes) -> bool:
    """Whether a backorder is worth more than none; the chance of its being accepted cancels out."""
    return worth_accepting(stakes) > worth_refusing(stakes)


class _Course(NamedTuple):
    """One course that an accepted backorder may take."""

    share: float
    """How likely it is."""
    wait: int
    """From order to delivery, seconds."""
    late: int
    """Of that beyond the promise."""
    stays: float
    """Chance that the customer is still there when the goods are sent."""


def stakes_of(levers: Levers, shelf: Shelf, estimates: Estimates, window: Window) -> Stakes:
    """What is at stake with a visitor, by these estimates, if `window` is what the page would promise."""
    courses = _courses(levers, shelf, estimates, window)
    stays = sum(each.share * each.stays for each in courses)
    margin = _margin(estimates, shelf.shortage)
    value = levers.value
    asks = estimates.sign_up if levers.notify_me else 0.0
    returns = estimates.defers * estimates.comes_back
    stakes = Stakes(
        margin=margin,
        backorder=estimates.backorder + estimates.backlog * shelf.shortage * _mean_wait(courses),
        cancellation=_cancellation(levers, estimates, shelf.shortage) - returns * margin,
        support=_support(estimates, courses),
        lifetime=estimates.lifetime if value.lifetime == "auto" else value.lifetime,
        cancels=1.0 - stays,
        breaks=sum(each.share for each in courses if each.late),
        late_days=sum(each.share * each.stays * min(each.late // DAY, 30) for each in courses),
        wait_change=_wait_change(estimates.changes, courses),
        changes=estimates.changes,
        substitute=estimates.substitute if levers.substitute == "after" else 0.0,
        substitute_margin=estimates.substitute_margin * shelf.shortage,
        sign_up=asks,
        buys=estimates.buys,
        returns=(1.0 - asks) * returns,
    )
    unit = _worth_to_others(shelf, estimates, stakes) if value.unit == "auto" else value.unit * margin
    return stakes._replace(unit=unit)


def _margin(estimates: Estimates, units: int) -> float:
    kept = estimates.price * (1.0 - estimates.fee) - estimates.unit_cost
    return units * kept - estimates.fulfilment - estimates.fee_fixed


def _cancellation(levers: Levers, estimates: Estimates, units: int) -> float:
    """Its handling was done, and fees of what was paid ahead do not come back."""
    ahead = levers.payment.ahead
    fees = estimates.fee * ahead * units * estimates.price + (estimates.fee_fixed if ahead > 0 else 0.0)
    return estimates.backorder + estimates.cancellation + fees


def _courses(levers: Levers, shelf: Shelf, estimates: Estimates, window: Window) -> list[_Course]:
    """What may come of a backorder with this promise, as if nobody were told anything on the way."""
    to_door = shelf.last_mile if levers.promise.counts == "shipping" else 0
    lo, hi = window.lo + to_door, window.hi + to_door
    willing = estimates.patience.survival(lo + estimates.eta_aversion * (hi - lo))
    cancels = levers.value.cancels
    courses = []
    for wait, times in _waits(shelf).items():
        stays = _stays(estimates, wait - shelf.last_mile, hi, willing) if cancels == "auto" else 1.0 - cancels
        courses.append(_Course(times / LEVELS, wait, max(wait - hi, 0), stays))
    return courses


def _waits(shelf: Shelf) -> Counter[int]:
    """Equally likely seconds to delivery; without a receipt, those of an order placed now."""
    to_door = shelf.handling + shelf.last_mile
    if shelf.receipt is None:
        to_door += shelf.catalogue
        return Counter(to_door + shelf.slip.quantile(level, -1) for level in _MIDDLES)
    to_door += max(shelf.receipt.confirmed - shelf.now, 0)
    if shelf.receipt.docked:
        return Counter({to_door: LEVELS})
    return Counter(to_door + still_to_slip(shelf, shelf.receipt, level) for level in _MIDDLES)


def _stays(estimates: Estimates, sent: int, hi: int, willing: float) -> float:
    """Chance of being there when the goods are sent: no change of mind, and patience outlasts a broken promise.

    `willing` is the share of customers who accept the promise at all.
    """
    calm = math.exp(-estimates.change_of_mind * sent)
    if sent <= hi:
        return calm
    if not (estimates.after_broken and willing):
        return 0.0
    left = estimates.patience.survival(hi + (sent - hi) / estimates.after_broken)
    return calm * min(left / willing, 1.0)


def _mean_wait(courses: list[_Course]) -> float:
    return sum(each.share * each.wait for each in courses)


def _support(estimates: Estimates, courses: list[_Course]) -> float:
    """Contacts during the wait, at a higher rate once the promise is broken."""
    more = estimates.contacts_late - 1.0
    return estimates.contact * estimates.contacts * sum(each.share * (each.wait + more * each.late) for each in courses)


def _wait_change(changes: Changes, courses: list[_Course]) -> float:
    """Mean wait row over those who stay."""
    stays = sum(each.share * each.stays for each in courses)
    rows = sum(each.share * each.stays * _wait_row(changes, each.wait) for each in courses)
    return rows / stays if stays else 0.0


def _wait_row(changes: Changes, wait: int) -> float:
    if wait <= 10 * DAY:
        return changes.short_wait
    return changes.medium_wait if wait <= 20 * DAY else changes.long_wait


def _worth_to_others(shelf: Shelf, estimates: Estimates, stakes: Stakes) -> float:
    """Chance that somebody else goes short instead, times what that loses: m less the worth of one who is short.

    Who is short is worth V_non, and V_acc - V_non more where a backorder is worth it and accepted.
    """
    refused = worth_refusing(stakes)
    gained = _share_that_waits(shelf, estimates) * max(worth_accepting(stakes) - refused, 0.0)
    lost = stakes.margin - refused - gained
    return _share_sold_anyway(shelf, estimates) * min(max(lost, 0.0), stakes.margin)


def _share_sold_anyway(shelf: Shelf, estimates: Estimates) -> float:
    """Chance that others would buy the units: 0 if they must be ordered first."""
    if shelf.receipt is None:
        return 0.0
    return min(1.0, estimates.others / estimates.free) if estimates.free > 0 else 1.0


def _share_that_waits(shelf: Shelf, estimates: Estimates) -> float:
    """Share of those that accepts a wait, of people who come at any time of a lead time without goods."""
    patience = estimates.others_patience or estimates.patience
    to_door = shelf.handling + shelf.last_mile
    return sum(patience.survival(to_door + part * shelf.catalogue) for part in _PARTS) / len(_PARTS)
