"""Time: SimPy's event list with whole seconds and one order among things of the same second."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import simpy

from sim.words import Turn

Story = Generator[simpy.Event, Any, None]
"""A SimPy process of the model."""


class Occurrence(simpy.Event):
    """Something that is certain to happen, like SimPy's own timeout but with a turn of its own."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None


class Clock:
    """The engine of one run over [0, close)."""

    def __init__(self, close: int) -> None:
        self.close = close
        self.env = simpy.Environment(initial_time=0)
        self.peek = self.env.peek
        self.step = self.env.step

    @property
    def now(self) -> int:
        """The present second."""
        return self.env.now  # type: ignore[return-value]  # only whole seconds go in

    def until(self, time: int, turn: Turn) -> simpy.Event:
        """An instant, in its turn, for a process to wait for."""
        event = Occurrence(self.env)
        self.env.schedule(event, turn, time - self.now)
        return event

    def at(self, time: int, turn: Turn, action: Callable[[simpy.Event], None]) -> None:
        """Do something at an instant, in its turn; never, if that lies at or after the close."""
        if time < self.close:
            self.until(time, turn).callbacks.append(action)

    def begin(self, story: Story) -> None:
        """Start a process now."""
        self.env.process(story)

    def advance(self, time: int) -> None:
        """Move to the instant of a visit, once all that comes before it in its second is done."""
        if time > self.env.now:
            self.until(time, Turn.VISIT)
            self.step()

    def run_to_close(self) -> None:
        """Let everything happen that lies before the close."""
        while self.peek() < self.close:
            self.step()
