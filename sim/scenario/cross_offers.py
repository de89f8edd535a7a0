"""Cross-checks of what a shop offers and agrees: levers that contradict each other, or that nothing would read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sim.scenario.faults import Finding, listed
from sim.scenario.loose import mapping, share, whole
from sim.scenario.paths import Path, value_at
from sim.scenario.sketch import Shop, Sketch, spelled_out

_TAKES: Final = ("backorder", "hybrid", "preorder", "by_class", "ev_greedy", "oracle")
_READS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("only", "cap", "cap_days", "updates", "consent", "payment"), _TAKES),
        **dict.fromkeys(("cancel_after", "cancel_purchase_orders", "price_lock"), _TAKES),
        "limits": ("hybrid",),
        "preorder": ("preorder",),
        "classes": ("by_class",),
        "value": ("ev_greedy", "oracle"),
    }
)
"""Under which `when_short` a lever means something."""
_OFF: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "updates": {"rule": "silent"},
        "consent": {"rule": "none"},
        "cancel_purchase_orders": False,
        "price_lock": True,
    }
)
"""Saying what holds anyway is no mistake."""
_DATED: Final = ("honest", "late", "optimistic", "weekly_honest")
"""Updates that speak of a date."""


def pointless(sketch: Sketch) -> Iterator[Finding]:
    """A policy does not say how it handles backorders that it never takes."""
    for shop in sketch.shops:
        status = shop.levers.get("when_short", "out_of_stock")
        for key, readers in _READS.items():
            if status in ("out_of_stock", *_TAKES) and status not in readers and _is_moved(shop, key):
                yield Finding(("policies", shop.name, key), "conflict", _unread(key, status), on_key=True)


def _is_moved(shop: Shop, key: str) -> bool:
    own = spelled_out(key, shop.own.get(key))
    return own is not None and own != _OFF.get(key)


def _unread(key: str, status: str) -> str:
    if status == "out_of_stock":
        return f"`{key}` is about backorders, but this policy takes none (when_short: out_of_stock)"
    readers = " or ".join(_READS[key])
    return f"`{key}` is read by when_short: {readers}, and this policy has {status}"


def caps(sketch: Sketch) -> Iterator[Finding]:
    """The most that may wait is said once."""
    for shop in sketch.with_shared:
        if shop.levers.get("cap") is not None and shop.levers.get("cap_days") is not None:
            key = "cap" if shop.own.get("cap_days") is None and shop.own.get("cap") is not None else "cap_days"
            other = "cap" if key == "cap_days" else "cap_days"
            why = "both `cap` and `cap_days` say how much may wait"
            yield Finding(shop.stated_at(key), "conflict", why, f"set `{other}: null`", on_key=True)


def idle(sketch: Sketch) -> Iterator[Finding]:
    """An offer that counts on what is on its way has something on its way."""
    if value_at(sketch.data, ("world", "inbound")):
        return
    for shop in sketch.shops:
        if _orders_nothing(shop.levers):
            yield from _in_vain(shop)


def _in_vain(shop: Shop) -> Iterator[Finding]:
    status = shop.levers.get("when_short")
    why = "nothing is ever on its way (replenish: none, and no inbound), so this policy would always be out of stock"
    if status in ("preorder", "hybrid"):
        yield Finding(shop.stated_at("when_short"), "conflict", why)
    elif status in _TAKES and shop.levers.get("only") == "confirmed_inbound":
        yield Finding(shop.stated_at("only"), "conflict", why)


def _orders_nothing(levers: Mapping[str, Any]) -> bool:
    rules = [levers.get("replenish"), *mapping(levers.get("replenish_at")).values()]
    return all(value_at(rule, ("rule",)) == "none" for rule in rules)


def reserve(sketch: Sketch) -> Iterator[Finding]:
    """The last units are kept for somebody, from somebody."""
    priorities = {whole(stream.stated.get("priority", 0)) for stream in sketch.streams}
    for shop in sketch.with_shared:
        about = shop.levers.get("reserve")
        bar = whole(mapping(about).get("priority", 0))
        if not isinstance(about, dict) or bar is None or not priorities or None in priorities:
            continue
        ranks = sorted(rank for rank in priorities if rank is not None)
        if ranks[0] > bar:
            why = f"nobody has priority {bar} or a more important one, so these units would never be sold"
            yield Finding(shop.stated_at("reserve"), "conflict", why, f"the priorities are {listed(map(str, ranks))}")
        elif ranks[-1] <= bar:
            why = f"these units are kept from nobody: all customers have priority {bar} or a more important one"
            hint = "state a `priority` above that of the customers who shall not have them"
            yield Finding(shop.stated_at("reserve"), "conflict", why, hint)


def addresses(sketch: Sketch) -> Iterator[Finding]:
    """A page that is said to take addresses finds somebody to leave one."""
    if any(_signs_up(stream.stated) for stream in sketch.streams) or not sketch.streams:
        return
    for shop in sketch.with_shared:
        if shop.stated("notify_me") is True:
            why = "nobody here leaves an address"
            hint = "state `notify` of the customers who do, or their `profile: full`"
            yield Finding(shop.stated_at("notify_me"), "conflict", why, hint)


def _signs_up(stated: Mapping[str, Any]) -> bool:
    notify = stated.get("notify")
    if notify is None:
        return stated.get("profile") == "full"
    return share(mapping(notify).get("sign_up")) != 0


def terms(sketch: Sketch) -> Iterator[Finding]:
    """Parts of an agreement are read by the rule it follows."""
    for shop in sketch.with_shared:
        for keys, why in _unread_terms(shop):
            if shop.stated(*keys) is not None and _is_read_by_none(sketch, shop, keys):
                yield Finding(shop.stated_at(*keys), "conflict", why, on_key=True)


def _unread_terms(shop: Shop) -> Iterator[tuple[tuple[str, str], str]]:
    """Keys that the levers do not read, and why."""
    capture = _chosen(shop, "payment", "capture", "at_order")
    if capture != "deposit":
        yield ("payment", "deposit"), f"a deposit is paid under capture: deposit, and this is {capture}"
    updates = _chosen(shop, "updates", "rule", "silent")
    if updates not in ("status", "weekly_honest"):
        yield ("updates", "every"), f"mails are sent every so often under status or weekly_honest, not under {updates}"
    if updates not in _DATED:
        yield ("updates", "voucher"), f"vouchers come with notices of a delay, and {updates} sends none"
    law = _chosen(shop, "consent", "rule", "none")
    if law == "none":
        yield ("consent", "responds"), "nobody is asked for consent under rule: none"
    if law != "eu":
        yield ("consent", "further"), f"a further time is given under rule: eu, not under {law}"
    basis = _chosen(shop, "promise", "basis", "nominal")
    for key in ("vague_factor", "vague_penalty") if basis != "vague" else ():
        yield ("promise", key), f"this is about a vague promise, and this one is {basis}"


def _is_read_by_none(sketch: Sketch, shop: Shop, keys: tuple[str, str]) -> bool:
    """Shared levers may be meant for some policies only."""
    if shop.name:
        return True
    return all(keys in dict(_unread_terms(policy)) for policy in sketch.shops)


def _chosen(shop: Shop, lever: str, key: str, usual: str) -> Any:
    return mapping(spelled_out(lever, shop.levers.get(lever))).get(key, usual)


def vague(sketch: Sketch) -> Iterator[Finding]:
    """A promise without a date is not at risk, and nothing can be told about it."""
    for shop in sketch.shops:
        rule = _chosen(shop, "updates", "rule", "silent")
        is_vague = _chosen(shop, "promise", "basis", "nominal") == "vague"
        if is_vague and rule in _DATED and shop.levers.get("when_short") in _TAKES:
            why = f"a vague promise names no date that `{rule}` could speak of"
            yield Finding(_where(shop, "updates"), "conflict", why, "send status mails, or promise a date")


def _where(shop: Shop, key: str) -> Path:
    return shop.stated_at(key) if shop.stated(key) is not None else shop.stated_at("promise", "basis")
