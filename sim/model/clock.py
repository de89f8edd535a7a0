"""Time: SimPy's event list with whole seconds and one order among things of the same second."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import simpy
from simpy.events import URGENT

from sim.words import Turn

Story = Generator[simpy.Event, Any, None]
"""A SimPy process of the model."""

Action = Callable[[simpy.Event], None]
"""What is done when an event happens."""


class Occurrence(simpy.Event):
    """Something that is certain to happen, like SimPy's own timeout but with a turn of its own."""

    def __init__(self, env: simpy.Environment, *actions: Action) -> None:
        self.env = env
        self.callbacks = [*actions]
        self._ok = True
        self._value = None


class Clock:
    """The engine of one run over [0, close).

    A visit moves `now` on without troubling the engine, which follows when a process needs it.
    """

    def __init__(self, close: int) -> None:
        self.close = close
        self.now = 0
        """The present second."""
        self.env = simpy.Environment(initial_time=0)
        self.peek = self.env.peek
        self._step = self.env.step
        self._engine = 0
        """The engine's second; it lags behind at a visit."""

    def until(self, time: int, turn: Turn) -> simpy.Event:
        """An instant, in its turn, for a process to wait for."""
        event = Occurrence(self.env)
        self.env.schedule(event, turn, time - self._engine)  # type: ignore[arg-type]  # any whole number will do
        return event

    def at(self, time: int, turn: Turn, action: Action) -> None:
        """Do something at an instant, in its turn; never, if that lies at or after the close."""
        if time < self.close:
            event = Occurrence(self.env, action)
            self.env.schedule(event, turn, time - self._engine)  # type: ignore[arg-type]  # likewise

    def soon(self, action: Action) -> None:
        """Do something now, as soon as what goes on at this moment is over."""
        self.env.schedule(Occurrence(self.env, action), URGENT, self.now - self._engine)

    def begin(self, story: Story) -> simpy.Process:
        """Start a process now."""
        if self._engine < self.now:
            self._follow()
        return self.env.process(story)

    def catch_up(self, time: int) -> None:
        """Let everything happen that comes before the visits of a second."""
        while (instant := self.peek()) <= time:
            self.now = self._engine = instant  # type: ignore[assignment]  # only whole seconds go in
            self._step()

    def run_to_close(self) -> None:
        """Let everything happen that lies before the close."""
        self.catch_up(self.close - 1)

    def _follow(self) -> None:
        """Bring the engine to the instant of a visit, before what that visit has set off."""
        self.env.schedule(Occurrence(self.env), URGENT, self.now - self._engine)
        self._engine = self.now
        self._step()
