"""A scenario's raw values seen loosely: what can be understood of them, even where fields are wrong or missing.

The cross-checks read this instead of the models, so that a dangling name is found behind an unrelated typo.
"""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final

from sim.scenario.loose import mapping, seconds, word
from sim.scenario.paths import Path, value_at

MOST_PLACES: Final = 250_000
"""Most products times warehouses, and products times lanes."""

MOST_POLICIES: Final = 200
"""Most policies of a scenario."""

_RULES: Final = ("updates", "consent", "allocate", "source", "reserving")
"""Levers that may be written as a bare word, the name of a rule."""
_MERGED: Final = (
    *("promise", "limits", "preorder", "value", "reserve", "updates", "consent", "payment"),
    *("expedite", "transship", "advance", "plan", "keep"),
)
"""Levers that merge key by key."""


@dataclass(frozen=True)
class Lane:
    """A lane as far as it can be read; names that are not text are empty."""

    number: int
    source: str
    to: str
    products: frozenset[str] | None
    """None when it carries everything."""

    @property
    def path(self) -> Path:
        """Where it stands."""
        return ("world", "lanes", self.number)

    def carries(self, product: str) -> bool:
        """Whether a product travels here."""
        return self.products is None or product in self.products


@dataclass(frozen=True)
class Stream:
    """A customer stream as far as it can be read."""

    name: str
    product: str
    warehouse: str
    visits: Mapping[str, Any]
    stated: Mapping[str, Any]

    @property
    def path(self) -> Path:
        """Where it stands."""
        return ("world", "customers", self.name)


@dataclass(frozen=True)
class Shop:
    """The levers of one policy, the scenario's own merged in."""

    name: str
    levers: Mapping[str, Any]
    own: Mapping[str, Any]
    """What the policy itself states."""

    def stated(self, *keys: str) -> Any:
        """What the policy itself says under some keys (shared levers: what they say); None for nothing."""
        source = self.own if self.name else self.levers
        return value_at(spelled_out(keys[0], source.get(keys[0])), keys[1:])

    def stated_at(self, *keys: str) -> Path:
        """Where a lever is stated: in the policy if it says so, else in the shared levers."""
        own = value_at(self.own, keys[:1])
        is_own = value_at(self.own, keys) is not None or (isinstance(own, dict | str) and len(keys) > 1)
        return ("policies", self.name, *keys) if is_own else ("levers", *keys)


@dataclass(frozen=True)
class Sketch:
    """The raw values of a whole scenario."""

    data: Any

    @cached_property
    def products(self) -> KeysView[str]:
        """Names of products."""
        return self._names("products")

    @cached_property
    def suppliers(self) -> KeysView[str]:
        """Names of suppliers."""
        return self._names("suppliers")

    @cached_property
    def warehouses(self) -> KeysView[str]:
        """Names of warehouses."""
        return self._names("warehouses")

    @cached_property
    def nodes(self) -> KeysView[str]:
        """Names of suppliers and warehouses."""
        return dict.fromkeys((*self.suppliers, *self.warehouses)).keys()

    def is_only_supplier(self, name: str) -> bool:
        """Whether goods come from a node of this name and are not kept there."""
        return name in self.suppliers and name not in self.warehouses

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """All lanes."""
        return tuple(
            Lane(number, word(lane, "from"), word(lane, "to"), _carried(lane)) for number, lane in self.items("lanes")
        )

    @cached_property
    def streams(self) -> tuple[Stream, ...]:
        """All customer streams."""
        stated = mapping(value_at(self.data, ("world", "customers")))
        return tuple(
            Stream(name, word(who, "buys"), word(who, "from"), _visits(who), mapping(who))
            for name, who in stated.items()
        )

    @cached_property
    def shops(self) -> tuple[Shop, ...]:
        """The policies, up to `MOST_POLICIES`."""
        shared = mapping(value_at(self.data, ("levers",)))
        policies = mapping(value_at(self.data, ("policies",)))
        stated = islice(((name, mapping(own)) for name, own in policies.items()), MOST_POLICIES)
        return tuple(Shop(name, merged(shared, own), own) for name, own in stated)

    @cached_property
    def with_shared(self) -> tuple[Shop, ...]:
        """The shared levers as they stand, without a name, then every policy that changes them."""
        shared = mapping(value_at(self.data, ("levers",)))
        return (Shop("", shared, {}), *(shop for shop in self.shops if shop.own))

    @cached_property
    def stocks(self) -> frozenset[tuple[str, str]]:
        """Every (warehouse, product) that customers buy from or a lane can fill."""
        return frozenset({(stream.warehouse, stream.product) for stream in self.streams} | self.brought.keys())

    @cached_property
    def brought(self) -> Mapping[tuple[str, str], tuple[Lane, ...]]:
        """The lanes that bring a product to a warehouse, by (warehouse, product); empty when `is_vast`."""
        found: dict[tuple[str, str], tuple[Lane, ...]] = {}
        for lane in () if self.is_vast else self.lanes:
            for product in self.products if lane.products is None else lane.products & self.products:
                found[lane.to, product] = (*found.get((lane.to, product), ()), lane)
        return found

    @cached_property
    def joined(self) -> Mapping[tuple[str, str], tuple[Lane, ...]]:
        """Lanes by their two ends."""
        found: dict[tuple[str, str], tuple[Lane, ...]] = {}
        for lane in self.lanes:
            found[lane.source, lane.to] = (*found.get((lane.source, lane.to), ()), lane)
        return found

    def regions(self, key: str) -> frozenset[str]:
        """Regions of the suppliers, or of the lanes."""
        stated = value_at(self.data, ("world", key))
        parts = stated.values() if isinstance(stated, dict) else stated if isinstance(stated, list) else ()
        return frozenset(region for part in parts if (region := word(part, "region")))

    @property
    def is_vast(self) -> bool:
        """Whether there are more places for products than any scenario may have."""
        return len(self.products) * max(len(self.lanes), len(self.warehouses)) > MOST_PLACES

    @cached_property
    def span(self) -> tuple[int, int, int] | None:
        """Start of the run, end of the measured window and close, in seconds from day 0; None if unknown."""
        calendar = mapping(value_at(self.data, ("world", "calendar")))
        warm_up, run_out = (seconds(calendar.get(key, 0)) for key in ("warm_up", "run_out"))
        measure = seconds(calendar.get("measure"))
        if warm_up is None or measure is None or run_out is None:
            return None
        return -warm_up, measure, measure + run_out

    def upstream(self, product: str, warehouse: str, settled: set[tuple[str, str]]) -> Iterator[str]:
        """A warehouse and those that its product comes through, but not those `settled` before; settles them."""
        while warehouse in self.warehouses and (warehouse, product) not in settled:
            settled.add((warehouse, product))
            yield warehouse
            bringing = self.brought.get((warehouse, product))
            warehouse = bringing[0].source if bringing else ""

    def items(self, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The mappings in a list of the world, with their numbers."""
        stated = value_at(self.data, ("world", key))
        for number, item in enumerate(stated if isinstance(stated, list) else ()):
            if isinstance(item, dict):
                yield number, item

    def _names(self, key: str) -> KeysView[str]:
        return mapping(value_at(self.data, ("world", key))).keys()


def merged(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Levers with a policy's changes: parts of the same kind merge key by key, others replace."""
    result = {key: spelled_out(key, old) for key, old in shared.items()}
    for key, stated in own.items():
        old, new = result.get(key), spelled_out(key, stated)
        result[key] = {**mapping(old), **new} if _same_kind(key, old, new) else new
    return result


def rule_at(levers: Mapping[str, Any], warehouse: str, product: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The replenishment rule for one stock, and under which keys of the levers it stands."""
    special = mapping(levers.get("replenish_at"))
    for place in (f"{warehouse}/{product}", warehouse):
        if isinstance(special.get(place), dict):
            return ("replenish_at", place), special[place]
    return ("replenish",), mapping(levers.get("replenish", {"rule": "r_Q"}))


def source_at(levers: Mapping[str, Any], warehouse: str, product: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The way of sourcing one stock, and under which keys of the levers it stands."""
    special = mapping(levers.get("source_at"))
    for place in (f"{warehouse}/{product}", warehouse):
        if place in special:
            return ("source_at", place), mapping(spelled_out("source", special[place]))
    return ("source",), mapping(spelled_out("source", levers.get("source", "single")))


def spelled_out(key: str, value: Any) -> Any:
    """A rule written as a bare word, as the mapping it stands for."""
    return {"rule": value} if key in _RULES and isinstance(value, str) else value


def _same_kind(key: str, old: Any, new: Any) -> bool:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return False
    if key in ("replenish", "allocate", "source"):
        return old.get("rule") == new.get("rule")
    return key in _MERGED


def _carried(lane: Mapping[str, Any]) -> frozenset[str] | None:
    stated = lane.get("products")
    if not isinstance(stated, list):
        return None
    return frozenset(product for product in stated if isinstance(product, str))


def _visits(customers: Any) -> dict[str, Any]:
    stated = mapping(customers).get("visits")
    return {"rate": stated} if isinstance(stated, str | int | float) else mapping(stated)
