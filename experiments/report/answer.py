"""The answer of a study in words: who wins where, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

import numpy as np

from experiments.analysis.intervals import Interval
from experiments.analysis.of_study import Region
from experiments.analysis.results import Axis, StudyResults, with_unit
from experiments.analysis.turning import Turn
from experiments.analysis.winners import Outcome, Winner, share_ahead, split
from experiments.report.svg import percent
from sim import MEASURES, Measure, amount

TOLD: Final = 0.8
"""A factor that tells rightly at a smaller share of the settings is no description of where."""


TRUSTED: Final = 0.9
"""Share of promises kept below which customers' memory is worth a thought."""


@dataclass(frozen=True)
class Duel:
    """A policy against the baseline over all settings."""

    policy: str
    outcomes: tuple[Outcome, ...]
    """By point, all held together."""
    sentence: str


def head(results: StudyResults, found: Sequence[Winner], measure: str) -> str:
    """The answer in one sentence."""
    if len(results.policies) < 2:
        return f"Only {results.policies[0]} was run: there is nothing to compare."
    many = len(found)
    sure = {policy: [w.sure and w.policy == policy for w in found] for policy in results.policies}
    winning = [policy for policy, holds in sure.items() if any(holds)]
    title = lowered(MEASURES[measure].title)
    settings = "the only setting" if many == 1 else f"all {many} settings"
    if not any(w.comparable for w in found):
        return f"There is nothing to compare: at no setting have all policies a value of {title}."
    if not winning:
        ran = f"with {results.replications} replications"
        return f"No policy surely wins anywhere: {ran}, at {settings} the lead in {title} may be chance."
    if len(winning) > 1:
        return f"It depends. {_parts(results, winning, sure)}{_rest(sum(not w.sure for w in found))}."
    (policy,) = winning
    if all(sure[policy]):
        return f"{policy} wins: it has the best {title} at {settings}, surely."
    ahead = sum(w.policy == policy for w in found)
    count = sum(sure[policy])
    verb, how = ("wins", "surely at") if 2 * count >= ahead else ("leads", "but surely at only")
    first = f"{policy} {verb}: it has the best {title} at {ahead} of {many} settings, {how} {count}"
    return f"{first}; no other policy surely wins anywhere."


def cautions(results: StudyResults, found: Sequence[Winner]) -> list[str]:
    """Winners that break many of their promises."""
    winning = [policy for policy in results.policies if any(w.sure and w.policy == policy for w in found)]
    if "promise_kept" not in results.measures:
        return []
    kept = {policy: results.array(policy, "promise_kept") for policy in winning}
    shares = {policy: float(np.nanmean(values)) for policy, values in kept.items() if not np.isnan(values).all()}
    return [
        f"{policy} keeps {percent(share)} of its promises on average. What broken promises cost in later visits is in "
        "these numbers only as far as the scenario models it."
        for policy, share in shares.items()
        if share < TRUSTED
    ]


def _parts(results: StudyResults, winning: Sequence[str], sure: dict[str, list[bool]]) -> str:
    """By policy: at how many settings it wins, and where."""
    decided = [any(sure[policy][place] for policy in winning) for place in range(len(results.settings))]
    said = []
    for policy in winning:
        holds = [held if known else None for held, known in zip(sure[policy], decided, strict=True)]
        said.append(f"{policy} surely wins at {sum(sure[policy])} of {len(decided)} settings{_where(results, holds)}")
    return "; ".join(said)


def _where(results: StudyResults, holds: Sequence[bool | None]) -> str:
    found = split(results, holds)
    if found is None or found.share < TOLD:
        return ""
    return f", {'all' if found.share == 1 else 'mostly'} with {found.text}"


def _rest(count: int) -> str:
    return f"; at {count} nothing is sure" if count else ""


def duel(results: StudyResults, policy: str, outcomes: tuple[Outcome, ...], measure: str) -> Duel:
    """How a policy fares against the baseline, in a sentence."""
    counts = {word: outcomes.count(word) for word in ("better", "worse", "open")}
    many = len(outcomes)
    said = [f"{word} at {counts[word]}" for word in ("better", "worse") if counts[word]]
    said += [f"not sure at {counts['open']}"] if counts["open"] else []
    settings = "the only setting" if many == 1 else f"{many} settings"
    text = f"{policy} against {results.baseline}, at {settings}: {', '.join(said)}."
    if many > 1:
        ahead = share_ahead(results, policy, measure=measure)
        ends = f"{percent(ahead.low)} to {percent(ahead.high)}"
        text += f" In the mean it is ahead at {percent(ahead.value)} of them ({ends})."
    where = _where(results, [None if outcome == "open" else outcome == "better" for outcome in outcomes])
    return Duel(policy, outcomes, f"{text} Its sure gains are{where.replace(',', '', 1)}." if where else text)


def crossings(region: Region, measure: str) -> list[str]:
    """Where a sign changes along x, a sentence for each value of y that has such a place."""
    title = lowered(MEASURES[measure].title)
    said = []
    for place, found in enumerate(region.map.crossings):
        if not found:
            continue
        places = " and ".join(_place(each, region.x) for each in found)
        said.append(
            f"With {region.y.short} = {region.y.label(place)}, {title} changes sides at {region.x.short} = {places}."
        )
    return said


def _place(at: Interval, axis: Axis) -> str:
    text = with_unit(f"{at.value:.3g}", axis.unit)
    if isnan(at.low):
        return text
    return f"{text} ({_end(at.low, axis, 0)} to {_end(at.high, axis, -1)})"


def _end(value: float, axis: Axis, edge: int) -> str:
    """One end of an interval; at the edge of what was tried it may lie beyond."""
    is_edge = value == axis.sizes[edge]
    beyond = ("or less", "or more")[edge] if is_edge else ""
    return f"{with_unit(f'{value:.3g}', axis.unit)} {beyond}".strip()


def turning(turn: Turn) -> str:
    """What a factor does to the winner, in a sentence."""
    if not turn.lines:
        low, high = (
            ", ".join(f"{policy} {count}" for policy, count in side) or "none" for side in (turn.low, turn.high)
        )
        return f"Sure wins in its lowest third: {low}; in its highest third: {high}."
    if turn.lines == 1:
        how = "surely changes" if turn.surely else "changes" if turn.turned else "does not change"
        return f"Turned alone, it {how} who is ahead{', but not surely' if turn.turned > turn.surely else ''}."
    groups = f"{turn.lines} groups of settings that differ in nothing else"
    if turn.surely:
        return f"Turned alone, it changes who is ahead in {turn.turned} of {groups}, surely in {turn.surely}."
    if turn.turned:
        return f"Turned alone, it changes who is ahead in {turn.turned} of {groups}, but nowhere surely."
    return f"Turned alone, it never changes who is ahead ({groups})."


def matters(turn: Turn) -> bool:
    """Whether a factor surely hands the first place to another policy."""
    return turn.surely > 0 or (not turn.lines and dict(turn.low).keys() != dict(turn.high).keys())


def signed(interval: Interval, measure: Measure) -> str:
    """A difference and its interval."""
    if isnan(interval.value):
        return "undefined"
    width = (interval.high - interval.low) / 2
    value, low, high = (_plus(each, measure, width) for each in (interval.value, interval.low, interval.high))
    points = " points" if measure.unit == "share" else ""
    return f"{value}{points}" if isnan(width) else f"{value}{points} ({low} to {high})"


def _plus(value: float, measure: Measure, width: float) -> str:
    said = amount(value, measure, width=width).removesuffix(" %")
    return f"+{said}" if value > 0 and any(digit in said for digit in "123456789") else said


def lowered(title: str) -> str:
    """A title within a sentence."""
    return title if title[1:2].isupper() else title[0].lower() + title[1:]
