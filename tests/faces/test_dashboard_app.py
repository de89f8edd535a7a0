"""The dashboard's page without a browser: defaults, a turned lever, and everything that can be wrong."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import answer
from sim import Results, load_scenario, run
from tests.spiky_shop import SPIKY

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
TURNED = {"visits", "spike", "outage", "closure", "lead", "patience", "level", "reorder", "quantity", "replications"}
LEVERS = TURNED | {"no-broken"}
SCENARIOS = APP.parents[1] / "scenarios"
Open = Callable[..., AppTest]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Opens the page for a scenario, with work done in the page itself."""

    def open_page(text: str = SPIKY, **query: str) -> AppTest:
        file = tmp_path / "shop.yaml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["app.py", str(file)])
        app = AppTest.from_file(str(APP), default_timeout=240)
        app.session_state["serial"] = True
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return open_page


def computed(**overrides: str) -> Results:
    return run(load_scenario(SPIKY, overrides=overrides))


def values(app: AppTest) -> list[str]:
    return [metric.value for metric in app.metric]


def shown(results: Results) -> list[str]:
    return [card.value for card in answer.cards(results, answer.rival(results))]


def literal(text: str) -> str:
    """Markdown as it reads."""
    return text.replace("\\", "")


def badge(app: AppTest) -> str:
    return next(element.value for element in app.markdown if "badge[" in element.value)


def test_first_the_scenario_is_shown_as_written(page: Open) -> None:
    app = page()
    assert not app.exception
    assert literal(app.title[0].value) == "A small shop in a storm: backorder or out of stock?"
    assert {slider.key for slider in app.slider} == LEVERS
    assert values(app) == shown(computed())
    assert "Up to date: 6 replications" in badge(app)


def test_the_answer_is_that_of_the_comparison(page: Open) -> None:
    said = answer.answer(computed())
    texts = [literal(element.value) for element in page().markdown]
    assert f"### {said.head}" in texts
    assert said.reason in texts


def test_a_turned_lever_shows_its_results_at_once(page: Open) -> None:
    app = page()
    before = values(app)
    app.slider(key="spike").set_value(12.0).run()
    assert "Up to date" in badge(app)
    assert values(app) == shown(computed(**{"world.demand.viral.multiplier": "12"})) != before


def test_settings_stand_beside_the_results_they_belong_to(page: Open) -> None:
    app = page()
    said = next(literal(caption.value) for caption in app.caption if "These numbers" in caption.value)
    assert "outage length 8 days" in said
    assert "spike height 6 times the usual" in said
    assert "seed 11" in said
    assert "6 replications" in said


def test_a_link_sets_the_levers_and_its_results_are_shown_at_once(page: Open) -> None:
    app = page(outage="3", replications="9")
    assert app.slider(key="outage").value == 3
    assert values(app) == shown(computed(**{"world.disruptions.supplier_down.lasts": "3 d", "plan.replications": "9"}))


def test_an_address_that_fell_behind_a_lever_catches_up(page: Open) -> None:
    app = page(spike="8.5")
    app.slider(key="spike").set_value(9.0).run()
    app.query_params["spike"] = "8.5"
    app.run()
    assert app.slider(key="spike").value == 9
    assert [float(each) for each in app.query_params["spike"]] == [9]


def test_a_choice_is_made_for_all_who_take_orders(page: Open) -> None:
    app = page(updates="honest")
    assert app.selectbox(key="updates").value == "honest"
    changed = {f"policies.{name}.updates": "honest" for name in ("backorder", "honest")}
    assert values(app) == shown(computed(**changed))
    said = next(literal(caption.value) for caption in app.caption if "These numbers" in caption.value)
    assert "updates: honest" in said


def test_a_choice_without_use_is_off(page: Open) -> None:
    assert page().selectbox(key="no-substitute").disabled


@pytest.mark.parametrize("story", ["slipping_promise", "niche_vs_commodity", "preorder_launch"])
def test_stories_of_customers_who_remember_open_and_answer(page: Open, story: str) -> None:
    text = (SCENARIOS / f"{story}.yaml").read_text(encoding="utf-8")
    app = page(re.sub(r"replications: \d+", "replications: 2", text))
    assert not app.exception
    assert not app.error
    assert "Loyalty at the close \\(times\\)" in [metric.label for metric in app.metric]
    assert any(element.value.startswith("### ") for element in app.markdown)


def test_nonsense_in_a_link_is_as_if_it_were_not_there(page: Open) -> None:
    app = page(outage="lots", spike="1e9")
    assert not app.exception
    assert app.slider(key="outage").value == 8
    assert app.slider(key="spike").value == 6


def test_another_policy_can_be_set_beside_the_baseline(page: Open) -> None:
    app = page()
    other = next(name for name in ("backorder", "honest") if name != answer.rival(computed()))
    app.button_group[0].set_value(other).run()
    assert values(app) == [card.value for card in answer.cards(computed(), other)]


def test_each_chart_can_be_read_as_a_table(page: Open) -> None:
    app = page()
    assert len(app.get("plotly_chart")) == 4
    for name in ("on_hand", "backlog", "fates", "exits"):
        app.toggle(key=f"table-{name}").set_value(True)
    app.run()
    assert len(app.get("plotly_chart")) == 0
    assert len(app.dataframe) == 4


@pytest.mark.parametrize(("folded", "first"), [("all-numbers", "Total value (EUR)"), ("account", "Revenue (EUR)")])
def test_a_folded_table_is_made_for_those_who_open_it(page: Open, folded: str, first: str) -> None:
    app = page()
    assert not app.dataframe
    app.session_state[folded] = True
    app.run()
    (table,) = app.dataframe
    assert first in table.value["measure"].tolist()


def test_every_chart_is_told_in_words(page: Open) -> None:
    words = [chart.proto.alt for chart in page().get("plotly_chart")]
    assert [text.split()[0] for text in words] == ["Lines", "Lines", "Bars", "Bars"]


def test_levers_without_use_are_off_and_say_why(page: Open) -> None:
    calm = SPIKY.replace("  demand: [{kind: viral, product: gadget, at: 5 d, multiplier: 6, decay: 4 d}]\n", "")
    app = page(calm)
    assert app.slider(key="no-spike").disabled
    assert literal(app.slider(key="no-spike").help) == "Demand has no spike in this scenario."
    assert not app.slider(key="outage").disabled


def test_one_policy_alone_is_shown_without_a_comparison(page: Open) -> None:
    app = page(SPIKY.replace("  out_of_stock: {}\n", "").replace("  backorder: {", "  backorder2: {").replace(
        "  honest: {when_short: backorder, promise: {basis: quantile, level: 80 %}}\n", ""))  # fmt: skip
    assert not app.exception
    assert not app.error
    assert {metric.delta for metric in app.metric} == {""}


def test_every_stock_can_be_looked_at_when_there_are_several(page: Open) -> None:
    two = SPIKY.replace("{main: {picking: 12 h, last_mile: 1 d}}", "{main: {}, spare: {stock: {gadget: 7}}}").replace(
        "  lanes:\n", "  lanes:\n    - {from: main, to: spare, lead_time: 1 d}\n"
    )
    app = page(two)
    assert app.selectbox(key="scope").options == ["the whole shop", "main/gadget", "spare/gadget"]
    app.selectbox(key="scope").set_value("spare/gadget").run()
    assert not app.error


def test_an_invalid_scenario_shows_each_fault_with_its_line_and_no_traceback(page: Open) -> None:
    app = page(SPIKY.replace("from: main", "from: mian").replace("20}", "20 d}"))
    assert app.error[0].value == "This scenario cannot be used as written: 3 faults."
    assert "did you mean 'main'?" in app.code[0].value
    assert "^" in app.code[0].value
    assert not app.metric


def test_levers_that_do_not_go_together_are_faults_too(page: Open) -> None:
    app = page(SPIKY.replace("level: 80 %", "level: 80 %, low_level: 75 %"))
    app.slider(key="level").set_value(60.0).run()
    assert "cannot be used" in app.error[0].value
    assert "low_level" in app.code[0].value


def test_a_file_that_is_gone_is_said_so(page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["app.py", str(tmp_path / "gone.yaml")])
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert "there is no such file" in app.code[0].value


def test_without_a_scenario_the_first_of_those_shipped_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["app.py"])
    app = AppTest.from_file(str(APP), default_timeout=240)
    app.session_state["serial"] = True
    app.query_params["replications"] = "10"
    app.run()
    assert literal(app.title[0].value) == "A gadget goes viral: backorder or out of stock?"
    assert app.selectbox(key="pick-scenario").value == "viral_spike"


def test_titles_from_files_are_not_acted_upon(page: Open) -> None:
    app = page(SPIKY.replace("A small shop in a storm", "'<b>bold</b> **stars** $x$ :red[alarm]'"))
    assert literal(app.title[0].value).startswith("<b>bold</b> **stars** $x$ :red[alarm]")
    assert ":red[" not in app.title[0].value
