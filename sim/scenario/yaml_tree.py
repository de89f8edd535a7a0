"""Reads YAML text into a tree of nodes within limits that hold whatever the text is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from sim.scenario.faults import Finding, did_you_mean
from sim.scenario.scalars import NotCore, Scalar, is_core, plain, shown_tag, tagged
from sim.scenario.yaml_errors import explain, lines_of

MOST_BYTES: Final = 2**20
"""Largest file, in bytes of UTF-8."""
MOST_NODES: Final = 100_000
"""Most keys and values, each alias counted as all that it stands for."""
MOST_WRITTEN: Final = 30_000
"""Most keys and values that are written out."""
MOST_DEPTH: Final = 40
"""Deepest nesting, aliases included."""
_LONGEST_RUN: Final = 20_000


@dataclass(frozen=True)
class Mark:
    """A place in a text; line and column count from 1."""

    line: int
    column: int


@dataclass(eq=False, slots=True)
class Node:
    """A value, a list or a mapping, and where it stands."""

    mark: Mark
    value: Scalar = None
    text: str = ""
    """The word as written; what a key is, whatever it looks like."""
    items: list[Node] | None = None
    """Children; of a mapping key, value, key, value, ..."""
    is_mapping: bool = False
    size: int = 1
    """Nodes in it, aliases counted as what they stand for."""
    height: int = 1
    """Levels in it, likewise."""


class Unreadable(Exception):  # noqa: N818  a verdict that ends the reading
    """The text cannot be read any further."""

    def __init__(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.mark, self.finding = mark, Finding((), code, message, hint)


@dataclass
class Tree:
    """The nodes of a text, and what is wrong in single places of it."""

    root: Node | None = None
    blemishes: list[tuple[Mark, Finding]] = field(default_factory=list)


def read_tree(text: str) -> Tree:
    """The nodes of a YAML text.

    Raises:
        Unreadable: it is not YAML, or passes a limit.
    """
    _check_length(text)
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except YAMLError as error:
        line, column, *words = explain(error, text)
        raise Unreadable(Mark(line, column), "yaml", *words) from None
    return builder.tree


def _check_length(text: str) -> None:
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise Unreadable(Mark(0, 0), "too_big", "the text is longer than 1 MiB, the most a scenario may be")
    for number, line in enumerate(lines_of(text), 1):
        run = max(line.split(), key=len, default="") if len(line) > _LONGEST_RUN else ""
        if len(run) > _LONGEST_RUN:
            raise Unreadable(
                Mark(number, line.index(run) + 1),
                "too_big",
                f"here is a word of {len(run)} characters; the most is {_LONGEST_RUN}",
            )


class _Builder:
    """Takes the events of a parser one by one; never deeper than `MOST_DEPTH`, never past the budgets."""

    def __init__(self) -> None:
        self.tree = Tree()
        self._open: list[tuple[Node, str | None]] = []
        self._anchors: dict[str, Node | None] = {}
        self._documents = self._written = self._total = 0

    def take(self, event: Any) -> None:
        """One more event."""
        if isinstance(event, DocumentStartEvent):
            self._document(event)
        elif isinstance(event, NodeEvent):
            self._node(event, _mark(event))
        elif self._open and type(event).__name__ in ("MappingEndEvent", "SequenceEndEvent"):
            self._close()

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Unreadable(_mark(event), "yaml", "a second document begins here; a scenario is one document")

    def _node(self, event: Any, mark: Mark) -> None:
        if isinstance(event, AliasEvent):
            self._add(self._alias(event, mark))
            return
        self._written += 1
        node = Node(mark)
        if isinstance(event, ScalarEvent):
            node.value, node.text = self._scalar(event, mark), str(event.value)
            self._remember(event.anchor, node)
            self._add(node)
            return
        node.items, node.is_mapping = [], isinstance(event, MappingStartEvent)
        self._check_tag(event, mark)
        self._push(node, event.anchor)

    def _push(self, node: Node, anchor: str | None) -> None:
        if len(self._open) >= MOST_DEPTH:
            raise Unreadable(node.mark, "too_deep", f"this is nested more than {MOST_DEPTH} deep")
        self._remember(anchor, None)
        self._open.append((node, anchor))

    def _close(self) -> None:
        node, anchor = self._open.pop()
        self._remember(anchor, node)
        self._add(node)

    def _remember(self, anchor: str | None, node: Node | None) -> None:
        if anchor:
            self._anchors[anchor] = node

    def _alias(self, event: Any, mark: Mark) -> Node:
        if event.anchor not in self._anchors:
            hint = did_you_mean(event.anchor, self._anchors)
            raise Unreadable(mark, "alias", f"nothing above is named '&{event.anchor[:40]}'", hint)
        target = self._anchors[event.anchor]
        if target is None:
            raise Unreadable(mark, "alias", f"'*{event.anchor[:40]}' stands inside what it names")
        if len(self._open) + target.height > MOST_DEPTH + 1:
            raise Unreadable(mark, "too_deep", f"with its aliases this is nested more than {MOST_DEPTH} deep")
        self._total += target.size - 1
        return Node(mark, target.value, target.text, target.items, target.is_mapping, target.size, target.height)

    def _add(self, node: Node) -> None:
        self._count(node)
        if not self._open:
            self.tree.root = node
            return
        parent, _ = self._open[-1]
        assert parent.items is not None
        parent.items.append(node)
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)

    def _count(self, node: Node) -> None:
        self._total += 1
        if self._written > MOST_WRITTEN:
            raise Unreadable(
                node.mark, "too_big", f"the file holds more than {MOST_WRITTEN} keys and values",
                "long lists belong in a CSV beside the scenario",
            )  # fmt: skip
        if self._total > MOST_NODES:
            raise Unreadable(
                node.mark, "too_big", f"with its aliases the file holds more than {MOST_NODES} keys and values"
            )

    def _scalar(self, event: Any, mark: Mark) -> Scalar:
        try:
            if event.tag is not None:
                return tagged(event.value, event.tag)
            return plain(event.value) if event.implicit[0] else str(event.value)
        except NotCore as verdict:
            self.tree.blemishes.append((mark, Finding((), "value", str(verdict))))
            return str(event.value)

    def _check_tag(self, event: Any, mark: Mark) -> None:
        if not is_core(event.tag, "seq" if isinstance(event, SequenceStartEvent) else "map"):
            why = f"the tag {shown_tag(event.tag)} is not allowed; scenarios hold plain values only"
            self.tree.blemishes.append((mark, Finding((), "value", why)))


def pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    """Keys and values of a mapping."""
    items = node.items or []
    return zip(items[::2], items[1::2], strict=True)


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)
