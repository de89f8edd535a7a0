"""`stockout dashboard`: the page for managers, in the browser."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from sim.commands.console import complain
from sim.commands.exits import Code


def dashboard(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A scenario to start with.")
    ] = None,
    *,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where the page is served.")] = 8501,
) -> None:
    """Open the dashboard; it is reachable from this machine only. Ctrl-C ends it."""
    complain(f"http://127.0.0.1:{port}")
    ended = subprocess.call(_command(file, port))
    if ended:
        raise typer.Exit(Code.INTERNAL)


def _command(file: Path | None, port: int) -> list[str]:
    settings = {"server.address": "127.0.0.1", "server.port": port, "browser.gatherUsageStats": "false"}
    options = [f"--{name}={value}" for name, value in settings.items()]
    page = ["--", str(file.resolve())] if file else []
    return [sys.executable, "-m", "streamlit", "run", _page(), *options, *page]


def _page() -> str:
    found = find_spec("dashboard.app")
    if found is None or found.origin is None:
        raise FileNotFoundError("the dashboard is not installed")
    return found.origin
