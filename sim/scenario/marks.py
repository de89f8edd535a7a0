"""A YAML text as plain values, with the line and column of every key and value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sim.scenario.faults import MOST_FAULTS, Fault, Finding, shown
from sim.scenario.paths import Namer, Path, path_text, value_at
from sim.scenario.yaml_errors import lines_of
from sim.scenario.yaml_tree import Mark, Node, Tree, Unreadable, pairs, read_tree


@dataclass(frozen=True)
class Marked:
    """What a text says, and where it says it."""

    name: str
    """The file's name, for messages."""
    data: Any
    """Mappings, lists, text, numbers, booleans and None; None when the text cannot be read."""
    keys: Mapping[Path, Mark] = field(repr=False)
    values: Mapping[Path, Mark] = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    faults: tuple[Fault, ...] = ()
    """What is wrong with the text itself."""
    overridden: tuple[tuple[Path, str], ...] = ()
    """Paths that were set from outside, and what to call the setting in messages."""
    is_readable: bool = True
    unfit: frozenset[Path] = frozenset()
    """Places of values that no scenario can hold, such as NaN; what more may be wrong there does not matter."""

    def faults_of(self, findings: Iterable[Finding]) -> list[Fault]:
        """Findings with their places: that of the path, or of the nearest thing around it that the text states."""
        fit = [finding for finding in findings if not self._is_unfit(finding.path)]
        placed = [(self._setting(finding.path), self._mark(finding), finding) for finding in fit]
        placed.sort(key=lambda place: (place[0], place[1].line, place[1].column))
        namer = Namer(self.data)
        return [self._fault(*place, namer.text(place[2].path)) for place in placed[: 2 * MOST_FAULTS]]

    def fault(self, finding: Finding) -> Fault:
        """A finding with its place."""
        return self._fault(
            self._setting(finding.path), self._mark(finding), finding, path_text(self.data, finding.path)
        )

    def fault_at(self, mark: Mark, finding: Finding) -> Fault:
        """A finding at a place that is known already."""
        return self._fault("", mark, finding, path_text(self.data, finding.path))

    def _fault(self, setting: str, mark: Mark, finding: Finding, path: str) -> Fault:
        words = (path, finding.code, finding.message, finding.hint)
        if setting:
            return Fault(setting, 0, 0, *words)
        source = self.lines[mark.line - 1] if 0 < mark.line <= len(self.lines) else ""
        return Fault(self.name, mark.line, mark.column, *words, source_line=source)

    def with_data(self, data: Any, *, overridden: tuple[tuple[Path, str], ...] = ()) -> Marked:
        """The same places for changed values, some of them set from outside."""
        return replace(self, data=data, overridden=self.overridden + overridden)

    def _is_unfit(self, path: Path) -> bool:
        return bool(self.unfit) and any(path[:depth] in self.unfit for depth in range(len(path) + 1))

    def _setting(self, path: Path) -> str:
        """What set this path, or made what lies around it, from outside; the later setting wins."""
        causes = [name for prefix, name in self.overridden if self._stems(path, prefix)]
        return (causes or [""])[-1]

    def _stems(self, path: Path, prefix: Path) -> bool:
        if path[: len(prefix)] == prefix:
            return True
        return any(made and made not in self.values and prefix[: len(made)] == made for made in (path, path[:-1]))

    def _mark(self, finding: Finding) -> Mark:
        path, on_key = finding.path, finding.on_key
        while path not in self.values and path:
            path, on_key = path[:-1], False
        value = self.values.get(path, Mark(1, 1))
        is_container = isinstance(value_at(self.data, path), dict | list)
        return self.keys.get(path, value) if on_key or is_container else value


def read_marked(text: str, name: str) -> Marked:
    """The plain values of a YAML text and their places; what is wrong with the text is among its `faults`."""
    text = text.removeprefix("\ufeff")
    lines = lines_of(text)
    try:
        tree = read_tree(text)
    except Unreadable as end:
        unread = Marked(name, None, {}, {}, lines, is_readable=False)
        return replace(unread, faults=(unread.fault_at(end.mark, end.finding),))
    return _marked(tree, name, lines)


def _marked(tree: Tree, name: str, lines: tuple[str, ...]) -> Marked:
    walk = _Walk(tree.blemishes)
    data = walk.value(tree.root, ()) if tree.root else None
    marks = MappingProxyType(walk.keys), MappingProxyType(walk.values)
    marked = Marked(name, data, *marks, lines)
    blemishes = walk.all_blemishes()
    unfit = frozenset(finding.path for _, finding in blemishes if finding.code == "value")
    return replace(marked, faults=tuple(marked.fault_at(*blemish) for blemish in blemishes), unfit=unfit)


class _Walk:
    """Turns nodes into plain values, remembering where each was; as deep as the tree, which is bounded."""

    def __init__(self, blemishes: list[tuple[Mark, Finding]]) -> None:
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self._unplaced = dict(blemishes)
        self._placed: list[tuple[Mark, Finding]] = []

    def all_blemishes(self) -> tuple[tuple[Mark, Finding], ...]:
        """What is wrong with single places, with their paths."""
        return (*self._placed, *self._unplaced.items())

    def value(self, node: Node, path: Path) -> Any:
        """The plain value of a node."""
        self.values[path] = node.mark
        if finding := self._unplaced.pop(node.mark, None):
            self._placed.append((node.mark, replace(finding, path=path)))
        if node.items is None:
            return node.value
        if not node.is_mapping:
            return [self.value(item, (*path, number)) for number, item in enumerate(node.items)]
        return {key: self.value(value, (*path, key)) for key, value in self._entries(node, path)}

    def _entries(self, node: Node, path: Path) -> Iterator[tuple[str, Node]]:
        for key, value in pairs(node):
            place = (*path, key.text)
            if key.items is not None:
                why = "a key must be one word, not a list or a mapping"
                self._placed.append((key.mark, Finding(path, "key", why)))
            elif place in self.keys:
                why = f"{shown(key.text)} is given twice, on line {self.keys[place].line} and on line {key.mark.line}"
                self._placed.append((key.mark, Finding(place, "duplicate", why)))
            else:
                self.keys[place] = key.mark
                yield key.text, value
