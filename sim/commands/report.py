"""`stockout report`: a study's answer as one file to read, print and send."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.console import complain


def report(
    study: Annotated[Path, typer.Argument(metavar="STUDY", exists=True, help="A study (YAML), or its store.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", dir_okay=False, help="Where to write it.")
    ] = None,
    measure: Annotated[
        str | None, typer.Option(metavar="MEASURE", help="What decides; total value by default.")
    ] = None,
) -> None:
    """Write the report of a finished study: one HTML file that needs nothing else."""
    from experiments.report.build import write_report  # noqa: PLC0415

    complain(f"wrote {write_report(study, out or Path('report.html'), measure=measure)}")
