"""A question as a manager brings it: backorders for the viral gadget if the port closes for three weeks, how sure?"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import answer
from sim import Results, load_scenario, run
from tests.faces.conftest import Stockout

ROOT = Path(__file__).parents[2]
TEXT = re.sub(r"replications: \d+", "replications: 4", (ROOT / "scenarios" / "viral_spike.yaml").read_text("utf-8"))
CLOSED = "{kind: lane_closed, lane: [factory, main], at: 30 d, lasts: 21 d}"


@pytest.fixture(scope="module")
def results() -> Results:
    """What the model says of the same, without any page."""
    return run(load_scenario(TEXT, overrides={"world.disruptions.lane_closed": CLOSED}))


@pytest.fixture(scope="module")
def viral(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("question") / "viral_spike.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def asked(viral: Path) -> AppTest:
    """The first page as it opens, then with the port closed for three weeks."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "argv", ["app.py", str(viral)])
        app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=240)
        app.session_state["serial"] = True
        app.run()
        lever = next(slider for slider in app.slider if slider.label.startswith("Port or lane closed"))
        lever.set_value(21)
        return app.run()


def plain(delta: str) -> str:
    return delta.replace("\\", "").removesuffix(" points")


def told(app: AppTest) -> list[str]:
    return [element.value.replace("\\", "") for element in app.markdown]


def test_the_page_answers_what_to_do_and_how_sure_that_is(asked: AppTest, results: Results) -> None:
    said = answer.answer(results)
    assert not asked.exception
    assert f"### {said.head}" in told(asked)
    assert f"**How sure?** {said.sure}" in told(asked)
    assert re.search(r"(Clear|Not sure) at 95 %: \w+ came out ahead of \w+ in \d of 4 replications\.", said.sure)
    assert said.reason in told(asked)


def test_the_cards_are_what_the_command_compares_for_the_same_settings(
    asked: AppTest, results: Results, stockout: Stockout, viral: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    found = stockout("compare", viral, "--set", f"world.disruptions.lane_closed={CLOSED}")
    assert found.exit_code == 0, found.output
    pages = re.split(r"^(\w+) against out_of_stock$", found.output, flags=re.MULTILINE)
    printed = dict(zip(pages[1::2], pages[2::2], strict=True))[answer.rival(results)]
    cards = {metric.label.replace("\\", ""): metric for metric in asked.metric}
    for title in ("Total value (EUR)", "Fill rate", "Customers lost"):
        (row,) = (line for line in printed.splitlines() if line.strip().startswith(title) and "±" in line)
        assert f" {cards[title].value} " in row
        assert f" {plain(cards[title].delta)} " in row
