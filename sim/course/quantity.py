"""The quantities that go over time: what they mean, and in what they are measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True)
class Quantity:
    """Something that has a value on every day."""

    name: str
    title: str
    unit: Literal["units", "share", "days", "times", "stars"]
    definition: str
    """One sentence; `week` stands for the time a rolling share looks back."""


_EVERY: Final = (
    Quantity("on_hand", "Stock on hand", "units", "Units on the shelf."),
    Quantity(
        "backlog",
        "Backlog",
        "units",
        "Units that are waited for; at a single stock, also those of other stocks' orders that have not left yet.",
    ),
    Quantity("on_order", "On order", "units", "Units ordered from suppliers or other stocks and not yet available."),
    Quantity(
        "at_once",
        "Served at once",
        "share",
        "Units met from the shelf at once, as a share of those that visitors of the week before wanted.",
    ),
    Quantity(
        "in_the_end",
        "Served in the end",
        "share",
        "Units delivered by the close, at once or after a wait, as a share of those that visitors of the week before "
        "wanted.",
    ),
    Quantity(
        "kept",
        "Promises kept",
        "share",
        "Backorders of the week before that were delivered by the end of their window, as a share of those delivered "
        "and those that outlived it.",
    ),
    Quantity(
        "promised",
        "Promised wait",
        "days",
        "Mean time from the order to the end of the promised window, over the backorders of the week before that were "
        "delivered by the close.",
    ),
    Quantity(
        "waited",
        "Wait for delivery",
        "days",
        "Mean time from the order to its delivery, over the same backorders; those who gave up are not among them.",
    ),
    Quantity(
        "loyalty",
        "Loyalty",
        "times",
        "Mean visit rate of the members as a multiple of the first one; who stopped for good has 0.",
    ),
    Quantity("stars", "Stars", "stars", "Mean of the reviews that count."),
    Quantity("making", "Ordered, not yet sent", "units", "Units ordered on a lane that have not left their source."),
    Quantity("travelling", "On the way", "units", "Units that left their source and have not arrived at the dock."),
)

QUANTITIES: Final[Mapping[str, Quantity]] = MappingProxyType({quantity.name: quantity for quantity in _EVERY})
"""Every quantity, by name."""
