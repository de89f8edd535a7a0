"""Cross-checks of warehouses and channels: work that nobody does, and backorders that go by nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.cross_places import unknown
from sim.scenario.faults import Finding
from sim.scenario.loose import mapping, word
from sim.scenario.paths import value_at
from sim.scenario.sketch import Shop, Sketch

_STATIONS = ("receive", "put_away", "pick", "pack")
_PEGGED = ("hybrid", "preorder")
"""Ways of offering backorders that go by receipts of the shop's own."""


def channels(sketch: Sketch) -> Iterator[Finding]:
    """Customers come through channels that exist."""
    known = mapping(value_at(sketch.data, ("world", "channels")))
    for stream in sketch.streams:
        if not (name := word(stream.stated, "channel")):
            continue
        if known:
            yield from unknown((*stream.path, "channel"), name, known.keys(), "channel")
        else:
            why = f"there is no channel '{name[:60]}': the world has none"
            yield Finding((*stream.path, "channel"), "reference", why, f"add `channels: {{{name[:60]}: {{}}}}`")


def work(sketch: Sketch) -> Iterator[Finding]:
    """A warehouse with hours or elastic capacity has a station that they are about."""
    for name, house in mapping(value_at(sketch.data, ("world", "warehouses"))).items():
        stated = mapping(house).get("work")
        if isinstance(stated, dict) and not any(stated.get(step) for step in _STATIONS):
            why = "nobody works here: this warehouse has no station"
            hint = "add `pick: {rate: 60/h}` (or receive, put_away, pack), or leave `work` out"
            yield Finding(("world", "warehouses", name, "work"), "conflict", why, hint, on_key=True)


def houses(sketch: Sketch) -> Iterator[Finding]:
    """Policies say how warehouses work that exist."""
    for shop in sketch.shops:
        for name in mapping(shop.levers.get("houses")):
            yield from unknown((*shop.stated_at("houses"), name), name, sketch.warehouses, "warehouse")


def drop_ship(sketch: Sketch) -> Iterator[Finding]:
    """Backorders that a supplier sends straight to customers go by no receipts."""
    for shop in sketch.shops:
        if word(shop.levers, "drop_ship"):
            yield from _pegged(shop)


def _pegged(shop: Shop) -> Iterator[Finding]:
    status = shop.levers.get("when_short", "out_of_stock")
    if status == "out_of_stock" and shop.stated("drop_ship") is not None:
        why = "`drop_ship` serves backorders, but this policy takes none (when_short: out_of_stock)"
        yield Finding(("policies", shop.name, "drop_ship"), "conflict", why, on_key=True)
    if status in _PEGGED:
        why = f"when_short: {status} goes by receipts of the shop's own, and with `drop_ship` there are none to go by"
        yield Finding(shop.stated_at("when_short"), "conflict", why)
    if shop.levers.get("only") == "confirmed_inbound" and status != "out_of_stock":
        why = "`only: confirmed_inbound` goes by the shop's own receipts, and with `drop_ship` there are none to go by"
        yield Finding(shop.stated_at("only"), "conflict", why)
