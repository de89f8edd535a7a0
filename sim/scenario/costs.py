"""What things cost, in the scenario's currency."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.part import Part
from sim.scenario.quantities import Duration, Money, Rate, Share

Cost = Annotated[Money, Field(ge=0)]


class Costs(Part):
    """What things cost, in the scenario's currency."""

    holding: Annotated[Rate, Field(examples=["0.1/d"])] = 0.0
    """Money per unit on hand and time."""
    holding_of_value: Annotated[Rate, Field(examples=["0.15/yr"])] = 0.0
    """Share of the unit cost per unit on hand and time: storage, insurance, risk."""
    capital: Annotated[Rate, Field(examples=["0.10/yr"])] = 0.0
    """Return asked on money tied up, as a share of it per time; part of total value only."""
    capital_on: Literal["stock", "working_capital"] = "stock"
    """What that is asked on: stock on hand at cost, or also goods on their way, supplier deposits and what customers
    owe, less what suppliers are owed and what customers paid ahead."""
    ordering: Cost = 0.0
    """Per supply order placed."""
    tracking: Annotated[Rate, Field(examples=["5/wk"])] = 0.0
    """Money per open supply order and time, where the shop follows them closely."""
    ordering_unit: Cost = 0.0
    """Per unit ordered, on top of the unit cost."""
    backorder: Cost = 0.0
    """Handling of one accepted backorder."""
    backlog: Annotated[Rate, Field(examples=["0.5/d"])] = 0.0
    """Money per waiting unit and time."""
    contact: Cost = 0.0
    """One contact with customer support."""
    contacts_per_order: Annotated[float, Field(ge=0)] = 0.05
    """Contacts that every order causes."""
    contacts_waiting: Rate = 0.02 / 86_400
    """Contacts per waiting order and time."""
    cancellation: Cost = 0.0
    """One accepted backorder that is cancelled: refund and handling."""
    fulfilment: Cost = 0.0
    """Pick, pack, ship and last mile of one order."""
    split_parcel: Cost = 0.0
    """Every parcel of an order after its first."""
    payment: Share = 0.0
    """Share of every payment by customers that goes to those who process it; not given back on a refund."""
    payment_fixed: Cost = 0.0
    """Fee per payment by a customer."""
    inbound_unit: Cost = 0.0
    """Handling of one unit at receipt."""
    sorting_unit: Cost = 0.0
    """Extra handling of one unit that is cross-docked."""
    counting_unit: Cost = 0.0
    """Counting one unit on the shelf."""
    counting: Cost = 0.0
    """Counting one product in one warehouse, besides."""
    mispick: Cost = 0.0
    """An order picked wrongly: taking it back and sending the right goods."""
    automation: Rate = 0.0
    """Money per time for systems, where `automation: automatic`."""
    acquisition: Cost = 0.0
    """Advertising for every visit by somebody who is not a member of the panel."""
    mail: Cost = 0.0
    """One mail to a customer."""
    fixed: Annotated[Rate, Field(examples=["50/d"])] = 0.0
    """Staff, systems and rent, per time."""
    refund_delay: Duration = 0
    """From a cancellation to the customer having the money back."""
