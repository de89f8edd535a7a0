"""Closures: when something stands still, and how long work takes around it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate, chain

Interval = tuple[int, int]
"""A half-open interval [start, end) in whole seconds."""


def _merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same set of instants as sorted intervals that neither overlap nor touch."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


@dataclass(frozen=True)
class Closures:
    """Closed at the start of each interval, open again at its end; open everywhere else.

    Any intervals may be given; they are merged, and empty ones dropped.
    """

    intervals: tuple[Interval, ...] = ()
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _closed: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Closed seconds before each closure, and in the end of all."""
    _open: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Reading, at the start of each closure, of a clock that runs only while open."""

    def __post_init__(self) -> None:
        intervals = _merged(self.intervals)
        closed = tuple(accumulate((end - start for start, end in intervals), initial=0))
        object.__setattr__(self, "intervals", intervals)
        object.__setattr__(self, "_starts", tuple(start for start, _ in intervals))
        object.__setattr__(self, "_closed", closed)
        object.__setattr__(
            self, "_open", tuple(start - before for start, before in zip(self._starts, closed, strict=False))
        )

    def is_open(self, t: int) -> bool:
        """Whether instant `t` lies in no closure."""
        last = bisect_right(self._starts, t) - 1
        return last < 0 or t >= self.intervals[last][1]

    def next_open(self, t: int) -> int:
        """The first open instant at or after `t`."""
        if not self._starts:
            return t
        last = bisect_right(self._starts, t) - 1
        return t if last < 0 else max(t, self.intervals[last][1])

    def after(self, start: int, work: int) -> int:
        """The first open instant at which `work` seconds of open time have passed since `start`.

        Work that ends at the very instant of a closing ends with that closure: the closing comes first.
        """
        if not self._starts:
            return start + work
        begin = self.next_open(start)
        reading = begin - self._closed[bisect_right(self._starts, begin)] + work
        return reading + self._closed[bisect_right(self._open, reading)]

    def open_seconds(self, start: int, end: int) -> int:
        """Open time of [start, end)."""
        return end - start - (self._closed_before(end) - self._closed_before(start))

    def _closed_before(self, t: int) -> int:
        begun = bisect_right(self._starts, t)
        return self._closed[begun] - max(self.intervals[begun - 1][1] - t, 0) if begun else 0

    def union(self, *others: Closures) -> Closures:
        """Closed whenever one of them is."""
        return Closures(tuple(chain(self.intervals, *(other.intervals for other in others))))
