"""Every rule a scenario may name has a row, every row can be named, and the glossary shows how."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

import sim
from sim.rules.allocation import SORT_KEYS
from sim.rules.availability import WHEN_SHORT, knows_the_future
from sim.rules.promise import BASES, UNDATED
from sim.rules.replenishment import RULES
from sim.rules.updates import ON_NEWS
from sim.scenario.part import Part
from sim.scenario.policies import Levers, Ordered, Promise, Replenishment
from sim.scenario.terms import Updates

GLOSSARY = (Path(sim.__file__).parent / "GLOSSARY.md").read_text(encoding="utf-8")
NAMED = re.findall(r"^\| `([A-Z_]+)` \|.*\| (`{.*}`) \|$", GLOSSARY, flags=re.MULTILINE)
WRITTEN = [(name, text) for name, cell in NAMED for text in re.findall(r"`({.*?})`", cell)]


def choices(part: type[Part], field: str) -> set[str]:
    return set(get_args(part.model_fields[field].annotation))


def replenishments() -> set[str]:
    parts = get_args(get_args(Replenishment)[0])
    return {rule for part in parts for rule in choices(part, "rule")}


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (set(WHEN_SHORT), choices(Levers, "when_short")),
        (set(BASES), choices(Promise, "basis")),
        ({*SORT_KEYS, "fifo", "pro_rata"}, choices(Ordered, "rule")),
        (set(ON_NEWS), choices(Updates, "rule")),
        (set(RULES), replenishments()),
    ],
    ids=["when_short", "basis", "allocate", "updates", "replenish"],
)
def test_rules_that_can_be_named_are_the_rows_of_their_table(rows: set[str], named: set[str]) -> None:
    assert rows == named


def test_only_a_basis_that_exists_can_be_without_dates() -> None:
    assert set(BASES) >= UNDATED


def policy(text: str) -> Levers:
    stated: dict[str, Any] = YAML(typ="safe").load(text)
    return TypeAdapter(Levers).validate_python(stated)


def test_the_glossary_names_all_policies() -> None:
    assert [name for name, _ in NAMED] == [
        "OOS", "BO_ALL", "BO_ATP", "BO_CAP", "BO_CLASS", "HYBRID", "PREORDER", "PARTIAL", "SUB_FIRST", "RATION",
        "EV_GREEDY", "ORACLE",
    ]  # fmt: skip
    assert {policy(text).when_short for _, text in WRITTEN} == set(WHEN_SHORT)


@pytest.mark.parametrize(("name", "text"), WRITTEN)
def test_policies_of_the_glossary_can_be_written_so(name: str, text: str) -> None:
    assert knows_the_future(policy(text)) == (name == "ORACLE")
