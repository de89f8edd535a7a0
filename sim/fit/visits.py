"""How often identified customers come, how much they differ in it, and when they stop coming."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError
from sim.fit.ascent import Top, climb
from sim.fit.bgnbd import Law, Summary, loglik, loglik_staying, slopes, slopes_staying
from sim.fit.estimate import Estimate, short, wald
from sim.fit.history import Histories
from sim.fit.repeats import Repeats, repeats

Floats = NDArray[np.float64]

_SHAPE: Final = (math.log(1e-3), math.log(1e3))
_RATE: Final = (math.log(1e-3), math.log(1e7))
_CHANCE: Final = (-12.0, 12.0)
_WEIGHT: Final = (math.log(1e-2), math.log(1e3))


_VAGUE_SHAPE: Final = 1.0
"""Standard error of the logarithm of the shape from which it is no estimate: a factor of 7 on either side."""
_VAGUE_WEIGHT: Final = 2.0
"""The same for a + b, without which a / (a + b) may still be known."""
_GOOD: Final = 0.05
"""Largest error of a share of customers that still counts as a good description."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Customers leave for good after a repeat visit, each with a chance of its own from beta(a, b)."""

    a: Estimate
    b: Estimate
    chance: Estimate
    """Mean chance to leave after a repeat visit, a / (a + b)."""
    ratio_only: bool
    """The visits tell the mean chance and not how much members differ in it."""

    @property
    def sentence(self) -> str:
        """The two shapes, for the eye."""
        if self.ratio_only:
            return "How much members differ in that chance cannot be estimated; a and b below only give its mean."
        return f"Those chances are beta with a = {self.a.text()} and b = {self.b.text()}."

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        shapes = {"a": self.a.document, "b": self.b.document, "chance": self.chance.document}
        return {**shapes, "ratio_only": self.ratio_only}


@dataclass(frozen=True, slots=True)
class VisitsFit:
    """Visit rates from gamma(shape, rate), and leaving for good."""

    histories: Histories
    shape: Estimate
    """Of the gamma distribution of visit rates: small means that few make most of the visits."""
    rate: Estimate
    """Rate parameter (alpha) of that distribution, in days."""
    visits_per_day: Estimate
    """Mean visit rate of a member who has not left, shape / rate."""
    leaving: Leaving | None
    """`None` if the visits show no sign that anybody left."""
    aic_leaving: float
    aic_staying: float
    repeats: tuple[Repeats, ...]

    @property
    def panel(self) -> str:
        """The line to paste under `world`."""
        return f"panel: {{members: {self.histories.members}, shape: {short(self.shape.value)}}}"

    @property
    def churn(self) -> str | None:
        """The line to paste under `world.memory`."""
        left = self.leaving
        return None if left is None else f"churn: {{a: {short(left.a.value)}, b: {short(left.b.value)}}}"

    @property
    def yaml(self) -> str:
        """Lines to paste under `world`."""
        share = f"{100 * self.histories.identified:.0f} %"
        memory = f"memory:\n  {self.churn}\n" if self.churn else "# no memory.churn: nobody is seen to leave\n"
        return (
            "# Under world.\n"
            f"# {self.histories.source}: {self.histories.rows_used:,} rows of {self.histories.members:,} customers\n"
            f"# who come {short(self.visits_per_day.value)} times a day each, all together "
            f"{short(self.visits_per_day.value * self.histories.members)}/d while none has left;\n"
            f"# {share} of the rows are theirs: under the streams, members: {share}\n"
            f"{self.panel}\n{memory}"
        )

    @property
    def document(self) -> dict[str, Any]:
        """For JSON; times are in days, rates per day."""
        return {
            **self.histories.document,
            "shape": self.shape.document,
            "rate": self.rate.document,
            "visits_per_day": self.visits_per_day.document,
            "churn": self.leaving.document if self.leaving else None,
            "aic_with_churn": self.aic_leaving,
            "aic_without": self.aic_staying,
            "repeats": [asdict(row) for row in self.repeats],
            "yaml": self.yaml,
        }

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, for the eye."""
        every = 1 / self.visits_per_day.value
        return (
            f"A member who has not left comes {self.visits_per_day.text('times a day')}: once in {short(every)} d.",
            f"Members differ: their rates are gamma with shape {self.shape.text()} and rate alpha "
            f"{self.rate.text('d')}.",
            *self._leaving,
            self._goodness,
            "The intervals are Wald's on the log scale: with hundreds of customers the log-likelihood is a parabola "
            "there, and no parameter can be negative.",
            "Purchases are what is seen: those who came and found nothing to buy are in no sales file, and whoever "
            "bought before its first day seems new.",
        )

    @property
    def _goodness(self) -> str:
        gap = max(abs(row.observed - row.expected) for row in self.repeats) / self.histories.members
        judged = "well" if gap < _GOOD else "badly"
        return (
            f"Sorted by visits, observed and expected customers differ by at most {100 * gap:.2g} % of all: "
            f"the law describes them {judged}."
        )

    @property
    def _leaving(self) -> tuple[str, ...]:
        both = f"AIC {self.aic_leaving:,.1f} with leaving, {self.aic_staying:,.1f} without"
        if self.leaving is None:
            return (f"Nobody is seen to leave for good ({both}); a and b cannot be estimated.",)
        chance = self.leaving.chance.through(lambda share: 100 * share).text("%")
        return (
            f"After each repeat visit a member leaves for good with a chance of {chance} on average ({both}).",
            self.leaving.sentence,
        )


def fit_visits(histories: Histories) -> VisitsFit:
    """Fit the BG/NBD model of repeat buying by maximum likelihood.

    Where a model in which nobody leaves describes the visits as well (by AIC), its shape and rate are given and no
    chance of leaving.

    Raises:
        ScenarioError: the visits cannot tell the parameters; the message says which and why.
    """
    summary = Summary.of(histories)
    _refuse_single(histories)
    staying = _staying(summary)
    leaving = _with_leaving(summary, staying)
    aics = 2 * 4 - 2 * leaving.height, 2 * 2 - 2 * staying.height
    top = leaving if aics[0] < aics[1] else staying
    _refuse_flat(top)
    shape, rate = math.exp(top.at[0]), math.exp(top.at[1])
    law = _law(top.at) if top is leaving else None
    return VisitsFit(
        histories=histories,
        shape=_along(top, [1, 0]),
        rate=_along(top, [0, 1]),
        visits_per_day=_along(top, [1, -1]),
        leaving=_leaving(top) if top is leaving else None,
        aic_leaving=aics[0],
        aic_staying=aics[1],
        repeats=repeats(summary, law, shape, rate),
    )


def _staying(summary: Summary) -> Top:
    def height(at: Floats) -> tuple[float, Floats]:
        shape, rate = np.exp(at)
        return loglik_staying(summary, shape, rate), slopes_staying(summary, shape, rate) * (shape, rate)

    age = max(float(np.average(summary.age, weights=summary.number)), 1.0)
    visits = float(np.average(summary.x, weights=summary.number))
    starts = [(math.log(shape), math.log(shape * age / visits)) for shape in (0.5, 2.0)]
    return climb(height, starts=starts, bounds=(_SHAPE, _RATE))


def _with_leaving(summary: Summary, staying: Top) -> Top:
    def height(at: Floats) -> tuple[float, Floats]:
        law = _law(at)
        chance = law.a / (law.a + law.b)
        by_shape, by_rate, by_a, by_b = slopes(summary, law) * (law.shape, law.rate, law.a, law.b)
        turned = (by_shape, by_rate, (1 - chance) * by_a - chance * by_b, by_a + by_b)
        return loglik(summary, law), np.array(turned)

    starts = [(*staying.at, chance, weight) for chance, weight in ((-2.0, 1.0), (0.0, 1.0))]
    return climb(height, starts=starts, bounds=(_SHAPE, _RATE, _CHANCE, _WEIGHT))


def _law(at: Floats) -> Law:
    """From log shape, log rate, log odds of the mean chance to leave, and log of a + b."""
    chance, weight = 1 / (1 + math.exp(-at[2])), math.exp(at[3])
    return Law(math.exp(at[0]), math.exp(at[1]), chance * weight, (1 - chance) * weight)


def _leaving(top: Top) -> Leaving:
    law = _law(top.at)
    chance = law.a / (law.a + law.b)
    odds = _along(top, [0, 0, 1, 0])
    return Leaving(
        a=_near(top, law.a, [0, 0, 1 - chance, 1]),
        b=_near(top, law.b, [0, 0, -chance, 1]),
        chance=odds.through(lambda ratio: ratio / (1 + ratio)),
        ratio_only=bool(top.held[3]) or math.sqrt(top.covariance[3, 3]) > _VAGUE_WEIGHT,
    )


def _along(top: Top, direction: list[float]) -> Estimate:
    """Of the number whose logarithm is this combination of the coordinates."""
    return _near(top, math.exp(float(np.dot(direction, top.at[: len(direction)]))), direction)


def _near(top: Top, value: float, direction: list[float]) -> Estimate:
    """Of a number whose logarithm changes like this with the coordinates."""
    weights = np.array([*direction, *[0.0] * (len(top.at) - len(direction))])
    return wald(math.log(value), math.sqrt(float(weights @ top.covariance @ weights)))


def _refuse_single(histories: Histories) -> None:
    if not histories.frequency.any():
        raise ScenarioError(
            f"visit rates cannot be fitted: none of {histories.members:,} customers came on a second day, so neither "
            "how often they come nor how much they differ can be estimated"
        )


def _refuse_flat(top: Top) -> None:
    if top.at[0] > _SHAPE[1] - 1e-3:
        raise ScenarioError(
            "visit rates cannot be fitted: the customers differ in how often they come no more than chance alone would "
            "make them, so their shape cannot be estimated; shape: 100 says so in a scenario"
        )
    if top.held[:3].any() or np.isnan(top.covariance).any() or math.sqrt(top.covariance[0, 0]) > _VAGUE_SHAPE:
        raise ScenarioError(
            "visit rates cannot be fitted: too few customers came again; many shapes and rates describe these visits "
            "equally well, and none can be estimated"
        )
