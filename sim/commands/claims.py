"""`stockout claims`: the claims of the field, tried again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.console import say
from sim.commands.options import Quiet
from sim.commands.progress import progress


def claims(
    numbers: Annotated[list[str] | None, typer.Argument(metavar="ID", help="As C03; all when left out.")] = None,
    *,
    studies: Annotated[
        Path, typer.Option(metavar="FOLDER", exists=True, file_okay=False, help="Where the studies are.")
    ] = Path("experiments/studies"),
    run: Annotated[bool, typer.Option("--run/--no-run", help="Make the runs that are missing.")] = True,
    workers: Annotated[int | None, typer.Option("--workers", "-w", min=1, help="Processes.")] = None,
    quiet: Quiet = False,
) -> None:
    """Run the studies of claims, as far as results are missing, and write their pages and the table of verdicts."""
    from experiments.claims.produce import Wish, produce  # noqa: PLC0415

    wish = Wish(studies=studies, only=tuple(numbers or ()), run=run, workers=workers)
    with progress("runs", quiet=quiet) as tell:
        for line in produce(wish, on_progress=tell):
            say(line)
