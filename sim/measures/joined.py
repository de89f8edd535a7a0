"""The table of those who accepted a backorder."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int32, Int64


@dataclass(frozen=True, eq=False)
class Joined:
    """Those who accepted a backorder; one entry per order in each column."""

    visit: Int64
    """The row of `VisitRows`."""
    stream: NDArray[np.int16]
    time: Int64
    """Instant of the visit."""
    short: Int32
    """Units that were not sold at once."""
    fate: NDArray[np.int8]
    lo: Int32
    hi: Int32
    ended: Int32
    """Seconds from the visit to delivery, to leaving, or to the close."""
    patience: Int32

    def __len__(self) -> int:
        return len(self.time)

    def where(self, keep: NDArray[np.bool_] | Int64) -> Joined:
        """Only some of them."""
        return Joined(**{field.name: getattr(self, field.name)[keep] for field in fields(self)})
