"""Fans, waits beside promises, and how long shocks are survived, on values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dashboard import fans, spells
from dashboard.looks import looks
from sim import MEASURES, Results, Timelines, load_scenario, run, timelines
from tests.made_lines import DAYS, lines
from tests.spiky_shop import SPIKY

LOOKS = looks(["closed", "open"])


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario(SPIKY))


@pytest.fixture(scope="module")
def real() -> Timelines:
    return timelines(load_scenario(SPIKY))


def test_the_worst_and_best_replications_are_those_of_total_value(results: Results) -> None:
    worst, best = fans.extremes(results, ["honest"], within=6)["honest"]
    values = results.array("honest", "total_value")
    assert values[worst.replication] == values.min()
    assert values[best.replication] == values.max()
    assert {each.replication for each in fans.extremes(results, ["honest"], within=1)["honest"]} == {0}


def test_the_title_names_the_policy_that_goes_furthest() -> None:
    assert fans.title(lines(), "backlog", ["closed", "open"]) == "Most wait under open: 20 units, on day 9"
    kept = fans.title(lines(), "kept", ["closed"])
    assert kept == "Fewest promises are kept under closed: 40 % of those made in the week before day 6"


def test_the_title_counts_the_days_of_an_empty_shelf() -> None:
    empty = replace(lines(), lines={("open", "on_hand", ""): np.tile(np.maximum(DAYS - 3, 0), (5, 1))})
    assert fans.title(empty, "on_hand", ["open"]).endswith("4 under open")
    assert fans.title(lines(), "on_hand", ["open"]).endswith("never empty")


def test_shelves_that_are_many_are_told_together() -> None:
    many = replace(lines(), scopes=("", "a/mug", "b/mug"))
    assert fans.title(many, "on_hand", ["open"]).endswith("all shelves together are never empty")


def test_what_never_falls_is_said_to_be_whole() -> None:
    whole = replace(lines(), lines={("open", "at_once", ""): np.ones((5, 10), dtype=np.float32)})
    assert fans.title(whole, "at_once", ["open"]).startswith("Served at once: 100 % all the time")


def test_nothing_to_see_is_said_so() -> None:
    none = replace(lines(), lines={("open", "backlog", ""): np.zeros((5, 10), dtype=np.float32)})
    assert fans.title(none, "backlog", ["open"]) == "Backlog: nothing to see under open"


@pytest.mark.parametrize("quantity", ["on_hand", "backlog", "on_order", "at_once", "in_the_end", "kept"])
def test_every_fan_of_a_run_is_complete(real: Timelines, quantity: str) -> None:
    picture = fans.fan(real, quantity, real.policies)
    assert "{" not in picture.title
    assert len(picture.table()) == len(real.days)
    assert len(picture.figure.layout.shapes) == 3
    assert all(len(trace.x) <= 2000 for trace in picture.figure.data)


def test_waits_are_drawn_beside_promises(real: Timelines) -> None:
    picture = fans.waits(real, ["honest"])
    named = {trace.name: trace for trace in picture.figure.data if trace.showlegend is None}
    assert set(named) == {"honest: waited", "honest: promised"}
    promised = real.band("honest", "promised").median
    assert np.array_equal(named["honest: promised"].y, promised, equal_nan=True)
    assert len(picture.figure.layout.shapes) == 3


def test_the_title_of_waits_tells_the_largest_lateness(real: Timelines) -> None:
    slow = {key: np.array(values) for key, values in real.lines.items()}
    slow["backorder", "waited", ""] = slow["backorder", "promised", ""] + 3
    found = replace(real, lines=slow)
    assert "under backorder: 3.0 days after the promise" in fans.waits(found, ["backorder"]).title
    slow["backorder", "waited", ""] -= 4
    assert "within the promise all the time" in fans.waits(found, ["backorder"]).title


def test_where_nobody_waits_there_is_no_promise_to_judge(real: Timelines) -> None:
    assert "No backorder was delivered" in fans.waits(real, ["out_of_stock"]).title


def test_shares_of_short_runs_look_back_a_day(real: Timelines) -> None:
    assert "week before" in fans.note(real, "kept")
    assert "day before" in fans.note(replace(real, back=1.0), "kept")


def made(name: str, values: dict[str, list[float]]) -> spells.Spell:
    arrays = {policy: np.array(each) for policy, each in values.items()}
    like = replace(MEASURES["mean_wait"], direction="up" if name == "time_to_survive" else "down")
    return spells.Spell(name, "Time", "How long.", like, arrays)


def test_the_depth_is_the_worst_week_since_the_shock(results: Results, real: Timelines) -> None:
    depth = next(spell for spell in spells.spells(results, real) if spell.key == "depth")
    each = real.every("honest", "in_the_end")[:, real.days >= 5]
    assert depth.values["honest"] == pytest.approx(np.nanmin(each, axis=1))


def test_without_a_shock_nothing_is_said(results: Results) -> None:
    calm = replace(lines(), spans=())
    assert [spell.key for spell in spells.spells(results, calm) if spell.key == "depth"] == []


def test_the_soonest_back_is_named_and_the_never_back_counted() -> None:
    found = made("time_to_recover", {"closed": [4.0, 6.0, np.nan], "open": [2.0, 2.0, 2.0]})
    picture = spells.spell_picture(found, LOOKS)
    assert picture.title.endswith("replications open is back in stock soonest after the shock begins")
    assert "closed 5 (not back by the end in 1 of 3)" in picture.alt
    assert picture.table()["replications"].tolist() == [2, 3]


def test_who_never_falls_survives_longest_and_who_never_comes_back_recovers_last() -> None:
    never = {"closed": [np.nan, np.nan, 1.0], "open": [5.0, 5.0, 5.0]}
    assert "closed serves everybody for longest" in spells.spell_picture(made("time_to_survive", never), LOOKS).title
    assert "open is back in stock soonest" in spells.spell_picture(made("time_to_recover", never), LOOKS).title


def test_every_replication_is_a_dot_of_its_policy() -> None:
    found = made("time_to_recover", {"closed": [4.0, 6.0, np.nan], "open": [2.0, 2.0, 2.0]})
    boxes = spells.figure(found, LOOKS).data
    assert [list(box.x) for box in boxes] == [[4, 6], [2, 2, 2]]
    assert {box.boxpoints for box in boxes} == {"all"}


def test_equal_policies_are_said_to_be_equal() -> None:
    found = made("depth", {"closed": [1.0, 1.0], "open": [1.0, 1.0]})
    assert spells.spell_picture(found, LOOKS).title.endswith("the same under every policy")
