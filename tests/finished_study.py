"""Finished studies with made-up results, for tests of what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.results import Setting, StudyResults, axes_of

REPLICATIONS = 12
Values = Callable[[Mapping[str, Any], int], float]
"""From the factors of a point and a replication to a total value."""


def finished(
    settings: Sequence[Setting], policies: Mapping[str, Values], *, replications: int = REPLICATIONS
) -> StudyResults:
    """A study whose total values are given by functions, and whose customers captured rise with them."""
    rows = [
        {"point": place, "policy": policy, "replication": number, "total_value": values(setting.values, number)}
        for place, setting in enumerate(settings)
        for policy, values in policies.items()
        for number in range(replications)
    ]
    runs = pd.DataFrame(rows)
    runs["capture_rate"] = 0.5 + runs["total_value"] / 1000
    return StudyResults(
        manifest={"scenario": {"world": {"currency": "EUR"}}},
        settings=tuple(settings),
        axes=axes_of(tuple(settings)),
        policies=tuple(policies),
        measures=("total_value", "capture_rate"),
        replications=replications,
        runs=runs,
    )


def grid(**factors: Sequence[Any]) -> list[Setting]:
    """All combinations of values of factors."""
    names = [name.replace("__", ".") for name in factors]
    cells = np.stack(np.meshgrid(*(range(len(v)) for v in factors.values()), indexing="ij"), -1).reshape(-1, len(names))
    lists = list(factors.values())
    return [
        Setting(number, {name: lists[k][at] for k, (name, at) in enumerate(zip(names, cell, strict=True))})
        for number, cell in enumerate(cells)
    ]


def noise(replication: int) -> float:
    """Chance that all policies and settings share."""
    return float(np.random.default_rng(replication).normal(0, 30))


def own_noise(replication: int, *, key: float = 0) -> float:
    """Chance that a policy or a setting has for itself."""
    return float(np.random.default_rng([replication, int(1000 * abs(key)), 7]).normal(0, 1))
