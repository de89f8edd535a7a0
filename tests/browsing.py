"""A dashboard served from a folder of its own, and a real browser that notes whatever it should not see."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.spiky_shop import SPIKY

ROOT = Path(__file__).parents[1]
PATIENCE = 90_000
"""Milliseconds to wait for anything on a busy machine."""

ARGUMENTS = (
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
    "--disable-extensions", "--disable-client-side-phishing-detection", "--disable-domain-reliability",
    "--metrics-recording-only", "--no-pings", "--safebrowsing-disable-auto-update",
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip

PROBES = ("/_stcore/health", "/_stcore/host-config")
"""Asked for below the address of a page and then at the root: not found, and no fault."""


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


def start(folder: Path, *options: str, text: str = SPIKY) -> Server:
    """Serve a scenario from a folder; what the dashboard remembers stays in that folder too."""
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    port = free_port()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", "dashboard", "shop.yaml", "--port", str(port), *options],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "STREAMLIT_SERVER_HEADLESS": "true",
                "XDG_CACHE_HOME": str(folder / "cache"),
            },
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


def lack(what: str) -> None:
    """Skip for want of something; where the whole suite must run, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not installed, and here it must be")
    pytest.skip(f"{what} is not installed")


@contextmanager
def opened_browser() -> Iterator[Any]:
    """Debian's chromium, driven by Playwright; skips the test where either is missing."""
    if shutil.which("chromium") is None:
        lack("chromium")
    try:
        from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - it may be missing
    except ImportError:
        lack("playwright")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=ARGUMENTS)
        yield found
        found.close()


def window(browser: Any, **options: Any) -> Any:
    """A window that knows nothing of others."""
    options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
    opened = browser.new_context(**options)
    opened.set_default_timeout(PATIENCE)
    return opened


@dataclass
class Complaints:
    """What no page may do."""

    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda asked: self._note(asked.url))

    def _hear(self, said: Any) -> None:
        if said.type == "error" and not str(said.location.get("url", "")).endswith(PROBES):
            self.errors.append(said.text)

    def _note(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.strangers.append(url)


def visit(opened: Any, server: Server, complaints: Complaints, place: str = "") -> Any:
    """A new page at a place of the dashboard, once it has a title."""
    page = opened.new_page()
    complaints.watch(page)
    go(page, server, place)
    return page


def go(page: Any, server: Server, place: str) -> None:
    page.goto(f"{server.address}/{place}", wait_until="domcontentloaded", timeout=PATIENCE)
    page.get_by_role("heading", level=1).first.wait_for()
    settle(page)


QUIET = """
() => !document.querySelector('[data-testid="stStatusWidget"]')
  && ![...document.querySelectorAll('[data-stale="true"]')].length
  && !document.querySelector('[data-testid="stSkeleton"]')
"""


def settle(page: Any) -> None:
    """Wait until the page is drawn and nothing on it is about to change."""
    page.wait_for_function(QUIET)
    page.wait_for_timeout(300)
    page.wait_for_function(QUIET)
