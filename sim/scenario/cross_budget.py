"""Cross-checks of size: a small, valid file can ask for a year of computing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sim.scenario.disruptions import SIZES
from sim.scenario.faults import Finding
from sim.scenario.loose import long, mapping, mean_time, rate, seconds, share, struck_products, whole, word
from sim.scenario.paths import value_at
from sim.scenario.scenario import Scenario
from sim.scenario.sketch import MOST_PLACES, MOST_POLICIES, Sketch, Stream
from sim.words import DAY

MOST_STEPS: Final = 2 * 10**9
"""Most expected visits, reviews and disruptions over all replications of one policy."""

MOST_VISITS: Final = 100_000_000
"""Most expected visits of one customer stream in one replication."""

_BURSTS: Final[Mapping[str, tuple[float, str, int]]] = MappingProxyType(
    {
        "viral": (9.0, "decay", 10),
        "promo": (2.5, "lasts", 5),
        "panic": (4.0, "lasts", 7),
        "spike": (30.0, "lasts", 1),
    }
)
"""Events of a short time: their usual multiple, and the key and usual days of their length."""

_PEAKS: Final[Mapping[str, float]] = MappingProxyType({"shift": 1.6, "black_friday": 1.5, "season": 1.4, "jacket": 1.0})
"""Usual multiples of the others."""

_STARTING: Final = 100
"""What a replication costs even if nobody comes, counted in visits."""


def places(sketch: Sketch) -> Iterator[Finding]:
    """Products times warehouses, and products times lanes, stay within reason."""
    if sketch.is_vast:
        counts = f"{len(sketch.products)} products, {len(sketch.warehouses)} warehouses, {len(sketch.lanes)} lanes"
        most = f"products times warehouses and products times lanes may be {MOST_PLACES:,} each"
        yield Finding(("world", "products"), "too_big", f"this is too large a network ({counts}); {most}")


def policies(sketch: Sketch) -> Iterator[Finding]:
    """There are not too many policies."""
    count = len(mapping(value_at(sketch.data, ("policies",))))
    if count > MOST_POLICIES:
        why = f"{count} policies are too many; the most is {MOST_POLICIES}"
        yield Finding(("policies",), "too_big", why, "a study varies levers over any number of points")


def steps(sketch: Sketch) -> Iterator[Finding]:
    """The whole experiment ends in a lifetime."""
    if sketch.span is None:
        return
    for stream, count in _expected(sketch):
        if count > MOST_VISITS:
            why = f"about {count:.3g} visits in every replication are too many; the most is {MOST_VISITS:,}"
            yield Finding((*stream.path, "visits"), "too_big", why)
    each = _events(sketch)
    stated = whole(value_at(sketch.data, ("plan", "replications")))
    replications = 30 if stated is None else stated
    if each * replications > MOST_STEPS:
        why = f"{replications} replications of about {each:.3g} visits and other events are too many"
        hint = f"the most is {MOST_STEPS:,} in all: fewer replications, a shorter run or rarer events"
        path = ("plan", "replications") if stated is not None else ("world", "calendar")
        yield Finding(path, "too_big", why, hint)


def workload(scenario: Scenario) -> float:
    """About how many visits, reviews and disruptions one replication of one policy has."""
    return _events(Sketch(scenario.model_dump(mode="json", by_alias=True)))


def _expected(sketch: Sketch) -> list[tuple[Stream, float]]:
    """About how many visits each stream has in one replication."""
    demand = _demand(sketch)
    return [(stream, _visits(sketch, stream) * demand.get(stream.product, 1.0)) for stream in sketch.streams]


def _events(sketch: Sketch) -> float:
    visits = sum(count for _, count in _expected(sketch))
    return _STARTING + visits + _vanishing(sketch, visits) + _reviews(sketch) + _blows(sketch)


def _length(sketch: Sketch) -> tuple[int, int]:
    """Length of the time of visits, and of the whole run."""
    start, window, close = sketch.span or (0, 0, 0)
    return max(window - start, 1), max(close - start, 1)


def _visits(sketch: Sketch, stream: Stream) -> float:
    """How many visits one replication has on average before demand events."""
    length, _ = _length(sketch)
    stated = stream.visits
    if "every" in stated:
        return length / (long(stated["every"]) or length)
    if "trace" in stated:
        return len(stated["trace"]) if isinstance(stated["trace"], list) else 0
    return (rate(stated.get("rate")) or 0.0) * length if "rate" in stated else _replayed(stated) * length / DAY


def _demand(sketch: Sketch) -> dict[str, float]:
    """By what the demand events multiply the visits for each product, about."""
    length, _ = _length(sketch)
    found: dict[str, float] = {}
    for _, event in sketch.items("demand"):
        for _, product in struck_products(event):
            found[product] = min(found.get(product, 1.0) * _multiple(event, length), 1e9)
    return found


def _replayed(stated: Mapping[str, Any]) -> float:
    """Order lines per day of a history."""
    listed, days = stated.get("history"), whole(stated.get("days"))
    if not isinstance(listed, list) or not days:
        return 0.0
    return sum(whole(value_at(line, ("lines",))) or 1 for line in listed) / days


def _multiple(event: Mapping[str, Any], length: int) -> float:
    """By what an event multiplies the visits of the whole run, about; its highest point where that is unclear."""
    top = _number(event.get("multiplier"), 0.0)
    match event.get("kind"):
        case "viral" | "promo" | "panic" | "spike" as kind:
            usual, key, days = _BURSTS[kind]
            return 1 + (_number(event.get("multiplier"), usual) - 1) * min(_long(event, key, days * DAY) / length, 1)
        case "weekly":
            return max([_number(factor, 1.0) for factor in _list(event.get("factors"))], default=1.0)
        case "profile":
            points = _list(event.get("points"))
            return max([_number(value_at(point, ("multiplier",)), 1.0) for point in points], default=1.0)
        case _:
            return max(top, _PEAKS.get(word(event, "kind"), 1.0))


def _reviews(sketch: Sketch) -> float:
    """Periodic reviews of one replication, of the policy that reviews most."""
    _, length = _length(sketch)
    stocks = len(sketch.stocks)
    most = 0.0
    for shop in sketch.shops:
        rules = [shop.levers.get("replenish"), *_values(shop.levers.get("replenish_at"))]
        gaps = [gap for rule in rules if (gap := long(value_at(rule, ("R",))))]
        most = max(most, stocks * length / min(gaps)) if gaps else most
    return most


def _blows(sketch: Sketch) -> float:
    """Random disruptions of one replication, each counted for all that it strikes."""
    _, length = _length(sketch)
    count = 0.0
    for _, blow in sketch.items("disruptions"):
        usual = SIZES.get(word(blow, "size"), (None, None)) if "at" not in blow else (None, None)
        apart = mean_time(blow.get("every", usual[0]))
        if apart is not None:
            count += _struck(sketch, blow) * length / max(apart + (mean_time(blow.get("lasts")) or 0.0), 1.0)
    return count


def _struck(sketch: Sketch, blow: Mapping[str, Any]) -> int:
    """How many suppliers or lanes a disruption strikes at most."""
    if not word(blow, "region"):
        return 1
    return len(sketch.suppliers) if blow.get("kind") == "supplier_down" else len(sketch.lanes)


def _vanishing(sketch: Sketch, visits: float) -> float:
    """Units that vanish in one replication, at most."""
    shares = (share(value_at(sketch.data, ("world", "warehouses", name, "shrink"))) for name in sketch.warehouses)
    return visits * sum(part or 0.0 for part in shares)


def _long(event: Mapping[str, Any], key: str, usual: int) -> int:
    stated = seconds(event.get(key))
    return usual if stated is None else stated


def _number(value: Any, usual: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return min(max(float(value), 0.0), 10_000.0) if is_number else usual


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _values(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []
