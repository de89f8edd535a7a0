"""Laws that hold in every small world, whatever is switched on."""

from __future__ import annotations

import copy

import numpy as np
from hypothesis import HealthCheck, given, settings

from sim.ledger.audit import audit
from sim.ledger.ledger import Ledger
from sim.measures.measure import measure
from sim.model.simulate import simulate
from sim.scenario.scenario import Scenario
from sim.tape.draw import digest, draw_tape
from sim.words import Fate
from tests.properties.worlds import SEEDS, Raw, levers, scenario, worlds

often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def ledger_of(of: Scenario, policy: str, seed: int) -> Ledger:
    tape = draw_tape(of.world, seed=seed, replication=0)
    return simulate(of.world, of.policy(policy), tape)


def goods(ledger: Ledger) -> list[list[int]]:
    """Everything that moves goods: what was sold at once, received and ordered."""
    return [
        ledger.visits.now.tolist(),
        ledger.moves.time.tolist(),
        ledger.moves.units.tolist(),
        ledger.orders.placed.tolist(),
        ledger.orders.units.tolist(),
        ledger.closing.tolist(),
    ]


@often
@given(worlds(), levers(), SEEDS)
def test_every_run_passes_the_audit(world: Raw, policy: Raw, seed: int) -> None:
    of = scenario(world, any=policy)
    tape = draw_tape(of.world, seed=seed, replication=0)
    audit(of.world, of.policy("any"), tape, simulate(of.world, of.policy("any"), tape))


@often
@given(worlds(), levers(), SEEDS)
def test_the_same_run_twice_gives_the_same_bytes(world: Raw, policy: Raw, seed: int) -> None:
    of = scenario(world, any=policy)
    assert ledger_of(of, "any", seed).digest == ledger_of(of, "any", seed).digest


@often
@given(worlds(), levers(), SEEDS)
def test_a_backorder_that_nobody_has_patience_for_moves_goods_as_out_of_stock_does(
    world: Raw, policy: Raw, seed: int
) -> None:
    for stream in world["customers"].values():
        stream |= {"patience": "0 d", "acceptance": None, "eta_aversion": 1, "visits": "5/d"}
    promise = {"basis": "nominal", "catalogue": "1 d", "width": "1 d"}
    of = scenario(
        world,
        closed=policy | {"when_short": "out_of_stock"},
        open=policy | {"when_short": "backorder", "promise": promise},
    )
    assert goods(ledger_of(of, "closed", seed)) == goods(ledger_of(of, "open", seed))


@often
@given(worlds(), levers(), SEEDS)
def test_a_cap_of_zero_is_out_of_stock(world: Raw, policy: Raw, seed: int) -> None:
    of = scenario(world, capped=policy | {"cap": 0}, closed=policy | {"when_short": "out_of_stock"})
    assert ledger_of(of, "capped", seed).digest == ledger_of(of, "closed", seed).digest


@often
@given(worlds(), levers(), SEEDS)
def test_hybrid_without_limits_is_a_backorder_on_confirmed_inbound(world: Raw, policy: Raw, seed: int) -> None:
    limitless = {"horizon": "30 yr", "spread": "30 yr", "reopen": 1}
    of = scenario(
        world,
        hybrid=policy | {"when_short": "hybrid", "limits": limitless},
        confirmed=policy | {"when_short": "backorder", "only": "confirmed_inbound"},
    )
    assert ledger_of(of, "hybrid", seed).digest == ledger_of(of, "confirmed", seed).digest


@often
@given(worlds(), levers(), SEEDS)
def test_infinite_patience_never_reneges(world: Raw, policy: Raw, seed: int) -> None:
    for stream in world["customers"].values():
        stream |= {"patience": "any", "visits": "5/d", "change_of_mind": "0/d"}
    fates = ledger_of(scenario(world, any=policy), "any", seed).visits.fate
    assert not np.isin(fates, [Fate.RENEGED, Fate.CHANGED_MIND]).any()


@often
@given(worlds(), levers(), SEEDS)
def test_doubled_costs_double_cost_and_move_nothing(world: Raw, policy: Raw, seed: int) -> None:
    dear = copy.deepcopy(world)
    dear["costs"] = {
        "holding": "0.2/d",
        "ordering": 4,
        "backorder": 2,
        "backlog": "0.4/d",
        "contact": 1,
        "cancellation": 6,
        "capital": "0.1/yr",  # a share of the unit cost, which doubles
    }
    dear["products"]["cup"] |= {"price": 20, "unit_cost": 12}
    one, two = scenario(world, any=policy), scenario(dear, any=policy)
    first, second = ledger_of(one, "any", seed), ledger_of(two, "any", seed)
    assert first.digest == second.digest
    visits = draw_tape(one.world, seed=seed, replication=0).visits
    cheap = measure(one.world, first, visits)["total_value", ""]
    assert np.isclose(measure(two.world, second, visits)["total_value", ""], 2 * cheap)


@often
@given(worlds(), levers(), SEEDS)
def test_visits_are_the_same_whatever_else_is_in_the_world(world: Raw, policy: Raw, seed: int) -> None:
    wide = copy.deepcopy(world)
    wide["warehouses"]["spare"] = {}
    wide["lanes"].append({"from": "factory", "to": "spare", "lead_time": "gamma(mean=3 d, cv=0.5)"})
    one, two = scenario(world, any=policy), scenario(wide, any=policy)
    tapes = [draw_tape(of.world, seed=seed, replication=0) for of in (one, two)]
    assert digest(tapes[0]) == digest(tapes[1])


@often
@given(worlds(), levers(), SEEDS)
def test_a_warehouse_that_nobody_uses_changes_nothing_elsewhere(world: Raw, policy: Raw, seed: int) -> None:
    world["suppliers"]["factory"]["capacity"] = None
    wide = copy.deepcopy(world)
    wide["warehouses"]["spare"] = {}
    wide["lanes"].append({"from": "factory", "to": "spare", "lead_time": "1 d"})
    idle = policy | {"replenish_at": policy["replenish_at"] | {"spare": {"rule": "none"}}}
    one = ledger_of(scenario(world, any=policy), "any", seed)
    two = ledger_of(scenario(wide, any=idle), "any", seed)
    assert goods(one)[:-1] == goods(two)[:-1]
    assert one.visits.ended.tolist() == two.visits.ended.tolist()


@often
@given(worlds(), levers(), SEEDS)
def test_other_names_move_the_same_goods_in_a_world_without_chance(world: Raw, policy: Raw, seed: int) -> None:
    for stream in world["customers"].values():
        stream |= {"visits": {"every": "5 h"}, "patience": "2 d", "change_of_mind": "0/d", "size": 2}
        stream["acceptance"] = None
    for lane in world["lanes"]:
        lane |= {"lead_time": "2 d", "slip": None}
    world["suppliers"]["factory"]["capacity"] = "9/d"
    world["disruptions"] = []
    renamed = copy.deepcopy(world)
    renamed["customers"] = {f"other_{name}": stream for name, stream in world["customers"].items()}
    one = ledger_of(scenario(world, any=policy), "any", seed)
    two = ledger_of(scenario(renamed, any=policy), "any", seed)
    assert goods(one) == goods(two)
    assert one.visits.ended.tolist() == two.visits.ended.tolist()
