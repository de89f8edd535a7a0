"""Comparing the rows of a table with those that are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.ledger.auditing.law import Breach
from sim.ledger.auditing.track import Int64

Columns = tuple[NDArray[np.signedinteger], ...]


def _sorted(columns: Columns) -> Int64:
    table = np.stack([column.astype(np.int64) for column in columns], axis=1)
    return table[np.lexsort(table.T[::-1])]


def same_rows(name: str, found: Columns, expected: Columns) -> Iterator[Breach]:
    """A breach for each row that is not due, and for each that is missing; the first column is the time."""
    told, due = _sorted(found), _sorted(expected)
    if np.array_equal(told, due):
        return
    some, others = (Counter(map(tuple, rows.tolist())) for rows in (told, due))
    for row in sorted((some - others).elements()):
        yield Breach(name, int(row[0]), list(row), "no such row")
    for row in sorted((others - some).elements()):
        yield Breach(name, int(row[0]), "no such row", list(row))
