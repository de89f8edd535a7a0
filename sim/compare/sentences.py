"""One sentence for each measure of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan

from sim.compare.difference import Difference
from sim.compare.precision import MOST_REPLICATIONS
from sim.compare.wording import amount, apart, number, places_of, scaled, unit_in_words, word
from sim.measures.entry import Measure


@dataclass(frozen=True)
class Setting:
    """What a sentence must know beside the numbers."""

    policy: str
    baseline: str
    measure: Measure
    currency: str
    confidence: float
    replications: int

    @property
    def level(self) -> str:
        """The confidence as a percentage."""
        return f"{100 * self.confidence:g} %"

    @property
    def both(self) -> str:
        """The two policies."""
        return f"{self.policy} and {self.baseline}"


def sentence(found: Difference, setting: Setting) -> str:
    """The conclusion in plain words."""
    said = _conclusion(found, setting)
    if 0 < found.pairs < setting.replications:
        said += f" This rests on the {found.pairs} of {setting.replications} replications that define it for both."
    return said


def _conclusion(found: Difference, setting: Setting) -> str:
    title = setting.measure.title
    if found.pairs == 0:
        return f"{title}: nothing to compare: {_known_of(found, setting)}."
    if isnan(found.low):
        return f"{title}: no conclusion, since a single replication says nothing about chance."
    if found.identical:
        return f"{title}: {setting.both} are identical in every replication."
    return _clear(found, setting) if found.decided else _unclear(found, setting)


def _known_of(found: Difference, setting: Setting) -> str:
    """What there is of two policies that are never defined together."""
    means = ((setting.policy, found.policy_mean), (setting.baseline, found.baseline_mean))
    return ", ".join(
        f"undefined under {policy}" if isnan(mean) else f"{amount(mean, setting.measure, width=nan)} under {policy}"
        for policy, mean in means
    )


def _clear(found: Difference, setting: Setting) -> str:
    return f"{_claim(found, setting)} ({setting.level} interval {apart(found, setting.measure, flip=found.mean < 0)})."


def _claim(found: Difference, setting: Setting) -> str:
    measure, less = setting.measure, found.mean < 0
    by = _by(found, setting)
    if (measure.unit, measure.direction) == ("money", "up"):
        title = measure.title[0].lower() + measure.title[1:]
        return f"{setting.policy} earns {by} {'less' if less else 'more'} {title} than {setting.baseline}"
    opinion = "" if measure.direction == "neither" else f", which is {word(found, measure)}"
    side = f"{by} {'lower' if less else 'higher'}"
    return f"{measure.title}: {side} with {setting.policy} than with {setting.baseline}{opinion}"


def _by(found: Difference, setting: Setting) -> str:
    places = places_of(found, setting.measure)
    size = number(abs(scaled(found.mean, setting.measure)), places=places)
    return f"{size} {unit_in_words(setting.measure, setting.currency)}"


def _unclear(found: Difference, setting: Setting) -> str:
    unit = unit_in_words(setting.measure, setting.currency)
    ends = f"{setting.level} interval of the difference {apart(found, setting.measure)} {unit}"
    return f"{setting.measure.title}: no clear difference between {setting.both} ({ends}); {remedy(found)}."


def remedy(found: Difference) -> str:
    """What would settle an undecided difference."""
    if found.more is None:
        return f"more than {MOST_REPLICATIONS:,} more replications would be needed to settle it"
    plural = "" if found.more == 1 else "s"
    return f"about {found.more:,} more replication{plural} would settle it"


def gathered(found: Sequence[tuple[Difference, Measure]], policy: str, baseline: str) -> tuple[str, ...]:
    """What is not clear, is the same, or cannot be compared: a sentence for each of these, not for each measure."""
    known = [(each, measure) for each, measure in found if not isnan(each.low)]
    unclear = [f"{measure.title} ({_count(each)})" for each, measure in known if not (each.decided or each.identical)]
    same = [measure.title for each, measure in known if each.identical]
    lone = [f"{measure.title} ({_alone(each, measure, policy, baseline)})" for each, measure in found if not each.pairs]
    parts = [
        f"{measure.title} ({each.pairs})" for each, measure in found if 0 < each.pairs < max(e.pairs for e, _ in found)
    ]
    return tuple(
        f"{lead}: {'; '.join(titles)}."
        for lead, titles in (
            ("No clear difference, with the further replications that would settle it", unclear),
            ("The same in every replication", same),
            ("Defined for one of the two only", lone),
            ("Defined for both in so many replications only", parts),
        )
        if titles
    )


def _count(found: Difference) -> str:
    return f"over {MOST_REPLICATIONS:,}" if found.more is None else f"about {found.more:,}"


def _alone(found: Difference, measure: Measure, policy: str, baseline: str) -> str:
    means = ((policy, found.policy_mean), (baseline, found.baseline_mean))
    known = [f"{amount(mean, measure, width=nan)} under {name}" for name, mean in means if not isnan(mean)]
    return ", ".join(known) or "for neither"
