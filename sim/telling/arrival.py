"""The moment of a visit: who comes, what is there, what the page says, and what the customer does."""

from __future__ import annotations

from collections.abc import Iterator

from sim.playback import Life, Replay
from sim.telling.phrases import EXITS, Told, between, length, money, things
from sim.words import AWAY, FOREVER, Exit, Fate, Notice, Return


def arrival(replay: Replay, life: Life) -> Iterator[Told]:
    """The sentences of the visit itself."""
    if life.fate in AWAY:
        yield life.time, _away(replay, life)
        return
    yield life.time, f"{_who(life)}; {_mood(life)}"
    shelf = f"{life.about.source} has {things(life.on_hand)} on hand"
    yield life.time, f"{shelf}, others wait for {life.waiting}" if life.waiting else shelf
    if life.now and life.fate is not Fate.SERVED:
        yield life.time, f"takes {things(life.now)} at once; {life.units - life.now} short"
    yield life.time, _answer(replay, life)


def _away(replay: Replay, life: Life) -> str:
    if life.fate is Fate.NO_INTENT:
        price = money(replay, life.price)
        return f"{_someone(life)} looks at {life.about.buys}, finds {price} too much and wants nothing"
    heard = "what they read of the shop keeps them away"
    reason = heard if life.member < 0 else "they think too little of the shop now"
    extra = replay.tape.visits.extra
    if extra is not None and extra[life.customer]:
        reason = "they would only if they thought more of the shop than at first"
    return f"{_someone(life)} does not come: {reason}"


def _who(life: Life) -> str:
    if life.cause is None:
        return f"{_someone(life)} comes for {things(life.units)} of {life.about.buys}"
    cause = "as they meant to" if life.cause is Return.DEFERRED else "on the shop's mail"
    return (
        f"the customer comes again for the same wish, {cause}: {things(life.units)} of {life.about.buys} "
        f"(visit {life.customer}, the first was {life.wish})"
    )


def _someone(life: Life) -> str:
    member = f", member {life.member} of the panel," if life.member >= 0 else ""
    return f"a customer of '{life.stream}'{member}"


def _mood(life: Life) -> str:
    if life.about.acceptance is not None:
        return f"accepts any backorder with a chance of {100 * life.about.acceptance:g} %"
    if life.patience >= FOREVER:
        return "would wait as long as it takes"
    return f"would wait {length(life.patience)} at most"


def _answer(replay: Replay, life: Life) -> str:
    if life.fate is Fate.SERVED or (life.fate is Fate.PENDING and not life.joined):
        return _bought(replay, life)
    if life.fate is Fate.OUT_OF_STOCK:
        return f"the page says out of stock; the customer {_way_out(replay, life)}"
    if life.fate is Fate.SELLER_CANCELLED and not life.joined:
        return f"orders what the page still shows in stock; the shop cancels at once, the customer {EXITS[life.exit]}"
    if life.fate is Fate.BALKED:
        return f"{_offer(replay, life)}; the customer refuses{_reason(life)}, {_way_out(replay, life)}"
    return f"{_joined(replay, life)}{_ahead(replay)}"


def _bought(replay: Replay, life: Life) -> str:
    price = money(replay, life.price)
    return f"buys {things(life.units)} from the shelf at {price}" if life.units else "wants nothing after all"


def _joined(replay: Replay, life: Life) -> str:
    if any(word.kind is Notice.FORCED for word in life.traces.words):
        return _forced(replay, life)
    fear = f", {life.ordered - life.units} of them for fear that there will be none"
    price = money(replay, life.price) if replay.ledger.terms.price_lock else "the price of the day it ships"
    waits = f"waits for {things(life.short)} at {price}{fear if life.ordered > life.units else ''}"
    return f"{_offer(replay, life)}; the customer accepts and {waits}"


def _forced(replay: Replay, life: Life) -> str:
    """An order for goods that are not there."""
    sold, less = "the last ones were just sold elsewhere", "the shelf has less than the record said"
    why = sold if life.traces.oversold else less
    order = f"orders {things(life.ordered)} at {money(replay, life.price)}, delivered {between(life.lo, life.hi)}"
    return f"{order}; {why}, and the customer is told to wait"


def _offer(replay: Replay, life: Life) -> str:
    late = any(word.kind is Notice.HIDDEN for word in life.traces.words)
    page = "only after the order the shop says that it is a backorder" if late else "the page offers a backorder"
    terms = replay.ledger.terms
    if terms.vague:
        return f"{page}, without a date"
    return f"{page}, {'shipped' if terms.shipping else 'delivered'} {between(life.lo, life.hi)}"


def _ahead(replay: Replay) -> str:
    ahead = replay.ledger.terms.ahead
    return "" if ahead == 1 else f"; pays {100 * ahead:g} % now" if ahead else "; pays when it ships"


def _reason(life: Life) -> str:
    wait = life.lo + life.about.eta_aversion * (life.hi - life.lo)
    if life.about.acceptance is not None or wait <= life.patience:
        return ""
    return f" since {length(wait)} is too long"


def _way_out(replay: Replay, life: Life) -> str:
    if life.exit is not Exit.SUBSTITUTE or not life.traces.swaps:
        return EXITS[life.exit]
    _, stock, units = life.traces.swaps[0]
    return f"takes {things(units)} of {replay.scenario.world.stocks[stock][1]} instead"
