"""When goods leave the warehouse and reach customers, where that is no fixed time after their allocation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.measures.trade import Releases

_WIDE = 2**32
"""More than any instant."""


def handling(
    views: Views, visits: Int64, usual: Int64, ended: NDArray[np.signedinteger[Any]]
) -> Int64:
    """Seconds from the last allocation of orders to their delivery.

    Args:
        views: the run.
        visits: the orders, as rows of `VisitRows`, in order.
        usual: the fixed time of each, which holds where a ledger has no parcel of it.
        ended: seconds from each visit to the delivery.
    """
    ledger, longer = views.ledger, usual.copy()
    for table, allocated in ((ledger.parcels, ledger.parcels.ready), (ledger.direct, ledger.direct.time)):
        if len(table) and len(visits):
            last = np.full(len(views.everyone.time), -1, dtype=np.int64)
            np.maximum.at(last, table.visit, allocated)
            there = last[visits] >= 0
            longer[there] = (views.everyone.time[visits] + ended - last[visits])[there]
    return longer


def leaving(views: Views, visits: Int64, releases: Releases, picking: Int64) -> Int64:
    """When the units of some releases leave: their parcel, or else a fixed time after allocation.

    What a supplier sends straight to the customer leaves when it is ordered; a parcel that has not left by the close
    counts as leaving then.
    """
    parcels, leaves = views.ledger.parcels, releases.time + picking
    if len(parcels):
        key, mine = parcels.visit * _WIDE + parcels.ready, visits * _WIDE + releases.time
        order = np.argsort(key, kind="stable")
        place = order[np.minimum(np.searchsorted(key[order], mine), len(key) - 1)]
        shipped = np.where(parcels.shipped < 0, views.ledger.close, parcels.shipped)
        leaves = np.where(key[place] == mine, shipped[place], leaves)
    return np.where(releases.direct, releases.time, leaves)
