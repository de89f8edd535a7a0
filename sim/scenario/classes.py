"""What a product's class says about buyers who do not say it themselves (stated calibration)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from sim.scenario.customers import CustomerClass, Customers, Leaving
from sim.scenario.laws import DurationLaw, parse_duration_law

_PATIENCE: Final = MappingProxyType(
    {
        "niche": "lognormal(median=30 d, sigma=0.8)",
        "durable": "lognormal(median=12 d, sigma=0.8)",
        "standard": "lognormal(median=7.7 d, sigma=0.94)",
        "commodity": "lognormal(median=4 d, sigma=0.8)",
        "impulse": "lognormal(median=3 d, sigma=1.0)",
    }
)
_LEAVING: Final = MappingProxyType(
    {
        "niche": (0.30, 0.50, 0.20),
        "durable": (0.50, 0.30, 0.20),
        "standard": (0.56, 0.27, 0.17),
        "commodity": (0.75, 0.10, 0.15),
        "impulse": (0.40, 0.00, 0.60),
    }
)


def patience_of(customers: Customers, customer_class: CustomerClass) -> DurationLaw:
    """Their own patience law, or that of their product's class."""
    return customers.patience or parse_duration_law(_PATIENCE[customer_class])


def leaving_of(customers: Customers, customer_class: CustomerClass) -> Leaving:
    """Their own leave split, or that of their product's class."""
    if customers.leaving is not None:
        return customers.leaving
    competitor, defer, abandon = _LEAVING[customer_class]
    return Leaving(competitor=competitor, defer=defer, abandon=abandon)
