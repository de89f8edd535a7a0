"""`stockout optimize`: settings that make a measure best while others keep their bounds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from sim.commands.console import complain, say, say_json, screen
from sim.commands.exits import Code
from sim.commands.options import Json, Policies, Quiet, ScenarioFile, Seed, Workers, assignments
from sim.commands.progress import progress

if TYPE_CHECKING:
    from experiments.optimum import Optimum

MOST_ROWS: Final = 10
_IN: Final = " in "


Search = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="'PATH in RANGE'",
        help="What to search: 'levers.replenish.s in 4..12', 'in 2 d..10 d', 'in 1..100 log', 'in [a, b]'; "
        "may be repeated. PATH=VALUE changes the scenario before.",
    ),
]
Goal = Annotated[str, typer.Option(metavar="MEASURE", help="What to make best.")]
Bounds = Annotated[
    list[str] | None,
    typer.Option(metavar="BOUND", help="A bound to keep, as in 'promise_kept >= 95 %'; may be repeated."),
]
Trials = Annotated[int, typer.Option(min=1, help="Settings to try.")]
Each = Annotated[int, typer.Option("--replications", "-n", min=2, help="Of each setting tried.")]
Finalists = Annotated[int, typer.Option(min=1, help="The best of the search that compete on fresh tapes.")]
Most = Annotated[int, typer.Option(min=10, help="Fresh replications of a finalist, at most.")]
Indifference = Annotated[
    float | None, typer.Option(min=0, help="A lead that does not matter; 0.5 % of the best mean by default.")
]


def optimize(
    file: ScenarioFile,
    *,
    set_: Search,
    goal: Goal = "total_value",
    subject_to: Bounds = None,
    policy: Policies = None,
    trials: Trials = 60,
    replications: Each = 10,
    finalists: Finalists = 5,
    most: Most = 200,
    indifference: Indifference = None,
    seed: Seed = None,
    workers: Workers = 1,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Search settings of a scenario for the best value of a measure, with bounds on others."""
    from experiments.optimize import optimize as search  # noqa: PLC0415
    from experiments.optimum import Limits  # noqa: PLC0415

    space, fixed = _split(set_)
    limits = Limits(trials, replications, finalists, most, indifference or None)
    with progress("trials", quiet=quiet) as tell:
        found = search(
            file,
            space,
            goal=goal,
            subject_to=subject_to or (),
            policies=policy or None,
            overrides=assignments(fixed, "--set"),
            limits=limits,
            seed=seed,
            workers=workers,
            on_progress=tell,
        )
    _tell(found, file, json=json)
    if found.best is None:
        complain(f"nothing that was tried keeps {' and '.join(each.text for each in found.constraints)}")
        raise typer.Exit(Code.THRESHOLD)


def _split(texts: list[str]) -> tuple[dict[str, str], list[str]]:
    """What to search, by path, and what to set before."""
    space: dict[str, str] = {}
    fixed = [text for text in texts if _IN not in text.split("=")[0]]
    for text in texts:
        path, found, stated = (part.strip() for part in text.partition(_IN))
        if text in fixed:
            continue
        if not (path and stated and found) or path in space:
            raise typer.BadParameter(f"'{text}' is not a path that is new and a range", param_hint="'--set'")
        space[path] = stated
    if not space:
        raise typer.BadParameter("nothing to search; write 'PATH in RANGE'", param_hint="'--set'")
    return space, fixed


def _tell(found: Optimum, file: Path, *, json: bool) -> None:
    if json:
        say_json(_document(found))
        return
    from sim.commands.optimum_tables import print_optimum  # noqa: PLC0415

    print_optimum(found, screen(), most=MOST_ROWS)
    if found.best is not None:
        what = "to paste into" if found.lines else "nothing to change in"
        say(f"# {what} {file.name}, for the policy '{found.best.candidate.policy}'")
    for line in found.lines:
        say(line)


def _document(found: Optimum) -> dict[str, Any]:
    return {
        "goal": found.goal,
        "constraints": [asdict(each) for each in found.constraints],
        "best": asdict(found.best) if found.best else None,
        "selection": asdict(found.selection) if found.selection else None,
        "indifference": found.indifference,
        "yaml": list(found.lines),
        "runs": found.runs,
        "finalists": [asdict(each) for each in found.finalists],
        "leads": [asdict(each) for each in found.leads],
        "trials": [asdict(each) for each in found.trials],
    }
