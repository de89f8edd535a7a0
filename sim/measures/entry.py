"""One entry of the registry of measures, and the arithmetic that knows of undefined values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.measures.scope import Scope

Unit = Literal[
    "share", "units", "days", "hours", "minutes", "money", "visits", "customers", "orders per day", "turns per year",
    "contacts", "notices", "promises", "stars", "times", "money days",
    "orders", "occasions",
]  # fmt: skip
"""Kind of number; money is in the world's currency, a share is between 0 and 1 unless its definition says otherwise."""

Direction = Literal["up", "down", "neither"]
"""Which way is better for the shop and its customers."""

UNDEFINED = float("nan")


@dataclass(frozen=True)
class Measure:
    """What a number means, and the function that takes it from one run."""

    name: str
    """Name in files and code."""
    title: str
    """What a manager calls it."""
    unit: Unit
    direction: Direction
    definition: str
    """One sentence, with the denominator in words."""
    formula: str
    """The same in symbols of the ledger."""
    source: str
    """Who defines it so."""
    of: Callable[[Scope], float]
    """Its value in a scope; nan where it is undefined."""


def ratio(part: float, whole: float) -> float:
    """`part / whole`; undefined, and never 0, when the whole is nothing."""
    return float(part) / float(whole) if whole else UNDEFINED


def mean(values: NDArray[np.integer[Any] | np.bool_]) -> float:
    """The mean; undefined when there are no values."""
    return float(values.mean()) if len(values) else UNDEFINED


def quantile(values: NDArray[np.integer[Any]], share: float) -> float:
    """The value below which a share of the values lies, by straight lines between neighbours; undefined for none."""
    return float(np.quantile(values.astype(np.float64), share)) if len(values) else UNDEFINED
