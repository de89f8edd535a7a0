"""What weather does to an order on a way of many stages: table G4 of README.md, every instant derived by hand.

Placed at day 1; made in 2 days: 3; the next sailing of 0, 7, 14, ... is at 7; 5 days at sea: 12; 2 days in port: 14;
3 days in customs: 17; 1 day inland: 18.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim.ledger.audit import audit
from sim.ledger.ledger import Ledger
from sim.model.simulate import simulate
from sim.scenario.scenario import Scenario
from sim.tape.draw import draw_tape
from sim.words import DAY, Loss, Stage

Way = tuple[float, float, float, float, float, float]
"""Days: made, sailed, in port, in customs, inland, at the dock."""

CALM: Way = (3, 7, 12, 14, 17, 18)
NEXT: Way = (3, 14, 19, 21, 24, 25)
"""The same with the next sailing."""

LANE = {
    "from": "factory",
    "to": "main",
    "lead_time": "5 d",
    "departures": {"every": "7 d", "first": "0 d", "blanked": 0},
    "port": "2 d",
    "customs": {"exam": 1, "kinds": [{"share": 1, "lasts": "3 d", "fee": 12.5}]},
    "inland": "1 d",
}


def ledger_under(*disruptions: dict[str, Any]) -> Ledger:
    """One unit on hand is sold at day 1, which makes (r, Q) = (0, 1) order one."""
    world = {
        "calendar": {"measure": "60 d"},
        "products": {"p": {}},
        "suppliers": {"factory": {"make": "2 d"}},
        "warehouses": {"main": {"stock": {"p": 1}}},
        "lanes": [LANE],
        "customers": {"c": {"buys": "p", "from": "main", "visits": {"trace": [{"at": "1 d"}]}}},
        "disruptions": list(disruptions),
    }
    levers = {"replenish": {"rule": "r_Q", "r": 0, "Q": 1}}
    scenario = Scenario.model_validate(
        {"version": 1, "title": "stages", "world": world, "levers": levers, "policies": {"only": {}}}
    )
    tape = draw_tape(scenario.world, seed=1, replication=0)
    ledger = simulate(scenario.world, scenario.policy("only"), tape)
    audit(scenario.world, scenario.policy("only"), tape, ledger)
    return ledger


def way(ledger: Ledger) -> Way:
    """The instants of the first order; `left` and the stage of sailing are one."""
    reached = {
        Stage(stage): time / DAY
        for order, stage, time in zip(ledger.stages.order, ledger.stages.stage, ledger.stages.time, strict=True)
        if order == 0
    }
    filled, left, arrived = (float(getattr(ledger.orders, key)[0]) / DAY for key in ("filled", "left", "arrived"))
    assert reached[Stage.SAILED] == left
    return filled, left, reached[Stage.IN_PORT], reached[Stage.IN_CUSTOMS], reached[Stage.INLAND], arrived


def stop(start: float, end: float, **more: Any) -> dict[str, Any]:
    about = {"kind": "supplier_down", "supplier": "factory"}
    return about | {"at": f"{start} d", "lasts": f"{end - start} d", **more}


def closed(start: float, end: float, **more: Any) -> dict[str, Any]:
    return stop(start, end, **more) | {"kind": "lane_closed", "lane": ["factory", "main"], "supplier": None}


def struck(kind: str, start: float, end: float, **more: Any) -> dict[str, Any]:
    return stop(start, end, **more) | {"kind": kind, "lane": ["factory", "main"], "supplier": None}


def tidy(blow: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in blow.items() if value is not None}


@pytest.mark.parametrize(
    ("blow", "expected"),
    [
        (stop(0, 1), CALM),  # over when the order comes
        (stop(0, 2), (2 + 2, 7, 12, 14, 17, 18)),  # work begins at 2; the same sailing
        (stop(1, 2), (2 + 2, 7, 12, 14, 17, 18)),  # the outage of the same instant comes first
        (stop(2, 4), (4 + 1, 7, 12, 14, 17, 18)),  # a day done by 2, the other from 4
        (stop(2, 6), (6 + 1, 7, 12, 14, 17, 18)),  # made at the very instant of the sailing
        (stop(2, 6.5), (6.5 + 1, *NEXT[1:])),  # made at 7.5, half a day too late
        (stop(3, 5), (5, 7, 12, 14, 17, 18)),  # ends with the stop that begins as the work is done
        (stop(3.5, 6), CALM),  # the order waits at the quay by then
        (stop(0, 2, orders="refused"), (2 + 2, 7, 12, 14, 17, 18)),  # placed at 2
        (stop(8, 10), CALM),  # goods at sea travel on
        (stop(8, 10, pipeline="frozen"), (3, 7, 10 + 4, 16, 19, 20)),  # a day at sea by 8, four from 10
        (stop(1, 3, output=0.5), (3 + 1, 7, 12, 14, 17, 18)),  # a day's work by 3, the other at full pace
        (stop(1, 30, output=0.5), (1 + 2 / 0.5, 7, 12, 14, 17, 18)),  # two days at half pace
        (stop(1, 30, output=0.25), (1 + 2 / 0.25, *NEXT[1:])),  # at a quarter: 9
        (stop(0, 1, recovery={"ramp": "2 d"}), (3 + 1, 7, 12, 14, 17, 18)),  # 0.25 + 0.75 by 3
        (stop(0, 1, recovery={"surge": 2}), (2, 7, 12, 14, 17, 18)),  # twice the pace for the day that was missed
        (stop(1.5, 2, recovery={"relapse": 1, "relapse_after": "1 d"}), (2 + 1 + 0.5 + 0.5, 7, 12, 14, 17, 18)),
    ],
)  # fmt: skip
def test_a_supplier_stops_or_slows_down(blow: dict[str, Any], expected: Way) -> None:
    assert way(ledger_under(blow)) == pytest.approx(expected, abs=1.5 / DAY)


@pytest.mark.parametrize(
    ("blow", "expected"),
    [
        (closed(0, 6), CALM),  # open again before the sailing
        (closed(5, 7), CALM),  # open at the very instant
        (closed(7, 8), NEXT),  # shut at the very instant: the sailing goes without it
        (closed(5, 8), NEXT),
        (closed(5, 15), (3, 21, 26, 28, 31, 32)),  # two sailings missed
        (closed(8, 10), (3, 7, 10 + 4, 16, 19, 20)),  # a day at sea, then four
        (closed(12, 13), (3, 7, 13, 15, 18, 19)),  # in port with the end of the closure
        (closed(13, 14.5), (3, 7, 12, 14.5 + 1, 18.5, 19.5)),  # a day in port, the other from 14.5
        (closed(15, 16), (3, 7, 12, 14, 16 + 2, 19)),  # a day in customs, two from 16
        (closed(17.5, 18.5), (3, 7, 12, 14, 17, 18.5 + 0.5)),  # half of the last day
        (closed(18, 20), (3, 7, 12, 14, 17, 20)),  # there with the end of the closure
        (closed(18.5, 20), CALM),  # there before
        (closed(11, 19), (3, 7, 19 + 1, 22, 25, 26)),  # four days at sea, the fifth from 19
    ],
)  # fmt: skip
def test_a_closed_lane_holds_goods_where_they_are(blow: dict[str, Any], expected: Way) -> None:
    assert way(ledger_under(tidy(blow))) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("blow", "expected"),
    [
        (closed(16, 20, clears=2), (*CALM[:5], 20 + (18 - 16) / 2)),  # two days' goods are before it
        (closed(17, 18, clears=2), (*CALM[:5], 18 + (18 - 17) / 2)),  # the gate opens, and there is a queue
        (closed(18, 20, clears=2), (*CALM[:5], 20 + 0)),  # the first in the queue
        (closed(18.5, 20, clears=2), CALM),
        (closed(10, 12, clears=2), CALM),  # the queue is gone at (2 x 12 - 10) / (2 - 1) = 14
        (closed(12, 15, clears=2), CALM),  # gone at (2 x 15 - 12) / 1 = 18, as it comes
        (closed(12, 16, clears=2), (*CALM[:5], 16 + (18 - 12) / 2)),
        (closed(12, 16, clears=1.25), (*CALM[:5], 16 + (18 - 12) / 1.25)),
        (closed(5, 8, clears=2), NEXT),  # shut at 7; at 25 the queue is long gone
    ],
)  # fmt: skip
def test_goods_queue_at_a_gate_that_clears(blow: dict[str, Any], expected: Way) -> None:
    assert way(ledger_under(tidy(blow))) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("start", "end", "arrives"),
    [(3, 7, 18), (5, 8, 18 + 10), (10, 11, 18 + 10), (17, 18, 18 + 10), (18, 20, 18)],
)
def test_goods_that_meet_a_closure_are_rebooked(start: float, end: float, arrives: float) -> None:
    blow = closed(start, end, goods="rebooked", rebook="10 d")
    assert way(ledger_under(tidy(blow))) == (*CALM[:5], arrives)


@pytest.mark.parametrize(
    ("start", "end", "lost", "first"),
    [(6, 6.5, None, 7), (6, 8, None, 14), (7, 8, None, 14), (8, 9, 8, 7), (16, 17, 16, 7), (18, 19, None, 7)],
)
def test_goods_on_a_lane_that_is_destroyed_are_lost(start: float, end: float, lost: float | None, first: float) -> None:
    ledger = ledger_under(tidy(closed(start, end, goods="lost")))
    assert [time / DAY for time in ledger.lost.time] == ([] if lost is None else [lost])
    assert ledger.orders.left[0] == first * DAY
    again = [] if lost is None else [lost]
    assert [time / DAY for time in ledger.orders.placed] == [1, *again]
    assert set(ledger.lost.loss.tolist()) <= {Loss.GOODS_LOST}


def test_what_replaces_lost_goods_takes_the_whole_way() -> None:
    ledger = ledger_under(tidy(closed(8, 9, goods="lost")))
    made, sailed = 8 + 2, 14
    assert (ledger.orders.filled[1], ledger.orders.left[1]) == (made * DAY, sailed * DAY)
    assert ledger.orders.arrived[1] == (sailed + 5 + 2 + 3 + 1) * DAY


@pytest.mark.parametrize(
    ("blow", "expected"),
    [
        (struck("congestion", 6, 8, delay="2 d"), (3, 7, 12 + 2, 16, 19, 20)),  # it leaves meanwhile
        (struck("congestion", 7, 8, delay="2 d"), (3, 7, 14, 16, 19, 20)),
        (struck("congestion", 0, 7, delay="2 d"), CALM),  # over as it leaves
        (struck("congestion", 7.5, 60, delay="2 d"), CALM),  # it left before
        (struck("congestion", 6, 8, delay="2 d", slip={"script": ["1.5 d"]}), (3, 7, 12 + 1.5 + 2, 17.5, 20.5, 21.5)),
        (struck("rule_change", 17, 20), (*CALM[:5], 20)),  # nothing is received before 20
        (struck("rule_change", 18, 20), (*CALM[:5], 20)),
        (struck("rule_change", 10, 18), CALM),
        (struck("rule_change", 19, 30), CALM),
        (struck("rule_change", 5, 6, paperwork="3 d"), (3, 7, 12 + 3, 17, 20, 21)),
        (struck("rule_change", 7, 8, paperwork="3 d"), (3, 7, 15, 17, 20, 21)),
        (struck("rule_change", 8, 9, paperwork="3 d"), CALM),  # it left under the old rule
        (struck("rule_change", 5, 22, paperwork="3 d"), (3, 7, 15, 17, 20, 22)),  # there at 21, let in at 22
    ],
)  # fmt: skip
def test_congestion_and_rules_hold_goods_up(blow: dict[str, Any], expected: Way) -> None:
    assert way(ledger_under(tidy(blow))) == pytest.approx(expected)


@pytest.mark.parametrize(("at", "is_lost"), [(0.5, None), (2, True), (3.5, True), (7, True), (7.5, False), (19, False)])
def test_a_bankrupt_supplier_sends_nothing_more(at: float, is_lost: bool | None) -> None:
    ledger = ledger_under({"kind": "bankruptcy", "supplier": "factory", "at": f"{at} d"})
    assert len(ledger.orders.placed) == (0 if is_lost is None else 1)
    assert [(time / DAY, loss) for time, loss in zip(ledger.lost.time, ledger.lost.loss, strict=True)] == (
        [(at, Loss.SUPPLIER_GONE)] if is_lost else []
    )
    assert [time / DAY for time in ledger.orders.arrived if time >= 0] == ([18] if is_lost is False else [])


def test_a_customs_examination_is_paid_for() -> None:
    stages = ledger_under().stages
    assert stages.fee[stages.stage == Stage.IN_CUSTOMS].tolist() == [1250]
    assert way(ledger_under()) == CALM
