"""Results and verdicts as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim import GROUPS, MEASURES, Measure, Results, Summary, Verdict, amount, heading

Rows = Mapping[tuple[str, str], Summary]
"""By policy and measure."""

UNDEFINED: Final = "undefined"

ABREAST: Final = 3
"""Policies side by side in one table of 100 columns."""


def print_results(results: Results, console: Console) -> None:
    """Every measure of every policy with its interval; what is 0 or undefined throughout only by name."""
    rows = {(row.policy, row.measure): row for row in results.summary() if row.scope == ""}
    silent = {text: _throughout(rows, results, text) for text in ("0", UNDEFINED)}
    _print_head(results, console)
    for first in range(0, len(results.policies), ABREAST):
        policies = results.policies[first : first + ABREAST]
        console.print(_side_by_side(rows, results, policies, [*silent["0"], *silent[UNDEFINED]]))
    console.print("± half a 95 % interval of the mean; n: replications that define it, when not all.", style="dim")
    for text, measures in silent.items():
        if measures:
            named = ", ".join(measure.title for measure in measures)
            console.print(f"{text} in every replication: {named}.", style="dim")
    if len(results.scopes) > 1:
        console.print("For the whole shop; --json and --out give single stocks too.", style="dim")


def _throughout(rows: Rows, results: Results, text: str) -> list[Measure]:
    """Measures that are 0, or undefined, in every replication of every policy."""
    return [
        MEASURES[name]
        for name in results.measures
        if all(_plain(rows[policy, name]) == text for policy in results.policies)
    ]


def _plain(row: Summary) -> str:
    if row.n == 0:
        return UNDEFINED
    return "0" if row.mean == 0 and row.sd == 0 else ""


def _print_head(results: Results, console: Console) -> None:
    console.print(results.scenario.title, style="bold")
    console.print(f"{results.replications} replications, seed {results.seed}", style="dim")


def _side_by_side(rows: Rows, results: Results, policies: tuple[str, ...], silent: list[Measure]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("measure")
    for policy in policies:
        table.add_column(policy, justify="right")
    for group, measures in GROUPS.items():
        spoken = [measure for measure in measures if measure not in silent]
        if spoken:
            table.add_row(Text(group, style="bold"))
        for measure in spoken:
            cells = (_cell(rows[policy, measure.name], measure, results) for policy in policies)
            table.add_row(heading(measure, results.currency), *cells)
    return table


def _cell(row: Summary, measure: Measure, results: Results) -> str:
    text = amount(row.mean, measure, width=row.half_width)
    if row.n > 1:
        text += f" ± {amount(row.half_width, measure, width=row.half_width).removesuffix(' %')}"
    return f"{text} (n {row.n})" if 0 < row.n < results.replications else text


def print_verdict(verdict: Verdict, results: Results, console: Console) -> None:
    """Who wins, what each policy is worth and why; then every policy against the baseline in numbers."""
    _print_head(results, console)
    if verdict.standing is not None:
        console.print(f"\n{verdict.standing}", style="bold")
    others = [policy for policy in verdict.ranking if policy != verdict.baseline]
    if len(others) == 1 and (advice := verdict.advice(others[0])):
        console.print(advice)
    elif verdict.standing is not None:
        console.print(_ranking(verdict))
        for policy in others:
            console.print(f"- {verdict.brief(policy)}")
    for policy in others:
        console.print(f"\n{policy} against {verdict.baseline}", style="bold")
        console.print(_verdict_table(verdict, policy))
        for sentence in verdict.details(policy):
            console.print(f"- {sentence}")
    console.print()
    for note in verdict.notes:
        console.print(note, style="dim")


def _ranking(verdict: Verdict) -> Table:
    """What every policy is worth, the best first."""
    head = verdict.table(verdict.policies[0])[1][0]
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, title in enumerate(("policy", head, f"against {verdict.baseline}", "verdict")):
        table.add_column(title, justify="right" if place in (1, 2) else "left")
    rows = {policy: next(row for row in verdict.table(policy) if row[0] == head) for policy in verdict.policies}
    for policy in verdict.ranking:
        if policy == verdict.baseline:
            table.add_row(policy, next(iter(rows.values()))[1])
        else:
            _, _, value, difference, _, word = rows[policy]
            table.add_row(policy, value, difference, Text(word, style=_style(word)))
    return table


def _verdict_table(verdict: Verdict, policy: str) -> Table:
    head, *rows = verdict.table(policy)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, title in enumerate(head):
        last = place == len(head) - 1
        table.add_column(title, justify="left" if last or not place else "right", no_wrap=place > 0)
    for row in rows:
        table.add_row(*row[:-1], Text(row[-1], style=_style(row[-1])))
    return table


def _style(word: str) -> str:
    return {"better": "bold green", "worse": "bold red"}.get(word, "")
