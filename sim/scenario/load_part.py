"""From a YAML file of another kind than a scenario to its part, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.scenario.faults import Fault, Finding, ScenarioFaults, in_order, one_of, shown
from sim.scenario.load import read_text
from sim.scenario.marks import Marked, read_marked
from sim.scenario.part import Part
from sim.scenario.paths import Path as Place
from sim.scenario.sentences import words_for
from sim.scenario.shape import fields_of, parts_at
from sim.scenario.yaml_tree import MOST_BYTES

AnyPart = TypeVar("AnyPart", bound=Part)


@dataclass(frozen=True)
class Document(Generic[AnyPart]):
    """A file's part, and where in the file everything stands."""

    part: AnyPart
    marked: Marked

    def require(self, findings: Iterable[Finding]) -> None:
        """Go on only if nothing was found.

        Raises:
            ScenarioFaults: something was; every finding with its place in the file.
        """
        _refuse(self.marked.faults_of(findings))


def load_part(path: str | Path, kind: type[AnyPart]) -> Document[AnyPart]:
    """The part that a YAML file holds.

    Raises:
        ScenarioFaults: it cannot be used; carries everything that is wrong with it, each with its place.
    """
    text = read_text(Path(path), str(path), MOST_BYTES)
    if isinstance(text, Fault):
        raise ScenarioFaults([text])
    marked = read_marked(text, str(path))
    if marked.is_readable and not isinstance(marked.data, dict):
        why = f"a mapping (key: value) belongs here and this is {shown(marked.data)}"
        _refuse([*marked.faults, marked.fault(Finding((), "value", why))])
    _refuse(marked.faults)
    try:
        return Document(kind.model_validate(marked.data), marked)
    except ValidationError as error:
        findings = [_finding(each, marked.data, kind) for each in error.errors(include_url=False)]
        raise ScenarioFaults(in_order(marked.faults_of(findings))) from None


def _refuse(faults: Iterable[Fault]) -> None:
    if found := in_order(faults):
        raise ScenarioFaults(found)


def _finding(error: ErrorDetails, data: Any, kind: type[Part]) -> Finding:
    place = _place(error["loc"], data)
    key = str(error["loc"][-1])
    if error["type"] == "missing":
        known = _fields_at(data, place, kind)
        about = (known[key].description or "").partition(".")[0]
        return Finding((*place, key), "missing", f"'{key}' is missing ({about[:1].lower()}{about[1:]})")
    if error["type"] == "extra_forbidden":
        known = _fields_at(data, place[:-1], kind)
        return Finding(place, "unknown_key", f"unknown key {shown(key)}", one_of(key, known), on_key=True)
    return Finding(place, "value", *words_for(error["type"], error["input"], error.get("ctx", {})))


def _fields_at(data: Any, place: Place, kind: type[Part]) -> dict[str, FieldInfo]:
    return {key: field for part in parts_at(data, place, top=kind) for key, field in fields_of(part).items()}


def _place(loc: tuple[int | str, ...], data: Any) -> Place:
    """The parts of a location that the values have; the rest are names inside the models."""
    place: list[int | str] = []
    for part in loc:
        is_held = part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(part, int)
        if is_held:
            place.append(part)
            data = data[part]
    return tuple(place)
