"""The pages over results without a browser: with defaults, after one change, and with a scenario that has faults."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.spiky_shop import SPIKY

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
Open = Callable[..., AppTest]


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Opens a page for a scenario, with work done in the page itself."""

    def open_page(name: str, text: str = SPIKY) -> AppTest:
        file = tmp_path / "shop.yaml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["app.py", str(file)])
        script = f"from dashboard.app_pages.{name} import page\npage()\n"
        app = AppTest.from_string(script, default_timeout=240)
        app.session_state["serial"] = True
        return app.run()

    return open_page


def charts(app: AppTest) -> list[str]:
    return [chart.proto.alt for chart in app.get("plotly_chart")]


def literal(text: str) -> str:
    return text.replace("\\", "")


def titles(app: AppTest) -> list[str]:
    return [literal(element.value).strip("*") for element in app.markdown if element.value.startswith("**")]


@pytest.mark.parametrize("name", ["compare", "when_it_broke"])
def test_faults_are_told_on_every_page(visit: Open, name: str) -> None:
    app = visit(name, SPIKY.replace("from: main", "from: mian"))
    assert "cannot be used as written" in app.error[0].value
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("name", ["compare", "when_it_broke"])
def test_every_chart_has_a_title_words_and_a_table(visit: Open, name: str) -> None:
    app = visit(name)
    assert not app.exception
    assert not app.error
    count = len(charts(app))
    assert count >= 3
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
