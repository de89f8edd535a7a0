"""What all customers of one stream share, resolved from what the scenario states and their class says."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.classes import leaving_of, notify_of, patience_of, pays_ahead_of, returns_of
from sim.scenario.customers import Customers, Hazard, NotifyMe, Returns
from sim.scenario.laws import DurationLaw
from sim.scenario.world import World


class Trait(NamedTuple):
    """One stream of customers."""

    product: str
    price: float
    """What they pay for a unit before any price change."""
    unit_cost: float
    margin: float
    """Money earned per unit before any price change."""
    delivery: int
    """Picking and last mile of their warehouse, seconds."""
    last_mile: int
    acceptance: float | None
    eta_aversion: float
    after_broken: float
    hazard: Hazard | None
    competitor: float
    """Share of those who leave that buys elsewhere."""
    elsewhere: float
    """Share that buys elsewhere or comes back later; the rest drops the wish."""
    returns: Returns | None
    notify: NotifyMe | None
    patience_told: float
    patience_told_late: float
    distrust: float
    scarcity: float
    hoarding: float
    pays_ahead: float
    price_elasticity: float
    priority: int
    patience: DurationLaw
    """Of all of them; each visitor's own is on the tape."""
    weighs_all_at_once: bool
    """Whether they weigh the backorder, substitutes and the list together."""


def trait_of(world: World, customers: Customers) -> Trait:
    """Everything about one stream."""
    product, warehouse = world.products[customers.buys], world.warehouses[customers.source]
    shares = leaving_of(customers, product.customer_class)
    price = product.price if customers.price is None else customers.price
    return Trait(
        product=customers.buys,
        price=price,
        unit_cost=product.unit_cost,
        margin=price - product.unit_cost,
        delivery=warehouse.picking + warehouse.last_mile,
        last_mile=warehouse.last_mile,
        acceptance=customers.acceptance,
        eta_aversion=customers.eta_aversion,
        after_broken=customers.after_broken,
        hazard=customers.hazard,
        competitor=shares.competitor,
        elsewhere=shares.competitor + shares.defer,
        returns=returns_of(customers, product.customer_class),
        notify=notify_of(customers),
        patience_told=customers.patience_told,
        patience_told_late=customers.patience_told_late,
        distrust=customers.distrust,
        scarcity=customers.scarcity,
        hoarding=customers.hoarding,
        pays_ahead=pays_ahead_of(customers),
        price_elasticity=customers.price_elasticity,
        priority=customers.priority,
        patience=patience_of(customers, product.customer_class, world.calibration),
        weighs_all_at_once=customers.choice == "logit",
    )
