"""The pages of levers and of the scenario itself, without a browser: links, presets, edits, uploads."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import link
from dashboard.jobs import Job
from dashboard.origin import shipped
from sim import load_scenario, run
from tests.spiky_shop import SPIKY

SCRIPT = """
import streamlit as st
from dashboard.app_pages.{0} import page
from dashboard.sidebar import sidebar
here = st.navigation([st.Page(page, title="Here")])
sidebar(here, here)
here.run()
"""
ROWS = Path(__file__).parents[1] / "fixtures" / "sales" / "online_retail_rows.csv"
Open = Callable[..., AppTest]


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Opens a page for a scenario, with work done in the page itself."""

    def open_page(name: str, text: str = SPIKY, **query: str) -> AppTest:
        file = tmp_path / "shop.yaml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["app.py", str(file)])
        app = AppTest.from_string(SCRIPT.format(name), default_timeout=240)
        app.session_state["serial"] = True
        for key, value in query.items():
            app.query_params[key.replace("__", ".")] = value
        return app.run()

    return open_page


def literal(text: str) -> str:
    return text.replace("\\", "")


def badges(app: AppTest) -> str:
    return " ".join(literal(element.value) for element in app.markdown if "badge[" in element.value)


def written(app: AppTest) -> str:
    return str(app.text_area[0].value)


def test_what_if_tells_what_was_turned(visit: Open) -> None:
    app = visit("what_if", outage="12")
    rows = app.dataframe[0].value
    assert rows.to_numpy().tolist() == [["disruptions › supplier down › lasts", "8 d", "12 d"]]  # noqa: RUF001


def test_what_if_says_so_where_nothing_was_turned(visit: Open) -> None:
    assert "as the scenario is written" in visit("what_if").info[0].value


def test_any_setting_can_be_in_a_link(visit: Open) -> None:
    app = visit("what_if", world__warehouses__main__last_mile="3.0")
    assert app.number_input(key="world.warehouses.main.last_mile").value == 3
    job: Job = app.session_state["job"]
    assert job.scenario.world.warehouses["main"].last_mile == 3 * 86_400


def test_a_setting_is_found_and_turned(visit: Open) -> None:
    app = visit("what_if")
    app.selectbox(key="add-lever").set_value("policies.honest.promise.basis").run()
    app.selectbox(key="policies.honest.promise.basis").set_value("vendor").run()
    job: Job = app.session_state["job"]
    assert job.scenario.policy("honest").promise.basis == "vendor"


def test_a_link_with_the_numbers_of_its_sender_is_held_to_them(visit: Open) -> None:
    numbers = link.digest(run(load_scenario(SPIKY)))
    assert "link's sender: yes" in badges(visit("what_if", numbers=numbers))
    assert "link's sender: no" in badges(visit("what_if", numbers="0123456789ab"))
    assert "sender" not in badges(visit("what_if"))


def test_a_turned_lever_is_no_longer_what_was_sent(visit: Open) -> None:
    app = visit("what_if", numbers="0123456789ab")
    app.slider(key="outage").set_value(20).run()
    assert "sender" not in badges(app)


def test_every_shipped_scenario_can_be_chosen(visit: Open) -> None:
    app = visit("scenario")
    assert len(app.selectbox(key="pick-scenario").options) == 1 + len(shipped())


def test_a_link_to_what_is_not_here_says_so(visit: Open) -> None:
    app = visit("what_if", scenario="own-0123")
    assert "not here" in literal(app.error[0].value)
    assert not app.exception


def test_the_text_is_shown_as_written_with_what_was_turned(visit: Open) -> None:
    assert written(visit("scenario")).strip() == SPIKY.strip()
    changed = written(visit("scenario", outage="12"))
    assert load_scenario(changed).digest == load_scenario(
        SPIKY, overrides={"world.disruptions.supplier_down.lasts": "12 d"}
    ).digest


def test_faults_are_told_with_their_lines_as_one_writes(visit: Open) -> None:
    app = visit("scenario")
    app.text_area[0].set_value(SPIKY.replace("from: main", "from: mian")).run()
    assert "<text>:12:" in app.code[0].value
    assert "did you mean 'main'?" in app.code[0].value
    assert app.button(key="use").disabled


def test_a_changed_text_is_used_on_the_other_pages(visit: Open) -> None:
    app = visit("scenario")
    app.text_area[0].set_value(SPIKY.replace("A small shop in a storm", "Mine")).run()
    app.button(key="use").click().run()
    assert app.session_state["chosen-scenario"].startswith("own-")
    assert "title: Mine" in written(app)


def test_an_upload_is_read_and_waits_to_be_used(visit: Open) -> None:
    app = visit("scenario")
    app.file_uploader(key="open").set_value(("../../evil<b>.yaml", SPIKY.encode(), "text/yaml")).run()
    assert written(app).strip() == SPIKY.strip()
    assert "brought here" in app.info[0].value
    app.button(key="put-away").click().run()
    assert not app.info


@pytest.mark.parametrize(
    "text",
    [b"\xff\xfe", b"[" * 3000, b"a: &a [*a]", SPIKY.replace("visits: 4/d", "visits: 900000/d").encode()],
    ids=["binary", "deep", "loop", "year"],
)
def test_a_hostile_upload_is_told_off_in_a_sentence(visit: Open, text: bytes) -> None:
    app = visit("scenario")
    app.file_uploader(key="open").set_value(("x.yaml", text, "text/yaml")).run()
    assert app.error
    assert not app.exception
    assert all(button.disabled for button in app.button if button.key == "use")


def test_sales_become_a_scenario_to_use(visit: Open) -> None:
    app = visit("scenario")
    app.file_uploader(key="sales").set_value(("sales.csv", ROWS.read_bytes(), "text/csv")).run()
    app.button(key="make").click().run()
    assert load_scenario(written(app)).title == "A shop by its sales"
    assert not app.button(key="use").disabled
