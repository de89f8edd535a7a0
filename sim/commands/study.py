"""`stockout study`: a batch of experiments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.console import complain, say
from sim.commands.exits import Code
from sim.commands.options import Quiet, Workers
from sim.commands.progress import progress


def study(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A study (YAML).")],
    *,
    workers: Workers = 1,
    resume: Annotated[bool, typer.Option("--resume/--afresh", help="Keep what an earlier run completed.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be run, and for how long.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run a study: many settings, every policy, many replications; results go to its store."""
    from experiments.run import run_study  # noqa: PLC0415

    if dry_run:
        _tell(file, workers)
        return
    try:
        with progress("runs", quiet=quiet) as tell:
            outcome = run_study(file, workers=workers, on_progress=tell, resume=resume)
    except KeyboardInterrupt:
        complain(f"resume with: stockout study {file} --resume")
        raise
    for line in outcome.summary:
        say(line)
    say(f"{outcome.points} settings, {outcome.runs} runs: {outcome.store}")
    if outcome.failures:
        complain(f"{outcome.failures} runs failed; the others are kept")
        raise typer.Exit(Code.FAILED)


def _tell(file: Path, workers: int) -> None:
    """What the study would do."""
    from experiments.dry_run import dry_run  # noqa: PLC0415
    from experiments.plan import read_study  # noqa: PLC0415

    for line in dry_run(read_study(file), workers=workers):
        say(line)
