"""One way to name a place in a scenario, `customers.shoppers.patience`, and to read or set what stands there.

Keys of mappings by name; lanes as `from-to`; demand events and disruptions by their `kind` where only one is of it;
any list item by its number, from 0. The kind of a demand event or disruption that is not there yet adds it:
`disruptions.lane_closed={kind: lane_closed, ...}`. A leading `world.` may be left out. Bare forms are spelled out on
the way: `visits.rate`, `capacity.rate`, `allocate.rule`, `updates.rule`, `consent.rule`, and the parameters of a law
that is written as a call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from sim.errors import ScenarioError
from sim.scenario.faults import Fault, did_you_mean, listed, shown
from sim.scenario.law import Law
from sim.scenario.marks import Marked, read_marked
from sim.scenario.part import Part
from sim.scenario.paths import Path, item_names, path_text, set_at, value_at
from sim.scenario.scalars import plain
from sim.scenario.scenario import Scenario
from sim.scenario.shape import TAGS, field_at, fields_of, is_open, known_keys, parts_at, tag_words
from sim.scenario.world import World

_QUOTED: Final = re.compile(r'"([ !#-\[\]-~]{1,200})"')
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_SHORT: Final = MappingProxyType(
    {"visits": "rate", "capacity": "rate", "allocate": "rule", "updates": "rule", "consent": "rule"}
)


class PathError(ScenarioError):
    """A path leads nowhere; `hint` says what may have been meant."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message}; {hint}" if hint else message)
        self.message, self.hint = message, hint


def get_path(data: Any, path: str) -> Any:
    """The raw value at a path; None where the scenario leaves it out.

    Raises:
        PathError: no scenario has such a place, or this one has nothing by that name.
    """
    spelled, place = _resolve(data, path)
    return value_at(spelled, place)


def set_path(data: Any, path: str, value: Any) -> Any:
    """Raw values with the one at a path replaced or added; the original is left as it is.

    Raises:
        PathError: no scenario has such a place, or this one has nothing by that name.
    """
    spelled, place = _resolve(data, path)
    return set_at(spelled, place, value)


def place_of(data: Any, path: str) -> tuple[Any, Path]:
    """The values with bare forms on the way to a place spelled out, and the place in them.

    Raises:
        PathError: no scenario has such a place, or this one has nothing by that name.
    """
    return _resolve(data, path)


def override(marked: Marked, settings: Mapping[str, str]) -> tuple[Marked, tuple[Fault, ...]]:
    """A scenario's values with settings applied in their order, and what is wrong with the settings."""
    faults: list[Fault] = []
    for path, text in settings.items():
        name = f"--set {shown(f'{path}={text}').strip(chr(39))}"
        value = _bare(text, name) or read_marked(text, name)
        faults += [Fault(name, 0, 0, "", f.code, f.message, f.hint) for f in value.faults]
        if value.faults:
            continue
        if not text.strip():
            faults.append(Fault(name, 0, 0, "", "override", "there is no value", "`null` leaves a key out"))
            continue
        try:
            spelled, place = _resolve(marked.data, path)
        except PathError as error:
            faults.append(Fault(name, 0, 0, "", "override", error.message, error.hint))
        else:
            marked = marked.with_data(set_at(spelled, place, value.data), overridden=((place, name),))
    return marked, tuple(faults)


def _bare(text: str, name: str) -> Marked | None:
    """A quoted word or a number, for which reading YAML would take most of the time; `None` for all else."""
    if match := _QUOTED.fullmatch(text):
        return Marked(name, match[1], {}, {}, ())
    return Marked(name, plain(text), {}, {}, ()) if _NUMBER.fullmatch(text) else None


def _resolve(data: Any, path: str) -> tuple[Any, Path]:
    """The values with bare forms on the way spelled out, and the place in them."""
    words = path.strip().split(".")
    if words[0] not in fields_of(Scenario) and words[0] in fields_of(World):
        words = ["world", *words]
    place: Path = ()
    for number, word in enumerate(words):
        data = set_at(data, place, _spelled(data, place))
        place = (*place, _step(data, place, word, is_last=number == len(words) - 1))
    return data, place


def _step(data: Any, place: Path, word: str, *, is_last: bool) -> str | int:
    value = value_at(data, place)
    if isinstance(value, list):
        return _item(value, place, word, data, may_be_new=is_last)
    names = tuple(value or ())
    if word in names:
        return word
    known = known_keys(data, place)
    may_be_new = is_last and bool(word) and (is_open(data, place) or (not known and bool(names)))
    if word in known or may_be_new:
        return word
    raise _lost(data, place, word, (*names, *known) if place else (*known, *fields_of(World)))


def _item(items: list[Any], place: Path, word: str, data: Any, *, may_be_new: bool) -> int:
    names = item_names(str(place[-1]), items)
    if word in names:
        return names.index(word)
    if may_be_new and _is_lacking(items, word, tag_words(data, (*place, len(items)), "kind")):
        return len(items)
    if word.isdecimal() and word.isascii() and int(word[:9]) < len(items):
        return int(word)
    raise _lost(data, place, word, names)


def _is_lacking(items: list[Any], word: str, kinds: tuple[str, ...]) -> bool:
    """Whether a word is a kind of item of which the list has none."""
    return word in kinds and all(not isinstance(item, dict) or item.get("kind") != word for item in items)


def _lost(data: Any, place: Path, word: str, names: tuple[str, ...] | list[str]) -> PathError:
    where = f" in {path_text(data, place)}" if place else ""
    known = tuple(dict.fromkeys(names))
    hint = did_you_mean(word, known) or (f"there are {listed(known)}" if known else "it is empty")
    return PathError(f"there is no {shown(word)}{where}", hint)


def _spelled(data: Any, place: Path) -> Any:
    """The mapping or list at a place, or the mapping that a bare value there stands for."""
    value = value_at(data, place)
    if value is None:
        return _unstated(data, place)
    if isinstance(value, dict | list):
        return value
    if place and place[-1] in _SHORT:
        return {_SHORT[str(place[-1])]: value}
    if law := _law(data, place, value):
        return law
    raise PathError(f"{path_text(data, place)} is {shown(value)}, with nothing inside")


def _unstated(data: Any, place: Path) -> dict[str, Any] | list[Any]:
    """What is left out, as far as its keys cannot be set without it: the name of the rule or law it is by default."""
    if tag_words(data, (*place, 0), "kind"):
        return []
    field = field_at(data, place)
    default = field.get_default(call_default_factory=True) if field else None
    words = {tag: getattr(default, tag, None) for tag in TAGS} if isinstance(default, Part) else {}
    return {tag: word for tag, word in words.items() if word is not None}


def _law(data: Any, place: Path, value: Any) -> dict[str, Any] | None:
    """The mapping form of a law that is written as a call."""
    field = field_at(data, place)
    if field is None or not any(issubclass(part, Law) for part in parts_at(data, place)):
        return None
    try:
        law = _reader(field.rebuild_annotation()).validate_python(value)
    except ValidationError:
        return None
    return dict(law.model_dump(mode="json", exclude_none=True)) if isinstance(law, Law) else None


@lru_cache(maxsize=16)
def _reader(annotation: Any) -> TypeAdapter[Any]:
    """Building one takes far longer than using it, and there are as many as kinds of law."""
    return TypeAdapter(annotation)
