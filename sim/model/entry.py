"""Planners who enter orders by hand: they get to it later, and forget some."""

from __future__ import annotations

import numpy as np

from sim.scenario.laws import DurationLaw
from sim.scenario.planning import Planning
from sim.tape.dice import Dice
from sim.tape.tape import Tape


class Entry:
    """From deciding on an order for one stock to placing it."""

    def __init__(self, *, law: DurationLaw | None, forgets: float, dice: Dice) -> None:
        self._law = law
        self._forgets = forgets
        self._dice = dice

    def __call__(self, decision: int) -> int | None:
        """Seconds, by the number of the decision at its stock; `None` if it is forgotten."""
        if self._forgets and self._dice["forgets"](decision) < self._forgets:
            return None
        if self._law is None:
            return 0
        return max(round(float(self._law.ppf(np.array([self._dice["entry_delay"](decision)]))[0])), 0)


def entry_of(plan: Planning, tape: Tape, stock: int) -> Entry | None:
    """How orders for a stock are entered; `None` where nobody has to."""
    if plan.entry is None and not plan.forgets:
        return None
    return Entry(law=plan.entry, forgets=plan.forgets, dice=tape.stock_dice[stock])
