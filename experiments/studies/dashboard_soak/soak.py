"""Ten people move levers on one dashboard for some minutes: how long each waits, and what memory the server takes.

Run it with `python -m experiments.studies.dashboard_soak.soak`; it needs Playwright and Debian's chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
SCENARIO: Final = ROOT / "scenarios" / "port_closure.yaml"
PATIENCE: Final = 120_000
"""Milliseconds to wait for anything."""

LEVER: Final = "Outage length"
MEBI: Final = 2**20


@dataclass(frozen=True)
class Soak:
    """What was measured."""

    people: int
    seconds: float
    moves: int
    failed: int
    """Moves whose results did not come in time."""
    waits: dict[str, float]
    """Seconds from the move of a lever to its first results on the page, by share of the moves."""
    memory: tuple[tuple[float, float], ...]
    """Seconds since the start, and MiB of the server with all its processes."""
    left: int
    """Processes that were there after the server was killed."""


@contextmanager
def served(scenario: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A dashboard in a process group of its own, which remembers nothing of earlier ones."""
    command = [sys.executable, "-m", "sim", "dashboard", str(scenario), "--port", str(port)]
    with tempfile.TemporaryDirectory() as cache:
        process = subprocess.Popen(
            command,
            env={**os.environ, "STREAMLIT_SERVER_HEADLESS": "true", "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": cache},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _until_up(port)
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until_up(port: int) -> None:
    for _ in range(300):
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
            return
        time.sleep(0.3)
    raise SystemExit("the dashboard did not start")


def members(group: int) -> list[int]:
    """The processes of a group."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ProcessLookupError):
            if os.getpgid(int(place.name)) == group and " Z " not in (place / "stat").read_text():
                found.append(int(place.name))
    return found


def memory_of(group: int) -> float:
    """MiB that the processes of a group hold, pages that they share counted once for each sharer's part."""
    total = 0
    for process in members(group):
        with suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
            total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total / MEBI


async def person(page: Any, number: int, until: float, waits: list[float | None]) -> None:
    """Move a lever, wait for its first results, think for a second or three, and again."""
    lever = page.get_by_role("slider", name=LEVER)
    for move in range(10_000):
        if time.monotonic() > until:
            return
        await lever.focus()
        before = time.monotonic()
        await page.keyboard.press("ArrowRight" if (move // 8 + number) % 2 else "ArrowLeft")
        value = float(await lever.input_value())
        try:
            await page.get_by_text(f"outage length {value:g} day").first.wait_for(timeout=60_000)
            waits.append(time.monotonic() - before)
        except Exception:
            waits.append(None)
        await asyncio.sleep(1 + (number * 7 + move * 3) % 5 / 2)


async def watch(group: int, start: float, until: float, memory: list[tuple[float, float]]) -> None:
    """Look at the memory every five seconds."""
    while time.monotonic() < until:
        memory.append((round(time.monotonic() - start, 1), round(memory_of(group), 1)))
        await asyncio.sleep(5)


async def crowd(port: int, group: int, people: int, seconds: float) -> tuple[list[float | None], list[Any]]:
    """All the people at once, each with a window of his own."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 - only this needs a browser

    waits: list[float | None] = []
    memory: list[tuple[float, float]] = []
    async with async_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        pages = []
        for number in range(people):
            page = await (await browser.new_context()).new_page()
            page.set_default_timeout(PATIENCE)
            await page.goto(f"http://127.0.0.1:{port}/?outage={20 + number}", wait_until="domcontentloaded")
            await page.get_by_text("outage length").first.wait_for()
            pages.append(page)
        start = time.monotonic()
        until = start + seconds
        crowd = [person(page, number, until, waits) for number, page in enumerate(pages)]
        await asyncio.gather(watch(group, start, until, memory), *crowd)
        await browser.close()
    return waits, memory


def quantiles(waits: Sequence[float]) -> dict[str, float]:
    """Some quantiles of the waits, and the longest."""
    ranked = sorted(waits) or [float("nan")]
    shares = {"50 %": 0.5, "90 %": 0.9, "99 %": 0.99, "longest": 1.0}
    return {name: round(ranked[min(int(share * len(ranked)), len(ranked) - 1)], 2) for name, share in shares.items()}


def soak(scenario: Path, people: int, seconds: float, port: int) -> Soak:
    """Serve, let the crowd at it, kill the server, and say what was seen."""
    with served(scenario, port) as server:
        waits, memory = asyncio.run(crowd(port, server.pid, people, seconds))
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        time.sleep(10)
        left = len(members(server.pid))
    known = [wait for wait in waits if wait is not None]
    return Soak(people, seconds, len(waits), len(waits) - len(known), quantiles(known), tuple(memory), left)


def main() -> None:
    """Run it from the command line; the result is written as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", type=Path, default=SCENARIO)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--port", type=int, default=8650)
    asked = parser.parse_args()
    sys.stdout.write(json.dumps(asdict(soak(asked.scenario, asked.people, asked.seconds, asked.port)), indent=1) + "\n")


if __name__ == "__main__":
    main()
