"""What a dial is, whatever it turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sim.scenario.law import Law

Name = Literal[
    "visits",
    "spike",
    "outage",
    "closure",
    "lead",
    "patience",
    "broken",
    "level",
    "reorder",
    "quantity",
    "replications",
]
Settings = Mapping[str, str]
"""Values to set, as text by path."""


@dataclass(frozen=True)
class Dial:
    """One setting with its range."""

    name: Name
    title: str
    unit: str
    """What follows the number; empty for plain counts."""
    about: str
    """What it does, in two sentences."""
    low: float
    high: float
    step: float
    value: float
    """Where it stands in the scenario as written."""
    write: Callable[[float], Settings] | None = None
    """What to set for a position; `None` when the dial cannot be turned."""
    reason: str = ""
    """Why it cannot be turned."""

    @property
    def whole(self) -> bool:
        """Whether its positions are whole numbers."""
        return float(self.step).is_integer() and float(self.value).is_integer()

    def settings(self, position: float) -> Settings:
        """What to set in the scenario; nothing where the dial stands as written or cannot be turned."""
        turned = self.write is not None and abs(position - self.value) > self.step / 1000
        return self.write(position) if self.write is not None and turned else {}

    def shown(self, position: float) -> str:
        """A position with its unit, for people."""
        number = f"{position:,.0f}" if self.whole else f"{position:,.10g}"
        return f"{number} {self.unit}".rstrip()


def fixed(name: Name, title: str, reason: str) -> Dial:
    """A dial that cannot be turned."""
    return Dial(name, title, "", "", low=0, high=1, step=1, value=0, reason=reason)


def step_to(value: float, low: float, *steps: float) -> float:
    """The first of some steps that leads from the low end to the value; else the last."""
    fitting = (step for step in steps if abs((value - low) / step - round((value - low) / step)) < 1e-9)
    return next(fitting, steps[-1])


def scaled(law: Law, factor: float) -> str | None:
    """A law of time with every length in it multiplied, in call form; `None` for laws built of other laws."""
    fields = {name: getattr(law, name) for name in type(law).model_fields if name != "dist"}
    if any(isinstance(value, Law | tuple) for value in fields.values()):
        return None
    lengths = {name: round(value * factor) for name, value in fields.items() if isinstance(value, int)}
    return law.model_copy(update=lengths).describe()
