"""`--fail-under`: limits that means must reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Final

import typer

from sim.commands.options import assignments, known_measure

if TYPE_CHECKING:
    from sim import Results

OPTION: Final = "--fail-under"


def thresholds(texts: Sequence[str] | None) -> dict[str, float]:
    """`measure=value` texts as limits; a value may be a percentage.

    Raises:
        typer.BadParameter: there is no such measure, or no number.
    """
    return {known_measure(name, OPTION): _number(text) for name, text in assignments(texts, OPTION).items()}


def _number(text: str) -> float:
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise typer.BadParameter(f"'{text}' is not a number", param_hint=f"'{OPTION}'")
    return value


def misses(results: Results, limits: Mapping[str, float]) -> tuple[str, ...]:
    """A sentence for each policy whose mean is below a limit, or undefined."""
    return tuple(
        f"{row.policy}: {row.measure} is {row.mean:.6g}, below {limits[row.measure]:g}"
        for row in results.summary()
        if row.scope == "" and row.measure in limits and not row.mean >= limits[row.measure]
    )
