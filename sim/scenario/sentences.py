"""The model's complaints in our own sentences: one for every type of error that a scenario can cause."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sim.scenario.faults import did_you_mean, shown

Words = tuple[str, str]
"""A message and a hint."""

_TEMPLATES: Final = MappingProxyType(
    {
        "string_type": "{value} is not text; put it in quotes if it is meant as text",
        "string_too_short": "this text is empty",
        "string_too_long": "this text is longer than {max_length} characters",
        "string_pattern_mismatch": "{value} is not a name: a letter, then letters, digits, '_' and '-', at most 40",
        "string_unicode": "this text holds characters that cannot be used",
        "int_type": "{value} is not a whole number",
        "int_parsing": "{value} is not a whole number",
        "int_from_float": "{value} is not a whole number",
        "int_parsing_size": "{value} is too large a number",
        "float_type": "{value} is not a number",
        "float_parsing": "{value} is not a number",
        "finite_number": "{value} is not a number that can be used here",
        "bool_type": "{value} is neither true nor false",
        "bool_parsing": "{value} is neither true nor false",
        "greater_than": "{value} is too small; it must be more than {gt}",
        "greater_than_equal": "{value} is too small; it must be at least {ge}",
        "less_than": "{value} is too large; it must be less than {lt}",
        "less_than_equal": "{value} is too large; it must be at most {le}",
        "none_required": "{value} cannot stand here; leave it out",
        "dict_type": "{value} stands where a mapping (key: value) belongs",
        "model_type": "{value} stands where a mapping (key: value) belongs",
        "model_attributes_type": "{value} stands where a mapping (key: value) belongs",
        "tuple_type": "{value} stands where a list belongs",
        "too_short": "this needs at least {min_length} entries and has {actual_length}",
        "too_long": "this takes at most {max_length} entries and has {actual_length}",
        "date_type": "{value} is not a date such as 2026-03-02",
        "date_parsing": "{value} is not a date such as 2026-03-02",
        "date_from_datetime_parsing": "{value} is not a date such as 2026-03-02",
        "date_from_datetime_inexact": "{value} is not a date such as 2026-03-02",
    }
)


def words_for(kind: str, value: object, context: Mapping[str, Any]) -> Words:
    """What to say of a value that the model refuses; `kind` and `context` are the model's error."""
    if kind in _TEMPLATES:
        numbers = {name: _number(bound) for name, bound in context.items()}
        return _split(_TEMPLATES[kind].format(value=shown(value), **numbers))
    if kind in _SPECIAL:
        return _SPECIAL[kind](value, context)
    if "why" in context:
        return _split(str(context["why"]))
    return f"{shown(value)} cannot be used here", ""


def _split(sentence: str) -> Words:
    """A message and the hint at its end."""
    message, mark, hint = sentence.rpartition("; ")
    is_hint = mark and hint.startswith(("did you mean", "known are", "write ", "put "))
    return (message, hint) if is_hint else (sentence, "")


def choice(value: object, expected: tuple[str, ...]) -> Words:
    """A word that is none of those expected."""
    names = [f"'{name}'" for name in expected]
    allowed = " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    verdict = f"is not one of {allowed}" if len(names) > 1 else f"is not {allowed}"
    return f"{shown(value)} {verdict}", did_you_mean(value, expected) if isinstance(value, str) else ""


def quoted(words: object) -> tuple[str, ...]:
    """The words that stand in quotes in a text."""
    return tuple(re.findall(r"'([^']*)'", str(words)))


def _literal(value: object, context: Mapping[str, Any]) -> Words:
    expected = str(context["expected"])
    return choice(value, quoted(expected) or (expected,))


def _tag(_: object, context: Mapping[str, Any]) -> Words:
    return choice(context["tag"], quoted(context["expected_tags"]))


def _no_tag(_: object, context: Mapping[str, Any]) -> Words:
    return f"{context['discriminator']} is missing", ""


def _raised(_: object, context: Mapping[str, Any]) -> Words:
    return _split(str(context["error"]))


def _missing(_: object, __: Mapping[str, Any]) -> Words:
    return "something is missing here", ""


def _unknown(_: object, __: Mapping[str, Any]) -> Words:
    return "this key is unknown", ""


_SPECIAL: Final[Mapping[str, Callable[[object, Mapping[str, Any]], Words]]] = MappingProxyType(
    {
        "literal_error": _literal,
        "union_tag_invalid": _tag,
        "union_tag_not_found": _no_tag,
        "value_error": _raised,
        "assertion_error": _raised,
        "missing": _missing,
        "extra_forbidden": _unknown,
    }
)

TRANSLATED: Final = frozenset(_TEMPLATES) | frozenset(_SPECIAL)
"""The model's own types of error that have a sentence here; those raised by quantities and laws bring theirs."""


def _number(bound: object) -> object:
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound
