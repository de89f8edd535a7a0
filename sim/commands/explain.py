"""`stockout explain`: one customer's story, or what a measure means."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.console import PLAIN_WIDTH, say, say_json, screen
from sim.commands.options import Json, Overrides, Seed, assignments, known_measure
from sim.errors import ResultError

if TYPE_CHECKING:
    from sim import Measure, Replay


def explain(
    subject: Annotated[
        str | None, typer.Argument(metavar="FILE|MEASURE", help="A scenario, or a measure; without it, the list.")
    ] = None,
    *,
    policy: Annotated[str | None, typer.Option("--policy", "-p", metavar="P", help="The first by default.")] = None,
    replication: Annotated[int, typer.Option("--replication", "-r", min=0, help="Which repetition.")] = 0,
    customer: Annotated[
        int | None, typer.Option("--customer", "-c", min=0, help="Whose story; without it, whom to ask for.")
    ] = None,
    seed: Seed = None,
    set_: Overrides = None,
    json: Json = False,
) -> None:
    """Tell what happened to one customer of a scenario, or what a measure means."""
    if subject is None:
        _list_measures(json=json)
    elif not _is_file(subject):
        _tell_measure(subject, json=json)
    else:
        again = _played_again(Path(subject), policy, replication, seed, assignments(set_, "--set"))
        if customer is None:
            list_customers(again, json=json)
        else:
            tell_customer(again, customer, json=json)


def _is_file(subject: str) -> bool:
    return Path(subject).is_file() or Path(subject).suffix.lower() in (".yaml", ".yml")


def _played_again(
    file: Path, policy: str | None, replication: int, seed: int | None, overrides: dict[str, str]
) -> Replay:
    from sim import load_scenario, replay  # noqa: PLC0415

    if not file.is_file():
        raise ResultError(f"there is no file {file}")
    scenario = load_scenario(file, overrides=overrides)
    return replay(scenario, policy=policy or next(iter(scenario.policies)), replication=replication, seed=seed)


def tell_customer(again: Replay, customer: int, *, json: bool) -> None:
    """The story of one customer of a replication."""
    from sim import tell  # noqa: PLC0415

    events = tell(again, customer)
    about = {"policy": again.policy, "replication": again.tape.replication, "seed": again.tape.seed}
    if json:
        told = [{"time": event.time, "when": event.when, "text": event.text} for event in events]
        say_json({"scenario": again.scenario.title, **about, "customer": customer, "events": told})
        return
    say(again.scenario.title)
    say(f"Customer {customer} under {again.policy}, replication {again.tape.replication}, seed {again.tape.seed}")
    width = max(len(event.when) for event in events)
    for place, event in enumerate(events):
        same = place and events[place - 1].when == event.when
        lead = f"  {'' if same else event.when:<{width}}  "
        say(fill(event.text, PLAIN_WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead)))


def list_customers(again: Replay, *, json: bool) -> None:
    """Customers of every fate, to choose one from."""
    from sim import FATES  # noqa: PLC0415

    examples = again.examples()
    if json:
        say_json({fate.name: list(customers) for fate, customers in examples.items()})
        return
    say(f"{len(again.tape.visits):,} customers under {again.policy}; choose one with --customer, for instance")
    for fate, customers in examples.items():
        say(f"  {FATES[fate]}: {', '.join(map(str, customers))}")


def _list_measures(*, json: bool) -> None:
    from sim import GROUPS, MEASURES  # noqa: PLC0415

    if json:
        say_json([_entry(measure) for measure in MEASURES.values()])
        return
    from rich.table import Table  # noqa: PLC0415

    table = Table("measure", "title", "unit", box=None, pad_edge=False)
    for group, measures in GROUPS.items():
        table.add_section()
        table.add_row(f"{group}:")
        for measure in measures:
            table.add_row(f"  {measure.name}", measure.title, measure.unit)
    screen().print(table)


def _tell_measure(name: str, *, json: bool) -> None:
    from sim import MEASURES  # noqa: PLC0415

    entry = _entry(MEASURES[known_measure(name, "MEASURE")])
    if json:
        say_json(entry)
        return
    say(f"{entry.pop('title')}")
    for key, text in entry.items():
        say(f"  {key:<10}  {text}")


def _entry(measure: Measure) -> dict[str, Any]:
    better = {"up": "higher", "down": "lower", "neither": "neither"}
    return {
        "title": measure.title,
        "name": measure.name,
        "unit": measure.unit,
        "better": better[measure.direction],
        "definition": measure.definition,
        "formula": measure.formula,
        "source": measure.source,
    }
