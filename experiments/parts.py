"""How the rows of a study are shared out among files: few of them, and the same whoever runs the study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

from experiments.plan import Study

ROWS: Final = 500
"""Rows that a part has at least, where the study has so many. Parts must not depend on who runs them: no setting."""


@dataclass(frozen=True)
class Share:
    """Some points and some of their replications under every policy: the rows of one part."""

    points: range
    replications: range

    @property
    def name(self) -> str:
        """The name of its file; names in order are shares in order."""
        return f"points-{_span(self.points)}_reps-{_span(self.replications)}.parquet"


def _span(numbers: range) -> str:
    return f"{numbers.start:06d}-{numbers.stop - 1:06d}"


def shares_of(study: Study) -> tuple[tuple[Share, ...], ...]:
    """All shares of a study: for each group of points, one for each slab of their replications."""
    slabs = tuple(_slabs(study))
    return tuple(tuple(Share(points, slab) for slab in slabs) for points in _groups(study))


def _groups(study: Study) -> Iterator[range]:
    """Points that share files: as many as it takes to fill one."""
    yield from _even(len(study.points), max(1, len(study.points) // _together(study)))


def _together(study: Study) -> int:
    """Points that it takes to fill a file; all, if that is too few."""
    return min(len(study.points), ceil(ROWS / (len(study.policies) * study.least)))


def _slabs(study: Study) -> Iterator[range]:
    """Replications that go into one file: even shares, or each twice as long where their number is not known."""
    if study.least == study.most:
        count = max(1, len(study.policies) * study.most // ROWS)
        yield from _even(study.most, count)
        return
    end = max(study.least, ceil(ROWS / (len(study.policies) * _together(study))))
    start = 0
    while start < study.most:
        yield range(start, min(end, study.most))
        start, end = end, 2 * end


def _even(total: int, count: int) -> Iterator[range]:
    bounds = [place * total // count for place in range(count + 1)]
    return (range(start, end) for start, end in pairwise(bounds))
