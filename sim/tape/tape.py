"""The tape: everything chance does in one replication, drawn before the run and read by identity.

All instants are whole seconds from the start of the run (day 0 is `world.calendar.warm_up` later).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.tape.closures import Closures
from sim.tape.dice import Dice, Die
from sim.tape.exams import Exams
from sim.tape.keyed import ConstantDraws, KeyedDraws
from sim.tape.pace import Pace
from sim.tape.roads import Road
from sim.tape.yields import Yields

EXTRA: Final = 2**40
"""Identities of extra visits start here."""


@dataclass(frozen=True, eq=False)
class Visits:
    """One entry per visit in order of time; its row number is the customer's identity.

    Visits of the same second keep the order of the customer streams in the scenario. A visit takes 30 bytes; with a
    panel 34, and 35 where there are extra visits too (a quarter more of them).
    """

    time: NDArray[np.int64]
    """Instant of the visit; within [0, warm_up + measure)."""
    stream: NDArray[np.int16]
    """Which entry of `world.customers`, by position."""
    units: NDArray[np.int32]
    """Units wanted; 0 is a visit that wants nothing."""
    patience: NDArray[np.int32]
    """Longest accepted wait in seconds; `FOREVER` never ends."""
    whim: NDArray[np.int32]
    """Seconds of waiting after which the customer cancels for no reason; `FOREVER` never."""
    accept: NDArray[np.float32]
    """Uniform on [0, 1): compared with a fixed acceptance share."""
    exit: NDArray[np.float32]
    """Uniform on [0, 1): picks where the customer goes who leaves."""
    member: NDArray[np.int32] | None = None
    """Which member of the panel came, -1 for a new visitor; `None` when nobody is known."""
    extra: NDArray[np.bool_] | None = None
    """Visits beyond the stated rate, that only come when memory or reputation raise it; `None` when nothing can."""

    @cached_property
    def identity(self) -> NDArray[np.int64]:
        """The number of each visit within its customer stream: its key for dice. Extra visits are counted apart."""
        return _counted(self.stream, self.extra)

    def __len__(self) -> int:
        return len(self.time)


NOTHING: Final = ConstantDraws(0)
"""No time at all."""


@dataclass(frozen=True)
class LaneChance:
    """Chance on one lane, by the order's number on that lane; initial inbound orders come first."""

    lead_time: KeyedDraws
    """Planned time on the lane, seconds."""
    slip: KeyedDraws
    """How much later than confirmed it arrives, seconds."""
    make: KeyedDraws = NOTHING
    """Time its supplier takes to make it, besides the time on a line."""
    port: KeyedDraws = NOTHING
    """Time in the port of arrival."""
    inland: KeyedDraws = NOTHING
    """Time from the port to the dock."""
    rebook: KeyedDraws = NOTHING
    """What another way takes longer."""
    exams: Exams | None = None
    """Customs examinations; `None` where there are none."""
    yields: Yields | None = None
    """Units that come and are good; `None` where all do."""


@dataclass(frozen=True)
class Tape:
    """What one replication holds, whatever the policy."""

    seed: int
    replication: int
    visits: Visits
    lanes: tuple[LaneChance, ...]
    """By position in `world.lanes`."""
    unit_times: dict[str, KeyedDraws]
    """By supplier with capacity: seconds to make its k-th unit."""
    down: dict[str, Closures]
    """By supplier: when it is down with `orders: held` (new orders wait)."""
    refusing: dict[str, Closures]
    """By supplier: when it is down with `orders: refused`."""
    blocked: tuple[Closures, ...]
    """By position in `world.lanes`: when goods on it stand still.

    The lane is closed, or an outage of its supplier freezes what is on the way.
    """
    shut: tuple[Closures, ...]
    """By position in `world.lanes`: when nothing may leave (lane closed)."""
    dice: tuple[Dice, ...]
    """By position in `world.customers`: what few customers need, by `Visits.identity`."""
    member_dice: Dice
    """The same by member of the panel."""
    warned: tuple[Die, ...]
    """By position in `world.lanes`: whether the true date of a late order is told ahead, by the order's number."""
    pace: dict[str, Pace] = field(default_factory=dict)
    """By supplier that does not just stop and start: at which share of the usual pace it works, its full stops included
    (pace 0); one that is left out is only ever up or down, as `down` and `refusing` say."""
    roads: tuple[Road, ...] = ()
    """By position in `world.lanes`: what the weather does to goods on it besides; empty when nothing does."""
    gone: dict[str, int] = field(default_factory=dict)
    """By supplier that goes bankrupt within the run: when."""
    idle: dict[str, Closures] = field(default_factory=dict)
    """By warehouse that ever stands still: when."""
    dark: dict[str, Closures] = field(default_factory=dict)
    """By warehouse whose page says out of stock while it stands still: when."""
    destroyed: tuple[tuple[int, int, float], ...] = ()
    """Goods destroyed: instant, position in `world.stocks`, share of what is on hand; in order of time."""
    shrink: tuple[NDArray[np.int64], ...] = ()
    """By position in `world.stocks`: instants at which a unit vanishes; empty when none does anywhere."""
    stock_dice: tuple[Dice, ...] = ()
    """By position in `world.stocks`: what few things need that happen to a stock, by their number or customer."""


def _counted(stream: NDArray[np.int16], extra: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """0, 1, 2, ... within each stream; extra visits start from `EXTRA`."""
    identity = np.empty(len(stream), dtype=np.int64)
    kinds = ((False, 0), (True, EXTRA)) if extra is not None else ((None, 0),)
    for number in np.unique(stream):
        for is_extra, first in kinds:
            mine = stream == number if is_extra is None else (stream == number) & (extra == is_extra)
            identity[mine] = np.arange(first, first + int(mine.sum()))
    return identity
