"""The audit passes runs written down by hand, and catches one wrong number for each of its laws."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.errors import AuditError
from sim.ledger.audit import audit, laws
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.keyed import ConstantDraws, ScriptedDraws
from sim.words import DAY, Exit, Fate, Move, Wait
from tests.audited import Moved, Order, Run, Visit, Waited, broken_by, run_of, seconds
from tests.properties.test_audit_of_rich_runs import WRONG as RICH_WRONG
from tests.unit.test_audit_houses import WRONG as HOUSES_WRONG
from tests.unit.test_audit_of_planning import WRONG as PLANNING_WRONG
from tests.unit.test_audit_records import WRONG as RECORDS_WRONG
from tests.unit.test_audit_supply import WRONG as SUPPLY_WRONG

C = Exit.COMPETITOR
G1_LANE = [(5, ScriptedDraws((0, DAY)))]


def gadget_world() -> World:
    return World.model_validate(
        {
            "calendar": {"measure": "12 d"},
            "products": {"gadget": {"price": 10, "unit_cost": 6}},
            "suppliers": {"factory": {}},
            "warehouses": {"main": {"stock": {"gadget": 2}}},
            "lanes": [{"from": "factory", "to": "main", "lead_time": "5 d", "slip": {"script": ["0 d", "1 d"]}}],
            "customers": {"shoppers": {"buys": "gadget", "from": "main", "visits": {"trace": []}}},
        }
    )


def g1_backorder() -> Run:
    levers = {
        "when_short": "backorder",
        "only": "confirmed_inbound",
        "promise": {"basis": "vendor", "width": "0 d"},
        "replenish": {"rule": "r_Q", "r": 1, "Q": 3},
    }
    visits = [
        Visit(1, Fate.SERVED),
        Visit(2, Fate.SERVED),
        Visit(3, Fate.FULFILLED, patience=4, window=(3, 3), ended=3),
        Visit(4, Fate.BALKED, patience=1.5, window=(2, 2), exit=C),
        Visit(4.5, Fate.FULFILLED, patience=2, window=(1.5, 1.5), ended=1.5),
        Visit(5, Fate.FULFILLED, patience=10, window=(1, 1), ended=1),
        Visit(5.5, Fate.BALKED, patience=3.9, window=(4, 4), exit=C),
        Visit(5.6, Fate.RENEGED, patience=4, window=(3.9, 3.9), ended=3.95, exit=C),
        Visit(6, Fate.RENEGED, patience=3.5, window=(3.5, 3.5), ended=3.5, exit=C),
    ]
    facts = [
        Order(1, 1, 3, filled=1, confirmed=6, posted=6),
        Order(4.5, 5, 3, filled=4.5, confirmed=9.5, posted=10.5),
        Moved(6, Move.POSTED, 0),
        Waited(6, Wait.GRANTED, 2),
        Waited(6, Wait.GRANTED, 4),
        Waited(6, Wait.GRANTED, 5),
        Order(6, 9, 3, filled=6, confirmed=11, posted=11),
        Waited(9.5, Wait.RENEGED, 8),
        Waited(9.55, Wait.RENEGED, 7),
        Moved(10.5, Move.POSTED, 1),
        Moved(11, Move.POSTED, 2),
    ]
    return run_of(gadget_world(), Levers.model_validate(levers), visits, facts, opening=[2], closing=[6], lanes=G1_LANE)


def g1_out_of_stock() -> Run:
    times = (1, 2, 3, 4, 4.5, 5, 5.5, 5.6, 6)
    served = {1, 2, 6}
    visits = [Visit(t, Fate.SERVED) if t in served else Visit(t, Fate.OUT_OF_STOCK, exit=C) for t in times]
    facts = [Order(1, 1, 3, filled=1, confirmed=6, posted=6), Moved(6, Move.POSTED, 0)]
    levers = Levers.model_validate({"replenish": {"rule": "r_Q", "r": 1, "Q": 3}})
    return run_of(gadget_world(), levers, visits, facts, opening=[2], closing=[2], lanes=G1_LANE)


CENTRAL, SHOP = 0, 1


def two_tiers() -> Run:
    """A shop that keeps one unit, fed by a central warehouse with one unit and two on their way."""
    world = World.model_validate(
        {
            "calendar": {"measure": "5 d"},
            "products": {"mug": {}},
            "suppliers": {"factory": {}},
            "warehouses": {"central": {"stock": {"mug": 1}}, "shop": {}},
            "lanes": [
                {"from": "factory", "to": "central", "lead_time": "9 d"},
                {"from": "central", "to": "shop", "lead_time": "1 d"},
            ],
            "customers": {"shoppers": {"buys": "mug", "from": "shop", "visits": {"trace": []}}},
            "inbound": [{"from": "factory", "to": "central", "product": "mug", "units": 2, "due": "2 d"}],
        }
    )
    levers = {
        "when_short": "backorder",
        "promise": {"width": "0 d"},
        "replenish": {"rule": "base_stock", "S": "auto"},
        "replenish_at": {"central": {"rule": "none"}},
    }
    visits = [
        Visit(1, Fate.SERVED),
        Visit(1.5, Fate.FULFILLED, window=(1, 1), ended=0.5),
        Visit(4.5, Fate.SERVED),
    ]
    facts = [
        Order(0, 0, 2, filled=0, confirmed=2, posted=2, lane=0, stock=CENTRAL),
        Order(1, 1, 1, filled=1, confirmed=2, posted=2, lane=1, stock=SHOP),
        Moved(1, Move.ISSUED, 1, CENTRAL, seen=1),
        Order(1.5, 2, 1, filled=2, confirmed=3, posted=3, lane=1, stock=SHOP),
        Moved(2, Move.POSTED, 0, CENTRAL),
        Moved(2, Move.POSTED, 1, SHOP),
        Moved(2, Move.ISSUED, 2, CENTRAL),
        Waited(2, Wait.GRANTED, 1),
        Moved(3, Move.POSTED, 2, SHOP),
        Order(4.5, 3, 1, filled=4.5, confirmed=5.5, posted=None, lane=1, stock=SHOP),
        Moved(4.5, Move.ISSUED, 3, CENTRAL, seen=3),
    ]
    return run_of(
        world,
        Levers.model_validate(levers),
        visits,
        facts,
        opening=[1, 1],
        closing=[0, 0],
        lanes=[(9, ConstantDraws(0)), (1, ConstantDraws(0))],
    )


@pytest.mark.parametrize("run", [g1_backorder, g1_out_of_stock, two_tiers])
def test_runs_by_hand_pass(run):
    assert broken_by(run()) == set()


G1_WRONG = {
    "reference": ("waits.visit", 0, 99),
    "sequence": ("moves.seq", 0, 3),
    "time": ("waits.time", 4, seconds(9.4)),
    "turns": ("moves.seen", 0, 9),
    "opening": ("opening", 0, 3),
    "conservation": ("closing", 0, 5),
    "units": ("moves.units", 0, 4),
    "fate": ("visits.fate", 2, Fate.PENDING),
    "waits": ("waits.visit", 0, 3),
    "exit": ("visits.exit", 3, Exit.DEFER),
    "ended": ("visits.ended", 2, seconds(4)),
    "status": ("visits.now", 3, 1),
    "offer": ("visits.fate", 3, Fate.OUT_OF_STOCK),
    "acceptance": ("visits.hi", 6, seconds(3.9)),
    "leaving": ("waits.time", 3, seconds(9.5) + 1),
    "declined": ("waits.event", 3, Wait.DECLINED),
    "backlog": ("waits.units", 4, 2),
    "promise": ("visits.lo", 2, seconds(2)),
    "allocation": ("waits.visit", 2, 7),
    "placing": ("orders.number", 1, 2),
    "filling": ("orders.filled", 1, seconds(4.6)),
    "departure": ("orders.left", 1, seconds(4.6)),
    "travel": ("orders.arrived", 1, seconds(9.5)),
    "quantity": ("orders.units", 1, 6),
    "occasion": ("orders.seen", 1, 6),
    "position": ("orders.seen", 0, 2),
}
"""One number of the first golden run that is another, by the law it breaks."""

TIERS_WRONG = {
    "inbound": ("orders.units", 0, 3),
    "order-up-to": ("orders.units", 2, 2),
    "allocation": ("moves.time", 3, seconds(2.5)),
    "units": ("moves.stock", 0, SHOP),
}


G1_ALSO_WRONG = [
    ("sequence", ("waits.seq", 2, 20)),
    ("time", ("waits.time", 4, seconds(13))),
    ("time", ("orders.posted", 1, -2)),
    ("departure", ("orders.filled", 1, -1)),
    ("travel", ("orders.left", 1, -1)),
]


@pytest.mark.parametrize(("law", "wrong"), [*G1_WRONG.items(), *G1_ALSO_WRONG])
def test_one_wrong_number_breaks_its_law(law, wrong):
    assert law in broken_by(g1_backorder().told(*wrong))


@pytest.mark.parametrize(("law", "wrong"), [*TIERS_WRONG.items(), ("inbound", ("orders.left", 0, 1))])
def test_one_wrong_number_between_warehouses_breaks_its_law(law, wrong):
    assert law in broken_by(two_tiers().told(*wrong))


def without_last_stock(run: Run) -> Run:
    return replace(run, ledger=replace(run.ledger, closing=run.ledger.closing[:-1]))


def closing_early(run: Run) -> Run:
    return replace(run, ledger=replace(run.ledger, close=run.ledger.close - 1))


def while_refusing(run: Run) -> Run:
    return replace(run, tape=replace(run.tape, refusing={"factory": Closures(((0, DAY + 1),))}))


def hybrid(run: Run, *, horizon: str) -> Run:
    changes = Levers.model_validate({"when_short": "hybrid", "limits": {"horizon": horizon}})
    levers = run.levers.model_copy(update={"when_short": changes.when_short, "limits": changes.limits})
    return replace(run, levers=levers)


def hasty_hybrid(run: Run) -> Run:
    return hybrid(run, horizon="3 d")


OTHERWISE_WRONG = {
    "length": without_last_stock,
    "close": closing_early,
    "refusal": while_refusing,
    "hybrid": hasty_hybrid,
}


@pytest.mark.parametrize(("law", "change"), OTHERWISE_WRONG.items())
def test_one_wrong_circumstance_breaks_its_law(law, change):
    assert law in broken_by(change(g1_backorder()))


def test_every_law_is_broken_by_a_test():
    core = {*G1_WRONG, *TIERS_WRONG, *OTHERWISE_WRONG, *RICH_WRONG}
    houses = {law for law, *_ in HOUSES_WRONG.values()}
    assert core | houses | {"entry", *PLANNING_WRONG, *RECORDS_WRONG, *SUPPLY_WRONG} == {law.name for law in laws()}


def test_no_two_laws_have_one_name():
    names = [law.name for law in laws()]
    assert sorted(names) == sorted(set(names))


def test_every_law_says_what_it_means():
    assert all(law.meaning.endswith(".") for law in laws())


def test_a_hybrid_shop_with_wide_limits_offers_the_same():
    assert broken_by(hybrid(g1_backorder(), horizon="21 d")) == set()


def test_a_breach_says_where_when_what_and_what_instead():
    with pytest.raises(AuditError, match=r"visit 2 \(FULFILLED\), day 3: found 345600, expected 259200"):
        audit(*g1_backorder().told("visits.ended", 2, seconds(4)).args)


def test_days_count_from_the_start_of_the_window():
    run = g1_backorder()
    calendar = run.world.calendar.model_copy(update={"warm_up": DAY, "measure": 11 * DAY})
    wrong = replace(run, world=run.world.model_copy(update={"calendar": calendar})).told("visits.ended", 2, 0)
    with pytest.raises(AuditError, match=r"visit 2 \(FULFILLED\), day 2:"):
        audit(*wrong.args)


def test_all_broken_laws_are_told_at_once():
    run = g1_backorder().told("closing", 0, 5).told("visits.exit", 3, Exit.DEFER)
    assert broken_by(run) == {"conservation", "exit"}


def test_only_some_breaches_of_a_law_are_told_one_by_one():
    run = g1_backorder()
    late = replace(run.ledger.visits, ended=run.ledger.visits.ended + 1)
    with pytest.raises(AuditError, match=r"and 4 more$"):
        audit(run.world, run.levers, run.tape, replace(run.ledger, visits=late))
