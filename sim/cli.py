"""The command `stockout`."""

from __future__ import annotations

from typing import Final

import typer

from sim.commands.check import check, schema
from sim.commands.claims import claims
from sim.commands.dashboard import dashboard
from sim.commands.exits import Guarded
from sim.commands.explain import explain
from sim.commands.fit import fit
from sim.commands.init import init
from sim.commands.optimize import optimize
from sim.commands.replay import replay
from sim.commands.report import report
from sim.commands.run import compare, run
from sim.commands.sales import import_sales
from sim.commands.study import study
from sim.commands.version import version

_SCENARIOS: Final = (init, check, schema)
_RUNS: Final = (run, compare, explain, study, replay, report, claims, optimize)


def build() -> typer.Typer:
    """The command with all its sub-commands."""
    app = typer.Typer(
        cls=Guarded,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Backorder or out of stock? Simulate both on the same customers and compare.",
        epilog="Exit codes: 0 ok, 1 a threshold was missed, 2 wrong usage, 3 invalid scenario, "
        "4 some replications failed, 5 internal error, 130 interrupted.",
    )
    for command in (*_SCENARIOS, *_RUNS, dashboard, version):
        app.command()(command)
    app.command("import")(import_sales)
    app.add_typer(fit(), name="fit")
    return app


def main() -> None:
    """Run the command with the arguments of the process."""
    build()(prog_name="stockout")
