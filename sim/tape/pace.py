"""The pace of a supplier: how much work gets done when."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pace:
    """A share of the usual pace from each instant on, in thousandths; the first instant is 0 and the last never ends.

    Raises:
        ValueError: there is no way on: the last pace is 0, or the instants are not in order from 0.
    """

    starts: tuple[int, ...]
    permille: tuple[int, ...]
    _done: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Work done before each start, in thousandths of seconds."""

    def __post_init__(self) -> None:
        ordered = all(a < b for a, b in zip(self.starts, self.starts[1:], strict=False))
        if not self.starts or self.starts[0] != 0 or not ordered or not self.permille[-1]:
            raise ValueError("a pace begins at 0, goes on in order and does not end at a standstill")
        done = [0]
        for start, end, pace in zip(self.starts, self.starts[1:], self.permille, strict=False):
            done.append(done[-1] + (end - start) * pace)
        object.__setattr__(self, "_done", tuple(done))

    def at(self, t: int) -> float:
        """Share of the usual pace at an instant."""
        return self.permille[bisect_right(self.starts, t) - 1] / 1000

    def after(self, start: int, work: int) -> int:
        """The first instant, when something moves, at which `work` usual seconds of work since `start` are done.

        A part of a second counts as a whole one.
        """
        first = bisect_right(self.starts, start) - 1
        target = self._done[first] + (start - self.starts[first]) * self.permille[first] + 1000 * work
        place = bisect_right(self._done, target) - 1
        while not self.permille[place]:
            place += 1
        rest = max(target - self._done[place], 0)
        end = self.starts[place] + -(-rest // self.permille[place])
        return max(end, start)
