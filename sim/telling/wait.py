"""What happens to a customer between the visit and the end: goods, news, promises that break, the decision."""

from __future__ import annotations

from collections.abc import Iterator

from sim.playback import Grant, Life, Receipt, Replay
from sim.scenario.world import Calendar
from sim.telling.phrases import EXITS, Told, between, instant, length, money, things
from sim.traces import Word
from sim.words import Answer, Fate, Notice, Wait


def waiting(replay: Replay, life: Life) -> Iterator[Told]:
    """The sentences of the time after the visit."""
    calendar = replay.scenario.world.calendar
    for grant in life.grants:
        yield grant.time, f"{_granted(grant, life, calendar)}{_price(replay, life, grant)}"
    for word in life.traces.words:
        if word.kind not in (Notice.HIDDEN, Notice.FORCED):
            yield word.time, _said(word)
    yield from _sent(replay, life)
    yield from _broken(replay, life)
    if life.joined or (life.fate in (Fate.SERVED, Fate.PENDING) and life.units):
        yield life.ended, _end(replay, life)


def _sent(replay: Replay, life: Life) -> Iterator[Told]:
    """Parcels that leave, wrong ones among them, and those that a supplier sends himself."""
    suppliers = list(replay.scenario.world.suppliers)
    for direct in life.traces.direct:
        yield direct.time, f"{suppliers[direct.supplier]} takes the order over and sends {things(direct.units)} himself"
    for parcel in life.traces.parcels:
        if parcel.shipped >= 0:
            after = length(parcel.shipped - parcel.ready)
            what = f"a parcel of {things(parcel.units)} leaves the warehouse"
            yield parcel.shipped, f"{what}, {after} after the goods were set aside"
    if life.traces.mispicked >= 0:
        yield life.traces.mispicked, "the order is picked wrongly; the shop puts that right at its own cost"


def _price(replay: Replay, life: Life, grant: Grant) -> str:
    """What it costs now, where that was not settled at the order."""
    if replay.ledger.terms.price_lock:
        return ""
    stream = list(replay.scenario.world.customers).index(life.stream)
    return f", at {money(replay, replay.price(stream, grant.time))}"


def _said(word: Word) -> str:
    window = f", now expected {between(word.lo, word.hi)}" if word.hi >= 0 else ""
    if word.kind is Notice.AT_RISK:
        return f"the shop sees the promise at risk{window}"
    if word.kind is Notice.RESTOCK:
        return "a mail says that it is back"
    if word.kind is Notice.CONSENT:
        agreed = {Answer.STAYS: "agrees", Answer.LEAVES: "refuses", Answer.NONE: "does not answer"}
        return f"is told of a delay{window}, and must agree to go on waiting; the customer {agreed[word.answer]}"
    answer = {Answer.STAYS: "; the customer stays", Answer.LEAVES: "; the customer gives up", Answer.NONE: ""}
    return f"is told of a delay{window}{answer[word.answer]}"


def _broken(replay: Replay, life: Life) -> Iterator[Told]:
    """The promises that the order outlived; one that was replaced in time is broken all the same."""
    if not life.joined or replay.ledger.terms.vague:
        return
    agreed = [word for word in life.traces.words if word.answer is Answer.STAYS]
    stayed = life.fate in (Fate.FULFILLED, Fate.CHANGED_MIND, Fate.PENDING)
    outlived = _kept_against(replay, life) - stayed  # who left at the very instant left without the goods
    first = life.time + life.hi
    if first <= outlived:
        told = ", as told before" if agreed and agreed[0].time <= first else ""
        yield first, f"the promised window ends without the goods: the promise is broken{told}"
    for word in agreed:
        if word.time + word.hi <= outlived:
            yield word.time + word.hi, "the new window ends without the goods too: that promise is broken as well"


def _kept_against(replay: Replay, life: Life) -> int:
    """The moment a promise is held against: delivery, or leaving the warehouse."""
    if not replay.ledger.terms.shipping or life.fate is not Fate.FULFILLED:
        return life.ended
    return life.ended - replay.scenario.world_of(replay.policy).warehouses[life.about.source].last_mile


def _granted(grant: Grant, life: Life, calendar: Calendar) -> str:
    if any(parcel.crossed and parcel.ready == grant.time for parcel in life.traces.parcels):
        return f"{things(grant.units)} straight from the dock for the customer"
    if grant.receipt is None:
        return f"{things(grant.units)} on the shelf for the customer"
    return f"{_receipt(grant.receipt, calendar)}; {things(grant.units)} of it for the customer"


def _receipt(receipt: Receipt, calendar: Calendar) -> str:
    late = receipt.arrived - receipt.confirmed
    course = f"{length(abs(late))} {'late' if late > 0 else 'early'}" if late else "on the day"
    return (
        f"supply order {receipt.number} of {things(receipt.units)} from {receipt.source} is there (confirmed for "
        f"{instant(receipt.confirmed, calendar)}, came {course})"
    )


def _end(replay: Replay, life: Life) -> str:
    if life.fate is Fate.SERVED:
        return "delivered"
    if life.fate is Fate.PENDING:
        sent_all = all(parcel.shipped >= 0 for parcel in life.traces.parcels)
        return "the run closes; the customer still waits" + ("" if sent_all else ", and a parcel has not left")
    after = length(life.ended - life.time)
    if life.fate is Fate.FULFILLED:
        return f"delivered {after} after the order{_punctuality(replay, life)}"
    return f"{_reason(life)} after {after}; the customer {EXITS[life.exit]}"


def _reason(life: Life) -> str:
    if life.fate is Fate.SELLER_CANCELLED:
        return "the shop cancels the order"
    if life.fate is Fate.NO_CONSENT:
        return "the order ends for want of consent and is refunded"
    if life.fate is Fate.CHANGED_MIND:
        return "changes their mind"
    if life.traces.left_by is Wait.DECLINED:
        told = any(word.answer is Answer.LEAVES for word in life.traces.words)
        return "gives up on the news" if told else "no longer wants it at the new price, now that it is there,"
    return "patience ends"


def _punctuality(replay: Replay, life: Life) -> str:
    if replay.ledger.terms.vague:
        return ""
    late = _kept_against(replay, life) - life.time - life.hi
    if late > 0:
        return f": {length(late)} after the promised window, promise broken"
    return ": promise kept"
