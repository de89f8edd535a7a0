"""The bars of what became of the visits: they add up, whatever can happen to a customer."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard import endings
from dashboard.endings import EXIT_BARS, FATE_BARS, Bars
from sim import FATES, Results, load_scenario, run
from sim.words import AWAY, Fate
from tests.spiky_shop import SPIKY

EVENTFUL = {
    "world.products.gadget.substitutes": "[widget]",
    "world.products.widget": "{price: 45, unit_cost: 20}",
    "world.customers.shoppers.profile": "full",
    "world.customers.shoppers.members": "60 %",
    "world.panel": "{members: 40}",
    "world.memory": "{gain: 3}",
    "world.price_changes": "[{product: gadget, at: 12 d, price: 60}]",
    "levers.consent": "us",
    "levers.cancel_after": "4 d",
    "levers.status_latency": "1 d",
}
BOTH = pytest.mark.parametrize("bars", [FATE_BARS, EXIT_BARS], ids=["fates", "exits"])


@pytest.fixture(scope="module")
def results() -> Results:
    """Of a shop where members remember, prices rise, orders are cancelled and people come again."""
    return run(load_scenario(SPIKY, overrides=EVENTFUL), replications=6)


def total(results: Results, policy: str, bars: Bars) -> np.ndarray:
    return np.sum([segment.shares(results, policy) for segment in bars.segments], axis=0)


def test_much_happened(results: Results) -> None:
    counts = [FATE_BARS.counts(results), EXIT_BARS.counts(results)]
    seen = {name for each in counts for policy in each.values() for name, count in policy.items() if count}
    rare = {
        "refunded for want of consent",
        "still waiting at the close",
        "waited and changed their mind",
    }
    assert seen | rare >= {segment.name for bars in (FATE_BARS, EXIT_BARS) for segment in bars.segments}
    assert results.array("backorder", "absent_visits").sum() > 0


def test_every_visit_has_one_fate(results: Results) -> None:
    for policy in results.policies:
        assert total(results, policy, FATE_BARS) == pytest.approx(1)


def test_everybody_who_left_went_somewhere(results: Results) -> None:
    for policy in results.policies:
        stayed = results.array(policy, "capture_rate") + results.array(policy, "pending_share")
        assert total(results, policy, EXIT_BARS) == pytest.approx(1 - stayed)


def test_who_comes_again_is_no_new_visit_and_who_stays_away_none(results: Results) -> None:
    for policy, counts in FATE_BARS.counts(results).items():
        assert sum(counts.values()) == pytest.approx(results.array(policy, "visits").mean())


def test_every_fate_of_a_visit_is_a_part() -> None:
    assert {FATES[fate] for fate in set(Fate) - set(AWAY)} <= {segment.name for segment in FATE_BARS.segments}


@BOTH
def test_parts_differ_in_colour(bars: Bars) -> None:
    assert len({segment.colour for segment in bars.segments}) == len(bars.segments)


@BOTH
def test_bars_hold_the_counts(results: Results, bars: Bars) -> None:
    counts = bars.counts(results)
    for trace in endings.figure(bars, results).data:
        assert list(trace.x) == [counts[policy][trace.name] for policy in results.policies]


def test_no_background_is_painted_so_that_light_and_dark_both_work(results: Results) -> None:
    drawn = endings.figure(FATE_BARS, results).layout
    assert (drawn.paper_bgcolor, drawn.plot_bgcolor) == (None, None)


def test_words_tell_the_largest_part(results: Results) -> None:
    counts = FATE_BARS.counts(results)["honest"]
    name = max(counts, key=counts.__getitem__)
    assert f"honest {100 * counts[name] / sum(counts.values()):.0f} % {name}" in endings.alt(FATE_BARS, results)


def test_words_say_none_where_nobody_left() -> None:
    calm = run(load_scenario(SPIKY, overrides={"world.customers.shoppers.visits": "0/d", "world.warehouses.main.stock":
               "{gadget: 5000}"}), replications=2)  # fmt: skip
    assert "backorder none" in endings.alt(EXIT_BARS, calm)


@BOTH
def test_the_table_has_a_row_for_each_part_in_rounded_shares(results: Results, bars: Bars) -> None:
    found = endings.table(bars, results)
    assert list(found.columns) == [bars.column, *results.policies]
    assert len(found) == len(bars.segments)
    assert all(cell.endswith(" %") and len(cell) <= 8 for cell in found["honest"])


def test_the_title_tells_who_serves_most_and_who_fewest(results: Results) -> None:
    counts = FATE_BARS.counts(results)
    got = {policy: sum(each[name] for name in FATE_BARS.told) for policy, each in counts.items()}
    most, fewest = max(got, key=got.__getitem__), min(got, key=got.__getitem__)
    said = f"{got[most]:,.0f} under {most}, {got[fewest]:,.0f} under {fewest}"
    assert endings.title(FATE_BARS, results) == f"Visits that got what they came for: {said}"


def test_the_title_says_where_policies_do_not_differ_and_where_there_is_nothing() -> None:
    stocked = {"world.warehouses.main.stock": "{gadget: 5000}"}
    calm = run(load_scenario(SPIKY, overrides=stocked), replications=2)
    assert endings.title(FATE_BARS, calm).endswith(" visits got what they came for, under every policy")
    assert endings.title(EXIT_BARS, calm) == "No visits that left under any policy"


@BOTH
def test_the_title_tells_of_parts_that_there_are(bars: Bars) -> None:
    assert bars.told <= {segment.name for segment in bars.segments}
