"""What is left of a study: which replications to run next, and which rows are complete enough to become a part."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from experiments.columns import Layout
from experiments.course import Course, End
from experiments.parts import Share, shares_of
from experiments.plan import Study
from experiments.series import series_table
from experiments.store import Store
from experiments.task import Outcome, Piece

if TYPE_CHECKING:
    import pyarrow as pa

MOST_TOGETHER: Final = 250
"""Replications of one piece at most, however short they are."""

Rows = tuple[Outcome, ...]


class Group:
    """Points that share files: what they lack, and what has come of it."""

    def __init__(self, study: Study, shares: tuple[Share, ...]) -> None:
        self.courses: Final = {point: Course(study, point) for point in shares[0].points}
        self.changed = False
        """Whether outcomes have come since they were last saved."""
        self._study: Final = study
        self._shares = list(shares)
        self._kept: set[Share] = set()
        self._fresh: dict[tuple[int, int], Outcome] = {}

    @property
    def is_over(self) -> bool:
        """Whether all its parts are there."""
        return not self._shares

    def recall(self, store: Store, layout: Layout) -> None:
        """Take over what earlier runs completed.

        Where precision decides, what follows a gap depends on what is lacking, and is made again.
        """
        for share in self._shares:
            table = store.kept(share)
            if table is not None:
                self._keep(share, layout.outcomes(table) if self._study.precision else None)
                continue
            some = store.unfinished(share)
            for outcome in () if some is None else layout.outcomes(some):
                self.take(outcome)
            if self._study.precision:
                break
        self.changed = False

    def _keep(self, share: Share, outcomes: Rows | None) -> None:
        self._kept.add(share)
        if outcomes is None:
            for course in self.courses.values():
                course.mark(share.replications)
        for outcome in outcomes or ():
            self.courses[outcome.point].take(outcome)

    def take(self, outcome: Outcome) -> None:
        """Take note of a replication that was run."""
        self._fresh[outcome.point, outcome.replication] = outcome
        self.courses[outcome.point].take(outcome)
        self.changed = True

    def harvest(self) -> Iterator[tuple[Share, Rows]]:
        """The shares that have become complete and are not in the store, with their rows."""
        while self._shares and all(course.covers(self._shares[0].replications) for course in self.courses.values()):
            share = self._shares.pop(0)
            rows = self.rows_of(share)
            for row in rows:
                del self._fresh[row.point, row.replication]
            if share not in self._kept and rows:
                yield share, rows

    def unfinished(self) -> Iterator[tuple[Share, Rows]]:
        """What there is of the shares that are not complete."""
        for share in self._shares:
            if share not in self._kept and (rows := self.rows_of(share)):
                yield share, rows

    def rows_of(self, share: Share) -> Rows:
        """What has come of a share."""
        return tuple(row for _, row in sorted(self._fresh.items()) if row.replication in share.replications)


class Agenda:
    """All groups of a study, opened one after the other: what to hand out next, and who takes what comes back."""

    def __init__(self, study: Study, store: Store, layout: Layout, *, resume: bool) -> None:
        self.wanted = study.least * len(study.points)
        """Replications of all points that are needed as far as is known."""
        self.there = 0
        """Replications that are there."""
        self._study, self._store, self._layout, self._resume = study, store, layout, resume
        self._ahead = iter(shares_of(study))
        self._groups: dict[int, Group] = {}
        """The open ones, by point."""
        self._todo: deque[Course] = deque()
        """Points that may have something to hand out."""
        self._ends: dict[int, End] = {}

    @property
    def ends(self) -> tuple[End, ...]:
        """By point, when all is over: how its replications ended."""
        return tuple(self._ends[point.number] for point in self._study.points)

    def hand_out(self, most: int) -> Piece | None:
        """Some replications of one point to run next; nothing while all that are wanted have been handed out."""
        while self._todo or self._open_next():
            while self._todo:
                course = self._todo[0]
                if given := course.hand_out(min(most, MOST_TOGETHER)):
                    return self._piece(course.point, given)
                self._todo.popleft()
        return None

    def take(self, outcome: Outcome) -> None:
        """Take note of a replication; parts that it completes go into the store."""
        group = self._groups[outcome.point]
        course = group.courses[outcome.point]
        before = course.wanted
        group.take(outcome)
        self.there += 1
        if course.wanted > before:
            self.wanted += course.wanted - before
            self._todo.appendleft(course)
        self._reap(group)

    def save(self) -> None:
        """Put the rows of incomplete parts aside, so that being killed costs little; not with much kept over time."""
        if self._study.stated.series:
            return
        for group in {id(group): group for group in self._groups.values()}.values():
            if group.changed:
                for share, rows in group.unfinished():
                    self._store.set_aside(share, self._layout.table(rows))
                group.changed = False

    def _series(self, rows: Rows) -> pa.Table | None:
        if not self._study.stated.series:
            return None
        return series_table([(partial(self._layout.key, row), row.levels) for row in rows])

    def _piece(self, point: int, given: range) -> Piece:
        setting = self._study.points[point]
        overrides = tuple(self._study.base.overrides(setting).items())
        return Piece(point, overrides, self._study.digests[point], given.start, given.stop)

    def _open_next(self) -> bool:
        """Open another group; whether there was one."""
        shares = next(self._ahead, None)
        if shares is None:
            return False
        group = Group(self._study, shares)
        if self._resume:
            group.recall(self._store, self._layout)
        for course in group.courses.values():
            self._groups[course.point] = group
            self._todo.append(course)
            self.wanted += course.wanted - self._study.least
            self.there += course.wanted - course.left
        self._reap(group)
        return True

    def _reap(self, group: Group) -> None:
        """Store what a group has completed, and close the group when that is all."""
        for share, rows in group.harvest():
            self._store.write(share, self._layout.table(rows), self._series(rows))
        if group.is_over:
            for course in group.courses.values():
                self._ends[course.point] = End(course.wanted, course.stopped_by)
                del self._groups[course.point]
