"""How a command ends: exit codes, and every error as one sentence on stderr."""

from __future__ import annotations

import os
import traceback
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperGroup

from sim.commands.console import complain
from sim.errors import ResultError, ScenarioError, StockoutError


class Code(IntEnum):
    """Exit codes."""

    OK = 0
    THRESHOLD = 1
    """A threshold was missed."""
    USAGE = 2
    """The command was used wrongly."""
    SCENARIO = 3
    """The scenario cannot be used as written."""
    FAILED = 4
    """Some replications failed; what was completed is kept."""
    INTERNAL = 5
    """A fault of the product."""
    INTERRUPTED = 130
    """Ctrl-C."""


class Guarded(TyperGroup):
    """Ends every command with its exit code; no traceback unless `STOCKOUT_DEBUG=1` asks for one."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            complain("interrupted")
            raise typer.Exit(Code.INTERRUPTED) from None
        except BrokenPipeError:
            raise
        except Exception as error:
            if hasattr(error, "exit_code"):  # the command line's own: wrong usage, or an exit on purpose
                raise
            raise typer.Exit(report(error)) from error


def report(error: Exception) -> Code:
    """Say on stderr what went wrong; returns the exit code for it."""
    if os.environ.get("STOCKOUT_DEBUG") == "1":
        complain(traceback.format_exc())
    complain(_sentence(error))
    return _code(error)


def _sentence(error: Exception) -> str:
    from sim import ScenarioFaults  # noqa: PLC0415

    if isinstance(error, ScenarioFaults):
        return str(error)
    if isinstance(error, StockoutError | OSError):
        return f"error: {error}"
    return f"error: {type(error).__name__}: {error} (a fault of the product; STOCKOUT_DEBUG=1 shows where)"


def _code(error: Exception) -> Code:
    if isinstance(error, ScenarioError):
        return Code.SCENARIO
    return Code.USAGE if isinstance(error, ResultError | OSError) else Code.INTERNAL
