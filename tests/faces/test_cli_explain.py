"""`stockout explain`: customers' stories and measures' meanings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.story import FATES
from sim.telling.phrases import instant, length
from sim.words import DAY, FOREVER, HOUR, Fate
from tests.faces.conftest import SHOP

Stockout = Callable[..., Any]

TRACE = """\
version: 1
title: Nine customers
world:
  calendar: {start: 2026-03-02, measure: 12 d, run_out: 8 d}
  products: {gadget: {price: 10, unit_cost: 6}}
  suppliers: {factory: {}}
  warehouses: {main: {stock: {gadget: 2}, last_mile: 6 h}}
  lanes: [{from: factory, to: main, lead_time: 5 d, slip: {script: [0 d, 1 d]}}]
  customers:
    shoppers:
      buys: gadget
      from: main
      leaving: {competitor: 100 %, defer: 0 %, abandon: 0 %}
      visits:
        trace:
          - {at: 1 d}
          - {at: 2 d}
          - {at: 3 d, patience: 6 d}
          - {at: 4 d, patience: 1.5 d}
          - {at: 5 d}
          - {at: 5.6 d, patience: 5 d}
          - {at: 10.5 d, patience: 10 h}
levers: {replenish: {rule: r_Q, r: 1, Q: 3}}
policies:
  backorder: {when_short: backorder, only: confirmed_inbound, promise: {basis: vendor, width: 0 d}}
  out_of_stock: {}
plan: {seed: 1, replications: 2}
"""


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "trace.yaml"
    path.write_text(TRACE, encoding="utf-8")
    return path


def printed(stockout: Stockout, file: Path, customer: int, *options: str) -> str:
    result = stockout("explain", file, "--customer", customer, *options)
    assert result.exit_code == 0, result.stderr
    return str(result.stdout)


def story(stockout: Stockout, file: Path, customer: int, *options: str) -> str:
    """The same on one line."""
    return " ".join(printed(stockout, file, customer, *options).split())


def test_a_served_customer_takes_it_from_the_shelf(stockout: Stockout, trace: Path) -> None:
    assert printed(stockout, trace, 1).splitlines() == [
        "Nine customers",
        "Customer 1 under backorder, replication 0, seed 1",
        "  2026-03-04 00:00 (day 2)  a customer of 'shoppers' comes for 1 unit of gadget; would wait as long",
        "                            as it takes",
        "                            main has 1 unit on hand",
        "                            buys 1 unit from the shelf at 10.00 EUR",
        "  2026-03-04 06:00 (day 2)  delivered",
    ]


def test_a_patient_customer_is_promised_joins_and_receives(stockout: Stockout, trace: Path) -> None:
    text = story(stockout, trace, 2)
    assert "main has 0 units on hand" in text
    assert "offers a backorder, delivered in 3.2 days; the customer accepts and waits for 1 unit" in text
    assert "supply order 0 of 3 units from factory is there (confirmed for 2026-03-08 00:00 (day 6), came on" in text
    assert text.endswith("delivered 3.2 days after the order: promise kept")


def test_an_impatient_customer_refuses(stockout: Stockout, trace: Path) -> None:
    text = story(stockout, trace, 3)
    assert "would wait 1.5 days at most" in text
    assert "others wait for 1" in text
    assert "the customer refuses since 2.2 days is too long, leaves and buys from a competitor" in text


def test_a_broken_promise_is_told_before_the_customer_leaves(stockout: Stockout, trace: Path) -> None:
    text = story(stockout, trace, 6)
    assert text.index("the promise is broken") < text.index("patience ends")
    assert text.endswith("the customer leaves and buys from a competitor")


def test_out_of_stock_is_what_the_page_says(stockout: Stockout, trace: Path) -> None:
    text = story(stockout, trace, 3, "--policy", "out_of_stock")
    assert "the page says out of stock; the customer leaves and buys from a competitor" in text


def test_stories_fit_100_columns(stockout: Stockout, trace: Path) -> None:
    assert max(map(len, printed(stockout, trace, 3).splitlines())) <= 100


def test_story_as_json(stockout: Stockout, trace: Path) -> None:
    document = json.loads(printed(stockout, trace, 1, "--json"))
    assert (document["customer"], document["policy"]) == (1, "backorder")
    assert [event["time"] for event in document["events"]] == [2 * DAY] * 3 + [2 * DAY + 6 * HOUR]


def test_whom_to_ask_for_is_told_without_a_customer(stockout: Stockout, trace: Path) -> None:
    result = stockout("explain", trace)
    assert "7 customers under backorder" in result.stdout
    assert "refused the backorder: 3" in result.stdout
    assert json.loads(stockout("explain", trace, "--json").stdout)["BALKED"] == [3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--customer", "7"), "customers 0 to 6"),
        (("--policy", "backoder"), "did you mean 'backorder'"),
    ],
)
def test_people_and_policies_that_are_not_there(
    stockout: Stockout, trace: Path, options: tuple[str, ...], message: str
) -> None:
    result = stockout("explain", trace, *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_file_that_is_not_there(stockout: Stockout, tmp_path: Path) -> None:
    result = stockout("explain", tmp_path / "nothing.yaml", "--customer", 1)
    assert result.exit_code == 2
    assert "there is no file" in result.stderr


def test_every_story_ends_as_the_ledger_says(shop: Path) -> None:
    again = sim.replay(sim.load_scenario(shop), policy="backorder", replication=1)
    for fate, customers in again.examples().items():
        for customer in customers:
            ended = again.tape.visits.time[customer] + again.ledger.visits.ended[customer]
            assert again.life(customer).fate is fate
            assert sim.tell(again, customer)[-1].time == ended


def test_the_shelf_before_a_visit_is_what_the_ledger_implies(shop: Path) -> None:
    again = sim.replay(sim.load_scenario(shop), policy="backorder", replication=1)
    for customer in range(len(again.tape.visits)):
        life = again.life(customer)
        assert life.now == min(life.units, life.on_hand)
        assert life.waiting >= 0


TURBULENCE = {
    "world.customers.shoppers.acceptance": "80 %",
    "world.customers.shoppers.change_of_mind": "0.1/d",
    "world.customers.shoppers.size": "poisson(mean=2)",
    "world.calendar.run_out": "0 d",
    "world.products.gadget.class": "impulse",
    "levers.ship": "partial",
    "levers.promise": "{basis: vendor, width: 0 d}",
    "levers.allocate": "{rule: new_first, share: 60 %, hold: 1 d}",
}


@pytest.mark.parametrize(
    "phrase",
    [
        "accepts any backorder with a chance of 80 %",
        "; the customer refuses, leaves",
        "wants nothing after all",
        "takes 1 unit at once; 1 short",
        " on the shelf for the customer",
        "the run closes; the customer still waits",
        "changes their mind after",
        "after the promised window, promise broken",
        " late); ",
        "came on the day",
        "and drops the wish",
    ],
)
def test_stories_know_every_turn(turbulent: list[str], phrase: str) -> None:
    assert any(phrase in text for text in turbulent)


@pytest.fixture(scope="module")
def turbulent(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Everything told of everybody in a shop where everything happens."""
    path = tmp_path_factory.mktemp("turbulence") / "shop.yaml"
    path.write_text(SHOP, encoding="utf-8")
    scenario = sim.load_scenario(path, overrides=TURBULENCE)
    replays = [sim.replay(scenario, policy="backorder", replication=r) for r in range(4)]
    return [e.text for again in replays for c in range(len(again.tape.visits)) for e in sim.tell(again, c)]


def test_every_fate_has_its_words() -> None:
    assert set(FATES) == set(Fate)


@pytest.mark.parametrize(
    ("seconds", "text"), [(3 * DAY, "3.0 days"), (6 * HOUR, "6.0 hours"), (30 * HOUR, "1.2 days"), (0, "0.0 days")]
)
def test_lengths_read_well(seconds: int, text: str) -> None:
    assert length(seconds) == text


def test_instants_have_a_date_only_where_the_calendar_has_one(shop: Path) -> None:
    calendar = sim.load_scenario(shop).world.calendar
    undated = calendar.model_copy(update={"start": None})
    assert instant(5 * DAY + 90 * 60, calendar) == "2026-03-02 01:30 (day 0)"
    assert instant(4 * DAY, calendar) == "2026-03-01 00:00 (day -1)"
    assert instant(FOREVER, undated).startswith("day 24850, ")


# measures


def test_a_measure_is_explained_from_the_registry(stockout: Stockout) -> None:
    text = stockout("explain", "fill_rate").stdout
    entry = sim.MEASURES["fill_rate"]
    assert all(part in text for part in (entry.title, entry.definition, entry.formula, entry.source))


def test_a_measure_as_json(stockout: Stockout) -> None:
    assert json.loads(stockout("explain", "lost_share", "--json").stdout)["better"] == "lower"


def test_without_a_subject_all_measures_are_listed(stockout: Stockout) -> None:
    text = stockout("explain").stdout
    assert all(f"  {name} " in text for name in sim.MEASURES)
    assert len(json.loads(stockout("explain", "--json").stdout)) == len(sim.MEASURES)


def test_a_mistyped_measure_is_wrong_usage(stockout: Stockout) -> None:
    result = stockout("explain", "fil_rate")
    assert result.exit_code == 2
    assert "did you mean 'fill_rate'?" in result.stderr
