"""Policies meet the same chance, differ only by their decisions, and know no more than a shop can know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

from sim import Scenario, draw_tape, load_scenario, run, simulate
from sim.ledger.ledger import Ledger
from sim.rules import availability, promise
from sim.rules.estimates import Estimates
from sim.rules.promise import Receipt, Shelf, Slip, Window
from sim.scenario.policies import HybridLimits, Levers
from sim.tape.draw import digest
from sim.tape.tape import Tape
from sim.words import YEAR, Fate
from tests.theory.conftest import KNOWN, STORIES, Played, story_of

Told = Callable[[str, str], Played]

NAMES = sorted({story for story, _ in STORIES})


def first_of(story: str) -> str:
    return next(policy for name, policy in STORIES if name == story)


ANSWERS = {"when_short", "only", "limits", "preorder", "classes", "value", "promise", "updates", "payment"}
"""What a policy does only where somebody found the shelf empty."""


def differ_by_answers(story: str, policy: str) -> bool:
    """Whether a policy buys, keeps and ships as the first policy of its story does."""
    scenario = story_of(story)
    ours, theirs = (scenario.policy(name).model_dump(exclude=ANSWERS) for name in (policy, first_of(story)))
    return ours == theirs


RIVALS = [pair for pair in STORIES if pair[1] != first_of(pair[0]) and differ_by_answers(*pair)]


# common random numbers


def before(ledger: Ledger, visit: int) -> list[Any]:
    """Everything a ledger says of what came before a visit."""
    facts, orders, moves = ledger.visits, ledger.orders, ledger.moves
    first_orders, first_moves = orders.seen <= visit, moves.seen <= visit
    columns: list[Any] = [facts.fate[:visit], facts.now[:visit], facts.ended[:visit]]
    columns += [column[first_orders] for column in (orders.lane, orders.number, orders.units, orders.placed)]
    return columns + [column[first_moves] for column in (moves.time, moves.event, moves.units)]


@pytest.mark.parametrize(("story", "policy"), RIVALS)
def test_policies_live_the_same_life_until_the_first_shortage(story: str, policy: str, told: Told) -> None:
    mine, theirs = told(story, policy), told(story, first_of(story))
    short = np.flatnonzero(mine.ledger.visits.fate != Fate.SERVED)
    shortage = int(short[0]) if len(short) else len(mine.tape.visits)
    for ours, other in zip(before(mine.ledger, shortage), before(theirs.ledger, shortage), strict=True):
        np.testing.assert_array_equal(ours, other)


def planned_times(scenario: Scenario, policy: str, tape: Tape) -> np.ndarray:
    """Time on the lane as confirmed, by the number of the order."""
    orders = simulate(scenario.world, scenario.policy(policy), tape).orders
    return (orders.confirmed - orders.left)[orders.left >= 0]


def test_the_same_order_on_a_lane_takes_as_long_whoever_places_it() -> None:
    lane = {
        "world.lanes.maker-shop.lead_time": "gamma(mean=1 d, cv=0.5)",
        "world.lanes.maker-shop.crossover": "true",
    }
    scenario = load_scenario(KNOWN / "same_buyers_twice.yaml", overrides=lane)
    tape = draw_tape(scenario.world, seed=1, replication=0)
    seven, eight = (planned_times(scenario, policy, tape) for policy in ("seven", "eight"))
    assert len(np.unique(seven)) > 400
    np.testing.assert_array_equal(seven, eight)


@pytest.mark.parametrize("story", NAMES)
def test_no_policy_leaves_a_trace_on_the_tape(story: str) -> None:
    scenario = story_of(story)
    tape = draw_tape(scenario.world, seed=3, replication=1)
    fresh = digest(tape)
    for policy in scenario.policies:
        simulate(scenario.world, scenario.policy(policy), tape)
    assert digest(tape) == fresh == digest(draw_tape(scenario.world, seed=3, replication=1))


# limits


def digest_under(run: Played, levers: Levers) -> str:
    return simulate(run.scenario.world, levers, run.tape).digest


@pytest.mark.parametrize(("story", "policy"), STORIES)
def test_a_backlog_of_nobody_is_out_of_stock(story: str, policy: str, told: Told) -> None:
    run = told(story, policy)
    levers = run.scenario.policy(policy)
    capped = levers.model_copy(update={"when_short": "backorder", "cap": 0})
    closed = levers.model_copy(update={"when_short": "out_of_stock"})
    assert digest_under(run, capped) == digest_under(run, closed)


@pytest.mark.parametrize(("story", "policy"), STORIES)
def test_a_hybrid_without_limits_sells_on_confirmed_inbound(story: str, policy: str, told: Told) -> None:
    run = told(story, policy)
    levers = run.scenario.policy(policy).model_copy(update={"only": None})
    limits = HybridLimits(horizon=f"{30 * YEAR} s", spread=f"{30 * YEAR} s", reopen=1.0)
    hybrid = levers.model_copy(update={"when_short": "hybrid", "limits": limits})
    confirmed = levers.model_copy(update={"when_short": "backorder", "only": "confirmed_inbound"})
    assert digest_under(run, hybrid) == digest_under(run, confirmed)


# determinism


@pytest.mark.parametrize("story", NAMES)
def test_the_same_seed_writes_the_same_ledgers_and_another_seed_does_not(story: str) -> None:
    scenario = story_of(story)
    first, again, other = (run(scenario, replications=1, seed=seed, audit=True).digests for seed in (5, 5, 6))
    assert first == again
    assert all(first[policy] != other[policy] for policy in first)


# no clairvoyance


def test_a_shelf_tells_the_rules_only_what_its_shop_can_know() -> None:
    assert get_type_hints(Shelf) == {
        "now": int,
        "shortage": int,
        "backlog": int,
        "receipt": Receipt | None,
        "catalogue": int,
        "handling": int,
        "slip": Slip,
        "open": bool,
        "last_mile": int,
        "day0": int,
        "inbound_units": int,
        "customer_class": str,
        "daily_demand": float,
        "estimates": Estimates | None,
        "truth": Estimates | None,
    }


@pytest.mark.parametrize("rule", get_args(get_type_hints(Levers)["when_short"]))
def test_the_truth_is_shown_to_the_oracle_alone(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shelves: list[Shelf] = []

    def spied(levers: Levers) -> Callable[[Shelf], Window | None]:
        answer = availability.offering(levers)

        def spy(shelf: Shelf) -> Window | None:
            shelves.append(shelf)
            return answer(shelf)

        return spy

    monkeypatch.setattr("sim.model.shop.offering", spied)
    scenario = load_scenario(KNOWN.parent / "food_processor.yaml")
    levers = scenario.policy("confirmed").model_copy(update={"when_short": rule, "only": None})
    simulate(scenario.world, levers, draw_tape(scenario.world, seed=3, replication=0))
    looks = rule != "out_of_stock"  # a page that never offers asks nobody what to offer
    assert (len(shelves) > 100) == looks
    assert {shelf.truth is not None for shelf in shelves} == ({rule == "oracle"} if looks else set())


def test_a_receipt_shows_its_confirmed_date_and_whether_it_is_here_but_not_its_true_date() -> None:
    assert get_type_hints(Receipt) == {"confirmed": int, "docked": bool}


def test_a_believed_slip_answers_with_a_quantile_or_its_mean_and_with_nothing_else() -> None:
    public = {name for name in vars(Slip) if not name.startswith("_")}
    assert public == {"quantile", "mean"}
    assert get_type_hints(Slip.mean) == {"overdue": int, "return": int}
    assert get_type_hints(Slip.quantile) == {"level": float, "overdue": int, "return": int}


@pytest.mark.parametrize("module", [availability, promise])
def test_the_rules_of_promises_have_no_way_to_the_tape_or_the_model(module: object) -> None:
    homes = {getattr(value, "__module__", "") for value in vars(module).values()}
    assert not [home for home in homes if home.startswith(("sim.tape", "sim.model", "sim.ledger", "simpy"))]
