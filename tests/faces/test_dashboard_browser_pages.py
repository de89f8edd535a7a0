"""Every page in a real browser: light, dark and on a phone, for eyes and for those who have none."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.run import run_study
from tests.browsing import Complaints, Server, go, lack, opened_browser, settle, start, stop, window
from tests.small_study import STUDY, write_study

pytestmark = pytest.mark.e2e

PAGES = (
    "", "what-if", "compare", "when-it-broke", "customers", "network", "regions", "studies", "scenario", "about",
)  # fmt: skip
RESULTS = PAGES[:6]
AXE = Path(os.environ.get("STOCKOUT_AXE", "~/.cache/stockout/axe-core")).expanduser()
BRIGHTNESS = "parseInt(getComputedStyle(document.querySelector('.stApp')).backgroundColor.slice('rgb('.length))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened_browser() as found:
        yield found


@pytest.fixture(scope="module")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("pages")
    run_study(write_study(folder / "study", STUDY + "replications: 4\n"), executor="serial")
    started = start(folder, "--store", str(folder / "study"))
    yield started
    stop(started)


@pytest.fixture(scope="module")
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture(scope="module")
def page(browser: Any, server: Server, complaints: Complaints) -> Iterator[Any]:
    opened = window(browser)
    found = opened.new_page()
    complaints.watch(found)
    yield found
    opened.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, which `.ci/run` installs."""
    script = AXE / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        lack("axe-core")
    return script.read_text(encoding="utf-8")


def open_at(page: Any, server: Server, name: str) -> None:
    go(page, server, name)
    if name in RESULTS:
        page.get_by_text("Up to date").first.wait_for()
        settle(page)


def bright(page: Any, *, dark: bool) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.wait_for_function(f"dark => ({BRIGHTNESS} < 128) == dark", arg=dark)
    settle(page)


def variety(picture: bytes) -> float:
    """How much the brightness of a screenshot varies; next to nothing where the page is blank."""
    from io import BytesIO  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415 - comes with Streamlit

    return float(np.asarray(Image.open(BytesIO(picture)).convert("L"), dtype=float).std())


def serious(page: Any, axe: str) -> list[str]:
    """What axe calls serious or critical, each with its first element and the reason."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['target']} {each['nodes'][0].get('failureSummary', '')}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_fit_for_every_eye(page: Any, server: Server, axe: str, tmp_path: Path, name: str) -> None:
    open_at(page, server, name)
    assert page.get_by_test_id("stAlertContentError").count() == 0
    for dark in (False, True):
        bright(page, dark=dark)
        assert serious(page, axe) == []
        assert variety(page.screenshot(path=tmp_path / f"{'dark' if dark else 'light'}.png")) > 4
    bright(page, dark=False)
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert variety(page.screenshot(path=tmp_path / "phone.png")) > 4
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollWidth <= 390")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_every_chart_has_words(page: Any, server: Server) -> None:
    for name in ("", "compare", "regions"):
        open_at(page, server, name)
        charts = page.get_by_test_id("stPlotlyChart")
        charts.first.wait_for()
        for place in range(charts.count()):
            assert len(charts.nth(place).get_attribute("aria-label") or charts.nth(place).inner_html()) > 20


def test_pages_are_reached_by_their_names(page: Any, server: Server) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415

    open_at(page, server, "about")
    page.get_by_role("button", name="Explore").click()
    page.get_by_role("menuitem", name="Studies").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Studies")
    expect(page).to_have_url(re.compile("/studies"))
    expect(page.get_by_test_id("stSidebar")).to_contain_text("These levers move the other pages")
    go(page, server, "overview")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("backorder or out of stock"))
    assert page.get_by_text("Page not found").count() == 0
    expect(page.get_by_test_id("stSidebar")).not_to_contain_text("These levers move the other pages")


def test_no_page_had_an_error_or_asked_another_host(complaints: Complaints) -> None:
    assert complaints == Complaints()
