"""Places in a scenario as text: `world.lanes.factory-main.lead_time`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Path = tuple[str | int, ...]
"""Keys of mappings and numbers of list items, from the top."""


class Namer:
    """Writes places as text; items of lists by name where they have one, else by number."""

    def __init__(self, data: Any) -> None:
        self._data = data
        self._names: dict[Path, list[str]] = {}

    def text(self, path: Path) -> str:
        """One place."""
        words, within = [], self._data
        for depth, part in enumerate(path):
            words.append(self._item(path[:depth], within, part) if isinstance(part, int) else part)
            within = value_at(within, (part,))
        return ".".join("".join(c if c.isprintable() else "?" for c in word)[:60] for word in words)

    def _item(self, path: Path, items: Any, number: int) -> str:
        if path not in self._names:
            self._names[path] = item_names(str(path[-1]) if path else "", items if isinstance(items, list) else [])
        names = self._names[path]
        return names[number] if number < len(names) else str(number)


def path_text(data: Any, path: Path) -> str:
    """A place as people write it."""
    return Namer(data).text(path)


def value_at(data: Any, path: Path) -> Any:
    """The value at a path; None where there is nothing."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def set_at(data: Any, path: Path, value: Any) -> Any:
    """The data with one value replaced or added; what lies on the way is copied, the rest shared.

    The number after the last of a list adds an item.

    Raises:
        LookupError: a list on the way has no such item.
        TypeError: something on the way is neither a mapping nor a list.
    """
    if not path:
        return value
    part, rest = path[0], path[1:]
    if isinstance(data, list) and isinstance(part, int):
        old = data[part] if part != len(data) else None
        return [*data[:part], set_at(old, rest, value), *data[part + 1 :]]
    if data is None or isinstance(data, dict):
        return {**(data or {}), part: set_at((data or {}).get(part), rest, value)}
    raise TypeError(f"{part!r} is no place inside {data!r}")


def item_names(owner: str, items: Sequence[Any]) -> list[str]:
    """What to call each item of the list `owner`: lanes `from-to`, others their kind or product if theirs alone."""
    if owner == "lanes":
        return _if_unique(_lane_name(item) for item in items)
    if owner in ("demand", "disruptions"):
        return _if_unique(_text(item, "kind") for item in items)
    if owner == "price_changes":
        return _if_unique(_text(item, "product") for item in items)
    return [str(number) for number in range(len(items))]


def _lane_name(item: Any) -> str:
    source, to = _text(item, "from"), _text(item, "to")
    return f"{source}-{to}" if source and to else ""


def _if_unique(names: Iterable[str]) -> list[str]:
    listed = list(names)
    counts: dict[str, int] = {}
    for name in listed:
        counts[name] = counts.get(name, 0) + 1
    return [name if name and counts[name] == 1 else str(n) for n, name in enumerate(listed)]


def _text(item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""
