"""Where a scenario comes from, and what is asked of it: a shipped file, the file of the command line, or a text."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import streamlit as st

from sim import PathError, Scenario, Source, get_path, read_source
from sim.errors import StockoutError

SHIPPED: Final = Path(__file__).parents[1] / "scenarios"
"""The folder of the scenarios that come with the product."""

FIRST: Final = "viral_spike"
"""The shipped scenario that comes first; the others follow by name."""

OWN: Final = "own-"
"""What the names of visitors' texts begin with."""

MOST_DRAFTS: Final = 64
MOST_DRAFT_BYTES: Final = 32 * 2**20

Stamp = tuple[int, int]
"""Time and size of a file: changed, it is read again."""


@dataclass(frozen=True)
class Origin:
    """A scenario as written."""

    name: str
    """What it is called in addresses."""
    file: Path | None = None
    stamp: Stamp = (0, 0)
    text: str = ""
    """Of a visitor's own scenario, which is in no file."""
    beside: Path | None = None
    """Where the files are that such a text may name: only ever the folder of the shipped ones."""

    @property
    def is_own(self) -> bool:
        """Whether it is a visitor's own text."""
        return self.file is None

    @property
    def allowed(self) -> Path | None:
        """The folder of files that a changed copy of it may name."""
        return SHIPPED if self.file is not None and self.file.parent == SHIPPED else self.beside

    def written(self) -> str:
        """The text, comments and all.

        Raises:
            ScenarioFaults: its file cannot be read.
        """
        if self.file is None:
            return self.text
        source = _source(self)
        return "\n".join(source.marked.lines) + "\n"

    def stated(self, path: str) -> str:
        """The value at a path as its author wrote it; that it is not stated, where it is not."""
        try:
            found = get_path(_source(self).marked.data, path)
        except PathError:
            found = None
        return "not stated" if found is None else str(found)

    def scenario(self, settings: Mapping[str, str]) -> Scenario:
        """The scenario with some values set, by path.

        Raises:
            ScenarioFaults: it cannot be used.
        """
        return _source(self).load(settings)


@dataclass(frozen=True)
class Request:
    """What to run: a scenario as written, with some values set."""

    origin: Origin
    settings: tuple[tuple[str, str], ...] = ()
    """Values to set, by path."""

    def scenario(self) -> Scenario:
        """The scenario asked for.

        Raises:
            ScenarioFaults: it cannot be used.
        """
        return _read(self)

    def turned(self, settings: Mapping[str, str]) -> Request:
        """The same scenario with these values set."""
        return Request(self.origin, tuple(settings.items()))


@lru_cache(maxsize=32)
def _source(origin: Origin) -> Source:
    if origin.file is not None:
        return read_source(origin.file)
    return source_of(origin.text, origin.beside)


def source_of(text: str, beside: Path | None) -> Source:
    """A text that a visitor wrote or brought.

    Args:
        text: whatever it is.
        beside: the folder of the files it may name.
    """
    return replace(read_source(f"{text}\n"), folder=beside)


@lru_cache(maxsize=64)
def _read(request: Request) -> Scenario:
    return request.origin.scenario(dict(request.settings))


def of_file(file: Path) -> Origin:
    """The scenario in a file as it is now."""
    try:
        found = file.stat()
    except OSError:
        return Origin(file.stem, file)
    return Origin(file.stem, file, (found.st_mtime_ns, found.st_size))


def shipped() -> dict[str, Path]:
    """The scenarios that come with the product, by name."""
    files = sorted(SHIPPED.glob("*.yaml"), key=lambda file: (file.stem != FIRST, file.stem))
    return {file.stem: file for file in files}


class LostError(StockoutError):
    """An address names a scenario that is not here."""


class Drafts:
    """Texts that visitors wrote or brought, in memory until there are too many; a link finds them while they last."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, Origin] = OrderedDict()
        self._lock = Lock()

    def keep(self, text: str, beside: Path | None) -> Origin:
        """A text under a name that only who has the text can know."""
        name = f"{OWN}{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:20]}"
        origin = Origin(name, text=text, beside=beside)
        with self._lock:
            self._texts[name] = origin
            self._texts.move_to_end(name)
            while len(self._texts) > MOST_DRAFTS or sum(len(o.text) for o in self._texts.values()) > MOST_DRAFT_BYTES:
                self._texts.popitem(last=False)
        return origin

    def find(self, name: str) -> Origin | None:
        """The text of that name, if it is still here."""
        with self._lock:
            return self._texts.get(name)


@st.cache_resource(show_spinner=False)
def drafts() -> Drafts:
    """The texts of all visitors of this server."""
    return Drafts()
