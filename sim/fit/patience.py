"""How long customers are willing to wait, from the backorder offers they accepted and refused."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final

from sim.errors import ScenarioError
from sim.fit.bands import Band, Goodness, goodness, in_bands
from sim.fit.curves import Answers, Exponential, Lognormal, fit_exponential, fit_lognormal
from sim.fit.estimate import Estimate, short
from sim.fit.offers import Offer, Offers

_WORTH_SAYING: Final = 2.0
_CLEAR: Final = 10.0
_WIDEST_SIGMA: Final = 10.0
_TRUSTED: Final = 0.05


@dataclass(frozen=True, slots=True)
class PatienceFit:
    """Two laws of patience fitted to the same offers."""

    offers: Offers
    median: Estimate
    """Median of the lognormal, in days."""
    sigma: Estimate
    """Standard deviation of its logarithm."""
    daily_loss: Estimate
    """Of the rival law: rate per day at which a longer wait loses customers."""
    aic_lognormal: float
    aic_exponential: float
    bands: tuple[Band, ...]
    goodness: Goodness
    """Of the law that the offers prefer."""

    @property
    def prefers_exponential(self) -> bool:
        """Whether the constant loss per day describes the offers better."""
        return self.aic_exponential < self.aic_lognormal

    @property
    def fits(self) -> bool:
        """Whether the preferred law may be true; also where there is nothing to judge by."""
        return not self.goodness.chance < _TRUSTED

    @property
    def laws(self) -> tuple[str, str]:
        """Both laws as a scenario states them, the preferred one first."""
        stated = f"lognormal(median={short(self.median.value)} d, sigma={short(self.sigma.value)})"
        seen = f"exponential(mean={short(1 / self.daily_loss.value)} d)"
        return (seen, stated) if self.prefers_exponential else (stated, seen)

    @property
    def yaml(self) -> str:
        """Lines to paste under a stream of `world.customers`."""
        law, rival = self.laws
        return (
            "# Under a stream of world.customers.\n"
            f"# {self.offers.source}: {self.offers.accepted:,} of {self.offers.shown:,} offers accepted\n"
            f"patience: {law}\n"
            f"# for comparison: patience: {rival}\n"
            "# The offers already hold those in a hurry and those who will not pay ahead: in the full profile add\n"
            "# urgent: 0 % and pays_ahead: 100 %\n"
        )

    @property
    def document(self) -> dict[str, Any]:
        """For JSON; times are in days, rates per day."""
        return {
            "source": self.offers.source,
            "rows": self.offers.rows,
            "rows_used": self.offers.kept,
            "rows_left_out": [asdict(row) for row in self.offers.bad],
            "shown": self.offers.shown,
            "accepted": self.offers.accepted,
            "lognormal": {
                "median": self.median.document,
                "sigma": self.sigma.document,
                "aic": self.aic_lognormal,
            },
            "exponential": {"rate": self.daily_loss.document, "aic": self.aic_exponential},
            "preferred": "exponential" if self.prefers_exponential else "lognormal",
            "goodness": asdict(self.goodness),
            "bands": [asdict(band) for band in self.bands],
            "yaml": self.yaml,
        }

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, for the eye."""
        return (
            f"Median patience is {self.median.text('d')}: half of the customers would wait longer.",
            f"Its spread, the standard deviation of its logarithm, is sigma = {self.sigma.text()}.",
            f"The rival law: each further day of wait loses {_share_lost(self.daily_loss)} of those still willing.",
            "The intervals are by profile likelihood, since that of few offers is skewed and may have no upper end.",
            self._preference,
            self._goodness,
        )

    @property
    def _preference(self) -> str:
        gap = abs(self.aic_exponential - self.aic_lognormal)
        both = f"AIC {self.aic_lognormal:,.1f} lognormal, {self.aic_exponential:,.1f} the same loss every day"
        winner = "the same loss every day" if self.prefers_exponential else "the lognormal"
        if gap < _WORTH_SAYING:
            return f"{both}: the offers do not tell the two laws apart; run both."
        return f"{both}: the offers {'clearly ' if gap >= _CLEAR else ''}prefer {winner}."

    @property
    def _goodness(self) -> str:
        found = self.goodness
        if found.freedom == 0:
            return "Too few different waits to judge whether the law fits."
        law = "the same loss every day" if self.prefers_exponential else "the lognormal"
        measured = f"Deviance {found.deviance:,.1f} on {found.freedom} degrees of freedom (p = {found.chance:.2g})"
        if self.fits:
            return f"{measured}: the offers do not contradict {law}."
        return (
            f"{measured}: {law} does not describe these offers well. Something besides the wait moved the customers, "
            "and the intervals are too narrow; fit products or seasons apart."
        )


def fit_patience(offers: Offers) -> PatienceFit:
    """Fit the lognormal law of patience and its rival, a constant loss per day, by maximum likelihood.

    An offer of a wait is accepted by those whose patience is at least as long as its upper end.

    Raises:
        ScenarioError: the offers cannot tell the parameters; the message says which and why.
    """
    _refuse_empty(offers)
    _refuse_unanimous(offers)
    answers = Answers.of(offers.offers)
    exponential = fit_exponential(answers)
    _refuse_one_wait(offers, exponential)
    _refuse_steps(offers.offers)
    lognormal = fit_lognormal(answers)
    if lognormal is None or lognormal.sigma.value > _WIDEST_SIGMA:
        raise ScenarioError(
            "patience cannot be fitted: acceptance does not fall as the quoted wait grows, so neither its median nor "
            f"its sigma can be estimated. {_loss(exponential)}"
        )
    return _judged(offers, answers, lognormal, exponential)


def _judged(offers: Offers, answers: Answers, lognormal: Lognormal, exponential: Exponential) -> PatienceFit:
    bands = in_bands(answers, lognormal, exponential)
    aics = 2 * 2 - 2 * lognormal.loglik, 2 * 1 - 2 * exponential.loglik
    constant = aics[1] < aics[0]
    hoped = [band.exponential if constant else band.lognormal for band in bands]
    return PatienceFit(
        offers=offers,
        median=lognormal.median,
        sigma=lognormal.sigma,
        daily_loss=exponential.rate,
        aic_lognormal=aics[0],
        aic_exponential=aics[1],
        bands=bands,
        goodness=goodness(bands, expected=hoped, parameters=1 if constant else 2),
    )


def _refuse_empty(offers: Offers) -> None:
    if not offers.offers:
        first = f"; line {offers.bad[0].line}: {offers.bad[0].why}" if offers.bad else ""
        raise ScenarioError(f"patience cannot be fitted: {offers.account}{first}")


def _refuse_unanimous(offers: Offers) -> None:
    nothing = "so neither median nor sigma can be estimated"
    if offers.accepted == 0:
        raise ScenarioError(
            f"patience cannot be fitted: not one was accepted of the offers shown ({offers.shown:,}), {nothing}. "
            f"Nearly all have less patience than the shortest quote, {_days(offers.offers[0].hi)}"
        )
    if offers.accepted == offers.shown:
        longest = offers.offers[-1]
        least = 100 * 0.05 ** (1 / longest.shown)
        raise ScenarioError(
            f"patience cannot be fitted: every offer was accepted ({offers.shown:,}), {nothing}. Of all customers at "
            f"least {least:.3g} % accept {_days(longest.hi)} (with 95 % confidence)"
        )


def _refuse_one_wait(offers: Offers, exponential: Exponential) -> None:
    if len(offers.offers) > 1:
        return
    share = 100 * offers.accepted / offers.shown
    raise ScenarioError(
        f"patience cannot be fitted: {_days(offers.offers[0].hi)} is the only wait that was quoted, and {share:.3g} % "
        f"accepted it. One wait tells one number, not median and sigma. {_loss(exponential)}"
    )


def _refuse_steps(offers: tuple[Offer, ...]) -> None:
    """Refuse answers that turn from yes to no at one wait: any small sigma fits them."""
    yes = [offer.hi for offer in offers if offer.accepted]
    no = [offer.hi for offer in offers if offer.accepted < offer.shown]
    if max(yes) <= min(no):
        between = f"between {_days(max(yes))} and {_days(min(no))}" if max(yes) < min(no) else f"at {_days(max(yes))}"
        raise ScenarioError(
            f"patience cannot be fitted: all accepted the shorter waits and none the longer ones; the turn is {between}"
            ". The median is there, sigma cannot be estimated: offers with both answers at two or more waits are needed"
        )


def _loss(exponential: Exponential) -> str:
    law = f"exponential(mean={short(1 / exponential.rate.value)} d)"
    return f"If every day of wait loses the same share, that is {_share_lost(exponential.rate)}: patience: {law}"


def _share_lost(rate: Estimate) -> str:
    return rate.through(lambda per_day: -100 * math.expm1(-per_day)).text("%")


def _days(days: float) -> str:
    return f"{short(days)} d"
