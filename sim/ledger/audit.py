"""The audit: an independent replay of a ledger and its tape that checks the laws of the model."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from sim.errors import AuditError
from sim.ledger.auditing.alarms import ALARMS
from sim.ledger.auditing.allocation import ALLOCATION
from sim.ledger.auditing.asking import ASKING
from sim.ledger.auditing.besides import BESIDES
from sim.ledger.auditing.channels import CHANNELS
from sim.ledger.auditing.coming import COMING
from sim.ledger.auditing.counting import COUNTING
from sim.ledger.auditing.direct import DIRECT
from sim.ledger.auditing.docks import DOCKS
from sim.ledger.auditing.entering import ENTRY
from sim.ledger.auditing.fates import FATES
from sim.ledger.auditing.forecasts import FORECASTS
from sim.ledger.auditing.form import FORM
from sim.ledger.auditing.instead import INSTEAD
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.leaving import LEAVING
from sim.ledger.auditing.memory import MEMORY
from sim.ledger.auditing.news import NEWS
from sim.ledger.auditing.offers import OFFERS
from sim.ledger.auditing.order import ORDER
from sim.ledger.auditing.promises import PROMISES
from sim.ledger.auditing.records import RECORDS
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.returning import RETURNING
from sim.ledger.auditing.review import REVIEW
from sim.ledger.auditing.shipping import SHIPPING
from sim.ledger.auditing.stock import STOCK
from sim.ledger.auditing.supply import SUPPLY
from sim.ledger.auditing.telling import TELLING
from sim.ledger.auditing.travel import TRAVEL
from sim.ledger.ledger import Ledger
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.tape import Tape
from sim.words import DAY

_SHOWN: Final = 5
"""Breaches of one law that are told one by one."""


def laws() -> tuple[Law, ...]:
    """Every law, in the order in which they are looked at."""
    core = FORM + ORDER + STOCK + FATES + OFFERS + LEAVING + TELLING + PROMISES + ALLOCATION
    supply = SUPPLY + TRAVEL + REVIEW + BESIDES + ENTRY + FORECASTS + ALARMS
    books = RECORDS + CHANNELS + COUNTING + SHIPPING + DOCKS + DIRECT
    return core + supply + books + COMING + INSTEAD + RETURNING + NEWS + MEMORY + ASKING


def audit(world: World, levers: Levers, tape: Tape, ledger: Ledger) -> None:
    """Check that a ledger tells a possible story: that of this tape in this world under these levers.

    Raises:
        AuditError: laws are broken; the message lists each with its breaches. The model is wrong, not the scenario.
    """
    replay = Replay(world, levers, tape, ledger)
    broken = _broken(replay, FORM) or _broken(replay, laws()[len(FORM) :])
    if broken:
        raise AuditError("\n".join(["the ledger breaks laws of the model:", *broken]))


def _broken(replay: Replay, some: tuple[Law, ...]) -> list[str]:
    return [line for law in some for line in _told(replay, law)]


def _told(replay: Replay, law: Law) -> Iterator[str]:
    breaches = iter(law.check(replay))
    shown = list(islice(breaches, _SHOWN))
    if shown:
        yield f"{law.name}: {law.meaning}"
        yield from (f"  {_line(replay, breach)}" for breach in shown)
        more = sum(1 for _ in breaches)
        if more:
            yield f"  and {more} more"


def _line(replay: Replay, breach: Breach) -> str:
    when = ""
    if breach.at is not None:
        days = (breach.at - replay.world.calendar.warm_up) / DAY
        when = f", day {days:.5f}".rstrip("0").rstrip(".")
    return f"{breach.subject}{when}: found {breach.found}, expected {breach.expected}"
