"""Times, lengths and amounts for people."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sim.playback import Replay
from sim.scenario.world import Calendar
from sim.words import DAY, HOUR, Exit

Told = tuple[int, str]
"""An instant from the start of the run, and what happened then."""

EXITS: Final = MappingProxyType(
    {
        Exit.NONE: "leaves",
        Exit.COMPETITOR: "leaves and buys from a competitor",
        Exit.DEFER: "leaves and means to come back later",
        Exit.ABANDON: "leaves and drops the wish",
        Exit.NOTIFY: "leaves an address, to be told when it is back",
        Exit.SUBSTITUTE: "takes something else instead",
    }
)
"""Every way of leaving in words."""


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


def things(units: int) -> str:
    """A number of units."""
    return f"{units} unit{'' if units == 1 else 's'}"


def between(lo: int, hi: int) -> str:
    """A window of time from now."""
    return f"between {length(lo)} and {length(hi)}" if lo < hi else f"in {length(hi)}"


def money(replay: Replay, amount: float) -> str:
    """An amount in the scenario's currency."""
    return f"{amount:,.2f} {replay.scenario.world.currency}"
