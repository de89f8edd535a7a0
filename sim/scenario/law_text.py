"""Reads the call form of laws, `gamma(mean=40 d, cv=0.2)`, into the mapping form; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.scenario.quantity_text import refuse, suggest

_TOKEN: Final = re.compile(r"\s*(?:(?P<mark>[()\[\],:=])|(?P<text>[^()\[\],:=]*[^()\[\],:=\s]))")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DEEPEST: Final = 20
_LONGEST: Final = 20_000


@dataclass(frozen=True)
class Form:
    """What a law looks like in the call form."""

    parameters: tuple[str, ...]
    """All its parameters."""
    positional: tuple[str, ...]
    """Those that may stand without their names, in this order."""
    pairs: str = ""
    """The parameter that `weight: law` or `value: weight` pairs fill, if any."""


@dataclass(frozen=True)
class _Token:
    text: str
    at: int
    is_mark: bool


def is_call(text: str) -> bool:
    """Whether a text is meant as a call form."""
    return "(" in text or ")" in text


def parse_call(text: str, forms: Mapping[str, Form]) -> dict[str, Any]:
    """The mapping form of a call; raises the `law` error that says what is wrong and at which character."""
    if len(text) > _LONGEST:
        raise refuse("law", f"this law is longer than {_LONGEST} characters")
    reader = _Reader(_tokens(text.rstrip()), forms)
    value = reader.value(0)
    reader.expect("")
    if not isinstance(value, dict):
        raise refuse("law", "this is not a law such as gamma(mean=40 d, cv=0.2)")
    return value


def check_name(name: str, forms: Mapping[str, Form]) -> None:
    """Refuse a law that does not exist."""
    if name not in forms:
        raise refuse("law", f"there is no law '{name}'{suggest(name, tuple(forms))}")


def _tokens(text: str) -> tuple[_Token, ...]:
    tokens = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "text"
        tokens.append(_Token(match[kind], match.start(kind), kind == "mark"))
    return (*tokens, _Token("", len(text), True))


class _Reader:
    """Walks the tokens once, from left to right."""

    def __init__(self, tokens: tuple[_Token, ...], forms: Mapping[str, Form]) -> None:
        self._tokens, self._forms, self._next = tokens, forms, 0

    def value(self, depth: int) -> Any:
        """A call, a list, a number, or a text that a quantity will read."""
        if depth > _DEEPEST:
            raise refuse("law", f"laws are nested more than {_DEEPEST} deep")
        if self._sees("["):
            return self._list(depth)
        token = self._take_text()
        if self._sees("("):
            return self._call(token, depth)
        if _NUMBER.fullmatch(token.text):
            return float(token.text) if re.search(r"[.eE]", token.text) else int(token.text)
        return token.text

    def expect(self, mark: str) -> None:
        """Take this mark; the empty one is the end."""
        token = self._tokens[self._next]
        if not token.is_mark or token.text != mark:
            raise _unexpected(token, f"'{mark}'" if mark else "nothing more")
        self._next += 1

    def _sees(self, mark: str) -> bool:
        token = self._tokens[self._next]
        return token.is_mark and token.text == mark

    def _take_text(self) -> _Token:
        token = self._tokens[self._next]
        if token.is_mark:
            raise _unexpected(token, "a value")
        self._next += 1
        return token

    def _list(self, depth: int) -> list[Any]:
        self.expect("[")
        items = [] if self._sees("]") else [self.value(depth + 1)]
        while not self._sees("]"):
            self.expect(",")
            items.append(self.value(depth + 1))
        self.expect("]")
        return items

    def _call(self, name: _Token, depth: int) -> dict[str, Any]:
        check_name(name.text, self._forms)
        call = _Call(name.text, self._forms[name.text])
        self.expect("(")
        if not self._sees(")"):
            self._argument(call, depth)
        while not self._sees(")"):
            self.expect(",")
            self._argument(call, depth)
        self.expect(")")
        return call.mapping()

    def _argument(self, call: _Call, depth: int) -> None:
        start = self._tokens[self._next]
        value = self.value(depth + 1)
        if self._sees("="):
            self.expect("=")
            call.named(start, self.value(depth + 1))
        elif self._sees(":"):
            self.expect(":")
            call.pair(start, value, self.value(depth + 1))
        else:
            call.bare(start, value)


class _Call:
    """The arguments of one call, collected one by one."""

    def __init__(self, name: str, form: Form) -> None:
        self._name, self._form = name, form
        self._given: dict[str, Any] = {}
        self._pairs: list[tuple[Any, Any]] = []
        self._bare = 0

    def named(self, token: _Token, value: Any) -> None:
        """`name=value`."""
        if token.text not in self._form.parameters:
            raise self._refuse(token, f"has no parameter '{token.text}'{suggest(token.text, self._form.parameters)}")
        if token.text in self._given:
            raise self._refuse(token, f"is given '{token.text}' twice")
        self._given[token.text] = value

    def bare(self, token: _Token, value: Any) -> None:
        """A value without a name."""
        if not self._form.positional:
            raise self._refuse(token, f"needs the names of its parameters: {', '.join(self._form.parameters)}")
        if self._bare >= len(self._form.positional):
            raise self._refuse(token, f"takes no more than {', '.join(self._form.positional)}")
        if len(self._given) > self._bare:
            raise self._refuse(token, "has a value without a name after one with a name")
        self._given[self._form.positional[self._bare]] = value
        self._bare += 1

    def pair(self, token: _Token, key: Any, value: Any) -> None:
        """`key: value`."""
        if not self._form.pairs:
            raise self._refuse(token, "takes name=value, not name: value")
        if isinstance(key, list | dict):
            raise self._refuse(token, "needs a number before ':'")
        if self._form.pairs != "parts" and key in dict(self._pairs):
            raise self._refuse(token, f"is given '{key}' twice")
        self._pairs.append((key, value))

    def mapping(self) -> dict[str, Any]:
        """The law as a mapping."""
        law = {"dist": self._name, **self._given}
        if self._pairs and self._form.pairs == "parts":
            law["parts"] = [{"weight": weight, "law": part} for weight, part in self._pairs]
        elif self._pairs:
            law[self._form.pairs] = dict(self._pairs)
        return law

    def _refuse(self, token: _Token, why: str) -> Exception:
        return refuse("law", f"{self._name} {why} (character {token.at + 1})")


def _unexpected(token: _Token, wanted: str) -> Exception:
    found = f"'{token.text}'" if token.text else "the end"
    return refuse("law", f"expected {wanted} but found {found} (character {token.at + 1})")
