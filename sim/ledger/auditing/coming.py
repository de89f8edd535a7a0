"""Laws of coming: which visits of the tape take place, and who wants anything at the price."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.prices import factors
from sim.ledger.auditing.recall import UNIT, draw_of_reviews, members, recalled, remembers
from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Bools
from sim.scenario.memory import HEADROOM
from sim.words import Fate


def _factor(replay: Replay) -> tuple[Floats, Bools]:
    """Visits of whoever comes as a multiple of the stated rate, and where the ledger tells it for sure."""
    member, (draw, read) = members(replay), draw_of_reviews(replay)
    thought = recalled(replay)
    likes = np.where(thought.gone, 0.0, np.exp(thought.regard / UNIT)) if remembers(replay) else np.ones(len(draw))
    return np.where(member < 0, draw, likes), np.where(member < 0, read, thought.sure)


def _coming(replay: Replay) -> Iterator[Breach]:
    count, absent = replay.everyone.count, replay.ledger.visits.fate == Fate.ABSENT
    factor, sure = _factor(replay)
    extra = np.zeros(len(absent), dtype=np.bool_)
    if replay.tape.visits.extra is not None:
        extra[:count] = replay.tape.visits.extra
    die = np.zeros(len(absent))
    asked = np.flatnonzero((extra | (factor < 1)) & (np.arange(len(absent)) < count))
    die[asked] = replay.thrown("come", asked)
    comes = np.where(extra, (factor > 1) & (die < (factor - 1) / HEADROOM), (factor >= 1) | (die < factor))
    comes[count:] = True
    yield from of_visits(replay, sure & absent & comes, "absent", "a visit")
    yield from of_visits(replay, sure & ~absent & ~comes, "a visit", "absent")


def _intent(replay: Replay) -> Iterator[Breach]:
    fate, factor = replay.ledger.visits.fate, factors(replay)
    wants = np.ones(len(fate), dtype=np.bool_)
    dear = np.flatnonzero(factor > 1)
    elasticity = replay.by_stream(lambda c: c.price_elasticity)
    wants[dear] = replay.thrown("price", dear) < np.power(factor[dear], -elasticity[dear])
    none = fate == Fate.NO_INTENT
    yield from of_visits(replay, none & wants, "wants nothing", "to buy")
    yield from of_visits(replay, ~none & (fate != Fate.ABSENT) & ~wants, "wants to buy", "nothing at this price")


COMING = (
    Law(
        "coming",
        "A visit of the tape is left out if and only if its die says so, at the regard of the member or the mean of "
        "the reviews at that moment.",
        _coming,
    ),
    Law("intent", "A visitor wants nothing if and only if the price has risen and the die says so.", _intent),
)
