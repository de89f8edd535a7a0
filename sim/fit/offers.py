"""Reads a file of backorder offers: which wait was quoted, how often it was shown, how many accepted."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TextIO

from sim.errors import ScenarioError
from sim.scenario.quantity_text import parse_duration
from sim.words import DAY

COLUMNS: Final = ("quoted_hi", "shown", "accepted")
_DELIMITERS: Final = (",", ";", "\t", "|")
_MOST: Final = 10**12
_DECIMAL_COMMA: Final = re.compile(r"^(\d+),(\d+)")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used."""

    line: int
    """Its line in the file, counted from 1; the last one, if the row goes over several."""
    why: str


@dataclass(frozen=True, slots=True)
class Offer:
    """How often one wait was quoted, and how many of those who saw it accepted."""

    hi: float
    """Upper end of the quoted wait, in days."""
    shown: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers, one for each quoted wait, and an account of the rows they came from."""

    source: str
    """Name of the file, without its folder."""
    offers: tuple[Offer, ...]
    """In order of the wait."""
    rows: int
    """Rows read."""
    bad: tuple[BadRow, ...] = ()
    """Rows left out; all others were used."""

    @classmethod
    def of(cls, rows: Iterable[tuple[float, int, int]], *, source: str = "offers") -> Offers:
        """From rows of quoted wait in days, times shown, times accepted.

        Raises:
            ScenarioError: a row cannot be used; rows of a file are judged by `read_offers`.
        """
        offers = [Offer(*row) for row in rows]
        faults = [f"row {n}: {why}" for n, offer in enumerate(offers, 1) if (why := _fault(offer))]
        if faults:
            raise ScenarioError(faults[0])
        return cls(source, _pooled(offers), len(offers))

    @property
    def kept(self) -> int:
        """Rows used."""
        return self.rows - len(self.bad)

    @property
    def shown(self) -> int:
        """Offers shown, over all waits."""
        return sum(offer.shown for offer in self.offers)

    @property
    def accepted(self) -> int:
        """Offers accepted, over all waits."""
        return sum(offer.accepted for offer in self.offers)

    @property
    def account(self) -> str:
        """The rows in one sentence."""
        return f"{self.source}: {self.rows:,} rows read, {self.kept:,} used, {len(self.bad):,} left out"


def read_offers(path: str | Path) -> Offers:
    """Read a CSV file (gzipped or not) with the columns quoted_hi, shown and accepted.

    A quoted wait is in days or has a unit, as in `2 wk`. Rows that cannot be used are left out and kept in the
    account.

    Raises:
        ScenarioError: the file cannot be read, or lacks a column.
    """
    path = Path(path)
    try:
        with _opened(path) as file:
            return _read(path.name, file)
    except (OSError, EOFError, zlib.error) as error:
        raise ScenarioError(f"{path} cannot be read: {error}") from error
    except csv.Error as error:
        raise ScenarioError(f"{path} is broken as a table: {error}") from error


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        bytes_ = io.BytesIO(gzip.decompress(plain.read())) if packed else plain
        # All that is read of the cells is plain ASCII; whatever encoding the other columns have, it does not matter.
        with io.TextIOWrapper(bytes_, "utf-8-sig", errors="replace", newline="") as text:
            yield text


def _read(source: str, file: TextIO) -> Offers:
    delimiter = _delimiter(file)
    reader = csv.reader(file, delimiter=delimiter)
    header = next((row for row in reader if any(row)), [])
    places = _places(source, header)
    offers, bad, rows = [], [], 0
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        rows += 1
        judged = _judge(row, places, len(header), commas=delimiter != ",")
        if isinstance(judged, Offer):
            offers.append(judged)
        else:
            bad.append(BadRow(reader.line_num, judged))
    return Offers(source, _pooled(offers), rows, tuple(bad))


def _delimiter(file: TextIO) -> str:
    first = file.readline()
    file.seek(0)
    return max(_DELIMITERS, key=first.count)


def _places(source: str, header: Sequence[str]) -> tuple[int, ...]:
    names = [re.sub(r"[\s-]+", "_", title.strip().lower()) for title in header]
    for column in COLUMNS:
        if names.count(column) != 1:
            close = get_close_matches(column, names, n=1)
            count = "more than one column" if column in names else "no column"
            near = f" ({close[0]!r} may be meant)" if close and column not in names else ""
            raise ScenarioError(f"{source} has {count} {column!r}{near}; it needs {', '.join(COLUMNS)}")
    return tuple(names.index(column) for column in COLUMNS)


def _judge(row: Sequence[str], places: tuple[int, ...], width: int, *, commas: bool) -> Offer | str:
    """The offer of a row, or why it has none."""
    if len(row) != width:
        return f"{len(row)} fields, where the first line names {width}"
    wait, shown, accepted = (row[place].strip() for place in places)
    try:
        wait = _DECIMAL_COMMA.sub(r"\1.\2", wait) if commas else wait
        offer = Offer(parse_duration(wait) / DAY, _count("shown", shown), _count("accepted", accepted))
    except ValueError as error:
        return str(error) if wait else "quoted_hi is empty"
    return _fault(offer) or offer


def _count(column: str, cell: str) -> int:
    if not cell:
        raise ValueError(f"{column} is empty")
    if not re.fullmatch(r"\d{1,12}(\.0*)?", cell):
        raise ValueError(f"{column} is '{cell[:30]}', which is no whole number of 0 or more")
    return int(cell.partition(".")[0])


def _fault(offer: Offer) -> str:
    """Why an offer can tell nothing; empty if it can."""
    if not 0 < offer.hi < _MOST:
        return "a quoted wait of 0 is no wait, and all would accept it" if offer.hi == 0 else f"a wait of {offer.hi} d"
    if offer.shown < 1:
        return "it was never shown"
    if not 0 <= offer.accepted <= offer.shown:
        return f"{offer.accepted:,} accepted of {offer.shown:,} shown"
    return ""


def _pooled(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """One offer for each wait, in order."""
    sums: dict[float, tuple[int, int]] = {}
    for offer in offers:
        shown, accepted = sums.get(offer.hi, (0, 0))
        sums[offer.hi] = (shown + offer.shown, accepted + offer.accepted)
    return tuple(Offer(hi, *sums[hi]) for hi in sorted(sums))
