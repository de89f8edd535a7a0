"""Who wants to know what happens at a stock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.words import Fate

if TYPE_CHECKING:
    from sim.model.stock import Stock
    from sim.model.waiting import Waiting

Settle = Callable[["Waiting", Fate, int], None]
"""Writes the fate of a customer who waited, with its instant."""


def _nothing(*_about: object) -> None:
    """Nobody listens."""


def _stays(_waiting: Waiting) -> bool:
    """The goods are always welcome."""
    return False


@dataclass(slots=True)
class Listeners:
    """Who wants to know what happens at a stock; by default nobody."""

    supply: Callable[[Stock], None] = _nothing
    """An order left its source, got a new date, or was posted."""
    restocked: Callable[[Stock], None] = _nothing
    """Units were posted."""
    given_up: Callable[[Stock, int], None] = _nothing
    """A customer who waited gave up so many units."""
    joined: Callable[[Waiting, Stock], None] = _nothing
    """A customer accepted a backorder."""
    alarmed: Callable[[Stock], None] = _nothing
    """A stock will probably run out before its next receipt."""
    refuses: Callable[[Waiting], bool] = _stays
    """Whether a customer, offered the goods at last, no longer wants them."""
