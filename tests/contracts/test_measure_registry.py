"""The registry of measures: what every entry states, and that the glossary says the same."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from math import isfinite
from pathlib import Path
from typing import get_args

import pytest

import sim
from sim.measures.entry import Direction, Unit
from sim.measures.measure import GROUPS, MEASURES, measure
from sim.measures.profit_lines import LINES
from tests.ledgers import remembered, remembered_measured, ten_days, ten_days_measured, troubled, troubled_measured
from tests.toy_shop import Plan, Toy

ENTRIES = pytest.mark.parametrize("entry", MEASURES.values(), ids=MEASURES)
GLOSSARY = (Path(sim.__file__).parent / "GLOSSARY.md").read_text(encoding="utf-8")
WORDS = (
    "on hand", "backorders", "inventory level", "on order", "inventory position", "lead time", "review",
    "`base_stock`", "`s_S`", "`r_Q`", "`R_S`", "`R_s_S`",
    "availability rule", "patience", "balk", "renege", "lost sale", "pending",
    "fill rate", "order fill rate", "ready rate", "cycle service level", "service within patience",
    "replication", "cell", "warm-up", "window",
)  # fmt: skip


def glossary_rows() -> dict[str, list[str]]:
    lines = re.findall(r"^\| `(\w+)` (\|.+)\|$", GLOSSARY.split("## Measures:", 1)[1], flags=re.MULTILINE)
    return {name: [cell.strip() for cell in rest.strip("|").split(" | ")] for name, rest in lines}


def test_every_measure_has_its_own_name():
    assert len(MEASURES) == sum(map(len, GROUPS.values()))


def test_the_registry_cannot_be_changed():
    with pytest.raises(TypeError):
        MEASURES["profit"] = MEASURES["revenue"]
    with pytest.raises(FrozenInstanceError):
        MEASURES["profit"].title = "Gain"


@ENTRIES
def test_units_and_directions_are_known(entry):
    assert entry.unit in get_args(Unit)
    assert entry.direction in get_args(Direction)


@ENTRIES
def test_a_definition_is_one_sentence(entry):
    assert re.fullmatch(r"[A-Z][^|]+\.", entry.definition)
    assert ". " not in entry.definition


@ENTRIES
def test_a_share_names_its_whole(entry):
    of_something = re.search(r"as a share of|one less", entry.definition, flags=re.IGNORECASE)
    assert of_something or entry.unit != "share"


@ENTRIES
def test_title_formula_and_source_are_stated(entry):
    assert all(text and text == text.strip() for text in (entry.title, entry.formula, entry.source))


@ENTRIES
def test_the_glossary_says_the_same(entry):
    stated = [entry.title, entry.unit, entry.direction, entry.definition, entry.formula, entry.source]
    assert glossary_rows()[entry.name] == stated


def test_the_glossary_lists_measures_in_the_order_of_the_registry_and_no_others():
    assert list(glossary_rows()) == list(MEASURES)


@pytest.mark.parametrize("word", WORDS)
def test_the_glossary_defines_the_word(word):
    assert re.search(rf"^\| {re.escape(word)}( \(.+?\))? \|", GLOSSARY, flags=re.MULTILINE)


def test_one_stock_has_the_scope_of_the_shop_alone():
    assert set(ten_days_measured()) == {(name, "") for name in MEASURES}


def test_several_stocks_have_a_scope_each():
    values = measure(*Toy(Plan((0, 0), (), (), ())).run().tables())
    assert set(values) == {(name, scope) for name in MEASURES for scope in ("", "depot/mug", "shop/mug")}


@ENTRIES
def test_every_measure_is_a_number_where_everything_happened(entry):
    told = (ten_days_measured, remembered_measured, troubled_measured)
    values = [measured()[entry.name, ""] for measured in told]
    assert {type(value) for value in values} == {float}
    assert any(map(isfinite, values)) or entry.name == "regret"


@pytest.mark.parametrize("told", [ten_days, remembered, troubled])
def test_measuring_changes_nothing(told):
    world, ledger, visits = told()
    before = ledger.digest
    assert str(measure(world, ledger, visits)) == str(measure(*told()))
    assert ledger.digest == before


def test_every_line_of_the_account_is_a_measure_of_its_own():
    assert set(LINES) < {entry.name for entry in GROUPS["Money"]}
