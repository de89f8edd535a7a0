"""What a plain YAML word means: YAML 1.2's core schema, without NaN, infinity and dates."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

Scalar = str | int | float | bool | None

_LONGEST: Final = 400
_CONSTANTS: Final = MappingProxyType(
    dict.fromkeys(("", "~", "null", "Null", "NULL"))
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
)
_WHOLE: Final = re.compile(r"[-+]?[0-9]+")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_REAL: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ENDLESS: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CORE: Final = "tag:yaml.org,2002:"
_KINDS: Final = MappingProxyType({"int": int, "float": float, "bool": bool, "null": type(None)})


class NotCore(ValueError):  # noqa: N818  a verdict on a word, which the walk turns into a fault
    """A scalar that a scenario cannot hold; the text says why."""


def plain(text: str) -> Scalar:
    """The value of a word that stands without quotes and without a tag.

    Raises:
        NotCore: it is NaN, infinite, or a number too long to be meant.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _ENDLESS.fullmatch(text):
        raise NotCore(f"{text} is not a number that can be used here")
    if not (_WHOLE.fullmatch(text) or _BASED.fullmatch(text) or _REAL.fullmatch(text)):
        return text
    return _number(text)


def tagged(text: str, tag: str) -> Scalar:
    """The value of a word with an explicit tag.

    Raises:
        NotCore: the tag is not of YAML's core, or the word is not what the tag says.
    """
    kind = tag.removeprefix(_CORE)
    if kind in ("str", "!"):
        return text
    if tag == kind or kind not in _KINDS:
        raise NotCore(f"the tag {shown_tag(tag)} is not allowed; scenarios hold plain values only")
    value = plain(text)
    if kind == "float" and type(value) is int:
        return float(value)
    if type(value) is not _KINDS[kind]:
        raise NotCore(f"'{text[:40]}' does not fit its tag {shown_tag(tag)}")
    return value


def is_core(tag: str | None, kind: str) -> bool:
    """Whether a mapping or sequence may carry this tag."""
    return tag in (None, "!", _CORE + kind)


def shown_tag(tag: str) -> str:
    """A tag as it is usually written."""
    short = f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag
    return short if len(short) <= 60 else f"{short[:60]}..."


def _number(text: str) -> int | float:
    if len(text) > _LONGEST:
        raise NotCore(f"this number has {len(text)} digits")
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    value = float(text)
    if abs(value) == float("inf"):
        raise NotCore(f"{text} is too large a number")
    return value
