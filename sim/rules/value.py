"""What a backorder is worth to the shop, and what it is worth to say out of stock: both for one visitor."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from sim.rules.estimates import Changes, Estimates
from sim.rules.promise import Shelf, Window, still_to_slip
from sim.scenario.policies import Levers
from sim.words import DAY

LEVELS: Final = 40
"""The delay of a receipt is weighed at the middles of so many equally likely parts."""


class Stakes(NamedTuple):
    """What is at stake with one visitor whom the shelf cannot serve; money for the whole wish."""

    margin: float
    """m: earned if the wish is delivered."""
    backorder: float = 0.0
    """c_bo: handling of a backorder that is delivered."""
    cancellation: float = 0.0
    """c_cancel: cost of one that is cancelled."""
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


class _Delay(NamedTuple):
    """One of the equally likely courses that an accepted backorder may take."""

    wait: int
    """From order to delivery, seconds."""
    late: int
    """Of that beyond the promise."""
    stays: float
    """Chance that the customer is still there at delivery."""


def stakes_of(levers: Levers, shelf: Shelf, estimates: Estimates, window: Window) -> Stakes:
    """What is at stake with a visitor, by these estimates, if `window` is what the page would promise."""
    delays = _delays(levers, shelf, estimates, window)
    stays = sum(delay.stays for delay in delays) / LEVELS
    margin = _margin(estimates, shelf.shortage)
    value = levers.value
    asks = estimates.sign_up if levers.notify_me else 0.0
    return Stakes(
        margin=margin,
        backorder=estimates.backorder + estimates.backlog * shelf.shortage * _mean_wait(delays),
        cancellation=_cancellation(levers, estimates, shelf.shortage),
        support=_support(estimates, delays),
        lifetime=estimates.lifetime if value.lifetime == "auto" else value.lifetime,
        cancels=1.0 - stays,
        breaks=sum(delay.late > 0 for delay in delays) / LEVELS,
        late_days=sum(delay.stays * min(delay.late // DAY, 30) for delay in delays) / LEVELS,
        wait_change=_wait_change(estimates.changes, delays),
        changes=estimates.changes,
        unit=margin * (_share_sold_anyway(shelf, estimates) if value.unit == "auto" else value.unit),
        substitute=estimates.substitute if levers.substitute == "after" else 0.0,
        substitute_margin=estimates.substitute_margin * shelf.shortage,
        sign_up=asks,
        buys=estimates.buys,
        returns=(1.0 - asks) * estimates.defers * estimates.comes_back,
    )


def _margin(estimates: Estimates, units: int) -> float:
    kept = estimates.price * (1.0 - estimates.fee) - estimates.unit_cost
    return units * kept - estimates.fulfilment - estimates.fee_fixed


def _cancellation(levers: Levers, estimates: Estimates, units: int) -> float:
    """Fees of what was paid ahead do not come back."""
    ahead = levers.payment.ahead
    fees = estimates.fee * ahead * units * estimates.price + (estimates.fee_fixed if ahead > 0 else 0.0)
    return estimates.cancellation + fees


def _delays(levers: Levers, shelf: Shelf, estimates: Estimates, window: Window) -> list[_Delay]:
    hi = window.hi + (shelf.last_mile if levers.promise.counts == "shipping" else 0)
    cancels = levers.value.cancels
    delays = []
    for level in range(LEVELS):
        wait = _wait(shelf, (level + 0.5) / LEVELS)
        late = max(wait - hi, 0)
        stays = _stays(estimates, wait, late, hi) if cancels == "auto" else 1.0 - cancels
        delays.append(_Delay(wait, late, stays))
    return delays


def _wait(shelf: Shelf, level: float) -> int:
    """Seconds to delivery, at a level of the slip; without a receipt, that of an order placed now."""
    to_door = shelf.handling + shelf.last_mile
    if shelf.receipt is None:
        return shelf.catalogue + shelf.slip.quantile(level, -1) + to_door
    return max(shelf.receipt.confirmed - shelf.now, 0) + still_to_slip(shelf, shelf.receipt, level) + to_door


def _stays(estimates: Estimates, wait: int, late: int, hi: int) -> float:
    """Chance of still being there: no change of mind, and patience that outlasts the broken promise."""
    calm = math.exp(-estimates.change_of_mind * wait)
    if not late:
        return calm
    willing = estimates.patience.survival(hi)
    if not (estimates.after_broken and willing):
        return 0.0
    return calm * estimates.patience.survival(hi + late / estimates.after_broken) / willing


def _mean_wait(delays: list[_Delay]) -> float:
    return sum(delay.wait for delay in delays) / LEVELS


def _support(estimates: Estimates, delays: list[_Delay]) -> float:
    """Contacts during the wait, at a higher rate once the promise is broken."""
    weighed = sum(delay.wait + (estimates.contacts_late - 1.0) * delay.late for delay in delays) / LEVELS
    return estimates.contact * estimates.contacts * weighed


def _wait_change(changes: Changes, delays: list[_Delay]) -> float:
    stays = sum(delay.stays for delay in delays)
    return sum(delay.stays * _wait_row(changes, delay.wait) for delay in delays) / stays if stays else 0.0


def _wait_row(changes: Changes, wait: int) -> float:
    if wait <= 10 * DAY:
        return changes.short_wait
    return changes.medium_wait if wait <= 20 * DAY else changes.long_wait


def _share_sold_anyway(shelf: Shelf, estimates: Estimates) -> float:
    """Chance that others would buy the units: 0 if they must be ordered first."""
    if shelf.receipt is None:
        return 0.0
    return min(1.0, estimates.others / estimates.free) if estimates.free > 0 else 1.0
