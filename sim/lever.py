"""Levers: every setting of a scenario that is one value, with its range, unit and words from the schema.

A lever that is turned stands for a value to set in the scenario, in the grammar of `--set`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from sim.scenario.part import Part
from sim.scenario.paths import Namer, Path
from sim.scenario.scenario import Scenario
from sim.scenario.schema import definition_name, scenario_schema
from sim.scenario.shape import TAGS, parts_at
from sim.words import DAY, YEAR

_RARE: Final = 0.01
"""Rates below this per day are given per year."""

Kind = Literal["number", "choice", "text"]

_SKIPPED: Final = frozenset(
    (*TAGS, "title", "story", "version", "currency", "from", "to", "buys", "product", "supplier", "history", "trace")
)
"""Keys that name things or say of what kind they are; another value there makes another scenario."""

_AMOUNT: Final = re.compile(r"([+-]?[0-9.]+(?:e[+-]?[0-9]+)?)\s*(\S.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Lever:
    """One setting."""

    path: str
    """Where it stands, in the grammar of `--set`."""
    about: str
    """What it means, from the schema."""
    kind: Kind
    value: str
    """As the scenario has it, in the notation of files."""
    unit: str = ""
    """Of a number: what follows it in the file, such as `d` or `/yr`."""
    low: float | None = None
    """Of a number: the smallest allowed."""
    high: float | None = None
    """Of a number: the largest allowed."""
    whole: bool = False
    """Of a number: whether it has no fractions."""
    options: tuple[str, ...] = ()
    """Of a choice: what it may be, in the notation of files."""

    @property
    def number(self) -> float:
        """The value of a number, in its unit."""
        return float(_split(self.value)[0])

    def written(self, position: float) -> str:
        """A number in the notation of files."""
        text = f"{position:.0f}" if self.whole else f"{position:.10g}"
        return f"{text}{'' if self.unit.startswith('/') else ' ' * bool(self.unit)}{self.unit}"

    def settings(self, text: str) -> Mapping[str, str]:
        """What to set for a value; nothing for that of the scenario, and for no value at all."""
        return {self.path: text} if text.strip() and text != self.value else {}


def levers(scenario: Scenario) -> tuple[Lever, ...]:
    """All settings of a scenario that are one value, by where they stand."""
    data = _stated(scenario)
    namer = Namer(data)
    found = (_lever(data, path, value, namer.text(path)) for path, value in _leaves(data, ()))
    return tuple(lever for lever in found if lever is not None)


def _stated(scenario: Scenario) -> dict[str, Any]:
    """The scenario with the defaults of the world and the shared levers, and what each policy states itself."""
    data = scenario.model_dump(mode="json", by_alias=True)
    data["policies"] = {
        name: policy.model_dump(mode="json", by_alias=True, exclude_unset=True)
        for name, policy in scenario.policies.items()
    }
    return data


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _SKIPPED:
                yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if isinstance(inner, dict):
                yield from _leaves(inner, (*path, number))
    elif path:
        yield path, value


def _lever(data: Any, path: Path, value: Any, text: str) -> Lever | None:
    stated = _property(data, path)
    if stated is None:
        return None
    about = stated.get("description", "")
    forms = [form for form in _forms(stated) if form.get("type") != "null"]
    if words := _words(forms):
        nothing = ("null",) if len(forms) < len(list(_forms(stated))) else ()
        return Lever(text, about, "choice", _said(value), options=(*nothing, *words))
    number = next((form for form in forms if form.get("type") in ("number", "integer")), None)
    if number is None or value is None:
        return Lever(text, about or _about(forms), "text", _said(value)) if _is_plain(forms) else None
    return _numeric(Lever(text, about or _about(forms), "number", _said(value)), number, forms)


def _numeric(plain: Lever, form: Mapping[str, Any], forms: list[dict[str, Any]]) -> Lever:
    """The lever of a number with its range and unit; a share is turned in percent."""
    low, high = form.get("minimum", form.get("exclusiveMinimum")), form.get("maximum", form.get("exclusiveMaximum"))
    is_share = any("%" in each.get("pattern", "") for each in forms)
    match = _AMOUNT.fullmatch(plain.value)
    if match is None:
        return Lever(plain.path, plain.about, "text", plain.value)
    if is_share and "%" not in plain.value:
        percent = f"{100 * float(plain.value):.10g} %"
        return Lever(plain.path, plain.about, "number", percent, "%", _hundred(low), _hundred(high))
    unit, whole = match[2] or "", form["type"] == "integer"
    return Lever(plain.path, plain.about, "number", plain.value, unit, low, high, whole)


def _hundred(bound: float | None) -> float | None:
    return None if bound is None else 100.0 * bound


def _split(text: str) -> tuple[str, str]:
    match = _AMOUNT.fullmatch(text)
    return (match[1], match[2] or "") if match else ("nan", "")


def _said(value: Any) -> str:
    """A value in the notation of files, in a unit that people use."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str) and value.endswith("/s"):
        rate = float(value.removesuffix("/s"))
        return f"{rate * YEAR:.6g}/yr" if rate * DAY < _RARE else f"{rate * DAY:.6g}/d"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


@lru_cache(maxsize=1)
def _schema() -> Mapping[str, Any]:
    return scenario_schema()


def _property(data: Any, path: Path) -> dict[str, Any] | None:
    """What the schema says of the value at a path; `None` where the author makes up the key."""
    for part in parts_at(data, path[:-1]):
        found = _definition(part).get("properties", {}).get(path[-1])
        if found is not None:
            return dict(found)
    return None


def _definition(part: type[Part]) -> Mapping[str, Any]:
    schema = _schema()
    found: Mapping[str, Any] = schema if part is Scenario else schema["definitions"].get(definition_name(part), {})
    return found


def _forms(stated: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All the forms a value may have, alternatives within alternatives spelled out."""
    inner = stated.get("anyOf")
    if inner is None:
        yield dict(stated)
        return
    for form in inner:
        yield from _forms(form)


def _words(forms: list[dict[str, Any]]) -> tuple[str, ...]:
    """The words to choose from, if it is nothing but words; yes and no among them."""
    if any("enum" not in form and "const" not in form and form.get("type") != "boolean" for form in forms):
        return ()
    each = (form.get("enum") or ([form["const"]] if "const" in form else ["true", "false"]) for form in forms)
    return tuple(dict.fromkeys(str(word) for words in each for word in words))


def _about(forms: list[dict[str, Any]]) -> str:
    return next((form["description"] for form in forms if "description" in form), "")


def _is_plain(forms: list[dict[str, Any]]) -> bool:
    """Whether it may be written as one word or number."""
    return any(form.get("type") in ("string", "number", "integer") for form in forms)

