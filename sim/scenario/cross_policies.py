"""Cross-checks of levers and policies: settings that contradict each other or the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sim.scenario.faults import Finding, one_of
from sim.scenario.loose import mapping, share, struck_products, whole
from sim.scenario.paths import value_at
from sim.scenario.sketch import Sketch, Stream, rule_at

AUTO: Final = MappingProxyType(
    {"base_stock": ("S",), "s_S": ("s", "S"), "r_Q": ("r", "Q"), "R_S": ("S",), "R_s_S": ("s", "S")}
)
"""Parameters of each rule that `auto` computes."""


def levels(sketch: Sketch) -> Iterator[Finding]:
    """No order-up-to level lies below its reorder point."""
    for shop in sketch.with_shared:
        for keys, rule in _rules(shop.levers):
            low, high = whole(rule.get("s")), whole(rule.get("S"))
            if low is not None and high is not None and high < low:
                why = f"the order-up-to level S = {high} is below the reorder point s = {low}"
                yield Finding(shop.stated_at(*keys, "S"), "conflict", why)


def places(sketch: Sketch) -> Iterator[Finding]:
    """Rules for single places name stocks of the world."""
    stocks = _stocks(sketch)
    for shop in sketch.with_shared:
        for place in mapping(shop.levers.get("replenish_at")):
            at = shop.stated_at("replenish_at", place)
            warehouse, slash, product = place.partition("/")
            if warehouse not in sketch.warehouses or (slash and product not in sketch.products):
                known = [*sketch.warehouses, *(stocks if slash else ())]
                why = f"there is no warehouse or stock '{place[:90]}'"
                yield Finding(at, "reference", why, one_of(place, known), on_key=True)
            elif slash and place not in stocks and not sketch.is_vast:
                why = f"nobody buys {product} from '{warehouse}' and no lane brings it there"
                yield Finding(at, "reference", why, on_key=True)


def traces(sketch: Sketch) -> Iterator[Finding]:
    """`auto` needs a mean demand; listed visits have none."""
    settled: set[tuple[str, str]] = set()
    for stream in sketch.streams:
        if "trace" in stream.visits:
            for warehouse in sketch.upstream(stream.product, stream.warehouse, settled):
                yield from _automatic(sketch, warehouse, stream)


def _automatic(sketch: Sketch, warehouse: str, stream: Stream) -> Iterator[Finding]:
    for shop in sketch.shops:
        keys, rule = rule_at(shop.levers, warehouse, stream.product)
        kind = rule.get("rule")
        wanted = AUTO.get(kind, ()) if isinstance(kind, str) else ()
        open_ = [name for name in wanted if rule.get(name, "auto") == "auto"]
        if open_:
            what, who = " and ".join(open_), f"'{stream.name}' come by a trace"
            why = f"{what} cannot be computed for {stream.product} at '{warehouse}': {who}"
            place = shop.stated_at(*keys)
            stated = value_at(sketch.data, place) is not None
            hint = f"state {what} under {'.'.join(map(str, place))}"
            yield Finding(place if stated else (*stream.path, "visits"), "conflict", why, hint)


def multiplied(sketch: Sketch) -> Iterator[Finding]:
    """Demand events multiply visits by chance or of a history, not those of a clock or a list."""
    fixed = {s.product: s for s in sketch.streams if "every" in s.visits or "trace" in s.visits}
    for number, event in sketch.items("demand"):
        for place, product in struck_products(event):
            if product in fixed:
                how = "`every`" if "every" in fixed[product].visits else "a trace"
                why = f"the visits of '{fixed[product].name}' for {product} come by {how} and cannot be multiplied"
                yield Finding(("world", "demand", number, *place), "conflict", why)


def windows(sketch: Sketch) -> Iterator[Finding]:
    """A quoted window starts before it ends."""
    for shop in sketch.with_shared:
        promise = mapping(shop.levers.get("promise"))
        low, high = share(promise.get("low_level", 0.10)), share(promise.get("level", 0.90))
        if low is not None and high is not None and low > high:
            why = f"the window starts at quantile {low:g} and ends at {high:g}; low_level must not be above level"
            key = "low_level" if "low_level" in promise else "level"
            yield Finding(shop.stated_at("promise", key), "conflict", why)


def _rules(levers: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    yield ("replenish",), mapping(levers.get("replenish"))
    for place, rule in mapping(levers.get("replenish_at")).items():
        yield ("replenish_at", place), mapping(rule)


def _stocks(sketch: Sketch) -> dict[str, None]:
    return dict.fromkeys(sorted(f"{warehouse}/{product}" for warehouse, product in sketch.stocks))
