"""The claims that wait at one stock, in the order of their turn."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple


class Claim(NamedTuple):
    """A waiting customer or a warehouse's order; claims sort in the order of their turn."""

    key: tuple[float, float]
    """By the rule; the lowest goes first."""
    rank: int
    """Of those with the same key, the first come."""
    customer: bool
    row: int
    """Of the visits or of the orders."""

    def __str__(self) -> str:
        return f"visit {self.row}" if self.customer else f"order {self.row}"


@dataclass
class Claims:
    """Everyone who waits, and for how much."""

    strict: bool
    """Whether nobody passes the one in front."""
    partial: bool
    """Whether customers take part of what they wait for."""
    units: dict[Claim, int] = field(default_factory=dict)
    _turns: list[Claim] = field(default_factory=list)
    _least: Counter[int] = field(default_factory=Counter)
    """How many claims are helped by so many units and by no fewer."""

    def needs(self, claim: Claim) -> int:
        """Fewest units that help a claim."""
        return 1 if self.partial and claim.customer else self.units[claim]

    def join(self, claim: Claim, units: int) -> None:
        """A claim begins to wait."""
        self.units[claim] = units
        self._least[self.needs(claim)] += 1
        insort(self._turns, claim)

    def leave(self, claim: Claim) -> int:
        """A claim waits no more; what it waited for."""
        needs = self.needs(claim)
        self._least[needs] -= 1
        if not self._least[needs]:
            del self._least[needs]
        del self._turns[bisect_left(self._turns, claim)]
        return self.units.pop(claim)

    def turn(self, budget: int, *, passed: Collection[Claim] = ()) -> Claim | None:
        """Who gets the next units when so many are free, but for some passed over; `None` when they help nobody."""
        if not self._turns or budget < min(self._least):
            return None
        turns = [claim for claim in self._turns if claim not in passed] if passed else self._turns
        able = turns[:1] if self.strict else turns
        return next((claim for claim in able if self.needs(claim) <= budget), None)
