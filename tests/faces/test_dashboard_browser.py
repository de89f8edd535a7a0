"""The dashboard in a real browser: links, levers, runs, the keyboard alone, files to take home, nothing left behind."""

from __future__ import annotations

import csv
import os
import re
import signal
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import PATIENCE, Complaints, Server, go, opened_browser, settle, start, stop, visit, window

pytestmark = pytest.mark.e2e

MANY = 100
"""Replications that take long enough to be watched."""

WITNESS = """
new MutationObserver(() => {
  const badge = document.querySelector('[data-testid="stMain"]')?.textContent.match(/A first look at \\d+/);
  if (badge && document.querySelectorAll('[data-testid="stMetricValue"]').length > 3) window.looked = badge[0];
}).observe(document, {childList: true, subtree: true, characterData: true});
"""
"""Remembers a first look with its numbers, however soon more of them follow."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened_browser() as found:
        yield found


@pytest.fixture(scope="module")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start(tmp_path_factory.mktemp("dashboard"))
    yield started
    stop(started)


@pytest.fixture(scope="module")
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture(scope="module")
def opened(browser: Any) -> Iterator[Any]:
    """A window with nothing in it yet."""
    found = window(browser, accept_downloads=True)
    yield found
    found.close()


@pytest.fixture(scope="module")
def page(opened: Any, server: Server, complaints: Complaints) -> Any:
    """The page as it opens without a query, for one test after the other."""
    found = visit(opened, server, complaints)
    up_to_date(found)
    return found


def up_to_date(page: Any, *, replications: int = 6) -> None:
    page.get_by_text(f"Up to date: {replications} replications").first.wait_for()
    settle(page)


def cards(page: Any) -> list[str]:
    return list(page.get_by_test_id("stMetricValue").all_inner_texts())


def lever(page: Any, name: str) -> Any:
    return page.get_by_role("slider", name=name)


def tab_to(page: Any, wanted: Any, *, most: int = 120) -> None:
    """Walk with the tabulator until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.count() and wanted.first.evaluate("each => each === document.activeElement"):
            return
    pytest.fail(f"the keyboard does not reach {wanted}")


def test_a_link_holds_the_levers(opened: Any, server: Server, complaints: Complaints) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415

    page = visit(opened, server, complaints, "?outage=15&spike=3.5")
    up_to_date(page)
    expect(lever(page, "Outage length")).to_have_value("15")
    expect(lever(page, "Spike height")).to_have_value("3.5")
    assert page.get_by_text("outage length 15 days").first.is_visible()
    page.close()


def test_a_lever_changes_the_address_and_the_numbers(page: Any) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415

    before = cards(page)
    lever(page, "Spike height").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("spike=9"))
    expect(page.get_by_text("spike height 9 times the usual").first).to_be_visible()
    up_to_date(page)
    assert cards(page) != before


def test_a_copied_link_shows_the_same_numbers_and_says_so(
    page: Any, opened: Any, server: Server, complaints: Complaints
) -> None:
    place = str(page.url).removeprefix(f"{server.address}/")
    other = visit(opened, server, complaints, place)
    up_to_date(other)
    other.get_by_text("Same numbers as the link's sender: yes").first.wait_for()
    assert cards(other) == cards(page)
    other.close()


def test_a_first_look_is_refined_until_all_is_there(opened: Any, server: Server, complaints: Complaints) -> None:
    page = opened.new_page()
    page.add_init_script(WITNESS)
    complaints.watch(page)
    go(page, server, f"?replications={MANY}")
    up_to_date(page, replications=MANY)
    looked = re.fullmatch(r"A first look at (\d+)", page.evaluate("window.looked"))
    assert looked is not None
    assert 2 <= int(looked[1]) < MANY
    page.close()


def test_work_can_be_cancelled_and_begun_again(opened: Any, server: Server, complaints: Complaints) -> None:
    page = visit(opened, server, complaints, f"?replications={MANY}&spike=4")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name=re.compile(r"\bRun$")).wait_for()
    assert page.get_by_text("Up to date").count() == 0
    page.get_by_role("button", name=re.compile(r"\bRun$")).click()
    up_to_date(page, replications=MANY)
    page.close()


def test_the_keyboard_alone_turns_a_lever_and_finds_another_page(
    opened: Any, server: Server, complaints: Complaints
) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415

    page = visit(opened, server, complaints)
    up_to_date(page)
    tab_to(page, lever(page, "Outage length"))
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("outage=9"))
    expect(page.get_by_text("outage length 9 days").first).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Explore"))
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Studies").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Studies")
    page.close()


def test_a_chart_turns_into_its_table(page: Any) -> None:
    charts = page.locator(".js-plotly-plot")
    before = charts.count()
    page.get_by_text("Show as table").last.click()
    page.get_by_test_id("stDataFrame").last.wait_for()
    page.wait_for_function("count => document.querySelectorAll('.js-plotly-plot').length == count", arg=before - 1)
    page.get_by_text("Show as table").last.click()
    page.wait_for_function("count => document.querySelectorAll('.js-plotly-plot').length == count", arg=before)


def taken(page: Any, label: str, folder: Path) -> Path:
    with page.expect_download() as waited:
        page.get_by_role("button", name=label).click()
    file = folder / waited.value.suggested_filename
    waited.value.save_as(file)
    return file


def test_all_numbers_can_be_taken_home(page: Any, tmp_path: Path) -> None:
    file = taken(page, "All numbers (CSV)", tmp_path)
    rows = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8"))))
    assert {row["unit"] for row in rows if row["measure"] == "total_value"} == {"EUR"}
    assert {row["replication"] for row in rows} == {str(number) for number in range(6)}


def test_the_page_that_was_taken_home_opens_without_a_server(
    page: Any, opened: Any, complaints: Complaints, tmp_path: Path
) -> None:
    file = taken(page, "This page (HTML)", tmp_path)
    home = opened.new_page()
    said: list[str] = []
    home.on("console", lambda each: said.append(each.text))
    home.on("request", lambda asked: said.append(asked.url) if not asked.url.startswith("file:") else None)
    home.goto(file.as_uri())
    assert home.locator("svg").count() >= 3
    assert home.locator("script").count() == 0
    assert home.get_by_text("digest of the results").is_visible()
    assert home.locator(".answer").inner_text() == page.locator("h3").first.inner_text()
    assert said == []
    home.close()


def test_no_page_had_an_error_or_asked_another_host(complaints: Complaints) -> None:
    assert complaints == Complaints()


def test_killing_the_server_leaves_no_process(browser: Any, tmp_path: Path) -> None:
    server = start(tmp_path)
    try:
        page = browser.new_page()
        page.goto(f"{server.address}/?replications={MANY}", wait_until="domcontentloaded", timeout=PATIENCE)
        page.get_by_test_id("stMetric").first.wait_for(timeout=PATIENCE)
        assert len(server.group()) > 1
        page.close()
        os.kill(server.process.pid, signal.SIGKILL)
        assert server.until_gone() == []
    finally:
        stop(server)
