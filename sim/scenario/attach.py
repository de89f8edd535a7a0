"""Puts the visits that a scenario keeps in CSV files beside itself into its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from sim.scenario.faults import Fault, Finding, shown
from sim.scenario.marks import Marked
from sim.scenario.paths import Path as Place
from sim.scenario.paths import set_at, value_at
from sim.scenario.visit_files import HistoryRow, Table, history_of, history_rows, trace_of

MOST_BYTES: Final = 20 * 2**20
"""Largest CSV of visits."""

Reader = Callable[[Path, str, int], str | Fault]
"""Reads the text of a file: its path, its name in messages, the most bytes it may have."""


@dataclass(frozen=True)
class _Wish:
    """A customer stream that names a file."""

    key: str
    """`history` or `trace`."""
    place: Place
    """Where its visits stand."""
    visits: Mapping[str, Any]

    @property
    def blank(self) -> dict[str, Any]:
        """What stands in for a file that cannot be read, so that the rest can be checked."""
        return {"trace": []} if self.key == "trace" else {"history": [], "days": self.visits.get("days", 1)}


def with_files(marked: Marked, folder: Path | None, read: Reader) -> tuple[Marked, tuple[Fault, ...]]:
    """The values with every CSV of visits read in, and what is wrong with the files.

    Args:
        marked: the values as written.
        folder: where the scenario stands; None if it may not name files.
        read: reads a file.
    """
    shelf = _Shelf(marked, folder, read)
    data = marked.data
    customers = value_at(data, ("world", "customers"))
    for name in customers if isinstance(customers, dict) else ():
        visits = value_at(customers[name], ("visits",))
        for key in ("history", "trace"):
            if isinstance(visits, dict) and isinstance(visits.get(key), str):
                wish = _Wish(key, ("world", "customers", name, "visits"), visits)
                data = set_at(data, wish.place, {**visits, **shelf.content(wish)})
    return marked.with_data(data), tuple(shelf.faults)


class _Shelf:
    """The files of one scenario; each is read once, whoever names it."""

    def __init__(self, marked: Marked, folder: Path | None, read: Reader) -> None:
        self.faults: list[Fault] = []
        self._marked, self._folder, self._read = marked, folder, read
        self._texts: dict[Path, str | Fault] = {}
        self._rows: dict[Path, tuple[HistoryRow, ...]] = {}

    def content(self, wish: _Wish) -> dict[str, Any]:
        """What the file says in place of its name."""
        stated, place = str(wish.visits[wish.key]), (*wish.place, wish.key)
        target = _inside(self._folder, stated)
        if isinstance(target, str):
            return self._refuse(wish, Finding(place, "file", target))
        if target not in self._texts:
            self._texts[target] = self._read(target, target.as_posix(), MOST_BYTES)
        text = self._texts[target]
        if isinstance(text, Fault):
            return self._refuse(wish, Finding(place, "file", f"{text.file}: {text.message}", text.hint))
        table = Table(target.as_posix(), text)
        content = trace_of(table) if wish.key == "trace" else self._history(wish, table, target)
        self.faults += table.faults
        return wish.blank if table.faults else self._counted(wish, content)

    def _history(self, wish: _Wish, table: Table, target: Path) -> dict[str, Any]:
        if target not in self._rows:
            self._rows[target] = tuple(history_rows(table))
        product = wish.visits.get("product")
        return history_of(table, self._rows[target], None if product is None else str(product))

    def _counted(self, wish: _Wish, content: dict[str, Any]) -> dict[str, Any]:
        stated = wish.visits.get("days", content.get("days"))
        if stated != content.get("days"):
            why = f"the file covers {content['days']} days; leave this out"
            self.faults.append(self._marked.fault(Finding((*wish.place, "days"), "conflict", why)))
        return content

    def _refuse(self, wish: _Wish, finding: Finding) -> dict[str, Any]:
        self.faults.append(self._marked.fault(finding))
        return wish.blank


def _inside(folder: Path | None, stated: str) -> Path | str:
    """The file that a scenario names, or why it may not."""
    if folder is None:
        return "a scenario from here cannot name files; list the visits in the scenario itself"
    posix, windows = PurePosixPath(stated), PureWindowsPath(stated)
    if posix.is_absolute() or windows.drive or windows.root or ".." in windows.parts or "\0" in stated:
        return f"{shown(stated)} is not a path inside the folder of the scenario"
    target = folder / posix
    try:
        is_inside = target.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        is_inside = False
    return target if is_inside else f"{shown(stated)} leads out of the folder of the scenario"
