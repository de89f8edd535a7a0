"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A scenario (YAML).")]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", "-p", metavar="P", help="Run only this policy; may be repeated."),
]
Replications = Annotated[
    int | None, typer.Option("--replications", "-n", min=1, help="Repetitions; the scenario's plan by default.")
]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of all chance; the scenario's plan by default.")]
Workers = Annotated[int, typer.Option("--workers", "-w", min=1, help="Processes; the numbers do not depend on it.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help='Change the scenario, as in world.customers.shoppers.patience="3 d"; may be repeated.',
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead of text.")]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", file_okay=False, help="Also write Parquet, CSV and a manifest here."),
]
Audit = Annotated[
    bool | None,
    typer.Option("--audit/--no-audit", help="Check every ledger; by default below 100,000 visits."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def assignments(texts: Sequence[str] | None, option: str) -> dict[str, str]:
    """`path=value` texts as a mapping.

    Raises:
        typer.BadParameter: one has no `=` or nothing before it, or a path is given twice.
    """
    found: dict[str, str] = {}
    for text in texts or ():
        path, equals, value = (part.strip() for part in text.partition("="))
        if not (path and equals):
            raise typer.BadParameter(f"'{text}' is not of the form path=value", param_hint=f"'{option}'")
        if path in found:
            raise typer.BadParameter(f"'{path}' is given twice", param_hint=f"'{option}'")
        found[path] = value
    return found


def known_measure(name: str, option: str) -> str:
    """`name`, if it is a measure.

    Raises:
        typer.BadParameter: it is not.
    """
    from sim import MEASURES  # noqa: PLC0415

    if name in MEASURES:
        return name
    close = get_close_matches(name, MEASURES, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "`stockout explain` lists them"
    raise typer.BadParameter(f"there is no measure '{name}'; {hint}", param_hint=f"'{option}'")
