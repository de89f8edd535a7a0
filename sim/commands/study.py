"""`stockout study`: a batch of experiments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sim.commands.console import complain, say
from sim.commands.exits import Code
from sim.commands.options import Quiet
from sim.commands.progress import progress

if TYPE_CHECKING:
    from experiments.run import StudyOutcome

MOST_FAILURES: Final = 3
"""Failed runs that are named on the console."""

Where = Annotated[
    str | None,
    typer.Option(
        "--executor",
        "-e",
        metavar="WHERE",
        help="serial, loky, loky:N or dask:tcp://HOST:PORT. By default all processors of this computer, "
        "once it takes longer than a few seconds. The results do not depend on it.",
    ),
]
Processes = Annotated[int | None, typer.Option("--workers", "-w", min=1, help="The same as --executor loky:N.")]


def study(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A study (YAML).")],
    *,
    executor: Where = None,
    workers: Processes = None,
    resume: Annotated[bool, typer.Option("--resume/--afresh", help="Keep what an earlier run completed.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be run, and for how long.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run a study: many settings, every policy, many replications; results go to its store."""
    from experiments.run import run_study  # noqa: PLC0415

    if dry_run:
        _tell(file, workers or 1)
        return
    where = executor or (None if workers else "auto")
    try:
        with progress("runs", quiet=quiet) as tell:
            outcome = run_study(file, executor=where, workers=workers, on_progress=tell, resume=resume)
    except KeyboardInterrupt:
        complain(f"What was completed is kept. Go on with: {_again(file, executor, workers)}")
        raise
    for line in outcome.summary:
        say(line)
    say(f"{outcome.points:,} settings, {outcome.runs:,} runs: {outcome.store}")
    if outcome.failures:
        _tell_failures(outcome)
        raise typer.Exit(Code.FAILED)


def _again(file: Path, executor: str | None, workers: int | None) -> str:
    """The command that goes on."""
    options = [*(["--executor", executor] if executor else []), *(["--workers", str(workers)] if workers else [])]
    return " ".join(["stockout study", str(file), *options])


def _tell_failures(outcome: StudyOutcome) -> None:
    """Which runs failed, why, and how to look at them."""
    from experiments.store import read_manifest  # noqa: PLC0415

    failures: Sequence[dict[str, str]] = read_manifest(outcome.store)["failures"]
    complain(f"{outcome.failures:,} of {outcome.runs:,} runs failed; the others are kept. Look into one with:")
    for failure in failures[:MOST_FAILURES]:
        complain(f"  stockout replay {outcome.store.parent / failure['key']}")
        complain(f"    {failure['error']}")
    if outcome.failures > MOST_FAILURES:
        complain("The others are the rows with status 'error'; their column 'key' names them.")


def _tell(file: Path, workers: int) -> None:
    """What the study would do."""
    from experiments.dry_run import dry_run  # noqa: PLC0415
    from experiments.plan import read_study  # noqa: PLC0415

    for line in dry_run(read_study(file), workers=workers):
        say(line)
