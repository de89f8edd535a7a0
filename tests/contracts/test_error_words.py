"""Nobody who writes scenarios ever reads the model's own words."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest
from pydantic import Discriminator, ValidationError

from sim.scenario.faults import Fault
from sim.scenario.load import check_text
from sim.scenario.model_errors import TAGGED, findings_of
from sim.scenario.part import Part
from sim.scenario.paths import set_at
from sim.scenario.scenario import Scenario
from sim.scenario.sentences import TRANSLATED, words_for
from sim.scenario.shape import fields_of
from tests.raw_world import BASE, places

FOREIGN = ("Input should", "pydantic", "http", "Value error", "Field required", "Extra inputs", "validation", "Tuple")

BOUNDS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}
NUMBER = {"finite_number"} | BOUNDS
SIZES = {"too_short", "too_long"}
RAISED = {"value_error", "assertion_error"}
ERRORS: Mapping[str, set[str]] = {
    "any": set(),
    "str": {"string_type", "string_too_short", "string_too_long", "string_pattern_mismatch", "string_unicode"},
    "int": {"int_type", "int_parsing", "int_from_float", "int_parsing_size"} | NUMBER,
    "float": {"float_type", "float_parsing"} | NUMBER,
    "bool": {"bool_type", "bool_parsing"},
    "none": {"none_required"},
    "date": {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"},
    "literal": {"literal_error"},
    "dict": {"dict_type"} | SIZES,
    "tuple": {"tuple_type"} | SIZES,
    "model": {"model_type", "model_attributes_type"},
    "model-fields": {"missing", "extra_forbidden"},
    "tagged-union": {"union_tag_invalid", "union_tag_not_found", "model_attributes_type"},
    "function-before": RAISED,
    "function-after": RAISED,
    "function-wrap": RAISED,
    "union": set(),
    "nullable": set(),
    "default": set(),
    "definitions": set(),
    "definition-ref": set(),
}
"""Which errors each kind of node in the models' schema can raise on values from a file."""
NOT_NODES = {"model-field", "function-plain", "no-info", "with-info", "to-string", "field"}


def kinds(schema: Any) -> Iterator[str]:
    """The kinds of all nodes in the models' schema."""
    if isinstance(schema, Mapping):
        kind = schema.get("type")
        if isinstance(kind, str):
            yield kind
        for key, inner in schema.items():
            if key not in ("serialization", "metadata", "function", "discriminator", "default"):
                yield from kinds(inner)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from kinds(inner)


def parts() -> Iterator[type[Part]]:
    waiting, seen = [Part], set()
    while waiting:
        part = waiting.pop()
        waiting += [kind for kind in part.__subclasses__() if kind not in seen]
        seen.add(part)
        if part.__module__.startswith("sim."):
            yield part


def discriminators(annotation: Any) -> Iterator[Discriminator]:
    for inner in get_args(annotation):
        if isinstance(inner, Discriminator):
            yield inner
        yield from discriminators(inner)


def test_every_error_that_the_models_can_raise_has_a_sentence() -> None:
    found = set(kinds(Scenario.__pydantic_core_schema__)) - NOT_NODES
    assert found <= set(ERRORS), "a new kind of field: say which errors it can raise"
    assert {"tagged-union", "model-fields", "date"} <= found
    possible = {error for kind in found for error in ERRORS[kind]}
    assert possible <= TRANSLATED


@pytest.mark.parametrize("kind", sorted(TRANSLATED))
def test_every_sentence_is_ours(kind: str) -> None:
    context = {
        "gt": 0,
        "ge": 0,
        "lt": 1,
        "le": 1,
        "min_length": 1,
        "max_length": 2,
        "actual_length": 3,
        "expected": "'a', 'b' or 'c'",
        "expected_tags": "'a', 'b'",
        "tag": "x",
        "discriminator": "'kind'",
        "error": ValueError("the shares sum to 0.7 and not to 1"),
    }
    message, hint = words_for(kind, "aa", context)
    assert message[0].islower() or message[0] in "'0123456789"
    assert not any(word in message + hint for word in FOREIGN)


def test_an_error_nobody_thought_of_is_still_a_sentence() -> None:
    assert words_for("url_parsing", "x", {}) == ("'x' cannot be used here", "")


def test_unions_told_apart_by_a_key_are_known() -> None:
    fields = {
        name
        for part in parts()
        for name, field in fields_of(part).items()
        if any(callable(d.discriminator) for d in discriminators(field.rebuild_annotation()))
    }
    assert fields == set(TAGGED)


JUNK = (None, True, -1, 0, 3.5, 1e300, 10**30, "", "x", "auto", "5 q", "gama(3)", "-3 d", [], ["x"], {}, {"x": 1}, [[]])


RICH: dict[str, Any] = set_at(
    set_at(
        set_at(
            BASE, ("levers", "promise"), {"basis": "nominal", "level": 0.9, "believes": {"late": 0.3, "mean": "2 d"}}
        ),
        ("world", "customers", "callers", "patience"),
        {"dist": "mixture", "parts": [{"weight": 0.5, "law": "gamma(mean=3 d, cv=1)"}, {"weight": 0.5, "law": 3}]},
    ),
    ("world", "lanes", 0, "slip"),
    {"script": ["1 d"]},
)


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_anywhere_ends_in_our_own_words(junk: Any) -> None:
    for place in places(RICH):
        try:
            Scenario.model_validate(set_at(RICH, place, junk))
        except ValidationError as error:
            findings = findings_of(error, set_at(RICH, place, junk))
            assert findings
            for finding in findings:
                assert not any(word in finding.message + finding.hint for word in FOREIGN), (place, finding)


def test_two_mistakes_at_once_are_both_placed() -> None:
    chance = random.Random(1)
    everywhere = [place for place in places(RICH) if len(place) > 2]
    for _ in range(60):
        first, second = chance.sample(everywhere, 2)
        data = RICH
        for place in (first, second):
            try:
                data = set_at(data, place, chance.choice(JUNK))
            except (LookupError, TypeError):
                continue
        faults: tuple[Fault, ...] = check_text(json.dumps(data))[1]
        assert all(fault.line == 1 for fault in faults)
        assert not any(word in str(fault) for fault in faults for word in FOREIGN)
