"""`stockout dashboard`: the page for managers, in the browser."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from sim.commands.console import complain
from sim.commands.exits import Code


def dashboard(
    file: Annotated[
        Path | None, typer.Argument(metavar="SCENARIO", exists=True, dir_okay=False, help="A scenario to start with.")
    ] = None,
    *,
    store: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, metavar="DIR", help="A folder of studies to browse.")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where the page is served.")] = 8501,
) -> None:
    """Open the dashboard; it is reachable from this machine only. Ctrl-C ends it."""
    from dashboard.launch import Started, command  # noqa: PLC0415

    complain(f"http://127.0.0.1:{port}")
    if _serve(command(Started(file, store), port)):
        raise typer.Exit(Code.INTERNAL)


def _serve(command: list[str]) -> int:
    """Be the server, where the system can do that, so that ending this process ends it; else wait for it."""
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.call(command)
