"""Cross-checks of planning: forecasts that nothing could be made of, and habits that nothing would read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sim.scenario.cross_policies import AUTO
from sim.scenario.faults import Finding
from sim.scenario.loose import long, mapping
from sim.scenario.paths import Path
from sim.scenario.sketch import Shop, Sketch

MOST_LOOKS: Final = 50_000
"""Most times that levels may be computed in a run."""


def forecasts(sketch: Sketch) -> Iterator[Finding]:
    """Planned events exist where a forecast allows for them, and an oracle knows a rate."""
    for place, about in _forecasts(sketch):
        if about.get("events") is True and not any(event.get("planned") is True for _, event in sketch.items("demand")):
            why = "a forecast allows for planned events, but no demand event is `planned: true`"
            yield Finding((*place, "events"), "conflict", why, on_key=True)
        if about.get("method") == "oracle":
            traced = next((stream.name for stream in sketch.streams if "trace" in stream.visits), None)
            if traced is not None:
                why = f"an oracle knows the rate of demand, but '{traced}' come by a trace and have none"
                yield Finding((*place, "method"), "conflict", why)


def looks(sketch: Sketch) -> Iterator[Finding]:
    """Levels are not computed more often than a machine can bear."""
    if sketch.span is None:
        return
    length = sketch.span[2] - sketch.span[0]
    for place, about in _forecasts(sketch):
        every = long(about.get("every", "30 d"))
        if every is not None and length // every > MOST_LOOKS:
            why = f"levels would be computed {length // every:,} times; {MOST_LOOKS:,} is the most"
            yield Finding((*place, "every"), "too_big", why)


def blind(sketch: Sketch) -> Iterator[Finding]:
    """Reorder points are set without the lead time only where any are left to be set."""
    for shop in (shop for shop in sketch.with_shared if not shop.name or shop.own.get("plan") or _has_own_rules(shop)):
        plan = mapping(shop.levers.get("plan"))
        if plan.get("ignores_lead_time") is True and not any(_has_auto(rule) for rule in _rules(shop)):
            why = "`ignores_lead_time` is about levels left `auto`, and all are stated"
            yield Finding(shop.stated_at("plan", "ignores_lead_time"), "conflict", why, on_key=True)


def _forecasts(sketch: Sketch) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every forecast once, and where it stands."""
    seen: set[Path] = set()
    for shop in sketch.with_shared:
        place, about = shop.stated_at("plan", "forecast"), mapping(mapping(shop.levers.get("plan")).get("forecast"))
        if about and place not in seen:
            seen.add(place)
            yield place, about


def _has_own_rules(shop: Shop) -> bool:
    return "replenish" in shop.own or "replenish_at" in shop.own


def _rules(shop: Shop) -> Iterator[dict[str, Any]]:
    yield mapping(shop.levers.get("replenish", {"rule": "r_Q"}))
    yield from (mapping(rule) for rule in mapping(shop.levers.get("replenish_at")).values())


def _has_auto(rule: dict[str, Any]) -> bool:
    """Whether a level that the lead time matters for is left to the planner."""
    kind = rule.get("rule")
    point = AUTO[kind][0] if isinstance(kind, str) and kind in AUTO else None
    return point is None or rule.get(point, "auto") == "auto"
