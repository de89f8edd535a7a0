"""Who gets units that arrive: pure functions of the waiting line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar


class Claim(Protocol):
    """A customer or a downstream order that waits for units."""

    @property
    def joined(self) -> int:
        """When it began to wait."""
        ...

    @property
    def wanted(self) -> int:
        """Units still to come; 0 once all are granted or given up."""
        ...

    @property
    def promise(self) -> int:
        """The promised instant, by the last word of the shop."""
        ...

    @property
    def first_promise(self) -> int:
        """The instant promised on joining."""
        ...

    @property
    def margin(self) -> float:
        """Money earned per unit, and the worth of the customer's loyalty on top."""
        ...

    @property
    def divisible(self) -> bool:
        """Whether part of the units may be granted now and the rest later."""
        ...

    @property
    def estimated_patience(self) -> int:
        """Longest wait from joining, seconds, as the shop estimates it."""
        ...

    @property
    def priority(self) -> int:
        """Class of importance; 0 is the most important."""
        ...

    @property
    def lot(self) -> float:
        """Place in a lottery."""
        ...


AnyClaim = TypeVar("AnyClaim", bound=Claim)
Who = TypeVar("Who")
Key = float | tuple[float, float]


def _by_promise(claim: Claim, _now: int) -> Key:
    return claim.promise


def _by_margin(claim: Claim, _now: int) -> Key:
    return -claim.margin


def _by_units(claim: Claim, _now: int) -> Key:
    return claim.wanted


def _by_patience(claim: Claim, now: int) -> Key:
    return claim.joined + claim.estimated_patience - now


def _by_priority(claim: Claim, _now: int) -> Key:
    return claim.priority


def _by_broken_promise(claim: Claim, now: int) -> Key:
    return claim.first_promise >= now, claim.promise


def _by_lot(claim: Claim, _now: int) -> Key:
    return claim.lot


SORT_KEYS: Final[Mapping[str, Callable[[Any, int], Any]]] = MappingProxyType(
    {
        "edd": _by_promise,
        "value": _by_margin,
        "smallest": _by_units,
        "least_patience": _by_patience,
        "class": _by_priority,
        "late_first": _by_broken_promise,
        "lottery": _by_lot,
    }
)
"""One row per rule that reorders the line; ties keep the order of joining, which is the order of all others."""


def in_turn(rule: str, line: Iterable[AnyClaim], *, now: int) -> Iterable[AnyClaim]:
    """The line, given in order of joining, in the order in which the rule serves it."""
    key = SORT_KEYS.get(rule)
    return line if key is None else sorted(line, key=lambda claim: key(claim, now))


def share_out(
    rule: str, line: Iterable[AnyClaim], available: int, *, overtaking: bool, now: int
) -> Iterable[tuple[AnyClaim, int]]:
    """Share out `available` units among those who wait, given in order of joining: pairs of claim and units."""
    if rule == "pro_rata":
        return _in_equal_parts(list(line), available, overtaking=overtaking)
    return grants(in_turn(rule, line, now=now), available, overtaking=overtaking)


def grants(claims: Iterable[AnyClaim], available: int, *, overtaking: bool) -> Iterator[tuple[AnyClaim, int]]:
    """Share out `available` units along the line: pairs of claim and units, each claim at most once.

    A claim that does not fit is passed over, or stops the sharing where overtaking is not allowed.
    """
    for claim in claims:
        if available <= 0:
            return
        units = min(claim.wanted, available) if claim.divisible else claim.wanted
        if units <= available:
            available -= units
            yield claim, units
        elif not overtaking:
            return


def _along(wishes: Iterable[tuple[Who, int, bool]], available: int, *, overtaking: bool) -> Iterator[tuple[Who, int]]:
    for who, wanted, divisible in wishes:
        if available <= 0:
            return
        units = min(wanted, available) if divisible else wanted
        if units <= available:
            available -= units
            yield who, units
        elif not overtaking:
            return


def _in_equal_parts(line: Sequence[AnyClaim], available: int, *, overtaking: bool) -> Iterator[tuple[AnyClaim, int]]:
    """An equal part for every priority that waits, first come, first served in each; what is left likewise to all.

    Units that do not divide evenly go to the most important first.
    """
    got = [0] * len(line)

    def give(units: int, places: Iterable[int]) -> None:
        wishes = ((at, line[at].wanted - got[at], line[at].divisible) for at in places if line[at].wanted > got[at])
        for at, more in list(_along(wishes, units, overtaking=overtaking)):
            got[at] += more

    classes = sorted({claim.priority for claim in line})
    for rank, priority in enumerate(classes):
        part = (available + len(classes) - 1 - rank) // len(classes)
        give(part, (at for at, claim in enumerate(line) if claim.priority == priority))
    give(available - sum(got), range(len(line)))
    return ((claim, units) for claim, units in zip(line, got, strict=True) if units)


def held_for_new(units: int, share: float) -> int:
    """Units of a receipt that are kept back for new visitors."""
    return int(units * share)
