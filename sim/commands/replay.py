"""`stockout replay`: one run of a study again, with what happened in it."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.console import complain, say, say_json
from sim.commands.exits import Code
from sim.commands.explain import list_customers, tell_customer
from sim.commands.options import Json

if TYPE_CHECKING:
    from experiments.replay import Run
    from sim import Replay


def replay(
    key: Annotated[
        str,
        typer.Argument(metavar="KEY", help="STORE/POINT/POLICY/REPLICATION, as in the column `key` of a study's rows."),
    ],
    *,
    customer: Annotated[
        int | None, typer.Option("--customer", "-c", min=0, help="Tell what happened to this customer.")
    ] = None,
    json: Json = False,
) -> None:
    """Run one run of a study again: the same customers, the same weather, the same failure."""
    from experiments.replay import find_run  # noqa: PLC0415

    run = find_run(key)
    if not json:
        _tell_run(run)
    try:
        again = run.again()
    except Exception as error:  # whatever it is, it is what was asked for
        _tell_failure(run, error, json=json)
        raise typer.Exit(Code.FAILED) from None
    if customer is not None:
        tell_customer(again, customer, json=json)
        return
    if not json:
        say(_likeness(run, again))
    list_customers(again, json=json)


def _tell_run(run: Run) -> None:
    say(f"{run.scenario.title}: setting {run.point}, {run.policy}, replication {run.replication}, seed {run.seed}")
    for name, value in run.settings.items():
        say(f"  {name} = {value}")
    if run.row is None:
        say("The store has no row of it yet.")
    elif run.row["status"] != "ok":
        say(f"In the store it failed: {run.row['error']}")


def _likeness(run: Run, again: Replay) -> str:
    if run.row is None or run.row["status"] != "ok":
        return "It ran to its end, and its ledger passed the audit."
    if run.row["ledger"] == again.ledger.digest:
        return "It ran to its end with the same ledger as in the store."
    return "It ran to its end with ANOTHER LEDGER than in the store: versions of packages may differ."


def _tell_failure(run: Run, error: Exception, *, json: bool) -> None:
    from experiments.replay import moment_of  # noqa: PLC0415

    moment = moment_of(error, run.scenario.world.calendar)
    message = f"{type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error)).rstrip()
    if json:
        say_json({"failed": message, "moment": moment, "traceback": trace.splitlines()})
        return
    complain(trace)
    complain(f"It fails: {message}")
    if moment:
        complain(f"That was {moment}.")
