"""Scenarios brought to the dashboard in a real browser: good ones are used, hostile ones are told in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import Complaints, Server, go, opened_browser, settle, start, stop, window
from tests.spiky_shop import SPIKY

pytestmark = pytest.mark.e2e

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
YEAR = SPIKY.replace("visits: 4/d", "visits: 4000000/d").replace("measure: 30 d", "measure: 900 d")
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
NAMED = SPIKY.replace("title: A small shop in a storm", f"title: '{HOSTILE}'")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened_browser() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def server(browser: Any, folder: Path) -> Iterator[Server]:
    started = start(folder)
    yield started
    stop(started)


@pytest.fixture(scope="module")
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture(scope="module")
def opened(browser: Any) -> Iterator[Any]:
    found = window(browser)
    yield found
    found.close()


@pytest.fixture
def page(opened: Any, server: Server, complaints: Complaints) -> Iterator[Any]:
    """The page of the scenario, with the door for files open."""
    found = opened.new_page()
    complaints.watch(found)
    go(found, server, "scenario")
    found.get_by_text("Open a scenario file").click()
    found.locator("input[type=file]").first.wait_for(state="attached")
    yield found
    found.close()


def bring(page: Any, text: str, *, name: str = "mine.yaml") -> None:
    file = {"name": name, "mimeType": "application/yaml", "buffer": text.encode()}
    page.locator("input[type=file]").first.set_input_files(file)


def accepted(page: Any) -> None:
    """Wait until the page has looked at what was brought; it said the same of the text before."""
    page.get_by_text("This text was brought here").wait_for()
    page.get_by_text("Nothing is wrong with it").wait_for()


def told(page: Any) -> str:
    """What the page says of a text that cannot be used."""
    page.get_by_text("This text was brought here").wait_for()
    page.get_by_test_id("stAlertContentError").first.wait_for()
    settle(page)
    return str(page.get_by_test_id("stMain").inner_text())


def test_a_good_scenario_is_checked_used_and_shown(page: Any) -> None:
    bring(page, SPIKY.replace("A small shop in a storm", "A shop that was brought"))
    accepted(page)
    page.get_by_role("button", name="Use this scenario").click()
    page.wait_for_url(re.compile("scenario=own-"))
    page.get_by_role("heading", name="A shop that was brought: backorder or out of stock?").wait_for()
    page.get_by_text("Up to date").first.wait_for()


def test_faults_are_told_with_their_lines(page: Any) -> None:
    bring(page, SPIKY.replace("from: main", "from: mian"))
    said = told(page)
    assert "did you mean 'main'?" in said
    assert re.search(r"\b13\b", said)


def test_a_bomb_of_aliases_is_one_sentence(page: Any) -> None:
    bring(page, BOMB)
    said = told(page)
    assert "Traceback" not in said
    assert re.search(r"alias|anchor|nodes|larger|too many", said)


def test_a_year_of_computing_is_refused(page: Any) -> None:
    bring(page, YEAR)
    assert re.search(r"too many|at most|the most|budget", told(page))


def test_five_megabytes_are_not_taken(page: Any) -> None:
    bring(page, "#" * 5 * 2**20)
    page.get_by_text(re.compile(r"must be \S+ or smaller|exceeds|too large", re.IGNORECASE)).first.wait_for()
    assert page.get_by_text("This text was brought here").count() == 0


def test_names_in_a_file_are_text(page: Any) -> None:
    bring(page, NAMED)
    accepted(page)
    page.get_by_role("button", name="Use this scenario").click()
    page.wait_for_url(re.compile("scenario=own-"))
    page.get_by_role("heading", name=HOSTILE).wait_for()
    page.get_by_text("Up to date").first.wait_for()
    assert page.locator("img[src=x]").count() == 0


def test_the_name_of_a_file_leads_nowhere(page: Any, folder: Path) -> None:
    before = {path for path in folder.parent.rglob("*") if "cache" not in path.parts}
    bring(page, SPIKY, name="../../../escaped.yaml")
    accepted(page)
    after = {path for path in folder.parent.rglob("*") if "cache" not in path.parts}
    assert not [path for path in after - before if "escaped" in path.name]


def test_what_is_no_scenario_file_is_not_taken(page: Any) -> None:
    bring(page, "version: 1", name="page.html")
    page.get_by_text(re.compile("not allowed", re.IGNORECASE)).first.wait_for()
    assert page.get_by_text("This text was brought here").count() == 0


def test_no_page_had_an_error_or_asked_another_host(complaints: Complaints) -> None:
    assert complaints.strangers == []
    assert [each for each in complaints.errors if "413" not in each and "400" not in each] == []
