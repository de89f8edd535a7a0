"""Service by day: what part of the units that visitors of the days before wanted they got, at once and in the end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.course.levels import Line, stock_names
from sim.course.rolling import Floats, Numbers, ratios, rolling
from sim.ledger.everyone import away
from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.words import Wait


def wishes(views: Views) -> Int64:
    """The visits of the tape that wanted something of the shelf: the first visit of every wish."""
    fate = views.ledger.visits.fate[: len(views.visits.time)]
    return np.flatnonzero((views.visits.units > 0) & ~away(fate))


def delivered(views: Views) -> Floats:
    """By visit of the tape: units delivered for its wish by the close, at whatever visit."""
    everyone, waits, count = views.everyone, views.ledger.waits, len(views.visits.time)
    now, granted = views.ledger.visits.now, np.flatnonzero(waits.event == Wait.GRANTED)
    at_once = np.bincount(everyone.wish(np.arange(len(now))), now, count)
    later = np.bincount(everyone.wish(waits.visit[granted]), waits.units[granted], count)
    direct = views.ledger.direct
    parcels = np.bincount(everyone.wish(direct.visit), direct.units * (direct.delivered < views.ledger.close), count)
    return (at_once + later + parcels).astype(np.float64)


def service(views: Views, instants: Int64, *, back: int) -> Iterator[Line]:
    """Shares of the units wanted, for the whole shop and by stock; undefined where nothing was wanted."""
    rows = wishes(views)
    stocks = views.stock_of_stream[views.visits.stream[rows]]
    got: dict[str, Numbers] = {"at_once": views.ledger.visits.now[rows], "in_the_end": delivered(views)[rows]}
    scopes = {"": rows >= 0} | {name: stocks == number for number, name in enumerate(stock_names(views.world))}
    for scope, here in scopes.items():
        times = views.visits.time[rows[here]]
        wanted = rolling(times, views.visits.units[rows[here]], instants, back=back)
        for name, units in got.items():
            yield name, scope, ratios(rolling(times, units[here], instants, back=back), wanted)
