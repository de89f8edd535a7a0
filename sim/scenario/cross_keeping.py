"""Cross-checks of how records are kept: clerks who cannot do what is asked, and settings that nothing would read."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Finding
from sim.scenario.loose import mapping, seconds
from sim.scenario.paths import value_at
from sim.scenario.sketch import Shop, Sketch

MOST = 1_000_000
"""Copies that channels may make, or counts of each stock, in one run."""


def clerks(sketch: Sketch) -> Iterator[Finding]:
    """A clerk keeps no units back for new visitors, and only a clerk takes time or overlooks anybody."""
    for shop in sketch.with_shared:
        reserving = mapping(shop.levers.get("reserving"))
        if _by_hand(shop) and mapping(shop.levers.get("allocate")).get("rule") == "new_first":
            key = "allocate" if shop.stated("reserving") is None and shop.stated("allocate") else "reserving"
            why = "a clerk keeps no units back for new visitors (allocate: new_first)"
            yield Finding(shop.stated_at(key), "conflict", why, on_key=True)
        for key in ("takes", "omits"):
            if reserving.get("rule", "automatic") == "automatic" and reserving.get(key) is not None:
                why = f"`{key}` is about a clerk, and here a system reserves (rule: automatic)"
                yield Finding(shop.stated_at("reserving", key), "conflict", why, "add `rule: manual`", on_key=True)


def _by_hand(shop: Shop) -> bool:
    """Whether a clerk reserves, stated or by `automation: manual`."""
    stated = mapping(shop.levers.get("reserving"))
    return stated.get("rule") == "manual" or (not stated and shop.levers.get("automation") == "manual")


def copies(sketch: Sketch) -> Iterator[Finding]:
    """Copies are made by channels, and not more often than a run can bear."""
    channels = mapping(value_at(sketch.data, ("world", "channels")))
    for shop in sketch.with_shared:
        if shop.stated("sync") is not None and not channels:
            why = "`sync` is how often channels copy the record, and the world has none"
            yield Finding(shop.stated_at("sync"), "conflict", why, on_key=True)
        yield from _too_often(sketch, shop.levers.get("sync"), shop.stated_at("sync"))
    for name, channel in channels.items():
        yield from _too_often(sketch, mapping(channel).get("sync"), ("world", "channels", name, "sync"))


def counts(sketch: Sketch) -> Iterator[Finding]:
    """Stocks are not counted more often than a run can bear."""
    for shop in sketch.with_shared:
        count = mapping(mapping(shop.levers.get("keep")).get("count"))
        for key in ("every", "a", "b", "c"):
            yield from _too_often(sketch, count.get(key), shop.stated_at("keep", "count", key))


def _too_often(sketch: Sketch, stated: object, place: tuple[str | int, ...]) -> Iterator[Finding]:
    every, span = seconds(stated), sketch.span
    if every and every > 0 and span is not None and (times := (span[2] - span[0]) // every) > MOST:
        yield Finding(place, "too_big", f"{times:,} times in one run; the most is {MOST:,}")
