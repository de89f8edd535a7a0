"""Customs examinations of shipments, by the number of the order on its lane."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from sim.tape.dice import Die
from sim.tape.keyed import KeyedDraws


@dataclass(frozen=True)
class Exams:
    """Which shipments are examined, how, for how long and at what cost."""

    share: float
    """Of the shipments that is examined."""
    edges: tuple[float, ...]
    """Shares of the kinds, added up; the last is 1."""
    lasts: tuple[KeyedDraws, ...]
    """By kind."""
    fees: tuple[int, ...]
    """By kind, in hundredths of money."""
    die: Die

    def __call__(self, number: int) -> tuple[int, int]:
        """Seconds and fee (hundredths of money) of the order of that number; (0, 0) if it is not examined."""
        if self.die(number) >= self.share:
            return 0, 0
        kind = min(bisect_right(self.edges, self.die(number, 1)), len(self.lasts) - 1)
        return self.lasts[kind][number], self.fees[kind]
