"""The dashboard in a real browser: links, keyboard, light and dark, phone width, and nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.spiky_shop import SPIKY

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
PATIENCE = 90_000
"""Milliseconds to wait for anything on a busy machine."""

BRIGHTNESS = "parseInt(getComputedStyle(document.querySelector('.stApp')).backgroundColor.slice('rgb('.length))"

ARGUMENTS = (
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
    "--disable-extensions", "--disable-client-side-phishing-detection", "--disable-domain-reliability",
    "--metrics-recording-only", "--no-pings", "--safebrowsing-disable-auto-update",
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip


@dataclass
class Server:
    """`stockout dashboard`, started in another folder and in a process group of its own."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def group(self) -> list[str]:
        """The processes of the group that are still there."""
        listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], check=True, capture_output=True, text=True).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        return [row[2] for row in rows if row[0] == str(self.process.pid) and not row[1].startswith("Z")]

    def until_gone(self) -> list[str]:
        """What is left of the group after some patience."""
        deadline = time.monotonic() + 30
        while self.group() and time.monotonic() < deadline:
            self.process.poll()
            time.sleep(0.2)
        return self.group()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def start(folder: Path) -> Server:
    scenario = folder / "shop.yaml"
    scenario.write_text(SPIKY, encoding="utf-8")
    port = free_port()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", "dashboard", "shop.yaml", "--port", str(port)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "STREAMLIT_SERVER_HEADLESS": "true"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = Server(process, port)
    deadline = time.monotonic() + PATIENCE / 1000
    while not answers(server.address):
        assert process.poll() is None, (folder / "server.log").read_text()
        assert time.monotonic() < deadline, "the dashboard did not start"
        time.sleep(0.2)
    return server


def stop(server: Server) -> None:
    """End the whole group, the hard way if it must be."""
    if server.group():
        os.killpg(server.process.pid, signal.SIGTERM)
    left = server.until_gone()
    if left:
        os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait(10)
    assert left == []


def missing() -> str:
    """What a browser test needs and does not find."""
    if shutil.which("chromium") is None:
        return "chromium"
    try:
        import playwright.sync_api  # noqa: F401, PLC0415 - it may be missing
    except ImportError:
        return "playwright"
    return ""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    lacking = missing()
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(f"{lacking} is not installed, and here it must be")
    if lacking:
        pytest.skip(f"{lacking} is not installed")
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start(tmp_path_factory.mktemp("dashboard"))
    yield started
    stop(started)


@dataclass
class Complaints:
    """What no page may do."""

    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda asked: self._note(asked.url))

    def _note(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.strangers.append(url)


@pytest.fixture(scope="module")
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture(scope="module")
def window(browser: Any) -> Iterator[Any]:
    """A window with nothing in it yet."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


def visit(window: Any, server: Server, complaints: Complaints, *, query: str = "") -> Any:
    page = window.new_page()
    complaints.watch(page)
    page.goto(f"{server.address}/?{query}", wait_until="domcontentloaded", timeout=PATIENCE)
    page.get_by_text("Up to date").wait_for()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    return page


@pytest.fixture(scope="module")
def page(window: Any, server: Server, complaints: Complaints) -> Any:
    """The page as it opens without a query, for one test after the other."""
    return visit(window, server, complaints)


def cards(page: Any) -> list[str]:
    return list(page.get_by_test_id("stMetricValue").all_inner_texts())


def lever(page: Any, name: str) -> Any:
    return page.get_by_role("slider", name=name)


def test_a_lever_turned_by_keyboard_changes_address_and_cards_after_run(page: Any) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415

    before = cards(page)
    lever(page, "Spike height").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("These results are for other settings: press Run")).to_be_visible()
    expect(page).to_have_url(re.compile("spike=9"))
    page.get_by_role("button", name="Run").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("spike height 9 times the usual")).to_be_visible()
    expect(page.get_by_text("Up to date")).to_be_visible()
    assert cards(page) != before


def test_light_and_dark_both_show_every_chart(page: Any, tmp_path: Path) -> None:
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"dark => ({BRIGHTNESS} < 128) == dark", arg=scheme == "dark")
        assert page.locator(".js-plotly-plot").count() == 4
        page.screenshot(path=tmp_path / f"{scheme}.png")
        assert (tmp_path / f"{scheme}.png").stat().st_size > 20_000


def test_a_chart_has_words_and_turns_into_its_table(page: Any) -> None:
    assert page.get_by_label(re.compile("median of 6 replications")).count() == 2
    page.get_by_text("Show as table").last.click()
    page.get_by_test_id("stDataFrame").last.wait_for()
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length == 3")
    page.get_by_text("Show as table").last.click()
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length == 4")


def test_a_phone_needs_no_sideways_scrolling(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollWidth <= 390")
    assert page.get_by_text("Total value (EUR)").first.is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_link_holds_the_levers(window: Any, server: Server, complaints: Complaints) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415

    page = visit(window, server, complaints, query="outage=15&spike=3.5")
    expect(lever(page, "Outage length")).to_have_value("15")
    expect(lever(page, "Spike height")).to_have_value("3.5")
    assert page.get_by_text("outage length 15 days").is_visible()
    assert page.get_by_role("heading", name="A small shop in a storm: backorder or out of stock?").is_visible()


def test_no_page_had_an_error_or_asked_another_host(page: Any, complaints: Complaints) -> None:
    assert cards(page)
    assert complaints == Complaints()


def test_killing_the_server_leaves_no_process(browser: Any, tmp_path: Path) -> None:
    server = start(tmp_path)
    try:
        page = browser.new_page()
        page.goto(f"{server.address}/?replications=200", wait_until="domcontentloaded", timeout=PATIENCE)
        page.get_by_test_id("stMetric").first.wait_for(timeout=PATIENCE)
        assert any("loky" in process for process in server.group())
        page.close()
        os.kill(server.process.pid, signal.SIGKILL)
        assert server.until_gone() == []
    finally:
        stop(server)
