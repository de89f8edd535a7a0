"""What goes wrong by chance with the records of a shop: rebuilt from the dice of the tape."""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p
from statistics import NormalDist
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Int64, What
from sim.scenario.keeping import Errors
from sim.scenario.laws import DurationLaw
from sim.words import DAY

_TURNS: Final = 64
_LANE: Final = 2**32
_COUNT: Final = 2**20
_FIGURES: Final = 9

_TABLES: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "none": (0, 0, 0, 0, 0, 0, 0, 0),
        "manual": (0.02, 0.005, 0.005, 0.01, 0.005, 0.01, 0.30, 0.005),
        "scanned": (0.002, 0, 0.0005, 0.001, 0.0005, 0.0005, 0.02, 0),
    }
)
_NAMES: Final = (
    *("miscount", "double_posting", "misplaced", "mispick_item", "mispick_units"),
    *("entry_slip", "unposted_return", "reservation_lost"),
)


def chances(replay: Replay) -> Errors:
    """The chance of every error."""
    stated = replay.levers.keep.errors
    return Errors(**dict(zip(_NAMES, _TABLES[stated], strict=True))) if isinstance(stated, str) else stated


def of_receipts(replay: Replay, purpose: str, orders: Int64) -> Floats:
    """Uniforms of the receipts of some supply orders."""
    rows, uniforms = replay.ledger.orders, np.empty(len(orders))
    keys = rows.lane[orders].astype(np.int64) * _LANE + rows.number[orders]
    for stock in np.unique(rows.stock[orders]).tolist():
        mine = rows.stock[orders] == stock
        uniforms[mine] = replay.tape.stock_dice[stock][purpose].many(keys[mine])
    return uniforms


def of_visits(replay: Replay, purpose: str, visits: Int64) -> Floats:
    """Uniforms of some visits at the stock that each buys from."""
    uniforms, stocks, turns = np.empty(len(visits)), replay.visit_stock[visits], replay.turn[visits]
    for stock, turn in {*zip(stocks.tolist(), turns.tolist(), strict=True)}:
        mine = (stocks == stock) & (turns == turn)
        uniforms[mine] = replay.tape.stock_dice[stock][purpose].many(replay.wish[visits[mine]], turn)
    return uniforms


def of_allocation(replay: Replay, visit: int, lost: int) -> float:
    """The uniform of an allocation to a visitor whose allocations got lost so often before."""
    die = replay.tape.stock_dice[int(replay.visit_stock[visit])]["reservation_lost"]
    return die(int(replay.wish[visit]) * _TURNS + min(lost, _TURNS - 1), int(replay.turn[visit]))


def is_overlooked(replay: Replay, visit: int, receipt: int) -> bool:
    """Whether a clerk overlooks a visitor after the receipt of that number."""
    die = replay.tape.stock_dice[int(replay.visit_stock[visit])]["omits"]
    return die(int(replay.wish[visit]), receipt % _TURNS) < replay.levers.reserving.omits


def lengths(law: DurationLaw, uniforms: Floats) -> Int64:
    """Lengths of time by a law, in whole seconds."""
    return np.array([round(float(each)) for each in law.ppf(uniforms)], dtype=np.int64)


def clerk_takes(law: DurationLaw | None, uniforms: Floats) -> Int64:
    """How long a clerk takes, by a law or else by an exponential one with a mean of a day."""
    if law is not None:
        return lengths(law, uniforms)
    return np.array([round(-DAY * log1p(-each)) for each in uniforms.tolist()], dtype=np.int64)


def clerk_rounds(replay: Replay, stock: int) -> dict[int, list[int]]:
    """Seconds in which a clerk reserves at a stock, each with the numbers of the receipts dealt with."""
    moves, track = replay.ledger.moves, replay.tracks[stock]
    rows = track.row[track.of(What.POSTED)]
    takes = clerk_takes(replay.levers.reserving.takes, of_receipts(replay, "clerk", moves.order[rows]))
    rounds: dict[int, list[int]] = {}
    for number, at in enumerate((moves.time[rows] + takes).tolist()):
        rounds.setdefault(at, []).append(number)
    return rounds


def posting_delays(replay: Replay, orders: Int64) -> Int64:
    """From the shelf to the record, for some supply orders."""
    law = replay.levers.keep.posting
    if law is None or not len(orders):
        return np.zeros(len(orders), dtype=np.int64)
    return lengths(law, of_receipts(replay, "posting", orders))


def miscounted(units: int, size: float, uniform: float) -> int:
    """By how many units the number posted is wrong: one of 1, ..., most or their opposites."""
    most = max(1, round(units * size))
    wrong: list[int] = [*range(-most, 0), *range(1, most + 1)]
    return int(wrong[int(uniform * len(wrong))])


def typed(record: int, uniform: float) -> int:
    """What becomes of a record that is mistyped."""
    text = str(record)
    if uniform < 1 / 3:
        longer = int(text + "0")
        return longer if len(str(longer)) <= _FIGURES else record
    if uniform < 2 / 3:
        return int(text[:-1] or "0")
    if len(text) == 1:
        return record
    at = int(max(3 * uniform - 2, 0.0) * (len(text) - 1))
    pair = text[at : at + 2]
    return int(text[:at] + pair[::-1] + text[at + 2 :])


def told_by_count(replay: Replay, stock: int, number: int, units: int) -> int:
    """What the count of that number finds of so many units."""
    error = replay.levers.keep.count.error
    uniform = replay.tape.stock_dice[stock]["count"](number)
    if error == 0 or uniform == 0:
        return units
    return max(round(units * (1 + error * NormalDist().inv_cdf(uniform))), 0)


def found_by_count(replay: Replay, stock: int, number: int, misplaced: int) -> int:
    """How many misplaced units the count of that number finds."""
    die, share = replay.tape.stock_dice[stock]["found"], replay.levers.keep.count.finds
    return sum(die(number * _COUNT + unit) < share for unit in range(misplaced))
