"""Files of a store: whole or absent, whoever else writes them, and one clear line when they cannot be written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from time import time
from typing import TYPE_CHECKING, Final

from sim.errors import ResultError

if TYPE_CHECKING:
    import pyarrow as pa

HALF: Final = ".tmp"
"""How the name of a file ends while it is written."""

STALE: Final = 3600.0
"""Seconds after which a half-written file is taken to be nobody's."""


class StoreError(ResultError):
    """A store cannot be written; what is in it stays."""


def put(path: Path, content: bytes) -> None:
    """Put a file in its place at once; of two writers of the same content either may be the last.

    Raises:
        StoreError: there is no room, or no leave.
    """
    with beside(path, content) as half:
        half.replace(path)


def put_if_absent(path: Path, content: bytes) -> None:
    """Put a file in its place unless somebody else has.

    Raises:
        StoreError: there is no room, or no leave.
    """
    with beside(path, content) as half:
        try:
            path.hardlink_to(half)
        except FileExistsError:
            return
        except OSError:  # some file systems know no hard links
            if not path.exists():
                half.replace(path)


@contextmanager
def beside(path: Path, content: bytes) -> Iterator[Path]:
    """A whole file beside a place; gone afterwards, unless it was moved.

    Raises:
        StoreError: there is no room, or no leave.
    """
    half = path.with_name(f"{path.name}.{token_hex(6)}{HALF}")
    with writing(path.parent):
        try:
            with half.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield half
        finally:
            with suppress(OSError):
                half.unlink(missing_ok=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say in one line what keeps a store from being written.

    Raises:
        StoreError: the system refused.
    """
    try:
        yield
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise StoreError(
            f"the store {folder} cannot be written: {why}; what was completed is kept, "
            "and the same command goes on from there"
        ) from error


def content_of(path: Path) -> bytes:
    """What is in a file; nothing if there is none, or none that can be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def table_in(content: bytes) -> pa.Table | None:
    """The rows of a part, if it can be read to its end."""
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

    with suppress(OSError, pa.ArrowException):
        return pq.read_table(pa.BufferReader(content))
    return None


def parquet_of(table: pa.Table) -> bytes:
    """A table as the content of a file; the same table gives the same bytes."""
    import pyarrow as pa  # noqa: PLC0415 - likewise
    import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def digest_of(content: bytes) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def sweep(folder: Path) -> None:
    """Remove what writers that were killed have left half-written."""
    for stray in folder.glob(f"*{HALF}"):
        with suppress(OSError):
            if stray.stat().st_mtime < time() - STALE:
                stray.unlink(missing_ok=True)
