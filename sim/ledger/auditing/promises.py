"""The law of promises: the window on the page is what its basis makes of the receipts the shop knew."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.direct import parcel_window, taken_over
from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.inbound import Pegs, pegged
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.minds import forced
from sim.ledger.auditing.offers import asked, is_pegged, last_promise, permitted, within_cap
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import LAST, Bools
from sim.ledger.auditing.windows import Asked, Windows, as_shown, believable, knowable, raw_windows, slips


def _at_page(replay: Replay) -> Asked:
    """The visitors who were short, each with the receipt that would serve; none where nobody looks."""
    levers, short = replay.levers, asked(replay)
    nobody = np.full(len(short), -1, dtype=np.int64)
    looks = levers.promise.basis != "nominal" or levers.when_short not in ("out_of_stock", "backorder", "by_class")
    pegs = pegged(replay, short & ~taken_over(replay)) if looks else Pegs(nobody, np.zeros_like(nobody))
    last = np.full(len(short), LAST, dtype=np.int64)
    return Asked(replay.time, replay.ordinal, last, replay.visit_stock, pegs.order, pegs.date)


def _page(replay: Replay, at: Asked) -> Windows:
    basis = replay.levers.promise.basis
    windows, direct = raw_windows(replay, at, basis), taken_over(replay)
    if direct.any():
        lo, hi = parcel_window(replay)
        windows = np.where(direct, lo, windows[0]), np.where(direct, hi, windows[1])
    return windows if basis == "vague" else as_shown(replay, windows)


def _promise(replay: Replay) -> Iterator[Breach]:
    rows, at = replay.ledger.visits, _at_page(replay)
    lo, hi = _page(replay, at)
    known = knowable(replay, at, replay.levers.promise.basis)
    wrong = (rows.hi >= 0) & ~forced(replay) & known & ((rows.lo != lo) | (rows.hi != hi))
    found, expected = np.stack((rows.lo, rows.hi), axis=1), np.stack((lo, hi), axis=1)
    yield from of_visits(replay, wrong, found, expected)
    if replay.levers.promise.until is not None:
        _, must = permitted(replay)
        kept = known & must & (hi <= last_promise(replay)) & (rows.hi < 0)
        yield from of_visits(replay, kept, "no backorder offered", "one")


def _hybrid(replay: Replay) -> Iterator[Breach]:
    """Of each short visitor whose page is known, whether it lay within the limits of the moment."""
    if replay.levers.when_short != "hybrid":
        return
    limits, at, offered = replay.levers.limits, _at_page(replay), replay.ledger.visits.hi >= 0
    known = knowable(replay, at, replay.levers.promise.basis) & believable(replay, at) & asked(replay)
    spread = slips(replay, at, 0.95) - slips(replay, at, 0.50)
    share, (_, hi) = np.where(_after_an_offer(replay), 1.0, limits.reopen), _page(replay, at)
    within = (hi <= share * limits.horizon) & (spread <= share * limits.spread) & is_pegged(replay)
    within &= hi <= last_promise(replay)
    yield from of_visits(replay, known & offered & ~within, "a backorder offered", "out of stock")
    yield from of_visits(replay, known & ~offered & within & within_cap(replay), "out of stock", "a backorder")


def _after_an_offer(replay: Replay) -> Bools:
    """Whether the short visitor before each, at the same stock, was offered a backorder; the first counts as one."""
    rows, after = replay.ledger.visits, np.ones(len(replay.time), dtype=np.bool_)
    for stock in range(len(replay.stocks)):
        short = np.flatnonzero((replay.visit_stock == stock) & asked(replay))
        short = short[np.argsort(replay.ordinal[short], kind="stable")]
        after[short[1:]] = rows.hi[short[:-1]] >= 0
    return after


PROMISES = (
    Law(
        "promise",
        "The window is that of the catalogue, or of the first receipt that covers all who wait and the visitor, with "
        "its slips or width, widened and rounded outward.",
        _promise,
    ),
    Law(
        "hybrid",
        "A hybrid shop offers a backorder while horizon and spread are within their limits, and once closed again "
        "below a share of them.",
        _hybrid,
    ),
)
