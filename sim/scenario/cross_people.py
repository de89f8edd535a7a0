"""Cross-checks of customers: what they remember, whom the shop knows, and traits that nothing asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sim.scenario.classes import ON_IMPULSE
from sim.scenario.faults import Finding
from sim.scenario.loose import amount, mapping, share, struck_products
from sim.scenario.memory import BEST_STARS, HEADROOM
from sim.scenario.paths import value_at
from sim.scenario.sketch import Sketch, Stream

_SURE: Final = 1 - 1e-9


def members(sketch: Sketch) -> Iterator[Finding]:
    """Members belong to a panel, and a panel has members who come."""
    known = [stream for stream in sketch.streams if _are_known(stream.stated.get("members"))]
    has_panel = value_at(sketch.data, ("world", "panel")) is not None
    for stream in () if has_panel else known:
        why = "members of a panel come here, and there is no panel"
        yield Finding((*stream.path, "members"), "conflict", why, "add `panel: {}` to the world")
    if has_panel and sketch.streams and not known:
        why = "nobody belongs to this panel"
        yield Finding(("world", "panel"), "conflict", why, "state `members` of the customers who do", on_key=True)


def _are_known(stated: Any) -> bool:
    """Whether members come; a share that cannot be read was meant to be one."""
    return stated is not None and share(stated) != 0


def memory(sketch: Sketch) -> Iterator[Finding]:
    """Only those whom the shop knows remember it."""
    world = mapping(value_at(sketch.data, ("world",)))
    if world.get("memory") is not None and world.get("panel") is None:
        why = "only members of a panel remember, and there is no panel"
        yield Finding(("world", "memory"), "conflict", why, "add `panel: {}` to the world", on_key=True)


def reputation(sketch: Sketch) -> Iterator[Finding]:
    """Reviews are read by new visitors, and the tape holds as many of those as reviews can bring."""
    place = ("world", "reputation")
    about = value_at(sketch.data, place)
    if about is None or not sketch.streams:
        return
    if all((share(stream.stated.get("members")) or 0) > _SURE for stream in sketch.streams):
        why = "reviews change how many new visitors come, and everybody here is a member of the panel"
        yield Finding(place, "conflict", why, on_key=True)
    elasticity, prior = share(mapping(about).get("elasticity", 0.07)), amount(mapping(about).get("prior_stars", 4.5))
    rise = (elasticity or 0) * (BEST_STARS - (BEST_STARS if prior is None else prior))
    if rise > HEADROOM:
        why = f"the best reviews would bring {rise:.0%} more new visitors; the most is {HEADROOM:.0%}"
        yield Finding((*place, "elasticity"), "too_big", why)


def impulse(sketch: Sketch) -> Iterator[Finding]:
    """Buyers on impulse come beside others who buy the same, under a name of their own."""
    for number, event in sketch.items("demand"):
        struck = {product for _, product in struck_products(event)}
        beside = [stream for stream in sketch.streams if stream.product in struck]
        if not share(event.get("impulse")):
            continue
        if sketch.streams and not beside:
            why = f"nobody buys {' or '.join(sorted(struck)) or 'this'}, so there is nobody beside whom they would come"
            yield Finding(("world", "demand", number, "impulse"), "conflict", why)
        taken = {stream.name: stream for stream in sketch.streams}
        for name in (f"{stream.name}{ON_IMPULSE}" for stream in beside):
            if name in taken:
                why = f"buyers on impulse are called '{name}' too; give these another name"
                yield Finding(taken[name].path, "conflict", why, on_key=True)


def traits(sketch: Sketch) -> Iterator[Finding]:
    """A trait of customers is about something that they can meet."""
    for stream in sketch.streams:
        for key, why in _idle_traits(sketch, stream):
            yield Finding((*stream.path, key), "conflict", why, on_key=True)


def _idle_traits(sketch: Sketch, stream: Stream) -> Iterator[tuple[str, str]]:
    stated = {key for key, value in stream.stated.items() if value is not None}
    if "hazard" in stated and "after_broken" in stated:
        yield "after_broken", "these customers leave by `hazard`, which does not look at what patience is left"
    if "distrust" in stated and "acceptance" in stated:
        yield "distrust", "these customers accept by a fixed share (`acceptance`), however long the wait seems"
    if "returns" in stated and _never_defers(sketch, stream):
        yield "returns", "nobody here means to come back; `leaving` says where they go"
    yield from ((key, why) for key, why in _haste(sketch, stream) if key in stated)
    yield from ((key, why) for key, why in _instead(sketch, stream) if key in stated)
    yield from ((key, why) for key, why in _unasked(sketch) if key in stated)


def _never_defers(sketch: Sketch, stream: Stream) -> bool:
    own = stream.stated.get("leaving")
    if own is None:
        return _product(sketch, stream).get("class") == "impulse"
    return share(mapping(own).get("defer")) == 0


def _haste(sketch: Sketch, stream: Stream) -> Iterator[tuple[str, str]]:
    if stream.stated.get("acceptance") is not None and stream.stated.get("patience") is None:
        why = "these customers accept by a fixed share and have no `patience` that a deadline could cut"
        yield from (("urgent", why), ("deadline", why))
    elif "trace" not in stream.visits and not _is_urgent(sketch, stream):
        yield "deadline", "nobody here has a deadline; say which share does under `urgent`"


def _is_urgent(sketch: Sketch, stream: Stream) -> bool:
    own = stream.stated.get("urgent")
    if own is not None:
        return share(own) != 0
    revealed = value_at(sketch.data, ("world", "calibration")) == "revealed"
    return stream.stated.get("profile") == "full" and not revealed


def _instead(sketch: Sketch, stream: Stream) -> Iterator[tuple[str, str]]:
    """Substitution where there is nothing to take, or where the product says itself who takes it."""
    product = _product(sketch, stream)
    substitutes = product.get("substitutes")
    if stream.product not in sketch.products:
        return
    if not substitutes:
        why = f"{stream.product} has no substitutes; list them under its product"
        yield from (("substitution", why), ("substitute_price", why))
    elif isinstance(substitutes, dict) and all(value is not None for value in substitutes.values()):
        yield "substitution", f"the substitutes of {stream.product} have shares of their own"


def _unasked(sketch: Sketch) -> Iterator[tuple[str, str]]:
    """What no policy asks of customers."""
    if sketch.shops and all(shop.levers.get("notify_me") is False for shop in sketch.shops):
        yield "notify", "no policy takes addresses (notify_me: false)"
    if sketch.shops and all(value_at(shop.levers, ("payment", "capture")) == "at_ship" for shop in sketch.shops):
        yield "pays_ahead", "under every policy they pay when the order ships (payment: {capture: at_ship})"


def _product(sketch: Sketch, stream: Stream) -> dict[str, Any]:
    return mapping(value_at(sketch.data, ("world", "products", stream.product)))


def support(sketch: Sketch) -> Iterator[Finding]:
    """Either people answer contacts, or rates of the costs say how many there are."""
    world = mapping(value_at(sketch.data, ("world",)))
    if world.get("support") is None:
        return
    instead = {"contacts_per_order": "`normal`", "contacts_waiting": "`told` and `untold`"}
    for key in mapping(world.get("costs")).keys() & instead.keys():
        why = f"with people who answer, contacts come by {instead[key]} of `support`"
        yield Finding(("world", "costs", key), "conflict", why, on_key=True)
