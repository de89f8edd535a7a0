"""What is wrong with a scenario and where: the faults, and the error that carries them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from sim.errors import ScenarioError

MOST_FAULTS: Final = 200
"""More than this in one file are counted, not shown."""

_WIDEST: Final = 120
_LONGEST_WORD: Final = 60
_MOST_COMPARED: Final = 200


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a scenario, and its place."""

    file: str
    """The file, or `--set path=value`."""
    line: int
    """From 1; 0 where there are no lines."""
    column: int
    """From 1; 0 where there are no lines."""
    path: str
    """Where in the scenario, in the grammar of `--set`; empty for the file as a whole."""
    code: str
    """One word for the kind of fault, for programs."""
    message: str
    """What is wrong."""
    hint: str = ""
    """What to do about it."""
    source_line: str = ""
    """The line of the file."""

    def __str__(self) -> str:
        """`file:line:col: path: message; hint`, the line of the file, and a caret below the place."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        subject = f"{place}: {self.path}: " if self.path else f"{place}: "
        head = f"{subject}{self.message}{'; ' if self.hint else ''}{self.hint}"
        return "\n".join([head, *self._excerpt()])

    def _excerpt(self) -> list[str]:
        if not self.source_line.strip():
            return []
        start = max(0, self.column - _WIDEST // 2) if self.column > _WIDEST else 0
        shown = "".join(c if c.isprintable() else " " for c in self.source_line[start : start + _WIDEST])
        return [f"  {self.line:>5} | {shown}".rstrip(), f"        | {' ' * (self.column - 1 - start)}^"]


@dataclass(frozen=True)
class Finding:
    """A fault that knows its path in the scenario but not yet its place in a file."""

    path: tuple[str | int, ...]
    code: str
    message: str
    hint: str = ""
    on_key: bool = False
    """Whether the key is at fault rather than its value."""


class ScenarioFaults(ScenarioError):  # noqa: N818  it is the faults that count
    """A scenario cannot be used; `faults` says everything that is wrong with it, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ScenarioFaults], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults by file and line, each once, with the count of those beyond `MOST_FAULTS` at the end."""
    unique = {(f.file, f.line, f.column, f.message, "" if f.line else f.path): f for f in faults}
    ordered = sorted(unique.values(), key=lambda f: (f.line == 0, f.file, f.line, f.column))
    if len(ordered) <= MOST_FAULTS:
        return tuple(ordered)
    more = f"and at least {len(ordered) - MOST_FAULTS} more faults"
    return (*ordered[:MOST_FAULTS], Fault(ordered[0].file, 0, 0, "", "more", more))


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one was most likely meant to be."""
    if not 0 < len(word) <= _LONGEST_WORD:
        return None
    by_lower = {name.lower(): name for name in known}
    if len(by_lower) > _MOST_COMPARED:
        alike = [name for name in by_lower if name[:1] == word[:1].lower()]
        by_lower = {name: by_lower[name] for name in alike[:_MOST_COMPARED]}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint that names the known word closest to this one; empty when none is close."""
    close = closest(word, known)
    return f"did you mean '{close}'?" if close else ""


def one_of(word: str, known: Iterable[str]) -> str:
    """The hint that names the closest known word or else the known words."""
    names = tuple(known)
    return did_you_mean(word, names) or (f"known are {listed(names)}" if names else "")


def listed(names: Iterable[str]) -> str:
    """`a, b, c`, cut short when there are many."""
    shown = list(names)
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")


def shown(value: object) -> str:
    """A value in a message: short, on one line, without anything a terminal could act upon."""
    if isinstance(value, dict | list | tuple):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else str(value).lower()
    if isinstance(value, int) and abs(value) > 10**20:
        return "this number"
    text = f"'{value[: _LONGEST_WORD + 1]}'" if isinstance(value, str) else str(value)
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= _LONGEST_WORD + 2 else f"{text[:_LONGEST_WORD]}...'"
