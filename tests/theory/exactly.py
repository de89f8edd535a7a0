"""Means over replications against exact values, and a short way to write which number of a run is meant.

A mean is accepted within z standard errors of the exact value, with z for one false alarm in a thousand over all
checks of the suite together. A test that accepts anything proves nothing, so the standard error is bounded too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim import Results
from sim.words import DAY

Floats = NDArray[np.float64]

FALSE_ALARM: Final = 0.001
"""Chance that a correct model fails anywhere in the suite."""
CHECKS: Final = 450
"""No more comparisons than this may share it."""
RISK: Final = FALSE_ALARM / CHECKS
Z: Final = float(stats.norm.isf(RISK / 2))

CASES: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        case["id"]: MappingProxyType(case["result"])
        for case in json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
    }
)
"""Exact values by case and name: formulas and solved Markov chains, no simulation."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One value per replication; a ratio of sums weights each by its denominator."""

    values: Floats
    weights: Floats

    def deviations(self, exact: float) -> Floats:
        """Independent, with mean 0 where `exact` is the expected ratio of sums."""
        return np.asarray(self.weights / self.weights.mean() * (self.values - exact))


class Exactly:
    """Compares, and counts how often."""

    def __init__(self) -> None:
        self._checks = 0

    def mean(self, sample: Sample, exact: float, *, precision: float = 0.015) -> None:
        """`precision` is the largest standard error worth a test, as a share of the exact value."""
        self._count()
        deviations = sample.deviations(exact)
        error = float(deviations.std(ddof=1)) / len(deviations) ** 0.5
        off = float(deviations.mean())
        assert error <= precision * abs(exact), f"standard error {error:.3g} of {exact:.6g} says too little"
        assert abs(off) <= max(Z * error, 1e-12), f"{exact + off:.6g}, not {exact:.6g}: standard error {error:.3g}"

    def variance(self, values: Floats, exact: float) -> None:
        """Of values that are close to normal."""
        self._count()
        chi2 = stats.chi2(len(values) - 1)
        ratio = (len(values) - 1) * values.var(ddof=1) / exact
        assert chi2.ppf(RISK / 2) <= ratio <= chi2.isf(RISK / 2), f"variance {values.var(ddof=1):.4g}, not {exact:.4g}"

    def correlation(self, one: Floats, other: Floats, exact: float) -> None:
        """By Fisher's transformation."""
        self._count()
        found = float(np.corrcoef(one, other)[0, 1])
        assert abs(np.arctanh(found) - np.arctanh(exact)) <= Z / (len(one) - 3) ** 0.5, f"{found:.5f}, not {exact:.5f}"

    def law(self, values: Floats, cdf: Callable[[Any], Any]) -> None:
        """By Kolmogorov and Smirnov."""
        self._count()
        assert len(values) >= 2000
        assert stats.kstest(values, cdf).pvalue > RISK

    def counts(self, found: NDArray[np.int64], expected: Floats) -> None:
        """By Pearson's chi-square."""
        self._count()
        assert expected.min() >= 20
        assert stats.chisquare(found, expected).pvalue > RISK, f"{found}, not {expected}"

    def share(self, hits: int, trials: int, exact: float) -> None:
        """Of independent trials."""
        self._count()
        assert trials >= 2000
        assert stats.binomtest(hits, trials, exact).pvalue > RISK, f"{hits / trials:.4f}, not {exact:.4f}"

    def _count(self) -> None:
        self._checks += 1
        assert self._checks <= CHECKS, "raise CHECKS: the chance of a false alarm is shared by all checks"


Get = Callable[[str], Floats]
"""One measure by its name, a value per replication."""


def _waiting_units(get: Get) -> Floats:
    return get("units_wanted") * (1 - get("fill_rate")) - get("lost_units")


def _visits(get: Get) -> Floats:
    return get("visits")


DENOMINATORS: Final[Mapping[str, Callable[[Get], Floats]]] = MappingProxyType(
    {
        "fill_rate": lambda get: get("units_wanted"),
        "order_fill_rate": _visits,
        "out_of_stock_share": _visits,
        "balked_share": _visits,
        "fulfilled_share": _visits,
        "mean_wait": lambda get: get("units_wanted") - get("lost_units"),
        "wait_if_waiting": _waiting_units,
        "backorder_acceptance": lambda get: get("visits") * get("stockout_rate") * get("backorder_offered"),
        "promise_kept": lambda get: get("visits") * get("fulfilled_share"),
        "eta_inside": lambda get: get("visits") * get("fulfilled_share"),
        "mean_order_size": lambda get: get("order_rate"),
    }
)
"""What a ratio is taken over, in worlds in which nobody leaves the backlog; other measures weigh alike."""

_READING: Final = re.compile(
    r"(?P<sum>\w+(?: \+ \w+)*)(?: at (?P<scope>\S+))?"
    r"(?: under (?P<policy>\w+)(?: minus (?P<other>\w+))?)?(?P<daily> per day)?"
)


def reading(results: Results, text: str) -> Sample:
    """What `measure + measure at warehouse/product under policy minus policy per day` says of a run.

    All but the first measure can be left out; the policy is then the first.
    """
    match = _READING.fullmatch(text)
    assert match, f"'{text}' cannot be read"

    def total(policy: str) -> Floats:
        return np.asarray(np.sum([get(policy, name) for name in match["sum"].split(" + ")], axis=0))

    def get(policy: str, name: str) -> Floats:
        return results.array(policy, name, scope=match["scope"] or "")

    policy = match["policy"] or results.policies[0]
    values = total(policy) - (total(match["other"]) if match["other"] else 0.0)
    if match["daily"]:
        values = values * DAY / results.scenario.world.calendar.measure
    denominator = DENOMINATORS.get(match["sum"])
    weights = denominator(lambda name: get(policy, name)) if denominator else np.ones(len(values))
    return Sample(np.where(weights > 0, values, 0.0), weights)
