"""Turns the errors of the models into findings: one per mistake, at the place where the author made it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.faults import Finding, did_you_mean, listed, one_of, shown
from sim.scenario.paths import Path, value_at
from sim.scenario.sentences import quoted, words_for
from sim.scenario.shape import TAGS, field_at, known_keys, tag_words

_MOST: Final = 1_000
_WRONG_KIND: Final = ("model_type", "model_attributes_type", "tuple_type", "dict_type")
_VISITS: Final = ("rate", "every", "history", "trace")
_SLIPS: Final = ("late", "script", "law")

TAGGED: Final = MappingProxyType({"visits": _VISITS, "slip": _SLIPS, "believes": _SLIPS})
"""Fields whose members are told apart by a key: the key's name then stands in locations, once more than in files."""


@dataclass(frozen=True)
class _Complaint:
    """One error of the model, with its place told apart from the names of models in its location."""

    error: ErrorDetails
    path: Path
    """Where in the file's values."""
    skipped: tuple[tuple[Path, str], ...]
    """Names of union members on the way, each with the path at which it stood."""

    @property
    def kind(self) -> str:
        return self.error["type"]

    @property
    def is_literal(self) -> bool:
        return bool(self.skipped) and self.skipped[-1][1].startswith("literal[")

    def members(self) -> dict[Path, str]:
        """Which member of each union on the way complains."""
        return dict(reversed(self.skipped))


def findings_of(error: ValidationError, data: Any) -> tuple[Finding, ...]:
    """What the author got wrong, by the errors that the models raised for `data`."""
    errors = error.errors(include_url=False)[:_MOST]
    complaints = [_placed(detail, data) for detail in errors]
    complaints = [c for c in complaints if not _is_echo(c, data)]
    findings = [_finding(complaint, data) for complaint in _one_member_each(complaints)]
    return tuple(_without_explained(findings))


def _placed(error: ErrorDetails, data: Any) -> _Complaint:
    path: Path = ()
    skipped: list[tuple[Path, str]] = []
    value, *rest = data, *error["loc"]
    for part in rest:
        if _holds(value, part) and not _is_tag(part, path, skipped):
            value, path = value[part], (*path, part)
        else:
            skipped.append((path, str(part)))
    if error["type"] == "missing" and isinstance(value, dict) and rest[-1] in known_keys(data, path):
        path, skipped = (*path, rest[-1]), skipped[:-1]
    return _Complaint(error, path, tuple(skipped))


def _is_tag(part: str | int, path: Path, skipped: list[tuple[Path, str]]) -> bool:
    """Whether this is the name of a union's member, though a key here has the same name."""
    is_first = not skipped or skipped[-1][0] != path
    return is_first and bool(path) and part in TAGGED.get(str(path[-1]), ())


def _holds(value: Any, part: str | int) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(value)


def _is_echo(complaint: _Complaint, data: Any) -> bool:
    """A list that is too short only because the model dropped its faulty entries."""
    if complaint.kind != "too_short":
        return False
    value = value_at(data, complaint.path)
    return isinstance(value, dict | list) and len(value) >= complaint.error["ctx"]["min_length"]


def _one_member_each(complaints: list[_Complaint]) -> list[_Complaint]:
    """Of several members of a union that all complain, keep the one that the author most likely meant."""
    unions: dict[Path, dict[str, list[int]]] = {}
    for number, complaint in enumerate(complaints):
        for place, member in complaint.members().items():
            unions.setdefault(place, {}).setdefault(member, []).append(number)
    kept = dict(enumerate(complaints))
    for place in sorted(unions, key=len):
        groups = {
            member: group
            for member, numbers in unions[place].items()
            if (group := [number for number in numbers if number in kept])
        }
        if len(groups) > 1:
            _settle(kept, groups)
    return list(kept.values())


def _settle(kept: dict[int, _Complaint], groups: dict[str, list[int]]) -> None:
    """Leave one group of a union's complaints, its first with the words that would have been right too."""
    by_member = {member: [kept[number] for number in numbers] for member, numbers in groups.items()}
    likeliest = _likeliest(by_member)
    first = groups[likeliest][0]
    kept[first] = _merged(kept[first], by_member)
    for member, numbers in groups.items():
        for number in numbers if member != likeliest else ():
            del kept[number]


def _likeliest(groups: dict[str, list[_Complaint]]) -> str:
    """The member that is not just a word, such as `auto`."""
    return next((member for member, group in groups.items() if not group[0].is_literal), next(iter(groups)))


def _merged(complaint: _Complaint, groups: dict[str, list[_Complaint]]) -> _Complaint:
    """The complaint, with the words that would have been right too."""
    literals = [c for group in groups.values() for c in group if c.is_literal]
    words = [word for c in literals for word in quoted(c.error["ctx"]["expected"])]
    if not words or not isinstance(complaint.error["input"], str):
        return complaint
    value = complaint.error["input"]
    message, _ = words_for(complaint.kind, value, complaint.error.get("ctx", {}))
    why = f"{message}, nor '{words[0]}'" if " is not a" in message else message
    hint = did_you_mean(value, words)
    error: Any = {**complaint.error, "type": "merged", "ctx": {"why": f"{why}; {hint}" if hint else why}}
    return replace(complaint, error=error)


def _finding(complaint: _Complaint, data: Any) -> Finding:
    path, error, context = complaint.path, complaint.error, complaint.error.get("ctx", {})
    if path and error["loc"][-1] == "[key]":
        return Finding(path, "name", *words_for(complaint.kind, path[-1], context), on_key=True)
    if _is_in_call(complaint, data):
        return _in_call(complaint)
    if complaint.kind in _BY_KIND:
        return _BY_KIND[complaint.kind](complaint, data)
    message, hint = words_for(complaint.kind, error["input"], context)
    written = value_at(data, path)
    if complaint.kind == "law" and isinstance(written, dict) and "dist" in written:
        path = path if written["dist"] in tag_words(data, path, "dist") else (*path, "dist")
    return Finding(path, "value", message, hint or _spelled_out(complaint, data))


def _spelled_out(complaint: _Complaint, data: Any) -> str:
    """How to write a bare word that stands for a mapping elsewhere: `{rule: r_Q}`."""
    if complaint.kind not in _WRONG_KIND:
        return ""
    value = complaint.error["input"]
    tags = (tag for tag in TAGS if value in tag_words(data, complaint.path, tag))
    return next((f"write {{{tag}: {value}}}" for tag in tags), "")


def _is_in_call(complaint: _Complaint, data: Any) -> bool:
    written = value_at(data, complaint.path)
    return isinstance(written, str) and "(" in written and bool(_tail(complaint))


def _tail(complaint: _Complaint) -> list[str]:
    """Names inside a law in call form: the law, its parameter, and so on."""
    inside = [label for place, label in complaint.skipped if place == complaint.path]
    inside = inside[1:] if complaint.path and complaint.path[-1] in TAGGED else inside
    return [label for label in inside if label.isidentifier() or label.isdecimal()]


def _in_call(complaint: _Complaint) -> Finding:
    *law, parameter = _tail(complaint)
    if complaint.kind == "missing":
        return Finding(complaint.path, "missing", f"{' '.join(law[-1:])} needs '{parameter}'")
    message, hint = words_for(complaint.kind, complaint.error["input"], complaint.error.get("ctx", {}))
    return Finding(complaint.path, "value", f"{' '.join([*law[-1:], parameter])}: {message}", hint)


def _missing(complaint: _Complaint, data: Any) -> Finding:
    path, key = complaint.path, str(complaint.error["loc"][-1])
    path = path if path[-1:] == (key,) else (*path, key)
    if key == "rate" and path[-2:-1] == ("visits",):
        return Finding(path[:-1], "missing", f"visits need one of {', '.join(_VISITS)}")
    field = field_at(data, path)
    about = (field.description or "").partition(".")[0].partition(";")[0] if field else ""
    about = f" ({about[0].lower()}{about[1:]})" if about else ""
    return Finding(path, "missing", f"'{key}' is missing{about}")


def _unknown_key(complaint: _Complaint, data: Any) -> Finding:
    path = complaint.path
    key, around = str(path[-1]), value_at(data, path[:-1])
    known = known_keys(data, path[:-1])
    if key in known:
        others = " and ".join(f"'{other}'" for other in around if other in known and other != key)
        return Finding(path, "conflict", f"'{key}' cannot stand beside {others}", on_key=True)
    owner = next((f" for {tag} {shown(around[tag])}" for tag in TAGS if tag in around), "")
    return Finding(path, "unknown_key", f"unknown key {shown(key)}{owner}", _key_hint(key, known), on_key=True)


def _key_hint(key: str, known: tuple[str, ...]) -> str:
    if key == "<<":
        return "YAML 1.2 has no merge keys"
    if key.endswith(")"):
        return "put quotes around a law in call form: between { and } a comma ends it"
    return one_of(key, known)


def _unknown_tag(complaint: _Complaint, data: Any) -> Finding:
    path, context = complaint.path, complaint.error["ctx"]
    if isinstance(value_at(data, path), dict):
        path = (*path, context["discriminator"].strip("'"))
    return Finding(path, "value", *words_for(complaint.kind, complaint.error["input"], context))


def _missing_tag(complaint: _Complaint, data: Any) -> Finding:
    tag = complaint.error["ctx"]["discriminator"].strip("'")
    words = listed(tag_words(data, complaint.path, tag))
    return Finding((*complaint.path, tag), "missing", f"'{tag}' is missing (one of {words})")


_BY_KIND: Final = MappingProxyType(
    {
        "missing": _missing,
        "extra_forbidden": _unknown_key,
        "union_tag_invalid": _unknown_tag,
        "union_tag_not_found": _missing_tag,
    }
)


def _without_explained(findings: list[Finding]) -> Iterator[Finding]:
    """Leave out missing keys that a mistyped key explains."""
    typos = {(f.path[:-1], word) for f in findings if f.code == "unknown_key" for word in quoted(f.hint)}
    for finding in findings:
        is_typo = finding.code == "missing" and (
            (finding.path[:-1], finding.path[-1]) in typos or any((finding.path, word) in typos for word in _VISITS)
        )
        if not is_typo:
            yield finding
