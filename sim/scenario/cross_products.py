"""Cross-checks of products: what is sold instead of them, and when their prices change."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

from sim.scenario.cross_places import unknown
from sim.scenario.faults import Finding, shown
from sim.scenario.loose import amount, mapping, seconds, word
from sim.scenario.paths import Path, value_at
from sim.scenario.sketch import Sketch

_USUAL: Final = MappingProxyType({"price": 100.0, "unit_cost": 55.0})


def substitutes(sketch: Sketch) -> Iterator[Finding]:
    """A substitute is another product, sold where the first one is."""
    for product in sketch.products:
        place: Path = ("world", "products", product, "substitutes")
        for key, name in _listed(value_at(sketch.data, place)):
            yield from unknown((*place, key), name, sketch.products, "product")
            if name == product:
                yield Finding((*place, key), "conflict", f"{product} cannot stand in for itself", on_key=True)
            elif name in sketch.products:
                yield from _unsold(sketch, (*place, key), product, name)
        if _listed(value_at(sketch.data, place)) and _figure(sketch, product, "price") == 0:
            why = f"{product} costs nothing, so nothing can be said to be dearer"
            yield Finding(place, "conflict", why, f"state a price of {product} above 0", on_key=True)


def _listed(stated: Any) -> list[tuple[str | int, str]]:
    """Names of substitutes, each with its key or number."""
    pairs = enumerate(stated) if isinstance(stated, list) else ((key, key) for key in mapping(stated))
    return [(key, name) for key, name in pairs if isinstance(name, str)]


def _unsold(sketch: Sketch, place: Path, product: str, name: str) -> Iterator[Finding]:
    """Nobody brings or sells it at one of the warehouses that sell the product."""
    for stream in () if sketch.is_vast else sketch.streams:
        sells = stream.product == product and stream.warehouse in sketch.warehouses
        if sells and (stream.warehouse, name) not in sketch.stocks:
            where = f"'{stream.warehouse}', where '{stream.name}' buy {product}"
            yield Finding(place, "conflict", f"no lane brings {name} to {where}", on_key=True)


def instead(sketch: Sketch) -> Iterator[Finding]:
    """A policy that says when substitutes are shown has some to show."""
    if any(_listed(value_at(sketch.data, ("world", "products", name, "substitutes"))) for name in sketch.products):
        return
    for shop in sketch.with_shared:
        if shop.stated("substitute") == "first":
            why = "no product here has substitutes"
            yield Finding(shop.stated_at("substitute"), "conflict", why, "list them under the product")


def price_changes(sketch: Sketch) -> Iterator[Finding]:
    """Every price change is of a product that exists, and changes something."""
    order = sorted(sketch.items("price_changes"), key=lambda item: seconds(item[1].get("at")) or 0)
    known: dict[tuple[str, str], float | None] = {}
    seen: set[tuple[str, int | None]] = set()
    for number, change in order:
        place: Path = ("world", "price_changes", number)
        product, at = word(change, "product"), seconds(change.get("at"))
        yield from unknown((*place, "product"), product, sketch.products, "product")
        if (product, at) in seen:
            why = f"the price of {product} changes twice at {shown(change.get('at'))}; say it in one change"
            yield Finding(place, "duplicate", why)
        seen.add((product, at))
        if change.get("price") is None and change.get("unit_cost") is None:
            yield Finding(place, "missing", "say what changes: `price` or `unit_cost`")
        yield from _same_as_before(sketch, place, product, change, known)


def _same_as_before(
    sketch: Sketch, place: Path, product: str, change: dict[str, Any], known: dict[tuple[str, str], float | None]
) -> Iterator[Finding]:
    for key, what in (("price", "price"), ("unit_cost", "unit cost")):
        new = amount(change.get(key))
        if new is None or product not in sketch.products:
            continue
        if new == known.setdefault((product, key), _figure(sketch, product, key)):
            yield Finding((*place, key), "conflict", f"the {what} of {product} is {new:g} already")
        known[product, key] = new


def _figure(sketch: Sketch, product: str, key: str) -> float | None:
    return amount(mapping(value_at(sketch.data, ("world", "products", product))).get(key, _USUAL[key]))


def locks(sketch: Sketch) -> Iterator[Finding]:
    """Where no price changes, nobody pays another price than that of the order."""
    if any(change.get("price") is not None for _, change in sketch.items("price_changes")):
        return
    for shop in sketch.with_shared:
        if shop.stated("price_lock") is False:
            why = "no price changes in this scenario, so there is none to lock"
            yield Finding(shop.stated_at("price_lock"), "conflict", why, "add `price_changes` to the world")
