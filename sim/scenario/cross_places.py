"""Cross-checks of the network: names that lead nowhere, lanes that quarrel, shelves that nothing fills."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sim.scenario.faults import Finding, closest, listed, one_of
from sim.scenario.loose import mapping, struck_products, word
from sim.scenario.paths import Path, value_at
from sim.scenario.sketch import Lane, Sketch, rule_at


def unknown(path: Path, name: Any, known: Collection[str], what: str) -> Iterator[Finding]:
    """A name that nothing bears; silent where there is nothing to choose from or the name is no text."""
    if isinstance(name, str) and name and known and name not in known:
        yield Finding(path, "reference", f"there is no {what} '{name[:60]}'", one_of(name, known))


def customers(sketch: Sketch) -> Iterator[Finding]:
    """Customers want a product that exists, from a warehouse that exists."""
    for stream in sketch.streams:
        yield from unknown((*stream.path, "buys"), stream.product, sketch.products, "product")
        place = (*stream.path, "from")
        if sketch.is_only_supplier(stream.warehouse):
            yield Finding(place, "reference", f"'{stream.warehouse}' is a supplier; customers buy from warehouses")
        else:
            yield from unknown(place, stream.warehouse, sketch.warehouses, "warehouse")


def nodes(sketch: Sketch) -> Iterator[Finding]:
    """No name is both a supplier's and a warehouse's."""
    for name in sorted(sketch.suppliers & sketch.warehouses):
        why = f"'{name}' is a supplier too; every node needs a name of its own"
        yield Finding(("world", "warehouses", name), "conflict", why, on_key=True)


def shelves(sketch: Sketch) -> Iterator[Finding]:
    """Stock at the start is of products that exist, where somebody buys them or a lane brings them."""
    for warehouse in sketch.warehouses:
        shelf = ("world", "warehouses", warehouse, "stock")
        for product in mapping(value_at(sketch.data, shelf)):
            place = (*shelf, product)
            if product not in sketch.products:
                yield from unknown(place, product, sketch.products, "product")
            elif not sketch.is_vast and (warehouse, product) not in sketch.stocks:
                why = f"nobody buys {product} from {warehouse} and no lane brings it there"
                yield Finding(place, "conflict", why, on_key=True)


def lanes(sketch: Sketch) -> Iterator[Finding]:
    """Lanes join nodes that exist and carry products that exist."""
    for lane in sketch.lanes:
        source, to = (*lane.path, "from"), (*lane.path, "to")
        yield from unknown(source, lane.source, sketch.nodes, "supplier or warehouse")
        if sketch.is_only_supplier(lane.to):
            yield Finding(to, "reference", f"'{lane.to}' is a supplier; lanes lead to warehouses")
        else:
            yield from unknown(to, lane.to, sketch.warehouses, "warehouse")
        if lane.source and lane.source == lane.to:
            yield Finding(to, "conflict", f"this lane leads from '{lane.to}' to itself")
        yield from _carried(sketch, lane)


def _carried(sketch: Sketch, lane: Lane) -> Iterator[Finding]:
    stated = value_at(sketch.data, (*lane.path, "products"))
    seen: set[str] = set()
    for number, product in enumerate(stated if isinstance(stated, list) else ()):
        place = (*lane.path, "products", number)
        yield from unknown(place, product, sketch.products, "product")
        if isinstance(product, str) and product in seen:
            yield Finding(place, "duplicate", f"'{product}' is listed twice")
        seen.add(str(product))


def twins(sketch: Sketch) -> Iterator[Finding]:
    """Every lane has a name `from-to` of its own."""
    first: dict[str, Lane] = {}
    for lane in sketch.lanes:
        name = f"{lane.source}-{lane.to}"
        if not (lane.source and lane.to):
            continue
        if name not in first:
            first[name] = lane
        elif (lane.source, lane.to) == (first[name].source, first[name].to):
            why = f"there already is a lane from '{lane.source}' to '{lane.to}'; list all its products there"
            yield Finding(lane.path, "duplicate", why)
        else:
            yield Finding(lane.path, "duplicate", f"another lane is called '{name}' too; rename a node")


def unfilled(sketch: Sketch) -> Iterator[Finding]:
    """Something fills every shelf that customers buy from, unless nothing shall."""
    if sketch.is_vast or any(_is_dangling(sketch, lane) for lane in sketch.lanes):
        return
    settled: set[tuple[str, str]] = set()
    for stream in sketch.streams:
        place: Path = (*stream.path, "from")
        for warehouse in sketch.upstream(stream.product, stream.warehouse, settled):
            if stream.product not in sketch.products or not _is_replenished(sketch, warehouse, stream.product):
                break
            bringing = sketch.brought.get((warehouse, stream.product))
            if not bringing:
                yield _nothing_comes(place, warehouse, stream.product)
                break
            place = (*bringing[0].path, "from")


def _nothing_comes(place: Path, warehouse: str, product: str) -> Finding:
    hint = f"add one, or say `replenish_at: {{{warehouse}/{product}: {{rule: none}}}}`"
    return Finding(place, "conflict", f"no lane brings {product} to '{warehouse}'", hint)


def _is_replenished(sketch: Sketch, warehouse: str, product: str) -> bool:
    rules = (rule_at(shop.levers, warehouse, product)[1].get("rule") for shop in sketch.shops)
    return any(isinstance(rule, str) and rule != "none" for rule in rules)


def _is_dangling(sketch: Sketch, lane: Lane) -> bool:
    """Whether a mistyped name may be why this lane brings nothing."""
    known = lane.to in sketch.warehouses and lane.source in sketch.nodes
    return not known or bool((lane.products or frozenset()) - sketch.products)


def circles(sketch: Sketch) -> Iterator[Finding]:
    """No product goes round in a circle of warehouses."""
    reported: set[frozenset[str]] = set()
    settled: set[tuple[str, str]] = set()
    for start, product in sorted(sketch.brought):
        trail: dict[str, Lane] = {}
        warehouse = start
        for warehouse in sketch.upstream(product, start, settled):
            if bringing := sketch.brought.get((warehouse, product)):
                trail[warehouse] = bringing[0]
        end = trail[warehouse].source if warehouse in trail else warehouse
        round_trip = _from(trail, end)
        if len(round_trip) > 1 and frozenset(round_trip) not in reported:
            reported.add(frozenset(round_trip))
            way = " from ".join([*round_trip[:5], *(["..."] if len(round_trip) > 5 else []), end])
            why = f"{product} goes round in a circle: {way}; nothing comes in"
            yield Finding(trail[end].path, "conflict", why)


def _from(trail: dict[str, Lane], warehouse: str) -> list[str]:
    names = list(trail)
    return names[names.index(warehouse) :] if warehouse in trail else []


def inbound(sketch: Sketch) -> Iterator[Finding]:
    """Receipts on their way travel on a lane that carries their product."""
    for number, receipt in sketch.items("inbound"):
        place: Path = ("world", "inbound", number)
        source, to, product = (word(receipt, key) for key in ("from", "to", "product"))
        problems = [
            *unknown((*place, "from"), source, sketch.nodes, "supplier or warehouse"),
            *unknown((*place, "to"), to, sketch.warehouses, "warehouse"),
            *unknown((*place, "product"), product, sketch.products, "product"),
        ]
        yield from problems
        on = sketch.joined.get((source, to), ())
        if source and to and product and not problems and not any(lane.carries(product) for lane in on):
            yield Finding(place, "reference", f"no lane carries {product} from '{source}' to '{to}'")


def targets(sketch: Sketch) -> Iterator[Finding]:
    """Demand events multiply the visits for products that exist."""
    for number, event in sketch.items("demand"):
        for place, product in struck_products(event):
            yield from unknown(("world", "demand", number, *place), product, sketch.products, "product")


def struck(sketch: Sketch) -> Iterator[Finding]:
    """Disruptions strike what exists."""
    for number, blow in sketch.items("disruptions"):
        place: Path = ("world", "disruptions", number)
        yield from unknown((*place, "supplier"), blow.get("supplier"), sketch.suppliers, "supplier")
        yield from unknown((*place, "warehouse"), blow.get("warehouse"), sketch.warehouses, "warehouse")
        yield from unknown((*place, "product"), blow.get("product"), sketch.products, "product")
        yield from _region(sketch, (*place, "region"), blow)
        lane = blow.get("lane")
        if isinstance(lane, list) and len(lane) == 2 and all(isinstance(end, str) for end in lane):
            yield from _lane_target(sketch, (*place, "lane"), lane)


def _region(sketch: Sketch, place: Path, blow: dict[str, Any]) -> Iterator[Finding]:
    what = "suppliers" if blow.get("kind") == "supplier_down" else "lanes"
    region, known = blow.get("region"), sketch.regions(what)
    if isinstance(region, str) and region and region not in known:
        hint = one_of(region, sorted(known)) or f"say under `region` which {what} belong to it"
        yield Finding(place, "reference", f"there are no {what} of a region '{region[:60]}'", hint)


def _lane_target(sketch: Sketch, place: Path, lane: list[str]) -> Iterator[Finding]:
    source, to = lane
    if sketch.joined and (source, to) not in sketch.joined:
        names = {f"{a}-{b}": f"[{a}, {b}]" for a, b in sorted(sketch.joined)}
        close = closest(f"{source}-{to}", names)
        hint = f"did you mean {names[close]}?" if close else f"known are {listed(names.values())}"
        yield Finding(place, "reference", f"there is no lane from '{source[:60]}' to '{to[:60]}'", hint)
