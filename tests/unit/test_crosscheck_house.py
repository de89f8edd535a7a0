"""The second look at warehouses at work, channels and drop-shippers."""

from __future__ import annotations

from typing import Any

from tests.raw_world import told

MAIN = "world.warehouses.hub"
FACTORY = "world.suppliers.factory"
POLICY = "policies.backorder"
SENDS = {f"{FACTORY}.drop_ship": {"takes": "3 d"}, f"{POLICY}.drop_ship": "factory"}


def only(changes: dict[str, Any]) -> tuple[str, str, str]:
    (fault,) = told(changes)
    return fault


def test_customers_come_through_channels_that_exist() -> None:
    assert only({"world.customers.callers.channel": "app"})[:2] == (
        "world.customers.callers.channel",
        "there is no channel 'app': the world has none",
    )
    there = {"world.channels": {"web": {}}, "world.customers.callers.channel": "wep"}
    assert only(there)[1:] == ("there is no channel 'wep'", "did you mean 'web'?")


def test_hours_are_about_a_station() -> None:
    why = "nobody works here: this warehouse has no station"
    assert only({f"{MAIN}.work": {"opens": "8 h"}})[:2] == (f"{MAIN}.work", why)
    assert told({f"{MAIN}.work": {"pack": {"rate": "60/h"}}}) == []


def test_backorders_of_a_drop_shipper_go_by_no_receipts() -> None:
    assert told(SENDS) == []
    for lever, value in (("when_short", "hybrid"), ("when_short", "preorder"), ("only", "confirmed_inbound")):
        assert only({**SENDS, f"{POLICY}.{lever}": value})[0] == f"{POLICY}.{lever}"


def test_who_takes_no_backorders_has_no_use_for_a_drop_shipper() -> None:
    place = "policies.out_of_stock.drop_ship"
    assert only({f"{FACTORY}.drop_ship": {"takes": "3 d"}, place: "factory"})[0] == place
