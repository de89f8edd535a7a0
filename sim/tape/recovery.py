"""How outages and recoveries make the pace of a supplier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from math import prod
from operator import itemgetter
from typing import Final

from sim.scenario.disruptions import SupplierDown
from sim.tape.closures import Interval
from sim.tape.pace import Pace
from sim.words import DAY

USUAL: Final = 1000
"""The usual pace in thousandths."""

_NOTHING: Final = 0.01
"""Below this share of the pace nothing is done."""

_Change = tuple[int, int, int]
"""From an instant on, the outage of a number goes on at a pace in thousandths."""


def stands_still(outage: SupplierDown) -> bool:
    """Whether nothing at all is done during an outage."""
    return outage.output < _NOTHING


def pace_of(outages: Iterable[tuple[SupplierDown, Interval]]) -> Pace | None:
    """The pace of a supplier through its outages, several at once multiplied.

    `None` when it only ever stands still or works as usual: closures say all about that.
    """
    struck = list(outages)
    if all(_is_plain(outage) for outage, _ in struck):
        return None
    changes = [
        (instant, number, pace)
        for number, (outage, interval) in enumerate(struck)
        for instant, pace in _course(outage, *interval)
    ]
    return _multiplied(sorted(changes, key=itemgetter(0)))


def _is_plain(outage: SupplierDown) -> bool:
    return stands_still(outage) and outage.recovery.ramp == 0 and outage.recovery.surge == 1


def _course(outage: SupplierDown, start: int, end: int) -> list[tuple[int, int]]:
    """Instants and paces of one outage: low, then the ramp, then the surge until what was missed is made up for."""
    low = 0 if stands_still(outage) else round(USUAL * outage.output)
    course = [(start, low), *_ramp(low, end, outage.recovery.ramp)]
    back = end + outage.recovery.ramp
    surge = round(USUAL * outage.recovery.surge)
    if surge > USUAL:
        missed = sum((USUAL - pace) * (until - since) for (since, pace), (until, _) in pairwise([*course, (back, 0)]))
        course.append((back, surge))
        back += -(-missed // (surge - USUAL))
    return [*course, (back, USUAL)]


def _ramp(low: int, start: int, length: int) -> Iterator[tuple[int, int]]:
    """Day by day, the mean of the straight line from a low pace to the usual one."""
    for since in range(0, length, DAY):
        middle = (since + min(since + DAY, length)) / 2
        yield start + since, round(low + (USUAL - low) * middle / length)


def _multiplied(changes: list[_Change]) -> Pace:
    """The product of all outages' paces from the start of the run on; changes come in order of time."""
    starts, permille = [0], [USUAL]
    going: dict[int, int] = {}
    for instant, now in groupby(changes, key=lambda change: max(change[0], 0)):
        going.update((number, pace) for _, number, pace in now)
        going = {number: pace for number, pace in going.items() if pace != USUAL}
        pace = round(USUAL * prod(each / USUAL for each in going.values()))
        if instant == 0:
            permille[0] = pace
        elif pace != permille[-1]:
            starts.append(instant)
            permille.append(pace)
    return Pace(tuple(starts), tuple(permille))
