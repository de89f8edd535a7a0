"""How far the replications of one point have come, and whether they are enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.plan import Study
from experiments.precision import Floats, StoppedBy, look
from experiments.task import Outcome


@dataclass(frozen=True)
class End:
    """How the replications of a point ended."""

    replications: int
    stopped_by: StoppedBy | None


class Course:
    """The replications of one point.

    Whether they are enough is asked only when all that were wanted before are there, so the answer does not depend
    on who ran them or in which order they came.
    """

    def __init__(self, study: Study, point: int) -> None:
        self.point: Final = point
        self.wanted = study.least
        """Replications that are needed as far as is known."""
        self.stopped_by: StoppedBy | None = None if study.precision else "plan"
        """What ended it; `None` while more may be needed."""
        self.ready = 0
        """Replications that are there without a gap."""
        self._study: Final = study
        self._there: set[int] = set()
        self._handed: set[int] = set()
        self._next = 0
        self._watched: dict[int, Floats] = {}

    @property
    def left(self) -> int:
        """Replications that are wanted and not there."""
        return max(0, self.wanted - len(self._there))

    @property
    def is_over(self) -> bool:
        """Whether everything is there and nothing more is needed."""
        return self.stopped_by is not None and self.ready >= self.wanted

    def covers(self, replications: range) -> bool:
        """Whether those of some replications are there that ever will be."""
        return self.ready >= replications.stop or self.is_over

    def hand_out(self, most: int) -> range:
        """Wanted replications in a row that nobody was given; empty when there are none."""
        while self._next in self._handed:
            self._next += 1
        end = start = self._next
        while end < min(self.wanted, start + most) and end not in self._handed:
            end += 1
        self._handed.update(range(start, end))
        self._next = end
        return range(start, end)

    def take(self, outcome: Outcome) -> None:
        """Take note of a replication."""
        if self._study.precision:
            self._watched[outcome.replication] = self._watch(outcome)
        self.mark(range(outcome.replication, outcome.replication + 1))

    def mark(self, replications: range) -> None:
        """Take note that some replications are there; look whether they are enough when all that were wanted are."""
        self._there.update(replications)
        self._handed.update(replications)
        while self.ready in self._there:
            self.ready += 1
        while self.stopped_by is None and self.ready >= self.wanted:
            self._look()

    def _look(self) -> None:
        precision = self._study.precision
        if precision is None:
            return
        rows = np.array([self._watched[number] for number in range(self.wanted)])
        names = [(policy, measure) for policy in self._study.policies for measure in precision.measures]
        values: Mapping[tuple[str, str], Floats] = dict(zip(names, rows.T, strict=True))
        found = look(precision, self._study.policies, values)
        self.stopped_by = found.stopped_by
        self.wanted += found.more

    def _watch(self, outcome: Outcome) -> Floats:
        """The values that must become precise, by policy, then measure."""
        precision, measures = self._study.precision, self._study.measures
        places = [measures.index(measure) for measure in (precision.measures if precision else ())]
        watched: Floats = outcome.values[:, places].ravel()
        return watched
