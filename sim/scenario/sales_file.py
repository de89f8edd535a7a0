"""Open a sales file, whatever its packing, encoding and delimiter, as a table of text. Imports pandas."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import ScenarioError

_SAMPLE: Final = 65_536
_DELIMITERS: Final = (",", ";", "\t", "|")
_SPELLED: Final = MappingProxyType({",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"})
_BLOCK: Final = 20_000
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_TEXT: Final = pd.StringDtype("pyarrow")


@dataclass(frozen=True, slots=True)
class TextTable:
    """Every cell of a file as stripped text, columns by position; a cell that is not there is empty."""

    header: tuple[str, ...]
    cells: pd.DataFrame
    """The columns that were kept, named by their places in the header."""
    overlong: NDArray[np.bool_]
    """Whether a row has more fields than the header."""
    delimiter: str
    """Empty for files that need none."""
    notation: tuple[str, ...]
    """How the file was read, in words."""


Wanted = Callable[[tuple[str, ...]], Collection[int]]
"""Which columns of a header to keep."""


def open_table(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, wanted: Wanted | None = None
) -> TextTable:
    """Read a CSV (also semicolons, tabs, bars; also gzipped) or a Parquet file; `None` is guessed, or all columns.

    Raises:
        ScenarioError: the file is missing, empty, broken, or not a table of text.
    """
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise ScenarioError(f"{delimiter!r} cannot divide fields: one character is needed, such as ; or a tab")
    try:
        start = _start(path)
        if start.startswith(b"PAR1"):
            return _parquet(path, wanted or _all)
        _refuse_binary(path, start)
        found = encoding or _encoding(path, start)
        return _delimited(path, found, delimiter or _delimiter(start, found), wanted or _all)
    except (OSError, EOFError, zlib.error) as error:
        raise ScenarioError(f"{path} cannot be read: {error}") from error
    except (UnicodeError, LookupError) as error:
        raise ScenarioError(f"{path} is not text in the encoding {encoding or 'it begins in'}: {error}") from error


def _all(header: tuple[str, ...]) -> Collection[int]:
    return range(len(header))


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        if packed:
            with gzip.open(plain) as unpacked:
                yield cast(IO[bytes], unpacked)
        else:
            yield plain


def _start(path: Path) -> bytes:
    with _opened(path) as file:
        start = file.read(_SAMPLE)
    if not start.strip():
        raise ScenarioError(f"{path} is empty")
    return start


def _refuse_binary(path: Path, start: bytes) -> None:
    if start.startswith(_WORKBOOKS):
        raise ScenarioError(f"{path} is a workbook or an archive: save the sheet as CSV first")
    odd = sum(byte < 9 or 13 < byte < 32 for byte in start)
    if not _wide(start) and (b"\0" in start or odd > len(start) / 100):
        raise ScenarioError(f"{path} is not a table of text: CSV (also gzipped) or Parquet is needed")


def _wide(start: bytes) -> bool:
    return start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _encoding(path: Path, start: bytes) -> str:
    if _wide(start):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    with _opened(path) as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def _delimiter(start: bytes, encoding: str) -> str:
    text = start.decode(encoding, errors="ignore")
    lines = text.splitlines()[:60]
    sample = lines[:-1] if len(start) == _SAMPLE and len(lines) > 1 else lines
    return max(_DELIMITERS, key=lambda mark: _fitness(sample, mark))


def _fitness(sample: list[str], delimiter: str) -> float:
    widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    alike = sum(width == widths[0] for width in widths) if widths else 0
    return alike * (widths[0] - 1) / len(widths) if widths else 0.0


def _delimited(path: Path, encoding: str, delimiter: str, wanted: Wanted) -> TextTable:
    notation = (f"text in {encoding.removesuffix('-sig')}", f"fields divided by a {_spelled(delimiter)}")
    with _opened(path) as packed, io.TextIOWrapper(packed, encoding, newline="") as text:
        rows = (row for row in csv.reader(text, delimiter=delimiter, strict=True) if row)
        try:
            header = tuple(title.strip() for title in next(rows))
            places = sorted(wanted(header))
            columns, overlong = _columns(rows, len(header), places)
        except csv.Error as error:
            raise ScenarioError(f"{path} is broken as a table: {error} (is a quotation mark open?)") from error
    cells = _cells(path, columns, places)
    return TextTable(header, cells, np.array(overlong), delimiter, notation)


def _columns(rows: Iterator[list[str]], width: int, places: list[int]) -> tuple[list[Any], list[bool]]:
    """Cells of some columns, short rows filled up, and which rows hold more than `width` fields."""
    blocks, overlong = [], []
    while block := list(itertools.islice(rows, _BLOCK)):
        overlong += [any(row[width:]) for row in block]
        padded = [row + [""] * (width - len(row)) for row in block]
        blocks.append([pa.array([row[place] for row in padded], pa.string()) for place in places])
    return [pa.chunked_array(chunks) for chunks in zip(*blocks, strict=True)], overlong


def _parquet(path: Path, wanted: Wanted) -> TextTable:
    try:
        table = pq.read_table(path)
    except pa.ArrowException as error:
        raise ScenarioError(f"{path} is a broken Parquet file: {error}") from error
    header = tuple(map(str, table.column_names))
    places = sorted(wanted(header))
    columns = [_as_text(table.column(place)) for place in places]
    return TextTable(header, _cells(path, columns, places), np.zeros(table.num_rows, bool), "", ("Parquet",))


def _as_text(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return pc.fill_null(column.cast(pa.string()), "")


def _cells(path: Path, columns: list[Any], positions: list[int]) -> pd.DataFrame:
    if not any(map(len, columns)):
        raise ScenarioError(f"{path} has no rows below its first line")
    places = list(map(str, range(len(columns))))
    text = pa.table([pc.utf8_trim_whitespace(column) for column in columns], names=places)
    cells: pd.DataFrame = text.to_pandas(types_mapper=lambda _: _TEXT)
    return cells.set_axis(positions, axis=1)


def _spelled(delimiter: str) -> str:
    return _SPELLED.get(delimiter, repr(delimiter))
