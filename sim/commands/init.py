"""`stockout init`: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sim.commands.console import complain, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim import Preset

_SCHEMA: Final = "scenario.schema.json"
_FROM: Final = "'--from'"


def init(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Write NAME.yaml here.")] = None,
    *,
    preset: Annotated[str, typer.Option("--from", metavar="PRESET", help="What to start from.")] = "domestic",
    list_: Annotated[bool, typer.Option("--list", help="Only list the presets.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a commented scenario to start from, with what may go wrong ready to copy."""
    from sim import presets  # noqa: PLC0415

    known = presets()
    if list_:
        say(_listing(known))
        return
    if name is None:
        raise typer.BadParameter("state a NAME, or --list", param_hint="'NAME'")
    start, file = _known(preset, known), _target(name, force=force)
    file.write_text(start.with_catalogue, encoding="utf-8")
    _write_schema_beside(file)
    say(f"{file}: {start.title}")
    complain(f"next: stockout check {file}, stockout compare {file}")


def _listing(known: Mapping[str, Preset]) -> str:
    width = max(map(len, known))
    return "\n".join(
        line
        for heading, is_story in (("Ways of supply", False), ("Stories", True))
        if (lines := [f"  {each.name:{width}}  {each.title}" for each in known.values() if each.is_story == is_story])
        for line in (heading, *lines)
    )


def _known(name: str, known: Mapping[str, Preset]) -> Preset:
    from sim import one_of  # noqa: PLC0415

    if name in known:
        return known[name]
    raise typer.BadParameter(f"there is no preset '{name}'; {one_of(name, known)}", param_hint=_FROM)


def _target(name: str, *, force: bool) -> Path:
    """The file to write.

    Raises:
        typer.BadParameter: it is outside of this folder, its folder is not there, or it is there already.
    """
    file = Path(name if name.lower().endswith((".yaml", ".yml")) else f"{name}.yaml")
    wrong = _wrong(file, force=force)
    if wrong:
        raise typer.BadParameter(wrong, param_hint="'NAME'")
    return file


def _wrong(file: Path, *, force: bool) -> str:
    if file.stem.startswith(".") or not file.stem.strip():
        return f"'{file}' is no name of a scenario"
    if not file.resolve().is_relative_to(Path.cwd().resolve()):
        return f"'{file}' is outside of this folder; go there first"
    if not file.parent.is_dir():
        return f"there is no folder '{file.parent}'"
    if file.is_dir():
        return f"'{file}' is a folder"
    return f"'{file}' exists; --force overwrites it" if file.exists() and not force else ""


def _write_schema_beside(file: Path) -> None:
    """What the first line of the scenario tells editors to read, unless it is there."""
    from sim import write_schema  # noqa: PLC0415

    schema = file.parent / _SCHEMA
    if not schema.exists():
        write_schema(schema)
        complain(f"wrote {schema}, from which editors complete the file")
