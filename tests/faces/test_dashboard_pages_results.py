"""The pages over results without a browser: with defaults, after one change, and with a scenario that has faults."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sim.words import Fate
from tests.spiky_shop import SPIKY

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PAGES = ["compare", "when_it_broke", "customers", "network"]
SCRIPT = """
import streamlit as st
from dashboard.app_pages.{} import page
from dashboard.sidebar import sidebar
here = st.navigation([st.Page(page, title="Here")])
sidebar(here, here)
here.run()
"""
Open = Callable[..., AppTest]


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Opens a page for a scenario, with work done in the page itself."""

    def open_page(name: str, text: str = SPIKY) -> AppTest:
        file = tmp_path / "shop.yaml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["app.py", str(file)])
        app = AppTest.from_string(SCRIPT.format(name), default_timeout=240)
        app.session_state["serial"] = True
        return app.run()

    return open_page


def charts(app: AppTest) -> list[str]:
    return [chart.proto.alt for chart in app.get("plotly_chart")]


def literal(text: str) -> str:
    return text.replace("\\", "")


def titles(app: AppTest) -> list[str]:
    return [literal(element.value).strip("*") for element in app.markdown if element.value.startswith("**")]


@pytest.mark.parametrize("name", PAGES)
def test_faults_are_told_on_every_page(visit: Open, name: str) -> None:
    app = visit(name, SPIKY.replace("from: main", "from: mian"))
    assert "cannot be used as written" in app.error[0].value
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("name", PAGES)
def test_every_chart_has_a_title_words_and_a_table(visit: Open, name: str) -> None:
    app = visit(name)
    assert not app.exception
    assert not app.error
    count = len(charts(app))
    assert count >= (1 if name == "network" else 3)
    assert all(len(text) > 40 for text in charts(app))
    tables = [toggle for toggle in app.toggle if toggle.label == "Show as table"]
    assert len(titles(app)) == len(tables) == count
    for toggle in tables:
        toggle.set_value(True)
    app.run()
    assert len(app.dataframe) == count
    assert all(len(frame.value) for frame in app.dataframe)


def test_policies_are_compared_from_any_one_to_any_other(visit: Open) -> None:
    app = visit("compare")
    app.selectbox(key="bridge-from").set_value("honest").run()
    assert any("Bridge from honest to " in text for text in charts(app))
    assert "honest" not in app.selectbox(key="bridge-to-honest").options


def test_measures_are_searched(visit: Open) -> None:
    app = visit("compare")
    app.text_input(key="search").set_value("promised window").run()
    assert any(text.startswith("Dots") and "Promises kept" in text for text in charts(app))
    app.text_input(key="search").set_value("<b>nothing</b>").run()
    assert "No measure speaks of '<b>nothing</b>'" in literal(app.info[0].value)


def test_the_trade_off_is_of_the_measures_chosen(visit: Open) -> None:
    app = visit("compare")
    app.selectbox(key="across").set_value("delivery_time").run()
    assert any(text.startswith("Points of Mean delivery time (days)") for text in charts(app))


def test_the_flow_is_of_the_policy_chosen(visit: Open) -> None:
    app = visit("compare")
    app.button_group[0].set_value("out_of_stock").run()
    assert any(title.endswith("left without what they came for") and "out_of_stock" in title for title in titles(app))


def test_shaded_times_are_told(visit: Open) -> None:
    app = visit("when_it_broke")
    said = next(literal(element.value) for element in app.markdown if element.value.startswith("Shaded"))
    assert "demand 6-fold from day 5" in said
    assert "factory stopped from day 7 to 15" in said
    assert all("Shaded: demand 6-fold" in text for text in charts(app) if text.startswith("Lines"))


def test_disruptions_by_chance_are_told_and_not_shaded(visit: Open) -> None:
    app = visit("when_it_broke", SPIKY.replace("at: 7 d, lasts: 8 d", "every: 20 d, lasts: 3 d"))
    assert "factory stopped" in next(caption.value for caption in app.caption if "Not shaded" in caption.value)
    assert not any("factory stopped from" in text for text in charts(app))


def test_the_worst_and_best_replications_come_on_demand(visit: Open) -> None:
    app = visit("when_it_broke")
    assert not any("Thin lines with triangles" in caption.value for caption in app.caption)
    app.toggle(key="fan-extremes").set_value(True).run()
    assert any("Thin lines with triangles" in caption.value for caption in app.caption)


def test_without_a_policy_the_page_asks_for_one(visit: Open) -> None:
    app = visit("when_it_broke")
    app.button_group[0].set_value([]).run()
    assert app.info[0].value == "Choose at least one policy."


def test_a_customer_is_followed_in_a_picture_and_in_sentences(visit: Open) -> None:
    app = visit("customers")
    assert any("waited and got everything" in title for title in titles(app))
    story = next(literal(element.value) for element in app.markdown if "comes for" in element.value)
    assert "the page offers a backorder" in story
    assert "delivered" in story


def test_customers_of_another_fate_and_any_other_customer_can_be_followed(visit: Open) -> None:
    app = visit("customers")
    where = next(box.key for box in app.selectbox if box.label == "What became of them")
    app.selectbox(key=where).set_value(Fate.BALKED).run()
    assert any("refused the backorder" in title for title in titles(app))
    who = next(box.key for box in app.selectbox if box.label == "Customer")
    app.selectbox(key=who).set_value("another, by number").run()
    number = next(each.key for each in app.number_input if each.label == "Number")
    app.number_input(key=number).set_value(0).run()
    assert any(title.startswith("Customer 0 of ") for title in titles(app))
    app.number_input(key=number).set_value(987654).run()
    assert "there is no customer 987654" in literal(app.warning[0].value)


def test_without_members_the_page_says_why_there_is_no_loyalty(visit: Open) -> None:
    assert any("anonymous" in info.value for info in visit("customers").info)


def test_loyalty_goes_over_time_where_members_remember(visit: Open) -> None:
    people = "panel: {members: 40}\n  memory: {}\n  reputation: {}\n  products:"
    known = SPIKY.replace("products:", people, 1).replace("visits: 4/d,", "visits: 4/d, profile: full, members: 60 %,")
    said = charts(visit("customers", known))
    assert any(text.startswith("Lines of loyalty") for text in said)
    assert any(text.startswith("Lines of stars") for text in said)


def test_where_nobody_is_promised_anything_the_page_says_so(visit: Open) -> None:
    closed = SPIKY.replace("  backorder: {when_short: backorder, promise: {basis: vendor}}\n", "").replace(
        "  honest: {when_short: backorder, promise: {basis: quantile, level: 80 %}}\n", ""
    )
    assert any("No policy here promises a date" in info.value for info in visit("customers", closed).info)


def test_the_network_is_that_of_the_day_on_the_slider(visit: Open) -> None:
    app = visit("network")
    assert "on day 5 under" in charts(app)[0]
    app.select_slider(key="network-day").set_value(20).run()
    assert "on day 20 under" in charts(app)[0]
    assert titles(app)[0].startswith("Day 20: ")


def test_the_network_is_that_of_the_policy_and_replication_chosen(visit: Open) -> None:
    app = visit("network")
    app.selectbox(key="network-policy").set_value("honest").run()
    app.selectbox(key="network-replication").set_value(3).run()
    assert "under honest" in charts(app)[0]
    assert any("one replication" in literal(caption.value) for caption in app.caption)
