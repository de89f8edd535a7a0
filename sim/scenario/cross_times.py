"""Cross-checks of time: what is too long, contradictory, or lies outside the run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sim.scenario.faults import Finding, shown
from sim.scenario.loose import amount, long, mapping, mean_time, seconds, share, whole, word
from sim.scenario.paths import Path, value_at
from sim.scenario.quantity_text import LONGEST, duration_text
from sim.scenario.sketch import Sketch, Stream
from sim.words import DAY, HOUR

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_VISITS: Final = 5
_BROUGHT: Final = MappingProxyType(
    {
        "size": ("size", ("history", "trace")),
        **dict.fromkeys(("patience", "urgent", "deadline"), ("patience", ("trace",))),
    }
)
"""What the visits of a record bring with them, by the key that says it too."""


def calendar(sketch: Sketch) -> Iterator[Finding]:
    """The run is not longer than time reaches, and starts on a date."""
    start = value_at(sketch.data, ("world", "calendar", "start"))
    place: Path = ("world", "calendar")
    if start is not None and not (isinstance(start, str) and _DATE.fullmatch(start)):
        yield Finding((*place, "start"), "value", f"{shown(start)} is not a date such as 2026-03-02")
    if sketch.span and sketch.span[2] - sketch.span[0] >= LONGEST:
        length = duration_text(sketch.span[2] - sketch.span[0])
        why = f"the run is {length} long from warm_up to run_out; the longest is 34 years"
        yield Finding(place, "too_big", why)


def disruptions(sketch: Sketch) -> Iterator[Finding]:
    """Every disruption is either scheduled or random, and touches the run."""
    for number, blow in sketch.items("disruptions"):
        place = ("world", "disruptions", number)
        if "at" in blow and "every" in blow:
            why = "a disruption is scheduled (`at`) or random (`every`), not both"
            yield Finding((*place, "every"), "conflict", why, on_key=True)
        elif "at" in blow:
            yield from _outside(sketch, (*place, "at"), blow["at"], _lasting(blow), until="close")
        elif "every" not in blow and "size" not in blow and blow.get("kind") != "tariff":
            yield Finding(place, "missing", "say when: `at` for a scheduled disruption, `every` for a random one")
        if mean_time(blow.get("every")) == 0:
            why = "the time between two random disruptions must be more than 0"
            yield Finding((*place, "every"), "value", why)


def _lasting(blow: Mapping[str, Any]) -> float | None:
    """How long a disruption and its traces last; None when chance decides, or for good."""
    kind, lasts = blow.get("kind"), seconds(blow.get("lasts"))
    if kind in ("bankruptcy", "rule_change") or blow.get("recovery") is not None:
        return None
    if kind == "stock_lost":
        return 0
    clears = amount(blow.get("clears"))
    return lasts if clears is None or lasts is None else lasts * clears / max(clears - 1, 1e-9)


def news(sketch: Sketch) -> Iterator[Finding]:
    """News of late receipts come at a pace that people can follow, and say what they are about."""
    for lane in sketch.lanes:
        about, place = mapping(value_at(sketch.data, (*lane.path, "news"))), (*lane.path, "news")
        step = long(about.get("step"))
        if step is not None and step < HOUR:
            why = f"a new date every {shown(about['step'])} is too often; the least is 1 h"
            yield Finding((*place, "step"), "too_small", why)
        if long(about.get("ahead")) and not share(about.get("warned")):
            why = "this is how long ahead a warning comes, and nobody is warned; say which share is under `warned`"
            yield Finding((*place, "ahead"), "conflict", why, on_key=True)


def prices(sketch: Sketch) -> Iterator[Finding]:
    """Prices change within the run."""
    for number, change in sketch.items("price_changes"):
        yield from _outside(sketch, ("world", "price_changes", number, "at"), change.get("at"), None, until="close")


def demand(sketch: Sketch) -> Iterator[Finding]:
    """Every demand event touches the time of visits, and its points are in order."""
    for number, event in sketch.items("demand"):
        place = ("world", "demand", number)
        kind = word(event, "kind")
        if kind == "profile":
            yield from _unordered(place, event.get("points"))
        elif kind == "black_friday":
            yield from _undated(sketch, (*place, "date"), event)
        if "at" in event:
            length = _boxed(event) if kind in _BOXES else None
            yield from _outside(sketch, (*place, "at"), event["at"], length, until="window")


_BOXES: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "promo": {"lasts": 5, "dip_lasts": 7},
        "panic": {"lasts": 7, "dip_lasts": 14},
        "spike": {"lasts": 1},
    }
)
"""The parts of an event that is over some time, with their usual lengths in days."""


def _boxed(event: Mapping[str, Any]) -> int:
    return sum(seconds(event.get(key, usual)) or 0 for key, usual in _BOXES[word(event, "kind")].items())


def _undated(sketch: Sketch, place: Path, event: Mapping[str, Any]) -> Iterator[Finding]:
    if "date" in event and value_at(sketch.data, ("world", "calendar", "start")) is None:
        yield Finding(place, "conflict", "a date means nothing where the calendar has no start", "say when by `at`")


def _unordered(place: Path, points: Any) -> Iterator[Finding]:
    times = [seconds(value_at(point, ("at",))) for point in points] if isinstance(points, list) else []
    for number in range(1, len(times)):
        before, after = times[number - 1], times[number]
        if before is not None and after is not None and after <= before:
            why = "the points are not in order: this one is not after the one before it"
            yield Finding((*place, "points", number, "at"), "conflict", why)


def _outside(sketch: Sketch, place: Path, at: Any, lasts: float | None, *, until: str) -> Iterator[Finding]:
    """Something from `at` on that is over before the run starts, or starts when it is over."""
    instant = seconds(at)
    if sketch.span is None or instant is None:
        return
    start, window, close = sketch.span
    end = window if until == "window" else close
    if instant >= end:
        what = "the last visits" if until == "window" else "the end of the run"
        yield Finding(place, "outside", f"{shown(at)} is not before {what} at {duration_text(end)}")
    elif lasts is not None and instant + lasts <= start:
        yield Finding(place, "outside", f"this is over before the run starts at {duration_text(start)}")


def inbound(sketch: Sketch) -> Iterator[Finding]:
    """Receipts already on their way are due within the run."""
    for number, receipt in sketch.items("inbound"):
        place, due = ("world", "inbound", number, "due"), seconds(receipt.get("due"))
        if sketch.span is None or due is None:
            continue
        start, _, close = sketch.span
        if due < start:
            why = f"{shown(receipt['due'])} is before the run starts at {duration_text(start)}"
            yield Finding(place, "outside", why, "what has arrived by then is `stock`")
        elif due >= close:
            why = f"{shown(receipt['due'])} is not before the end of the run at {duration_text(close)}"
            yield Finding(place, "outside", why)


def visits(sketch: Sketch) -> Iterator[Finding]:
    """Visits come within the run, and say what they say once."""
    for stream in sketch.streams:
        place = (*stream.path, "visits")
        if "first" in stream.visits:
            yield from _early(sketch, (*place, "first"), stream.visits["first"])
        yield from _listed(sketch, place, stream.visits.get("trace"))
        yield from _history(place, stream)
        yield from _said_twice(stream)


def _early(sketch: Sketch, place: Path, at: Any) -> Iterator[Finding]:
    yield from _outside(sketch, place, at, None, until="window")
    instant = seconds(at)
    if sketch.span and instant is not None and instant < sketch.span[0]:
        start = duration_text(sketch.span[0])
        yield Finding(place, "outside", f"{shown(at)} is before the run starts at {start}")


def _listed(sketch: Sketch, place: Path, trace: Any) -> Iterator[Finding]:
    """Only the first few visits outside the run are named."""
    found = 0
    for number, visit in enumerate(trace if isinstance(trace, list) else ()):
        at = value_at(visit, ("at",))
        problems = list(_early(sketch, (*place, "trace", number, "at"), at)) if sketch.span else []
        found += len(problems)
        if found <= _MOST_VISITS:
            yield from problems
    if found > _MOST_VISITS:
        why = f"{found - _MOST_VISITS} more visits of this trace lie outside the run"
        yield Finding((*place, "trace"), "outside", why)


def _history(place: Path, stream: Stream) -> Iterator[Finding]:
    lines, days = stream.visits.get("history"), whole(stream.visits.get("days"))
    for number, line in enumerate(lines if isinstance(lines, list) else ()):
        day = whole(value_at(line, ("day",)))
        if days is not None and day is not None and day >= days:
            why = f"day {day} is not among the {days} days of the history, 0 to {days - 1}"
            yield Finding((*place, "history", number, "day"), "outside", why)
    block = long(stream.visits.get("block"))
    if block is not None and block % DAY:
        yield Finding((*place, "block"), "value", f"{shown(stream.visits['block'])} is not a number of whole days")


def _said_twice(stream: Stream) -> Iterator[Finding]:
    for key, (what, sources) in _BROUGHT.items():
        source = next((source for source in sources if source in stream.visits), None)
        if source and stream.stated.get(key) is not None:
            why = f"the {source} brings the {what} of every visit; leave this out"
            yield Finding((*stream.path, key), "conflict", why, on_key=True)
