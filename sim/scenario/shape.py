"""Which keys may stand where in a scenario, read from its models."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.part import Part
from sim.scenario.paths import Path, value_at
from sim.scenario.scenario import Scenario

TAGS: Final = ("kind", "rule", "dist")
"""Keys that say which kind of part a mapping is."""


def fields_of(part: type[Part]) -> dict[str, FieldInfo]:
    """The fields of a part by the keys that files use."""
    return {field.alias or name: field for name, field in part.model_fields.items()}


def parts_at(data: Any, path: Path, *, top: type[Part] = Scenario) -> tuple[type[Part], ...]:
    """The kinds of part that the value at a path may be, as far as the values tell; empty for other values."""
    places: tuple[Any, ...] = (top,)
    value = data
    for step in path:
        parts = _fitting(_parts(places), value)
        places = tuple(inner for place in (*parts, *_others(places)) for inner in _inside(place, step))
        value = value_at(value, (step,))
    return _fitting(_parts(places), value)


def is_open(data: Any, path: Path) -> bool:
    """Whether the value at a path is a mapping whose keys the author makes up, such as `products`."""
    places = [inner for part in parts_at(data, path[:-1]) for step in path[-1:] for inner in _inside(part, step)]
    return any(get_origin(place) is dict for place in _flat(places))


def known_keys(data: Any, path: Path) -> tuple[str, ...]:
    """The keys that may stand in the mapping at a path."""
    return tuple(dict.fromkeys(key for part in parts_at(data, path) for key in fields_of(part)))


def tag_words(data: Any, path: Path, tag: str) -> tuple[str, ...]:
    """The words that the key `tag` may hold in the mapping at a path."""
    fields = (fields_of(part).get(tag) for part in parts_at(data, path))
    return tuple(word for field in fields if field for word in get_args(field.annotation))


def field_at(data: Any, path: Path) -> FieldInfo | None:
    """The field of the models that a path leads to."""
    if not path or not isinstance(path[-1], str):
        return None
    found = (fields_of(part).get(path[-1]) for part in parts_at(data, path[:-1]))
    return next((field for field in found if field), None)


def _fitting(parts: tuple[type[Part], ...], value: Any) -> tuple[type[Part], ...]:
    """Of several kinds of part, those that the value names (`kind`, `rule`, `dist`) or shares most keys with."""
    if len(parts) < 2 or not isinstance(value, Mapping):
        return parts
    named = tuple(part for part in parts if _is_named(part, value))
    shared = {part: len(fields_of(part).keys() & value.keys()) for part in named or parts}
    most = max(shared.values())
    return tuple(part for part, count in shared.items() if count == most)


def _is_named(part: type[Part], value: Mapping[str, Any]) -> bool:
    for key in TAGS:
        field = fields_of(part).get(key)
        if field and value.get(key) in get_args(field.annotation):
            return True
    return False


def _parts(places: tuple[Any, ...]) -> tuple[type[Part], ...]:
    found = (place for place in _flat(places) if isinstance(place, type) and issubclass(place, Part))
    return tuple(dict.fromkeys(found))


def _others(places: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(place for place in _flat(places) if get_origin(place) in (dict, tuple))


def _inside(place: Any, step: str | int) -> tuple[Any, ...]:
    if get_origin(place) is dict:
        return get_args(place)[1:]
    if get_origin(place) is tuple:
        return get_args(place)[:1]
    field = fields_of(place).get(str(step))
    return (field.annotation,) if field else ()


def _flat(places: Any) -> Iterator[Any]:
    for place in places:
        if get_origin(place) is Annotated:
            yield from _flat(get_args(place)[:1])
        elif get_origin(place) in (Union, types.UnionType):
            yield from _flat(get_args(place))
        elif hasattr(place, "__value__"):
            yield from _flat((place.__value__,))
        elif get_origin(place) is not Literal:
            yield place
