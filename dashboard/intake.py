"""What visitors bring: texts and sales files, read in a process of their own and within limits; cheap to import."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from sim import Assumptions, Fault, Scenario, read_sales, read_source, sales_text
from sim.errors import ScenarioError

MOST_BYTES: Final = 2**20
"""Of an uploaded file."""

_PACKED: Final = (b"\x1f\x8b", b"PAR1", b"PK")
"""How files begin that may unpack to any size."""


def checked(text: str, beside: Path | None) -> tuple[Scenario | None, tuple[Fault, ...]]:
    """The scenario in a text if nothing is wrong with it, and all its faults.

    Args:
        text: whatever it is.
        beside: the folder of the files it may name; `None` if it may name none.
    """
    return replace(read_source(f"{text}\n"), folder=beside).check({})


def decoded(content: bytes) -> str:
    """An uploaded scenario as text.

    Raises:
        ScenarioError: it is too large, or no text.
    """
    _within(content)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ScenarioError("This file is not UTF-8 text: save it as UTF-8.") from error


def imported(content: bytes, products: int, assumptions: Assumptions) -> str:
    """A scenario from an uploaded sales file, which is on disk under a name of ours for the time of reading it.

    Raises:
        ScenarioError: it is too large, cannot be understood, or is too long for a text.
    """
    _within(content)
    if content.startswith(_PACKED):
        raise ScenarioError("This file is packed: bring a plain CSV file.")
    with tempfile.TemporaryDirectory(prefix="stockout-") as folder:
        path = Path(folder) / "sales.csv"
        path.write_bytes(content)
        try:
            return sales_text(read_sales(path, most=products), assumptions=assumptions)
        except ScenarioError as error:
            raise ScenarioError(str(error).replace(f"{path}", "the file")) from None


def _within(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise ScenarioError(f"This file is larger than {MOST_BYTES // 2**20} MB, the most it may be.")
