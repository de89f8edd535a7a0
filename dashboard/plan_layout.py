"""Where the nodes of a supply network stand: suppliers on the left, customers on the right, goods flow between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sim import World

Kind = Literal["supplier", "warehouse", "customers"]


@dataclass(frozen=True)
class Node:
    """A place that goods come from, lie at, or go to."""

    name: str
    kind: Kind
    x: float
    """Column, from 0."""
    y: float
    """Height, between 0 and 1."""


def nodes(world: World, product: str) -> dict[str, Node]:
    """Every place, and the customers who buy the product, column after column.

    Streams of customers are named `customers <name>` within.
    """
    depth = _depths(world)
    last = 1 + max(depth.values(), default=0)
    columns: list[list[tuple[str, Kind]]] = [[] for _ in range(last + 1)]
    for name, deep in depth.items():
        columns[deep].append((name, "supplier" if name in world.suppliers else "warehouse"))
    columns[last] = [(stream(name), "customers") for name in buyers(world, product)]
    placed: dict[str, Node] = {}
    for x, column in enumerate(columns):
        ordered = sorted(column, key=lambda each: -_height(each[0], world, placed))
        for place, (name, kind) in enumerate(ordered):
            placed[name] = Node(name, kind, float(x), 1 - (place + 0.5) / len(ordered))
    return placed


def buyers(world: World, product: str) -> tuple[str, ...]:
    """The streams of customers who come for a product."""
    return tuple(name for name, customers in world.customers.items() if customers.buys == product)


def stream(name: str) -> str:
    """What a stream of customers is called among the nodes: a place may bear the same name."""
    return f"customers {name}"


def _depths(world: World) -> dict[str, int]:
    """The longest way from a supplier to each place; places that fill each other stand beside each other."""
    depth = dict.fromkeys(world.suppliers, 0) | dict.fromkeys(world.warehouses, 1)
    between = {(lane.source, lane.to) for lane in world.lanes}
    onward = [lane for lane in world.lanes if (lane.to, lane.source) not in between]
    for _ in world.warehouses:
        for lane in onward:
            deeper = depth[lane.source] + 1
            if depth[lane.to] < deeper <= len(world.warehouses):
                depth[lane.to] = deeper
    return depth


def _height(name: str, world: World, placed: Mapping[str, Node]) -> float:
    """The mean height of the places that a node is filled from, so that few lines cross."""
    heights = [placed[source].y for source in sources(name, world) if source in placed]
    return sum(heights) / len(heights) if heights else 0.5


def sources(name: str, world: World) -> Sequence[str]:
    """The places that fill a node."""
    streams = {stream(each): customers.source for each, customers in world.customers.items()}
    if name in streams:
        return (streams[name],)
    return tuple(lane.source for lane in world.lanes if lane.to == name)
