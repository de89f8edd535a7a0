"""The outcome of an optimisation as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from sim import MEASURES, amount

if TYPE_CHECKING:
    from experiments.analysis.intervals import Interval
    from experiments.optimum import Optimum, Trial


def print_optimum(found: Optimum, console: Console, *, most: int) -> None:
    """What the search saw, what fresh tapes say of its best, and the choice in a sentence."""
    tried = sorted(found.trials, key=lambda trial: (not trial.feasible, _order(found, trial)))
    console.print(f"Search: the best {min(most, len(tried))} of {len(tried)} settings", style="bold")
    console.print(_table(found, tried[:most]))
    if found.finalists:
        console.print("Finalists on fresh tapes; the choice first", style="bold")
        console.print(_table(found, found.finalists, leads=found.leads))
    if found.best is not None:
        console.print(_sentence(found, found.best))
        console.print()
    console.print(f"± half a 95 % interval; n/a: undefined, as a share of nothing. {found.runs} runs.", style="dim")
    console.print(
        "Means of finalists may rest on different numbers of tapes; what they are behind does not.", style="dim"
    )


def _order(found: Optimum, trial: Trial) -> float:
    value = trial.goal.value
    return float("inf") if isnan(value) else value if MEASURES[found.goal].direction == "down" else -value


def _table(found: Optimum, trials: Sequence[Trial], *, leads: Sequence[Interval] = ()) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("setting")
    lead = ["behind the choice"] if leads else []
    for name in [MEASURES[found.goal].title, *lead, *(constraint.text for constraint in found.constraints)]:
        table.add_column(name, justify="right")
    table.add_column("bounds")
    for place, trial in enumerate(trials):
        behind = [_behind(leads[place], found.goal)] if leads else []
        bounds = [_cell(bound, each.measure) for bound, each in zip(trial.bounds, found.constraints, strict=True)]
        verdict = trial.error or ("kept" if trial.feasible else "broken")
        table.add_row(str(trial.candidate), _cell(trial.goal, found.goal), *behind, *bounds, verdict)
    return table


def _cell(interval: Interval, name: str) -> str:
    measure, half = MEASURES[name], (interval.high - interval.low) / 2
    text = amount(interval.value, measure, width=half)
    return text if isnan(half) else f"{text} ± {amount(half, measure, width=half).removesuffix(' %')}"


def _behind(lead: Interval, goal: str) -> str:
    """By how much a finalist trails the choice, on the tapes that both met."""
    return "" if lead.low == lead.high == 0 else _cell(lead, goal)


def _unsure(found: Optimum, best: Trial) -> list[str]:
    """Constraints whose interval reaches beyond the bound."""
    return [
        each.text
        for each, bound in zip(found.constraints, best.bounds, strict=True)
        if each.excess(bound.low if each.at_least else bound.high) > 0
    ]


def _sentence(found: Optimum, best: Trial) -> str:
    measure = MEASURES[found.goal]
    said = f"Best: {best.candidate}: {measure.title} {_cell(best.goal, found.goal)} on tapes the search never saw."
    said += "".join(f" Whether {text} holds is not sure." for text in _unsure(found, best))
    lead = amount(found.indifference, measure, width=found.indifference)
    if found.selection is None or len(found.finalists) == 1:
        return said
    if found.selection.limited:
        return f"{said} The limit of replications came before it could be told from all others by {lead}."
    chance = f"{100 * found.selection.chance:.0f} %"
    return f"{said} Right with a chance of {chance} if the best finalist that keeps the bounds leads by {lead} or more."
