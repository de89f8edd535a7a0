"""What became of every wish: how its first visit ended, how its last one did, and where who left went."""

from __future__ import annotations

import numpy as np

from sim.course.service import wishes
from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.words import Exit, Fate

SHAPE = (len(Fate), len(Fate), len(Exit))


def journeys(views: Views) -> Int64:
    """Wishes of the window, counted by fate of the first visit, fate of the last one and exit of that one."""
    calendar = views.world.calendar
    rows = wishes(views)
    times = views.visits.time[rows]
    rows = rows[(times >= calendar.warm_up) & (times < calendar.warm_up + calendar.measure)]
    visits, last = views.ledger.visits, views.everyone.last[rows]
    cells = np.ravel_multi_index((visits.fate[rows], visits.fate[last], visits.exit[last]), SHAPE)
    return np.bincount(cells, minlength=int(np.prod(SHAPE))).reshape(SHAPE)
