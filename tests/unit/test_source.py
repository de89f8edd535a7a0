"""A scenario that is read once and loaded with many changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import ScenarioFaults, load_scenario, read_source
from tests.small_study import SHOP

CHANGED = {"levers.replenish.s": "7", "customers.shoppers.patience.median": '"3 d"', "costs.contact": "2.5"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP, encoding="utf-8")
    return path


def test_it_makes_what_loading_the_file_makes(shop: Path) -> None:
    source = read_source(shop)
    assert source.load(CHANGED) == load_scenario(shop, overrides=CHANGED)
    assert source.load({}) == load_scenario(shop)


def test_it_may_be_a_text() -> None:
    assert read_source(SHOP).load(CHANGED).digest == load_scenario(SHOP, overrides=CHANGED).digest


def test_one_change_leaves_nothing_for_the_next(shop: Path) -> None:
    source = read_source(shop)
    before = source.load({}).digest
    source.load(CHANGED)
    assert source.load({}).digest == before


def test_faults_are_told_as_when_loading_the_file(shop: Path) -> None:
    with pytest.raises(ScenarioFaults) as here:
        read_source(shop).load({"levers.replenish.s": '"many"'})
    with pytest.raises(ScenarioFaults) as there:
        load_scenario(shop, overrides={"levers.replenish.s": '"many"'})
    assert here.value.faults == there.value.faults


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioFaults, match="there is no such file"):
        read_source(tmp_path / "absent.yaml")


@pytest.mark.parametrize(
    "text", ['"3 d"', '"it\'s"', "3", "-2.5", "0.125", '"tab\\t"', '"ü"', "true", "null", "[1, 2]", "1e3"]
)
def test_a_value_means_the_same_on_the_short_way(shop: Path, text: str) -> None:
    source = read_source(shop.write_text(SHOP + "story: none\n", encoding="utf-8") and shop)
    _, short = source.check({"story": text})
    _, long = source.check({"story": f" {text}"})
    assert [fault.message for fault in short] == [fault.message for fault in long]


@pytest.mark.parametrize("text", ['"3 d"', '"a \\"b\\" c"', '"back\\\\slash"', "plain"])
def test_a_text_is_the_same_on_the_short_way(shop: Path, text: str) -> None:
    source = read_source(shop)
    assert source.load({"title": text}).title == source.load({"title": f" {text}"}).title
