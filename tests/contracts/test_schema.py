"""The JSON Schema: fresh, of draft 7, and of one mind with the loader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.load import check_scenario, read_raw
from sim.scenario.overrides import set_path
from sim.scenario.paths import set_at
from sim.scenario.schema import scenario_schema, schema_text, write_schema

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "scenarios" / "scenario.schema.json"
FIXTURES = ROOT / "tests" / "fixtures" / "scenarios"
SHIPPED = sorted([*ROOT.glob("scenarios/**/*.yaml"), *ROOT.glob("tests/fixtures/scenarios/*.yaml")])
SOUND = [path for path in SHIPPED if path.name != "ten_faults.yaml"]


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in the schema."""
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from nodes(inner)


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft7Validator.check_schema(scenario_schema())
    return jsonschema.Draft7Validator(scenario_schema())


def places(validator: Any, path: Path) -> set[str]:
    """Where the schema finds something wrong with a file."""
    return {".".join(str(part) for part in error.path) for error in validator.iter_errors(read_raw(path))}


def test_the_committed_schema_is_fresh() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == scenario_schema(), "run `stockout schema --out`"


def test_writing_gives_the_same_bytes_everywhere(tmp_path: Path) -> None:
    write_schema(tmp_path / "x.json")
    assert (tmp_path / "x.json").read_bytes() == schema_text().encode()


def test_it_uses_only_words_of_draft_7() -> None:
    newer = {"prefixItems", "$defs", "discriminator", "unevaluatedProperties", "dependentRequired"}
    keys = {key for node in nodes(scenario_schema()) for key in node if key != "default"}
    assert not keys & newer
    assert scenario_schema()["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_every_reference_leads_somewhere() -> None:
    schema = scenario_schema()
    references = {node["$ref"] for node in nodes(schema) if isinstance(node.get("$ref"), str)}
    assert references
    assert references <= {f"#/definitions/{name}" for name in schema["definitions"]}


def test_every_key_of_a_file_says_what_it_is() -> None:
    tags = {"kind", "rule", "dist"}
    for name, part in scenario_schema()["definitions"].items():
        for key, field in part.get("properties", {}).items():
            about = "description" in field or "$ref" in field or key in tags
            assert about, f"{name}.{key}"


def test_defaults_are_shown_as_an_author_writes_them() -> None:
    parts = scenario_schema()["definitions"]
    assert parts["HistoryVisits"]["properties"]["block"]["default"] == "7 d"
    assert parts["Costs"]["properties"]["contacts_waiting"]["default"] == "0.02/d"


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_what_the_loader_takes_the_schema_takes(validator: Any, path: Path) -> None:
    assert check_scenario(path)[1] == ()
    assert places(validator, path) == set()


def test_what_is_wrong_with_single_fields_the_schema_finds_too(validator: Any) -> None:
    assert places(validator, FIXTURES / "ten_faults.yaml") == {
        "world.calendar",
        "world.suppliers.factory.capacity",
        "world.warehouses.main.receiving",
        "world.lanes.0.lead_time",
        "policies.backorder.when_short",
        "plan.replications",
    }


SHORT_FORMS = [
    ("world.customers.shoppers.visits", 20),
    ("world.customers.shoppers.visits", "20 per d"),
    ("world.customers.shoppers.size", {"1": 0.5, "2": 0.5}),
    ("world.customers.shoppers.visits", {"trace": [{"at": 1}]}),
    ("world.suppliers.factory.capacity", "400/d"),
    ("levers", {"allocate": "edd"}),
    ("levers", {"allocate": {"rule": "new_first", "share": "40 %"}}),
    ("world.lanes", [{"from": "factory", "to": "main", "lead_time": 5, "slip": {"late": "38 %", "mean": "5 d"}}]),
    ("world.lanes", [{"from": "factory", "to": "main", "lead_time": "5 d", "slip": "exponential(mean=2 d)"}]),
    ("world.lanes", [{"from": "factory", "to": "main", "lead_time": {"dist": "gamma", "mean": "5 d", "cv": 0.2}}]),
]


@pytest.mark.parametrize(("path", "value"), SHORT_FORMS)
def test_short_forms_are_part_of_the_schema(validator: Any, path: str, value: Any) -> None:
    data = set_path(read_raw(FIXTURES / "small.yaml"), path, value)
    assert list(validator.iter_errors(data)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("world.customers.shoppers.visits", {"rate": "20/d", "every": "1 d"}),
        ("world.customers.shoppers.visits", {"history": "sales.txt"}),
        ("levers", {"allocate": "fefo"}),
        ("policies", {"7th": {}}),
        ("policies", {}),
        ("colour", "red"),
    ],
)
def test_the_schema_is_closed(validator: Any, path: str, value: Any) -> None:
    data = set_at(read_raw(FIXTURES / "small.yaml"), tuple(path.split(".")), value)
    assert list(validator.iter_errors(data)) != []
