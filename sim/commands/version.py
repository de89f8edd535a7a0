"""`stockout version`."""

from __future__ import annotations

from sim.commands.console import say, say_json
from sim.commands.options import Json


def version(*, json: Json = False) -> None:
    """Show the version of Stockout and of what it stands on."""
    from sim import VERSION, packages  # noqa: PLC0415

    if json:
        say_json({"stockout": VERSION, "packages": packages()})
        return
    say(f"stockout {VERSION}")
    for name, number in packages().items():
        say(f"  {name} {number}")
