"""Rules see what a shop can see: only the availability rule `oracle` is shown the truth."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

import sim.rules
from sim.rules.availability import WHEN_SHORT, offer
from sim.rules.estimates import Estimates
from sim.rules.promise import Receipt, Shelf, Window
from sim.rules.replenishment import DemandOutlook
from sim.rules.updates import Hearer, OpenOrder
from sim.rules.value import Stakes
from tests.shelves import levers, shelf

RULES = sorted(Path(sim.rules.__file__).parent.glob("*.py"))
KNOWN = {
    Receipt: {"confirmed", "docked"},
    Window: {"lo", "hi"},
    Shelf: {
        "now", "shortage", "backlog", "receipt", "catalogue", "handling", "slip", "open", "last_mile", "day0",
        "inbound_units", "customer_class", "daily_demand", "estimates", "truth",
    },
    DemandOutlook: {"mean", "variance", "lead_mean", "lead_sd", "order_cost", "holding_cost"},
    OpenOrder: {"now", "ordered", "first_promise", "promise", "likely", "best", "delays", "is_definite"},
}  # fmt: skip
"""Everything a rule may be shown; a new field asks whether a shop can know it."""

FORTUNE = Estimates(price=1e9, unit_cost=0)
RUIN = Estimates(price=0, unit_cost=1e9)


@pytest.mark.parametrize("view", KNOWN)
def test_views_show_only_what_a_shop_can_know(view: type) -> None:
    assert set(view._fields) == KNOWN[view]


@pytest.mark.parametrize("view", [*KNOWN, Hearer, Stakes])
def test_views_are_values(view: type) -> None:
    assert issubclass(view, tuple)


def test_estimates_are_frozen() -> None:
    assert Estimates.__dataclass_params__.frozen
    assert {"patience", "others", "free"} <= {field.name for field in fields(Estimates)}


def readers(path: Path, attribute: str) -> set[str]:
    """Functions of a file that read an attribute of this name."""
    return {
        function.name
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == attribute
    }


def test_the_oracle_alone_reads_the_truth() -> None:
    assert {(path.name, name) for path in RULES for name in readers(path, "truth")} == {("availability.py", "_oracle")}


@pytest.mark.parametrize("attribute", ["arrives", "patience_true", "on_hand", "tape", "dice"])
def test_no_rule_asks_for_what_only_the_world_knows(attribute: str) -> None:
    assert {path.name for path in RULES if readers(path, attribute)} == set()


@pytest.mark.parametrize("rule", sorted(set(WHEN_SHORT) - {"oracle"}))
def test_the_truth_changes_no_other_rule(rule: str) -> None:
    of = levers(when_short=rule, promise={"basis": "vendor"}, classes=["standard"])
    seen = shelf(estimates=FORTUNE, inbound_units=10)
    assert offer(of, seen._replace(truth=RUIN)) == offer(of, seen._replace(truth=FORTUNE)) == offer(of, seen)


def test_the_truth_decides_for_the_oracle() -> None:
    of = levers(when_short="oracle", promise={"basis": "oracle"})
    assert offer(of, shelf(truth=FORTUNE, estimates=RUIN)) is not None
    assert offer(of, shelf(truth=RUIN, estimates=FORTUNE)) is None
