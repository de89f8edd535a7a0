"""Says in plain words why a text is not YAML."""

from __future__ import annotations

import re
from typing import Any, Final

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

_INDENT: Final = "check its indentation and the end of the line before it"
_SENTENCES: Final = (
    (r"'\\t' that cannot start", "a tab stands here", "YAML does not allow tabs; use spaces"),
    (r"character '(.)' that cannot start", "a value cannot begin with {0}", "put the text in quotes"),
    (r"mapping values are not allowed", "a ':' is not expected here", "text that holds ': ' needs quotes"),
    (r"could not find expected ':'", "a ':' is missing after this key", ""),
    (r"expected <block end>", "this does not line up with the lines above it", _INDENT),
    (r"expected ',' or ']'", "the list that begins with '[' on line {line} lacks a ',' or its ']'", ""),
    (r"expected ',' or '}'", "the mapping that begins with '{{' on line {line} lacks a ',' or its '}}'", ""),
    (r"expected the node content", "a value is missing here", ""),
    (r"unexpected end of stream", "the quote that opens on line {line} is never closed", ""),
    (r"unexpected document separator", "the quote that opens on line {line} is never closed", ""),
    (r"unknown escape character '(.+)'", "there is no escape '\\{0}'", "use single quotes for plain text"),
    (r"undefined tag handle '(.+)'", "the tag {0} is not allowed; scenarios hold plain values only", ""),
    (r"incompatible YAML document", "this is written in another version of YAML; 1.2 is read here", ""),
)


def explain(error: YAMLError, text: str) -> tuple[int, int, str, str]:
    """Line and column (from 1), what is wrong, and what to do about it."""
    if isinstance(error, ReaderError):
        return _bad_character(error, text)
    if not isinstance(error, MarkedYAMLError):
        return 1, 1, "this is not YAML", ""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return line, column, *_sentence(str(error.problem), error.context_mark)


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text as YAML counts them."""
    return tuple(re.split("\r\n|[\n\r\x85\u2028\u2029]", text))


def _sentence(problem: str, context: Any) -> tuple[str, str]:
    began = context.line + 1 if context else 1
    for pattern, message, hint in _SENTENCES:
        if match := re.search(pattern, problem):
            return message.format(*match.groups(), line=began), hint
    words = "".join(c if c.isprintable() else " " for c in problem)[:80]
    return f"this is not YAML ({words})", ""


def _bad_character(error: ReaderError, text: str) -> tuple[int, int, str, str]:
    before = lines_of(text[: error.position])
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return len(before), len(before[-1]) + 1, f"here is a character that YAML does not allow (U+{code:04X})", ""
