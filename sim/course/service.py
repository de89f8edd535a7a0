"""Service by day: what part of the units that visitors of the days before wanted they got, at once and in the end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.course.levels import Line, stock_names
from sim.course.rolling import Floats, Lookback, Numbers, ratios
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
    again = np.bincount(views.ledger.returns.intent, now[count:], count)
    at_once = now[:count] + again
    later = np.bincount(everyone.wish(waits.visit[granted]), waits.units[granted], count)
    direct = views.ledger.direct
    parcels = np.bincount(everyone.wish(direct.visit), direct.units * (direct.delivered < views.ledger.close), count)
    return (at_once + later + parcels).astype(np.float64)


def service(views: Views, instants: Int64, *, back: int) -> Iterator[Line]:
    """Shares of the units wanted, for the whole shop and by stock; undefined where nothing was wanted."""
    rows, names = wishes(views), stock_names(views.world)
    stocks = views.stock_of_stream[views.visits.stream[rows]]
    before = Lookback(views.visits.time[rows], stocks, len(views.stocks), instants=instants, back=back)
    wanted = before.totals(views.visits.units[rows])
    got: dict[str, Numbers] = {"at_once": views.ledger.visits.now[rows], "in_the_end": delivered(views)[rows]}
    shares = {name: before.totals(units) for name, units in got.items()}
    for name, units in shares.items():
        yield name, "", ratios(units.sum(axis=0), wanted.sum(axis=0))
    for number, scope in enumerate(names):
        for name, units in shares.items():
            yield name, scope, ratios(units[number], wanted[number])
