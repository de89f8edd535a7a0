"""From a study's results to the pictures its design allows, each with its alternative text and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from experiments.analysis.frontier import Candidate
from experiments.analysis.intervals import Interval, mean_interval
from experiments.analysis.of_study import (
    frontier_of,
    kind_of,
    morris_of,
    planes,
    region_of,
    regression_of,
    sobol_of,
    strongest,
    tornado_of,
)
from experiments.analysis.results import StudyResults
from experiments.analysis.winners import Outcome
from experiments.report.answer import crossings, signed
from experiments.report.map_plot import map_plot, named
from experiments.report.plots import (
    MOST_DRAWN,
    MOST_LABELLED,
    Row,
    Spot,
    frontier_plot,
    intervals,
    plane_plot,
    tornado_plot,
)
from experiments.report.svg import compact, percent
from sim import MEASURES, heading
from sim.errors import ResultError

SERVICES: Final = ("capture_rate", "promise_kept", "fill_rate", "order_fill_rate")
"""What stands for service on the frontier: the first that a study kept and that is defined for every policy."""

MOST_MAPS: Final = 3
"""Pairs of factors that get a map."""


@dataclass(frozen=True)
class Picture:
    """A picture and the words around it."""

    title: str
    svg: Markup
    about: str = ""
    """How to read it."""
    says: tuple[str, ...] = ()
    """What it says, in sentences."""


def by_point(results: StudyResults, policy: str, measure: str, outcomes: tuple[Outcome, ...]) -> Picture:
    """The difference to the baseline at each point, with its interval."""
    gain = results.array(policy, measure) - results.array(results.baseline, measure)
    found = [mean_interval(row, comparisons=max(1, len(results.policies) - 1)) for row in gain]
    rows = [
        Row(_values(results, place), interval, outcome)
        for place, (interval, outcome) in enumerate(zip(found, outcomes, strict=True))
    ]
    order = ", in the order of their size" if len(rows) > MOST_LABELLED else ""
    order += f"; {MOST_DRAWN} of {len(rows):,} are drawn" if len(rows) > MOST_DRAWN else ""
    names = " · ".join(axis.short for axis in results.axes)
    counts = ", ".join(f"{word} at {outcomes.count(word)}" for word in ("better", "worse", "open"))
    return Picture(
        title=f"{policy} minus {results.baseline}",
        svg=intervals(
            rows,
            alt=f"Differences of {policy} to {results.baseline} at {len(rows)} settings: {counts}.",
            axis=f"{heading(MEASURES[measure], results.currency)}, difference",
            say=lambda interval: signed(interval, MEASURES[measure]),
        ),
        about=f"{'Settings' if order else f'Rows: {names}'}{order}.",
    )


def _values(results: StudyResults, place: int) -> str:
    setting = results.settings[place]
    return " · ".join(axis.label_of(setting) for axis in results.axes)


def maps(results: StudyResults, policy: str, measure: str) -> list[Picture]:
    """Region maps of a policy against the baseline for pairs of factors."""
    found = []
    for x, y in planes(results)[:MOST_MAPS]:
        region = region_of(results, policy, x, y, measure=measure)
        alt = (
            f"Map of {region.x.short} and {region.y.short}: {policy} is surely better than {results.baseline} at "
            f"{percent(region.map.share)} of the points."
        )
        title = f"{policy} against {results.baseline}"
        says = tuple(crossings(region, measure))
        found.append(Picture(title, map_plot(region, alt=alt), _averaged(results, x, y), says))
    return found


def plane(results: StudyResults, policy: str, measure: str, outcomes: tuple[Outcome, ...]) -> list[Picture]:
    """Who wins in the plane of the two factors that matter most, for settings that are no grid."""
    gain = results.gain(policy, measure)
    axes = strongest(results, gain) if kind_of(results) in ("scattered", "sobol") else None
    if axes is None:
        return []
    spots = []
    for setting, row, outcome in zip(results.settings, gain, outcomes, strict=True):
        found = mean_interval(row)
        kind = outcome if outcome != "open" else "up" if found.value > 0 else "down"
        x, y = (axis.sizes[axis.place(setting)] for axis in axes)
        spots.append(Spot(x, y, kind, f"{setting}: {signed(found, MEASURES[measure])}"))
    names = [named(axis) for axis in axes]
    alt = f"Settings in the plane of {names[0]} and {names[1]}, coloured by whether {policy} is better."
    about = "The two factors that go most with the gain; the others vary too. Strong colours: sure; pale: by the mean."
    return [
        Picture(f"{policy} against {results.baseline}", plane_plot(spots, alt=alt, axes=(names[0], names[1])), about)
    ]


def _averaged(results: StudyResults, x: str, y: str) -> str:
    others = [axis.short for axis in results.axes if axis.name not in (x, y)]
    return f"Averaged over {', '.join(others)}." if others else ""


def drivers(results: StudyResults, policy: str, measure: str) -> list[Picture]:
    """What moves the gain of a policy over the baseline, by the analysis that the design allows."""
    shown = {
        "grid": _tornado,
        "oat": _tornado,
        "morris": _morris,
        "sobol": _sobol,
        "scattered": _regression,
    }[kind_of(results)]
    try:
        return shown(results, policy, measure)
    except ResultError as error:
        return [Picture(f"{policy} against {results.baseline}", Markup(""), f"No analysis of what moves it: {error}.")]


def _gain(results: StudyResults, policy: str, measure: str) -> str:
    return f"Gain of {policy} over {results.baseline}: {heading(MEASURES[measure], results.currency)}"


def _tornado(results: StudyResults, policy: str, measure: str) -> list[Picture]:
    bars = tornado_of(results, policy, measure=measure)
    others = "the others at the centre" if kind_of(results) == "oat" else "averaged over the others"
    longest = f"the longest is {bars[0].factor}" if bars else "there is none"
    svg = tornado_plot(
        bars,
        [results.axis(bar.factor).short for bar in bars],
        alt=f"Tornado of the gain of {policy}: {longest}.",
        axis=_gain(results, policy, measure),
        say=lambda interval: signed(interval, MEASURES[measure]),
    )
    about = f"From the value of a factor with the lowest mean to the one with the highest, {others}. Hollow: not sure."
    return [Picture(f"What moves the gain of {policy}", svg, about)]


def _bars(results: StudyResults, found: list[tuple[str, Interval]], *, title: str, axis: str, about: str) -> Picture:
    """Intervals of one number for each factor, the largest first."""
    ranked = sorted(found, key=lambda pair: -abs(pair[1].value))
    rows = [
        Row(results.axis(name).short, interval, "better" if interval.decided else "open") for name, interval in ranked
    ]
    alt = f"{title}: the largest is {rows[0].label if rows else 'none'}."
    return Picture(title, intervals(rows, alt=alt, axis=axis, say=_plain), about)


def _plain(interval: Interval) -> str:
    return f"{interval.value:.3g} ({interval.low:.3g} to {interval.high:.3g})"


def _morris(results: StudyResults, policy: str, measure: str) -> list[Picture]:
    effects = morris_of(results, policy, measure=measure)
    found = [(effect.factor, effect.mu_star) for effect in effects]
    about = "Mean size of the elementary effects: what crossing a factor's whole range would do. "
    spread = (f"{results.axis(each.factor).short} {compact(float(f'{each.sigma:.3g}'))}" for each in effects)
    says = (f"Spread of the effects (curvature and interplay): {', '.join(spread)}.",)
    title = f"Morris effects on the gain of {policy}"
    shown = _bars(results, found, title=title, axis=_gain(results, policy, measure), about=about)
    return [Picture(shown.title, shown.svg, shown.about, says)]


def _sobol(results: StudyResults, policy: str, measure: str) -> list[Picture]:
    indices = sobol_of(results, policy, measure=measure)
    kinds = (
        ("Total", "a factor and all its interplay with others", [(each.factor, each.total) for each in indices]),
        ("First-order", "a factor alone", [(each.factor, each.first) for each in indices]),
    )
    return [
        _bars(
            results,
            found,
            title=f"{kind} Sobol indices of the gain of {policy}",
            axis="share of the variance",
            about=f"Share of the variance over the sampled space that comes from {what}.",
        )
        for kind, what, found in kinds
    ]


def _regression(results: StudyResults, policy: str, measure: str) -> list[Picture]:
    found = regression_of(results, policy, measure=measure)
    explained = found.explained.value
    about = f"Standardised coefficients of ranks; the model explains {percent(explained)} of the ranks' variance."
    if explained < 0.7:
        about += " That is little: read the coefficients with care."
    title = f"What moves the gain of {policy}"
    factors = list(found.by_factor.items())
    return [_bars(results, factors, title=title, axis="standardised rank coefficient", about=about)]


def service_and_value(results: StudyResults, measure: str) -> Picture | None:
    """The frontier; `None` where no measure of service is defined for every candidate, or there is but one."""
    for service in SERVICES:
        if service not in results.measures or service == measure:
            continue
        try:
            found = frontier_of(results, service, value=measure)
        except ResultError:
            continue
        if len(found) < 2:
            return None
        return _frontier(results, found, service, measure)
    return None


def _frontier(results: StudyResults, found: tuple[Candidate, ...], service: str, measure: str) -> Picture:
    best = [each for each in found if each.efficient]
    says = [f"{each.name}: on the frontier in {percent(each.chance)} of the resamples." for each in best]
    svg = frontier_plot(
        found,
        alt=f"Service and value of {len(found)} candidates; not beaten: {', '.join(each.name for each in best)}.",
        axes=(heading(MEASURES[service], results.currency), heading(MEASURES[measure], results.currency)),
        is_share=MEASURES[service].unit == "share",
    )
    about = "Averaged over what the study varies of the world. Filled: no other is at least as good in both."
    return Picture(f"{MEASURES[service].title} and {MEASURES[measure].title}", svg, about, tuple(says))
