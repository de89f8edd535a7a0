"""Who gets units that arrive: pure functions of the waiting line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar


class Claim(Protocol):
    """A customer or a downstream order that waits for units."""

    @property
    def wanted(self) -> int:
        """Units still to come; 0 once all are granted or given up."""
        ...

    @property
    def promise(self) -> int:
        """The promised instant."""
        ...

    @property
    def margin(self) -> float:
        """Money earned per unit."""
        ...

    @property
    def divisible(self) -> bool:
        """Whether part of the units may be granted now and the rest later."""
        ...


AnyClaim = TypeVar("AnyClaim", bound=Claim)


def _by_promise(claim: Claim) -> float:
    return claim.promise


def _by_margin(claim: Claim) -> float:
    return -claim.margin


def _by_units(claim: Claim) -> float:
    return claim.wanted


SORT_KEYS: Final[Mapping[str, Callable[[Any], float]]] = MappingProxyType(
    {"edd": _by_promise, "value": _by_margin, "smallest": _by_units}
)
"""One row per rule that reorders the line (`fifo` and `new_first` do not); ties keep the order of joining."""


def in_turn(rule: str, line: Iterable[AnyClaim]) -> Iterable[AnyClaim]:
    """The line, given in order of joining, in the order in which the rule serves it."""
    key = SORT_KEYS.get(rule)
    return line if key is None else sorted(line, key=key)


def grants(
    claims: Iterable[AnyClaim], available: int, *, overtaking: bool
) -> Iterator[tuple[AnyClaim, int]]:
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


def held_for_new(units: int, share: float) -> int:
    """Units of a receipt that are kept back for new visitors."""
    return int(units * share)
