"""The two channels: what was asked for goes to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import typer

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_WIDTH: Final = 100
"""Width of tables that do not go to a terminal."""


def screen() -> Console:
    """Where tables go: the width of the terminal, or 100 columns in a file or pipe."""
    from rich.console import Console  # noqa: PLC0415 - some commands print no table

    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False, emoji=False, markup=False)


def say(text: str) -> None:
    """A line of plain text on stdout."""
    typer.echo(text)


def complain(text: str) -> None:
    """A line of plain text on stderr."""
    typer.echo(text, err=True)


def say_json(document: Any) -> None:
    """One JSON document on stdout; what is undefined or infinite becomes null."""
    typer.echo(json.dumps(_plain(document), indent=2, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
