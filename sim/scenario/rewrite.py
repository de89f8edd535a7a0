"""A scenario's text with some values set in it; everything else, comments too, stays as its author wrote it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from sim.scenario.faults import ScenarioFaults
from sim.scenario.marks import read_marked
from sim.scenario.overrides import place_of
from sim.scenario.paths import Path, value_at

_WIDEST = 4096


def rewritten(text: str, settings: Mapping[str, str]) -> str:
    """A scenario's text with values set, as YAML text by path; where there are none, the text itself.

    Raises:
        ScenarioFaults: the text cannot be read, within the limits of every scenario.
        PathError: a path leads nowhere.
    """
    if not settings:
        return text
    marked = read_marked(text, "<text>")
    if marked.faults or not isinstance(marked.data, dict):
        raise ScenarioFaults(marked.faults)
    yaml = _writer()
    document, data = yaml.load(text), marked.data
    for path, value in settings.items():
        read = read_marked(value, path)
        if read.faults:
            raise ScenarioFaults(read.faults)
        data, place = place_of(data, path)
        _spell_out(document, data, place)
        _put(value_at(document, place[:-1]), place[-1], read.data)
    written = io.StringIO()
    yaml.dump(document, written)
    return written.getvalue()


def _writer() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = _WIDEST
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _spell_out(document: Any, data: Any, place: Path) -> None:
    """Write out in full what a place on the way was written for in short."""
    for depth in range(1, len(place)):
        if not isinstance(value_at(document, place[:depth]), dict | list):
            _put(value_at(document, place[: depth - 1]), place[depth - 1], value_at(data, place[:depth]))
            return


def _put(owner: Any, key: str | int, value: Any) -> None:
    """Set a value, or add one to the end of a list; a word that looks like something else in quotes."""
    is_doubtful = isinstance(value, str) and read_marked(value, "<word>").data != value
    if isinstance(owner, list) and key == len(owner):
        owner.append(value)
        return
    owner[key] = DoubleQuotedScalarString(value) if is_doubtful else value
