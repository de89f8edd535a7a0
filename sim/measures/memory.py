"""Memory: what is left of the shop's customers and of its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.measures.entry import UNDEFINED, Measure, ratio
from sim.measures.people import People
from sim.measures.scope import Scope
from sim.words import Fate


def _of_shop(value: Callable[[People], float | None]) -> Callable[[Scope], float]:
    """Something the whole shop has, whatever the scope."""

    def of(scope: Scope) -> float:
        found = value(scope.tally.people)
        return UNDEFINED if found is None else found

    return of


def _of_members(number: Callable[[People], int]) -> Callable[[Scope], float]:
    return _of_shop(lambda people: None if people.members is None else number(people) / people.members)


def _new_visitors(scope: Scope) -> float:
    if scope.world.panel is None and scope.world.reputation is None:
        return UNDEFINED
    first, last = scope.tally.people.new_visitors
    return ratio(last, first)


MEMORY: Final = (
    Measure(
        name="loyalty_index",
        title="Loyalty at the close",
        unit="times",
        direction="up",
        definition="Mean visit rate of the members of the panel at the close as a multiple of that at the start, those "
        "who stopped for good at 0; undefined where nobody remembers.",
        formula="mean(exp(regard)) over the members of the panel, 0 after DROPPED_OUT",
        source="log visit multiplier that halves by half_life; own definition",
        of=_of_shop(lambda people: people.loyalty),
    ),
    Measure(
        name="active_members",
        title="Active members",
        unit="share",
        direction="up",
        definition="Members of the panel who visited in the last 180 days of the window, as a share of all members.",
        formula="count(distinct members with a visit in [end - 180 d, end)) / members",
        source="common usage",
        of=_of_members(lambda people: people.active),
    ),
    Measure(
        name="dropped_out",
        title="Members lost for good",
        unit="share",
        direction="down",
        definition="Members of the panel who stopped buying here for good by the close, as a share of all members.",
        formula="count(DROPPED_OUT) / members",
        source="dropout after a purchase: Fader, Hardie & Lee 2005",
        of=_of_members(lambda people: people.gone),
    ),
    Measure(
        name="absent_visits",
        title="Visits that no longer came",
        unit="visits",
        direction="down",
        definition="Visits at the stated rate that memory or reputation kept away.",
        formula="count(ABSENT, not extra)",
        source="thinning of a Poisson process: Lewis & Shedler 1979",
        of=lambda scope: scope.stayed_away(Fate.ABSENT),
    ),
    Measure(
        name="extra_visits",
        title="Visits won on top",
        unit="visits",
        direction="up",
        definition="Visits beyond the stated rate that memory or reputation brought.",
        formula="count(extra, not ABSENT)",
        source="thinning of a Poisson process: Lewis & Shedler 1979",
        of=lambda scope: scope.units(scope.tally.extra),
    ),
    Measure(
        name="new_visitors",
        title="New visitors at the end",
        unit="times",
        direction="up",
        definition="Visits by others than members in the last 30 days of the window (or its second half) as a multiple "
        "of those in its first 30 days; undefined where nobody is known and nothing is reviewed.",
        formula="count(not ABSENT, member < 0, last 30 d) / count(the same, first 30 d)",
        source="own definition",
        of=_new_visitors,
    ),
    Measure(
        name="reputation",
        title="Stars at the close",
        unit="stars",
        direction="up",
        definition="Mean of the reviews that count at the close, those from before the run among them.",
        formula="(prior x prior_stars + sum(stars)) / (prior + count(reviews younger than memory))",
        source="common usage",
        of=_of_shop(lambda people: people.stars_at_close),
    ),
    Measure(
        name="mean_reputation",
        title="Mean stars",
        unit="stars",
        direction="up",
        definition="Mean of the reviews that count, averaged over the time of the window.",
        formula="integral(stars) / window",
        source="common usage",
        of=_of_shop(lambda people: people.mean_stars),
    ),
)
