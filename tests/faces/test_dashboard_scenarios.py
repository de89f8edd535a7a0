"""Scenarios of what may go wrong, on every page of results without a browser: opened, drawn, and told in words."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import budget
from sim import load_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TROUBLES = (
    "black_friday",
    "pandemic",
    "phantom_stock",
    "import_tariff",
    "dual_source",
    "three_pl_peak",
    "marketplace_oversell",
)
PAGES = ("overview", "what_if", "compare", "when_it_broke", "customers", "network")
SCRIPT = """
import streamlit as st
from dashboard.app_pages.{} import page
from dashboard.sidebar import sidebar
here = st.navigation([st.Page(page, title="Here")])
sidebar(here, here)
here.run()
"""
KEPT = ("job", "shown")
Open = Callable[..., AppTest]


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Opens a page for a scenario; what was computed for another page is not computed again."""
    kept: dict[str, object] = {}

    def open_page(name: str, scenario: str) -> AppTest:
        text = (SCENARIOS / f"{scenario}.yaml").read_text(encoding="utf-8")
        file = tmp_path / "shop.yaml"
        file.write_text(re.sub(r"replications: \d+", "replications: 2", text), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["app.py", str(file)])
        app = AppTest.from_string(SCRIPT.format(name), default_timeout=600)
        app.session_state["serial"] = True
        for key, value in kept.items():
            app.session_state[key] = value
        app.run()
        kept.update({key: app.session_state[key] for key in KEPT if key in app.session_state})
        return app

    return open_page


@pytest.mark.parametrize("scenario", TROUBLES)
def test_a_scenario_of_trouble_opens_on_every_page(visit: Open, scenario: str) -> None:
    charts = 0
    for name in PAGES:
        app = visit(name, scenario)
        assert [each.value for each in (*app.exception, *app.error)] == [], name
        assert "Up to date: 2 replications" in "".join(element.value for element in app.markdown), name
        charts += len(app.get("plotly_chart"))
    assert charts > len(PAGES)


@pytest.mark.parametrize("scenario", TROUBLES)
def test_a_scenario_of_trouble_is_run_as_often_as_it_asks(scenario: str) -> None:
    asked = load_scenario(SCENARIOS / f"{scenario}.yaml")
    assert budget.affordable(asked) == asked.plan.replications


def test_a_large_network_may_be_run_a_few_times() -> None:
    asked = load_scenario(SCENARIOS / "regional_network.yaml")
    assert budget.FEWEST <= budget.affordable(asked) <= asked.plan.replications
