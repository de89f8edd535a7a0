"""`stockout init`: scenarios to start from, and what may go wrong as lines to copy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import Preset, load_scenario, presets, run, schema_text

Stockout = Callable[..., Any]
SUPPLY = ("domestic", "near_shore", "ocean_west", "ocean_east", "air_rush", "drop_ship")
KNOWN = presets()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_way_of_supply_and_every_story_that_stands_alone_is_there() -> None:
    stories = {path.stem for path in (Path(__file__).parents[2] / "scenarios").glob("*.yaml")}
    assert {name for name, preset in KNOWN.items() if preset.is_story} == stories - {"real_gift_shop"}
    assert tuple(name for name, preset in KNOWN.items() if not preset.is_story) == SUPPLY


def test_presets_and_stories_go_with_the_package() -> None:
    stated = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    setuptools = stated["tool"]["setuptools"]
    assert "presets/*" in setuptools["package-data"]["sim"]
    assert "*.yaml" in setuptools["package-data"]["scenarios"]
    assert "scenarios" in setuptools["packages"]["find"]["include"]


@pytest.mark.parametrize("name", KNOWN)
def test_what_it_writes_passes_the_check(name: str, stockout: Stockout, here: Path) -> None:
    assert stockout("init", "shop", "--from", name).exit_code == 0
    result = stockout("check", "shop.yaml")
    assert (result.exit_code, KNOWN[name].title in result.stdout) == (0, True)


@pytest.mark.parametrize("name", SUPPLY)
def test_every_way_of_supply_runs_and_passes_the_audit(name: str) -> None:
    results = run(load_scenario(KNOWN[name].text), replications=2, audit=True)
    assert all((results.values[policy, "visits", ""] > 0).all() for policy in results.policies)


@pytest.mark.parametrize("name", SUPPLY)
def test_its_file_speaks_to_editors_and_to_readers(name: str) -> None:
    text = KNOWN[name].text
    assert text.startswith("# yaml-language-server: $schema=./scenario.schema.json\n# ")
    assert "assumed" in text.lower() or "measurement" in text
    assert max(map(len, text.splitlines())) <= 120


def offers(preset: Preset) -> list[str]:
    """The lines of the catalogue, ready to copy."""
    return re.findall(r"^# - (\{kind: .+\})$", preset.with_catalogue, flags=re.MULTILINE)


def test_everything_in_the_catalogue_can_be_copied_and_runs() -> None:
    preset = KNOWN["ocean_west"]
    lines = "".join(f"    - {line}\n" for line in offers(preset))
    text = re.sub(r"(  disruptions:\n)( +- .+\n)+", lambda found: found[1] + lines, preset.text)
    scenario = load_scenario(text)
    world = scenario.world
    kinds = {each.kind for each in world.disruptions}
    assert len(world.disruptions) == len(offers(preset)) >= 15
    assert kinds == {
        *("supplier_down", "bankruptcy", "lane_closed", "congestion", "rule_change", "tariff"),
        *("warehouse_down", "stock_lost"),
    }
    struck, calm = (run(each, replications=1, audit=True) for each in (scenario, load_scenario(preset.text)))
    assert struck.values["confirmed", "fill_rate", ""][0] < calm.values["confirmed", "fill_rate", ""][0]


def test_slips_of_the_catalogue_can_be_copied() -> None:
    preset = KNOWN["ocean_west"]
    slips = re.findall(r"^#   (slip: \{.+?\}) ", preset.with_catalogue, flags=re.MULTILINE)
    late = [
        load_scenario(re.sub(r"      slip: .+", f"      {slip}", preset.text)).world.lanes[0].slip for slip in slips
    ]
    assert len(set(late)) == len(slips) == 4


@pytest.mark.parametrize("name", KNOWN)
def test_the_catalogue_is_about_the_scenario_at_hand(name: str) -> None:
    world = load_scenario(KNOWN[name].text).world
    lines = offers(KNOWN[name])
    assert lines
    assert not re.search(r"SUPPLIER|LANE|WAREHOUSE|REGION", KNOWN[name].with_catalogue)
    assert set(re.findall(r"supplier: (\w+)", " ".join(lines))) <= set(world.suppliers)
    assert any("region:" in line for line in lines) == any(each.region for each in world.suppliers.values())


def test_the_schema_is_put_beside_it_once(stockout: Stockout, here: Path) -> None:
    stockout("init", "shop")
    assert (here / "scenario.schema.json").read_text(encoding="utf-8").strip() == schema_text().strip()
    (here / "scenario.schema.json").write_text("mine", encoding="utf-8")
    stockout("init", "other")
    assert (here / "scenario.schema.json").read_text(encoding="utf-8") == "mine"


def test_a_name_with_its_ending_stays_as_it_is(stockout: Stockout, here: Path) -> None:
    (here / "shops").mkdir()
    assert stockout("init", "shops/north.yaml", "--from", "near_shore").exit_code == 0
    assert load_scenario(here / "shops" / "north.yaml").title == "A near-shore supplier"


def test_the_list_names_every_preset_and_writes_nothing(stockout: Stockout, here: Path) -> None:
    result = stockout("init", "--list")
    assert [line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")] == list(KNOWN)
    assert list(here.iterdir()) == []


def test_a_file_that_is_there_stays_unless_forced(stockout: Stockout, here: Path) -> None:
    (here / "shop.yaml").write_text("mine", encoding="utf-8")
    refused = stockout("init", "shop")
    assert (refused.exit_code, (here / "shop.yaml").read_text(encoding="utf-8")) == (2, "mine")
    assert "--force" in refused.stderr
    assert stockout("init", "shop", "--force").exit_code == 0
    assert load_scenario(here / "shop.yaml").title == "A domestic supplier"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["shop", "--from", "ocean_est"], "did you mean 'ocean_west'?"),
        (["shop", "--from", "zzz"], "known are domestic"),
        (["../shop"], "outside of this folder"),
        (["/shop"], "outside of this folder"),
        (["nowhere/shop"], "there is no folder 'nowhere'"),
        (["folder"], "'folder.yaml' is a folder"),
        ([""], "is no name of a scenario"),
        ([], "state a NAME, or --list"),
    ],
)
def test_what_cannot_be_written_is_said(arguments: list[str], why: str, stockout: Stockout, here: Path) -> None:
    (here / "folder.yaml").mkdir()
    result = stockout("init", *arguments)
    said = " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.stderr).split())
    assert (result.exit_code, why in said) == (2, True), said
    assert {path.name for path in here.iterdir()} == {"folder.yaml"}
