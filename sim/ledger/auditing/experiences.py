"""What customers live to see, from fates and notices: each with its cause, its time and the change it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.ledger.auditing.minds import ended_at, forced, hidden
from sim.ledger.auditing.recall import UNIT
from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.scenario.classes import Delta, deltas_of
from sim.words import DAY, FOREVER, GAVE_UP, Answer, Cause, Exit, Fate, Notice

_SHORT, _MEDIUM = 10 * DAY, 20 * DAY
_MOST_DAYS = 30


@dataclass(frozen=True, eq=False)
class Outcomes:
    """How each visit went, by kind; one entry for each visit."""

    at_once: Bools
    """Bought from the shelf, and got it when the page had said."""
    waited: Bools
    """Waited and was served."""
    gave_up: Bools
    """Waited, and left or was cancelled."""
    by_shop: Bools
    """Cancelled by the shop, waiting or not."""
    turned_away: Bools
    swapped: Bools
    late: Int64
    """Seconds of delivery, or of shipping where that was promised, beyond the first promise or what the page had said
    of goods on the shelf."""
    broken: Bools
    """Whose first promise broke."""


def outcomes(replay: Replay) -> Outcomes:
    """The outcomes of all visits."""
    rows, joined, terms = replay.ledger.visits, replay.joined, replay.ledger.terms
    fate, ended, hi = rows.fate, ended_at(replay), rows.hi.astype(np.int64)
    swapped = (rows.exit == Exit.SUBSTITUTE) & ~joined
    refused = (fate == Fate.SELLER_CANCELLED) & ~joined
    away = np.isin(fate, (Fate.OUT_OF_STOCK, Fate.BALKED))
    waited, gave_up = fate == Fate.FULFILLED, joined & np.isin(fate, GAVE_UP)
    late = np.where(waited & (not terms.vague), ended - (replay.last_mile if terms.shipping else 0) - hi, 0)
    bought = (fate == Fate.SERVED) & (replay.units > 0)
    late = np.maximum(np.where(bought, ended - named(replay), late), 0)
    return Outcomes(
        at_once=bought & (late == 0),
        waited=waited,
        gave_up=gave_up,
        by_shop=(refused & ~swapped) | (gave_up & np.isin(fate, (Fate.SELLER_CANCELLED, Fate.NO_CONSENT))),
        turned_away=away & ~swapped,
        swapped=swapped,
        late=late,
        broken=((waited | bought) & (late > 0)) | (gave_up & (ended >= hi) & (not terms.vague)),
    )


def named(replay: Replay) -> Int64:
    """Delivery time that the page names for goods on the shelf, for each visit; without end where it names none."""
    houses, levers, idle = replay.world.warehouses, replay.levers, replay.tape.idle

    def each(source: str) -> int:
        said, at_work = houses[source].delivers, houses[source].work is not None or source in idle or levers.cross_dock
        return FOREVER if said is None or not at_work else said

    return replay.by_stream(lambda customers: each(customers.source)).astype(np.int64)


def told_in_time(replay: Replay) -> Bools:
    """Who heard of a delay before the first promise broke."""
    notices, told = replay.ledger.notices, np.zeros(len(replay.time), dtype=np.bool_)
    first = replay.time + replay.ledger.visits.hi
    heard = np.isin(notices.kind, (Notice.DELAY, Notice.CONSENT)) & (notices.answer != Answer.NONE)
    told[notices.visit[heard & (notices.time < first[notices.visit])]] = True
    return told


@dataclass(frozen=True, eq=False)
class Experiences:
    """One kind of experience: of some visits, with what each asks for."""

    cause: Cause
    visit: Int64
    change: Int64


def experiences(replay: Replay) -> Iterator[Experiences]:
    """All that can change the regard of a member."""
    memory = replay.world.memory
    if memory is None:
        return
    deltas, learnt = deltas_of(memory, replay.world.calibration), hidden(replay) | forced(replay)
    for cause, who, times in _causes(replay, deltas):
        visits = np.flatnonzero(who)
        delta = deltas.row(cause) * times[visits]
        delta = np.where(learnt[visits] & (delta < 0), delta * deltas.hidden, delta)
        yield Experiences(cause, visits, np.rint(UNIT * memory.gain * delta).astype(np.int64))


def _causes(replay: Replay, deltas: Delta) -> Iterator[tuple[Cause, Bools, Floats]]:
    had, ended = outcomes(replay), ended_at(replay)
    once = np.ones(len(ended))
    yield Cause.ON_TIME, had.at_once, once
    yield Cause.SHORT_WAIT, had.waited & (ended <= _SHORT), once
    yield Cause.MEDIUM_WAIT, had.waited & (ended > _SHORT) & (ended <= _MEDIUM), once
    yield Cause.LONG_WAIT, had.waited & (ended > _MEDIUM), once
    yield Cause.BROKEN, had.broken, np.where(told_in_time(replay), deltas.told_in_time, 1.0)
    days = np.minimum(had.late // DAY, _MOST_DAYS)
    yield Cause.LATE_DAYS, days > 0, days.astype(np.float64)
    yield Cause.CANCELLED, had.gave_up & ~had.by_shop, once
    yield Cause.SELLER_CANCELLED, had.by_shop, once
    yield Cause.STOCK_OUT, had.turned_away, once
    yield Cause.SUBSTITUTED, had.swapped, once
