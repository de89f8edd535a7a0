"""Cross-checks of sourcing: levers that name sources which are not there, or do not bring what they should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sim.scenario.faults import Finding, listed, one_of
from sim.scenario.loose import mapping, share, word
from sim.scenario.paths import Path, value_at
from sim.scenario.sketch import Shop, Sketch, source_at

_NAMED: Final = MappingProxyType(
    {
        "single": ("from",),
        "backup": ("from", "backup"),
        "base_surge": ("base", "surge"),
        "dual_index": ("regular", "express"),
    }
)
"""Which keys of a rule name sources."""

_USUAL: Final = MappingProxyType(
    {"single": "from", "backup": "from", "base_surge": "surge", "dual_index": "regular"}
)
"""Which key names the source that a stock is usually filled from."""

Place = tuple[str, str]


def places(sketch: Sketch) -> Iterator[Finding]:
    """Ways of sourcing for single places name stocks that some lane fills."""
    warehouses = {warehouse for warehouse, _ in sketch.brought}
    stocks = {f"{warehouse}/{product}" for warehouse, product in sketch.brought}
    for shop in sketch.with_shared:
        for place in mapping(shop.levers.get("source_at")):
            if place not in warehouses | stocks and not sketch.is_vast:
                why = f"no lane leads to a warehouse or stock '{place[:90]}'"
                hint = one_of(place, sorted(stocks if "/" in place else warehouses))
                yield Finding(shop.stated_at("source_at", place), "reference", why, hint, on_key=True)


def sources(sketch: Sketch) -> Iterator[Finding]:
    """A way of sourcing names sources that exist and bring the product."""
    for shop in sketch.with_shared:
        if "source" in shop.levers or "source_at" in shop.levers:
            seen: set[tuple[Path, str]] = set()
            for stock in sorted(sketch.brought):
                for finding in _of_stock(sketch, shop, stock):
                    if (finding.path, finding.message) not in seen:
                        seen.add((finding.path, finding.message))
                        yield finding


def _of_stock(sketch: Sketch, shop: Shop, stock: Place) -> Iterator[Finding]:
    keys, rule = source_at(shop.levers, *stock)
    bringing = {lane.source for lane in sketch.brought[stock]}
    ways = {lane.source for lane in sketch.lanes}
    for key, name in _names(rule):
        place = shop.stated_at(*keys, *key)
        if name not in ways:
            yield Finding(place, "reference", f"no lane leads from '{name[:60]}'", one_of(name, sorted(ways)))
        elif name not in bringing and not _is_general(keys, rule):
            why = f"'{name}' brings no {stock[1]} to '{stock[0]}'; {listed(sorted(bringing))} does"
            hint = "say under `source_at` which warehouses are meant" if keys == ("source",) else ""
            yield Finding(place, "conflict", why, hint)


def _is_general(keys: tuple[str, ...], rule: Mapping[str, Any]) -> bool:
    """Whether stocks that the named source does not reach are simply filled by their first lane."""
    return keys == ("source",) and rule.get("rule", "single") == "single"


def _names(rule: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The sources that a rule names, each with its place in it."""
    for name in mapping(rule.get("shares")):
        yield ("shares", name), name
    for key in _NAMED.get(_kind(rule), ()):
        if name := word(rule, key):
            yield (key,), name


def _kind(rule: Mapping[str, Any]) -> str:
    return word(rule, "rule") or "single"


def circles(sketch: Sketch) -> Iterator[Finding]:
    """No policy lets a product go round in a circle of warehouses."""
    for shop in sketch.with_shared:
        if "source" in shop.levers or "source_at" in shop.levers:
            yield from _circle(sketch, shop)


def _circle(sketch: Sketch, shop: Shop) -> Iterator[Finding]:
    for warehouse, product in sorted(sketch.brought):
        trail = [warehouse]
        while (trail[-1], product) in sketch.brought and trail[-1] not in trail[:-1]:
            trail.append(_usual(sketch, shop, (trail[-1], product)))
        if trail[-1] == warehouse and len(trail) > 1:
            keys, _ = source_at(shop.levers, warehouse, product)
            why = f"{product} goes round in a circle: {' from '.join(trail)}; nothing comes in"
            yield Finding(shop.stated_at(*keys), "conflict", why)
            return


def _usual(sketch: Sketch, shop: Shop, stock: Place) -> str:
    """The source that a stock is usually filled from."""
    _, rule = source_at(shop.levers, *stock)
    bringing = [lane.source for lane in sketch.brought[stock]]
    shares = {name: share(part) or 0.0 for name, part in mapping(rule.get("shares")).items()}
    named = max(shares, key=lambda name: shares[name]) if shares else word(rule, _USUAL.get(_kind(rule), "from"))
    return named if named in bringing else bringing[0]


def rushes(sketch: Sketch) -> Iterator[Finding]:
    """Rush orders, and those ahead of a tariff, come from sources that there are; the former by another way."""
    ways = sorted({lane.source for lane in sketch.lanes})
    for shop in sketch.with_shared:
        for lever in ("expedite", "advance"):
            name, place = word(shop.levers.get(lever), "by"), shop.stated_at(lever, "by")
            if name and name not in ways:
                yield Finding(place, "reference", f"no lane leads from '{name[:60]}'", one_of(name, ways))
            elif name and lever == "expedite" and not _is_faster_way(sketch, name):
                why = f"no stock that '{name}' fills has another way to be faster than"
                yield Finding(place, "conflict", why)


def _is_faster_way(sketch: Sketch, name: str) -> bool:
    """Whether some stock can be filled from a source and from another one too."""
    return sketch.is_vast or any(_is_other_way(lanes, name) for lanes in sketch.brought.values())


def _is_other_way(lanes: tuple[Any, ...], name: str) -> bool:
    return len(lanes) > 1 and any(lane.source == name for lane in lanes)


def sisters(sketch: Sketch) -> Iterator[Finding]:
    """Units can only come from a sister warehouse if a lane joins the two, besides the usual way."""
    joined = any(
        lane.source in sketch.warehouses for lanes in sketch.brought.values() if len(lanes) > 1 for lane in lanes
    )
    for shop in sketch.with_shared:
        if shop.levers.get("transship") is not None and not joined and not sketch.is_vast:
            why = "no stock has a lane from another warehouse besides the way that usually fills it"
            yield Finding(shop.stated_at("transship"), "conflict", why, "add a lane between the two", on_key=True)


def parcels(sketch: Sketch) -> Iterator[Finding]:
    """Parcels straight to customers come from a supplier who sends them."""
    for shop in sketch.with_shared:
        name = shop.levers.get("drop_ship")
        if not isinstance(name, str):
            continue
        if name not in sketch.suppliers:
            why = f"there is no supplier '{name[:60]}'"
            yield Finding(shop.stated_at("drop_ship"), "reference", why, one_of(name, sketch.suppliers))
        elif value_at(sketch.data, ("world", "suppliers", name, "drop_ship")) is None:
            why = f"'{name}' sends no parcels to customers"
            yield Finding(shop.stated_at("drop_ship"), "conflict", why, f"say how under `suppliers.{name}.drop_ship`")


def tariffs(sketch: Sketch) -> Iterator[Finding]:
    """Levers about tariffs need one."""
    if any(blow.get("kind") == "tariff" for _, blow in sketch.items("disruptions")):
        return
    for shop in sketch.with_shared:
        for key in ("advance", "pass_through"):
            if shop.levers.get(key):
                why = f"`{key}` is about tariffs, and there is none among the disruptions"
                yield Finding(shop.stated_at(key), "conflict", why, on_key=True)


def detours(sketch: Sketch) -> Iterator[Finding]:
    """Goods of one lane take one other way."""
    first: dict[str, Any] = {}
    regions = {lane.number: word(mapping(value_at(sketch.data, lane.path)), "region") for lane in sketch.lanes}
    for number, blow in sketch.items("disruptions"):
        if blow.get("rebook") is None:
            continue
        for lane in sketch.lanes:
            is_struck = blow.get("lane") == [lane.source, lane.to] or regions[lane.number] == word(blow, "region") != ""
            if is_struck and first.setdefault(f"{lane.number}", blow["rebook"]) != blow["rebook"]:
                why = f"goods on the lane from '{lane.source}' to '{lane.to}' are rebooked by another law already"
                yield Finding(("world", "disruptions", number, "rebook"), "conflict", why)


def costs(sketch: Sketch) -> Iterator[Finding]:
    """Suppliers state the costs of products that exist."""
    for supplier in sketch.suppliers:
        place = ("world", "suppliers", supplier, "unit_costs")
        for product in mapping(value_at(sketch.data, place)):
            if product not in sketch.products:
                why = f"there is no product '{product[:60]}'"
                yield Finding((*place, product), "reference", why, one_of(product, sketch.products), on_key=True)
