"""`stockout check` and `stockout schema`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sim.commands.console import complain, say, say_json
from sim.commands.exits import Code
from sim.commands.options import Json, Overrides, ScenarioFile, assignments

if TYPE_CHECKING:
    from sim import Fault, Scenario


class Form(StrEnum):
    """How faults are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def check(
    file: ScenarioFile,
    *,
    set_: Overrides = None,
    json: Json = False,
    form: Annotated[Form, typer.Option("--format", help="How faults are written.")] = Form.TEXT,
) -> None:
    """List every fault of a scenario, with its place."""
    from sim import ScenarioFaults, load_scenario  # noqa: PLC0415

    shape = Form.JSON if json else form
    try:
        scenario = load_scenario(file, overrides=assignments(set_, "--set"))
    except ScenarioFaults as error:
        _WRITERS[shape](error.faults)
        raise typer.Exit(Code.SCENARIO) from None
    if shape is Form.TEXT:
        say(_summary(file, scenario))
    else:
        _WRITERS[shape](())


def _summary(file: Path, scenario: Scenario) -> str:
    world = scenario.world
    parts = (
        (len(world.products), "product"),
        (len(world.warehouses), "warehouse"),
        (len(world.stated), "customer stream"),
    )
    counted = ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in parts)
    days = f"{world.calendar.measure / 86_400:,.10g} days"
    return f"{file}: ok: {scenario.title}; {counted}, {days} measured; policies {', '.join(scenario.policies)}"


def _as_text(faults: Sequence[Fault]) -> None:
    for fault in faults:
        say(str(fault))
    complain(f"{len(faults)} fault{'' if len(faults) == 1 else 's'}")


def _as_json(faults: Sequence[Fault]) -> None:
    say_json([asdict(fault) for fault in faults])


def _as_github(faults: Sequence[Fault]) -> None:
    for fault in faults:
        place = f"file={_property(fault.file)},line={max(fault.line, 1)},col={max(fault.column, 1)}"
        text = "; ".join(part for part in (fault.message, fault.hint) if part)
        subject = f"{fault.path}: " if fault.path else ""
        say(f"::error {place},title={_property(fault.code)}::{_message(subject + text)}")


def _message(text: str) -> str:
    """GitHub's commands are one line: what would break it is escaped as its documentation says."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


_WRITERS: Final[MappingProxyType[Form, Callable[[Sequence[Fault]], None]]] = MappingProxyType(
    {Form.TEXT: _as_text, Form.JSON: _as_json, Form.GITHUB: _as_github}
)


def schema(
    *,
    out: Annotated[Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Write it here.")] = None,
) -> None:
    """Write the JSON Schema from which editors complete scenario files."""
    from sim import schema_text, write_schema  # noqa: PLC0415

    if out is None:
        say(schema_text())
        return
    write_schema(out)
    complain(f"wrote {out}")
