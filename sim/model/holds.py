"""Units held back from those who wait, for new visitors, for a while."""

from __future__ import annotations


class Holds:
    """Batches of held units, oldest first. New visitors take from the oldest."""

    def __init__(self) -> None:
        self._batches: list[tuple[int, int]] = []

    def add(self, units: int, *, until: int) -> None:
        """Hold units until an instant."""
        self._batches.append((until, units))

    def within(self, on_hand: int, *, now: int) -> int:
        """Units still held: not yet over, and not more than new visitors left on hand.

        Call it before every receipt, when on hand is at its lowest since the one before.
        """
        if not self._batches:
            return 0
        batches: list[tuple[int, int]] = []
        for until, units in reversed(self._batches):
            kept = min(units, on_hand)
            if until > now and kept:
                batches.append((until, kept))
                on_hand -= kept
        self._batches = batches[::-1]
        return sum(units for _, units in self._batches)
