"""The story of one customer in dated sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sim.playback import Grant, Life, Receipt, Replay
from sim.scenario.world import Calendar
from sim.words import DAY, FOREVER, HOUR, JOINED, Exit, Fate

FATES: Final = MappingProxyType(
    {
        Fate.SERVED: "served from the shelf",
        Fate.OUT_OF_STOCK: "told out of stock",
        Fate.BALKED: "refused the backorder",
        Fate.FULFILLED: "waited and got everything",
        Fate.RENEGED: "lost patience waiting",
        Fate.CHANGED_MIND: "waited and changed their mind",
        Fate.PENDING: "still waiting at the close",
    }
)
"""Every fate in words."""

EXITS: Final = MappingProxyType(
    {
        Exit.NONE: "leaves",
        Exit.COMPETITOR: "leaves and buys from a competitor",
        Exit.DEFER: "leaves and means to come back later",
        Exit.ABANDON: "leaves and drops the wish",
    }
)
"""Every way of leaving in words."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a customer."""

    time: int
    """Instant from the start of the run."""
    when: str
    """The same for people."""
    text: str


def tell(replay: Replay, customer: int) -> tuple[Event, ...]:
    """What happened to one customer, in order of time.

    Raises:
        ResultError: the replication has no such customer.
    """
    calendar = replay.scenario.world.calendar
    events = [*_visit(life := replay.life(customer)), *_afterwards(life, calendar)]
    return tuple(Event(time, instant(time, calendar), text) for time, text in sorted(events, key=lambda each: each[0]))


def instant(time: int, calendar: Calendar) -> str:
    """A moment of the run: its day and time, with the date where the scenario has one."""
    day, second = divmod(time - calendar.warm_up, DAY)
    clock = f"{second // HOUR:02}:{second % HOUR // 60:02}"
    if calendar.start is None:
        return f"day {day}, {clock}"
    date = datetime.combine(calendar.start, datetime.min.time()) + timedelta(days=day)
    return f"{date:%Y-%m-%d} {clock} (day {day})"


def length(seconds: float) -> str:
    """A length of time for people."""
    if abs(seconds) < DAY and seconds % DAY:
        return f"{seconds / HOUR:.1f} hours"
    return f"{seconds / DAY:.1f} days"


def _things(units: int) -> str:
    return f"{units} unit{'' if units == 1 else 's'}"


def _visit(life: Life) -> Iterator[tuple[int, str]]:
    """The moment of the visit: who came, what was there, what the page said, what the customer did."""
    about = life.about
    yield life.time, f"a customer of '{life.stream}' comes for {_things(life.units)} of {about.buys}; {_mood(life)}"
    shelf = f"{about.source} has {_things(life.on_hand)} on hand"
    yield life.time, f"{shelf}, others wait for {life.waiting}" if life.waiting else shelf
    if life.now and life.fate is not Fate.SERVED:
        yield life.time, f"takes {_things(life.now)} at once; {life.short} short"
    yield life.time, _answer(life)


def _mood(life: Life) -> str:
    if life.about.acceptance is not None:
        return f"accepts any backorder with a chance of {100 * life.about.acceptance:g} %"
    if life.patience >= FOREVER:
        return "would wait as long as it takes"
    return f"would wait {length(life.patience)} at most"


def _answer(life: Life) -> str:
    if life.fate is Fate.SERVED:
        return f"buys {_things(life.units)} from the shelf" if life.units else "wants nothing after all"
    if life.fate is Fate.OUT_OF_STOCK:
        return f"the page says out of stock; the customer {EXITS[life.exit]}"
    window = f"between {length(life.lo)} and {length(life.hi)}" if life.lo < life.hi else f"in {length(life.hi)}"
    offer = f"the page offers a backorder, delivered {window}"
    if life.fate is Fate.BALKED:
        return f"{offer}; the customer refuses{_reason(life)}, {EXITS[life.exit]}"
    return f"{offer}; the customer accepts and waits for {_things(life.short)}"


def _reason(life: Life) -> str:
    if life.about.acceptance is not None:
        return ""
    return f" since {length(life.lo + life.about.eta_aversion * (life.hi - life.lo))} is too long"


def _afterwards(life: Life, calendar: Calendar) -> Iterator[tuple[int, str]]:
    """What came after the visit."""
    for grant in life.grants:
        yield grant.time, _granted(grant, calendar)
    promise = life.time + life.hi
    reneged_then = life.fate is Fate.RENEGED and promise == life.ended
    if life.fate in JOINED and (promise < life.ended or reneged_then):
        yield promise, "the promised window ends without the goods: the promise is broken"
    if life.fate in JOINED or (life.fate is Fate.SERVED and life.units):
        yield life.ended, _end(life)


def _granted(grant: Grant, calendar: Calendar) -> str:
    if grant.receipt is None:
        return f"{_things(grant.units)} on the shelf for the customer"
    return f"{_receipt(grant.receipt, calendar)}; {_things(grant.units)} of it for the customer"


def _receipt(receipt: Receipt, calendar: Calendar) -> str:
    late = receipt.arrived - receipt.confirmed
    course = f"{length(abs(late))} {'late' if late > 0 else 'early'}" if late else "on the day"
    return (
        f"supply order {receipt.number} of {_things(receipt.units)} from {receipt.source} is there (confirmed for "
        f"{instant(receipt.confirmed, calendar)}, came {course})"
    )


def _end(life: Life) -> str:
    if life.fate is Fate.SERVED:
        return "delivered"
    if life.fate is Fate.PENDING:
        return "the run closes; the customer still waits"
    if life.fate is Fate.FULFILLED:
        return f"delivered {length(life.ended - life.time)} after the order: {_punctuality(life)}"
    reason = "patience ends" if life.fate is Fate.RENEGED else "changes their mind"
    return f"{reason} after {length(life.ended - life.time)}; the customer {EXITS[life.exit]}"


def _punctuality(life: Life) -> str:
    late = life.ended - life.time - life.hi
    if late > 0:
        return f"{length(late)} after the promised window, promise broken"
    return "promise kept"
