"""The terms of an optimisation and its outcome."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.analysis.intervals import Interval
from experiments.analysis.selection import Selection
from experiments.search import Candidate, Constraint


@dataclass(frozen=True)
class Limits:
    """How much may be spent."""

    trials: int = 60
    """Candidates that the search proposes."""
    replications: int = 10
    """Of each candidate in the search."""
    finalists: int = 5
    """Candidates that compete in the end."""
    most: int = 200
    """Fresh replications of one finalist."""
    indifference: float | None = None
    """A lead that does not matter, in the unit of the goal; 0.5 % of the best mean when left out."""
    alpha: float = 0.05
    """Accepted chance that the choice is wrong although the best leads by more than that."""


@dataclass(frozen=True)
class Trial:
    """What the search saw of one candidate."""

    candidate: Candidate
    goal: Interval
    bounds: tuple[Interval, ...]
    """By constraint: the measure it bounds."""
    feasible: bool
    """Whether the means keep all constraints."""
    error: str
    """Why it could not be run; empty when it could."""


@dataclass(frozen=True)
class Optimum:
    """The outcome of a search."""

    goal: str
    constraints: tuple[Constraint, ...]
    trials: tuple[Trial, ...]
    """The scenario as written under each policy, then what the search proposed; each candidate once."""
    finalists: tuple[Trial, ...]
    """Those that competed on fresh tapes, seen there; the best first, then in the order of the search."""
    leads: tuple[Interval, ...]
    """By finalist: how much better the choice is on the tapes that both met; NaN without a choice."""
    best: Trial | None
    """The choice, seen on fresh tapes; `None` when nothing kept the constraints."""
    selection: Selection | None
    """How sure the choice is."""
    indifference: float
    lines: tuple[str, ...]
    """The best settings as YAML."""
    runs: int
    """Replications in all."""
