"""The answer in a sentence, and the headline cards: words from the comparison, chosen for a manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isnan
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from sim import GROUPS, MEASURES, Results, Scenario, Verdict, amount, compare, estimate, heading

GOAL: Final = "total_value"
"""The measure that decides."""

HEADLINES: Final = (
    GOAL,
    "profit",
    "lost_share",
    "fill_rate",
    "promise_kept",
    "delivery_time",
)
"""The measures on the cards of every scenario."""

_MEMORY: Final = ("customer_equity", "loyalty_index", "disappointed_customers")
"""The measures on the cards where members remember."""

_REPUTATION: Final = ("reputation_equity", "reputation", "new_visitors")
"""The measures on the cards where customers write reviews."""

ACCOUNT: Final = tuple(
    measure.name for measure in GROUPS["Money"] if measure.unit == "money" and "memo" not in measure.title
)
"""The lines of the profit and loss account down to total value, sums among them."""

DETAILS: Final = (
    "revenue",
    "capture_rate",
    "backorder_acceptance",
    "cancel_rate",
    "mean_on_hand",
    "mean_backlog",
)
"""What the table of all policies adds to the cards."""

KEPT: Final = 32
"""Answers and tables kept, for pages are drawn anew at every touch."""

_WAYS: Final = MappingProxyType(
    {
        "out_of_stock": "no backorders",
        "backorder": "backorders",
        "hybrid": "backorders while the promise is near and sure",
        "preorder": "orders for a share of what is confirmed",
        "by_class": "backorders for some classes of products",
        "ev_greedy": "a backorder where it is worth more than none",
    }
)
"""What a policy takes when the shelf is short, in words."""

TRUSTED: Final = 0.9
"""Share of promises kept below which a manager should think of what customers make of it."""

Tone = Literal["good", "bad", "undecided"]
_TONES: Final[Mapping[str, Tone]] = MappingProxyType({"better": "good", "worse": "bad"})


@dataclass(frozen=True)
class Card:
    """One measure of one policy, beside the baseline."""

    title: str
    value: str
    change: str
    """Difference to the baseline with half its interval; empty where there is none."""
    word: str
    """The conclusion: better, worse, no clear difference; empty where there is none."""
    tone: Tone
    rises: bool
    """Whether the policy is above the baseline."""
    about: str
    """What the number means."""


@dataclass(frozen=True)
class Answer:
    """What to do, and how sure that is."""

    head: str
    reason: str
    sure: str = ""
    """How sure that is, in a sentence; empty where nothing is compared."""
    caution: str = ""
    """What the number that decided leaves out, where that matters."""


def best(results: Results) -> str:
    """The policy with the highest mean total value."""
    return max(results.policies, key=lambda policy: _mean(results, policy))


def rival(results: Results) -> str:
    """The policy to show beside the baseline: the best, or the best of the others when the baseline is the best."""
    others = results.policies[1:] or results.policies
    return max(others, key=lambda policy: _mean(results, policy))


def _mean(results: Results, policy: str) -> float:
    values = results.array(policy, GOAL)
    return float(np.nanmean(values)) if not np.isnan(values).all() else -np.inf


@lru_cache(maxsize=KEPT)
def answer(results: Results) -> Answer:
    """Which policy to take, by total value."""
    if len(results.policies) == 1:
        return Answer(f"Only {results.policies[0]} is in this scenario.", "There is nothing to compare it with.")
    verdict, winner = compare(results, on=[GOAL]), best(results)
    if winner == verdict.baseline:
        return _staying(results, verdict, rival(results))
    found = verdict.finding(winner, GOAL)
    sure = _sure(results, winner, verdict.baseline, is_clear=found.difference.decided)
    if not found.difference.decided:
        head = f"Too close to call: {_told(results, winner)} or {_told(results, verdict.baseline)}?"
        return Answer(head, verdict.advice(winner), sure)
    reason = f"{verdict.advice(winner)}{_equals(results, winner)}"
    return Answer(f"Take {_told(results, winner)}.", reason, sure, _caution(results, winner))


def _told(results: Results, policy: str) -> str:
    """A policy by its name and, where the policies differ in that, by what it takes when the shelf is short."""
    ways = {each: _way(results.scenario, each) for each in results.policies}
    is_said = ways[policy].rstrip("s") == policy.rstrip("s") or len(set(ways.values())) == 1
    return policy if is_said else f"{policy} ({ways[policy]})"


def _way(scenario: Scenario, policy: str) -> str:
    if policy not in scenario.policies:
        return ""
    levers = scenario.policy(policy)
    words = _WAYS.get(levers.when_short, "backorders under conditions")
    is_bound = bool(levers.only) and levers.when_short != "out_of_stock"
    return f"{words} against confirmed receipts only" if is_bound else words


def _sure(results: Results, ahead: str, behind: str, *, is_clear: bool) -> str:
    """How often one came out ahead of the other, and whether that is clear."""
    apart = results.array(ahead, GOAL) - results.array(behind, GOAL)
    known = apart[~np.isnan(apart)]
    often = f"{ahead} came out ahead of {behind} in {int((known > 0).sum())} of {known.size} replications"
    return f"Clear at 95 %: {often}." if is_clear else f"Not sure at 95 %: {often}."


def _caution(results: Results, winner: str) -> str:
    """A word on promises that the winner breaks."""
    kept = _alone(results, winner, "promise_kept").value
    values = results.array(winner, "promise_kept")
    if np.isnan(values).all() or np.nanmean(values) >= TRUSTED:
        return ""
    if not remembers(results.scenario):
        return f"It keeps only {kept} of its promises. What that costs in later visits is not in these numbers."
    return f"It keeps only {kept} of its promises. What its members make of that is in the change of customer equity."


def _staying(results: Results, verdict: Verdict, closest: str) -> Answer:
    settled = all(verdict.finding(policy, GOAL).difference.decided for policy in verdict.policies)
    stays = _told(results, verdict.baseline)
    head = f"Stay with {stays}." if settled else f"No clear reason to leave {stays}."
    is_clear = verdict.finding(closest, GOAL).difference.decided
    return Answer(head, verdict.advice(closest), _sure(results, verdict.baseline, closest, is_clear=is_clear))


def _equals(results: Results, winner: str) -> str:
    """The policies that cannot be told from the winner."""
    against = compare(results, baseline=winner, on=[GOAL])
    close = [policy for policy in against.policies if not against.finding(policy, GOAL).difference.decided]
    return f" It cannot be told from {' and '.join(close)} yet." if close else ""


def remembers(scenario: Scenario) -> bool:
    """Whether there are members whose later visits depend on what they met."""
    return scenario.world.panel is not None and scenario.world.memory is not None


def headlines(scenario: Scenario) -> tuple[str, ...]:
    """The measures on the cards of a scenario."""
    memory = _MEMORY if remembers(scenario) else ()
    return (*HEADLINES, *memory, *(_REPUTATION if scenario.world.reputation is not None else ()))


@lru_cache(maxsize=KEPT)
def cards(results: Results, policy: str) -> tuple[Card, ...]:
    """The headline measures of a policy, each with its difference to the first policy."""
    names = headlines(results.scenario)
    if policy == results.policies[0]:
        return tuple(_alone(results, policy, name) for name in names)
    verdict = compare(results, on=names)
    texts = verdict.table(policy)[1:]
    return tuple(
        _beside(_alone(results, policy, name), verdict, verdict.finding(policy, name), change=text[3], word=text[5])
        for name, text in zip(names, texts, strict=True)
    )


def _beside(card: Card, verdict: Verdict, found: Any, *, change: str, word: str) -> Card:
    """A card with its difference to the baseline."""
    apart = found.difference
    if apart.identical:
        return replace(card, change=f"as {verdict.baseline}")
    if isnan(apart.baseline_mean) and not isnan(apart.policy_mean):
        return replace(card, change=f"undefined for {verdict.baseline}")
    if isnan(apart.low):
        return card
    points = " points" if MEASURES[found.measure].unit == "share" else ""
    tone = _TONES.get(word, "undecided")
    return replace(card, change=change + points, word=word, tone=tone, rises=apart.mean > 0)


def _alone(results: Results, policy: str, name: str) -> Card:
    """A measure with nothing beside it."""
    found, measure = estimate(results.array(policy, name)), MEASURES[name]
    value = amount(found.mean, measure, width=found.half_width)
    title = heading(measure, results.currency)
    return Card(title, value, change="", word="", tone="undecided", rises=False, about=measure.definition)


@lru_cache(maxsize=KEPT)
def account(results: Results) -> pd.DataFrame:
    """The profit and loss account of every policy beside the first, without lines that are 0 throughout."""
    moved = (name for name in ACCOUNT if any(results.array(policy, name).any() for policy in results.policies))
    return table(results, tuple(moved))


def details(scenario: Scenario) -> tuple[str, ...]:
    """The measures in the table of all policies."""
    return tuple(dict.fromkeys((*headlines(scenario), *DETAILS)))


@lru_cache(maxsize=KEPT)
def table(results: Results, names: tuple[str, ...]) -> pd.DataFrame:
    """Measures of every policy beside the first: value, difference with half its interval, and the conclusion."""
    first, *others = results.policies
    alone = {policy: [_alone(results, policy, name) for name in names] for policy in results.policies}
    columns = {"measure": [card.title for card in alone[first]], first: [card.value for card in alone[first]]}
    if others:
        verdict = compare(results, on=names)
        texts = {policy: verdict.table(policy)[1:] for policy in others}
        columns |= {policy: list(map(_cell, alone[policy], texts[policy])) for policy in others}
    return pd.DataFrame(columns)


def _cell(card: Card, text: Sequence[str]) -> str:
    *_, change, _, word = text
    return card.value if change == "n/a" else f"{card.value} ({change}, {word})"
