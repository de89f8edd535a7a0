"""Scenarios to start from: one for each way of supply, and the stories that ship, each with what may go wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sim.scenario.load import from_text
from sim.scenario.world import World

_PACKAGE: Final = Path(__file__).parents[1]
_SUPPLY: Final = _PACKAGE / "presets"
_STORIES: Final = _PACKAGE.parent / "scenarios"
"""Beside the package, in a checkout as in an installation."""
_ORDER: Final = ("domestic", "near_shore", "ocean_west", "ocean_east", "air_rush", "drop_ship")
_TITLE: Final = re.compile(r"^title: *(.+?) *$", re.MULTILINE)
_NAMES_FILES: Final = re.compile(r"^[^#\n]*\.csv\b", re.MULTILINE)


@dataclass(frozen=True)
class Preset:
    """A scenario to start from."""

    name: str
    """As in `stockout init --from`."""
    title: str
    """What it is about, in a line."""
    is_story: bool
    """Whether it is a story that ships, and not a way of supply."""
    text: str
    """The scenario as a commented file, its schema beside it."""

    @property
    def with_catalogue(self) -> str:
        """The same, followed by what may go wrong: lines to copy, about this scenario's own suppliers and lanes."""
        return self.text.rstrip("\n") + "\n" + _catalogue(from_text(self.text, name=self.name).world)


def presets() -> Mapping[str, Preset]:
    """All presets by name: ways of supply first, then the stories that need no file beside them."""
    found = (*(_preset(_SUPPLY / f"{name}.yaml", is_story=False) for name in _ORDER), *_stories())
    return MappingProxyType({preset.name: preset for preset in found})


def _stories() -> Iterator[Preset]:
    for file in sorted(_STORIES.glob("*.yaml")):
        preset = _preset(file, is_story=True)
        if not _NAMES_FILES.search(preset.text):
            yield preset


def _preset(file: Path, *, is_story: bool) -> Preset:
    text = file.read_text(encoding="utf-8")
    title = _TITLE.search(text)
    return Preset(file.stem, title[1].strip("\"'") if title else file.stem, is_story, text)


def _catalogue(world: World) -> str:
    """Lines about what this world does not have are left out."""
    lines = (_SUPPLY / "catalogue.txt").read_text(encoding="utf-8").splitlines()
    names = _names(world)
    return "".join(f"{_filled(line, names)}\n" for line in lines if _fits(line, names))


def _names(world: World) -> Mapping[str, str]:
    """What stands for each word in capitals; empty where there is no such thing."""
    lane = next(lane for lane in world.lanes if lane.source in world.suppliers)
    region = next((each.region for each in world.suppliers.values() if each.region), "")
    return {"SUPPLIER": lane.source, "LANE": f"[{lane.source}, {lane.to}]", "WAREHOUSE": lane.to, "REGION": region}


def _fits(line: str, names: Mapping[str, str]) -> bool:
    return all(names[word] for word in names if word in line)


def _filled(line: str, names: Mapping[str, str]) -> str:
    for word, name in names.items():
        line = line.replace(word, name)
    return line
