"""The glossary as faces show it: chapters of words, each with its meaning and what else it is called.

The chapters on measures are left out; the registry has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("GLOSSARY.md")
_OF_MEASURES: Final = "Measures:"


@dataclass(frozen=True)
class Word:
    """One row of a chapter's table; all texts are Markdown."""

    name: str
    meaning: str
    more: tuple[tuple[str, str], ...] = ()
    """What the other columns say, by their heads; empty ones are left out."""


@dataclass(frozen=True)
class Chapter:
    """One part of the glossary."""

    title: str
    texts: tuple[str, ...]
    """Its paragraphs, in Markdown."""
    words: tuple[Word, ...]


@cache
def glossary() -> tuple[Chapter, ...]:
    """All chapters on words and on how is counted, in the order of the file."""
    parts = re.split(r"^## ", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return tuple(_chapter(part) for part in parts if not part.startswith(_OF_MEASURES))


def _chapter(part: str) -> Chapter:
    title, _, body = part.partition("\n")
    blocks = [block.strip() for block in body.split("\n\n") if block.strip()]
    words = [word for block in blocks if block.startswith("|") for word in _words(block.splitlines())]
    return Chapter(title.strip(), tuple(block for block in blocks if not block.startswith("|")), tuple(words))


def _words(lines: Sequence[str]) -> Iterator[Word]:
    head, _, *rows = [_cells(line) for line in lines]
    for name, meaning, *rest in rows:
        yield Word(name, meaning, tuple(pair for pair in zip(head[2:], rest, strict=True) if pair[1]))


def _cells(line: str) -> list[str]:
    """The cells of a row; a bar within code or behind a backslash divides nothing."""
    pieces = re.findall(r"`[^`]*`|\\\||[^|`\\]+|\||`|\\", line.strip().strip("|"))
    groups = groupby(pieces, key=lambda piece: piece == "|")
    return ["".join(group).strip() for is_bar, group in groups if not is_bar]
