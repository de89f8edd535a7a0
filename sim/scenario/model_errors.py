"""Turns the errors of the models into findings: one per mistake, at the place where the author made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.faults import Finding, did_you_mean, listed, one_of, shown
from sim.scenario.paths import Path, value_at
from sim.scenario.sentences import quoted, words_for
from sim.scenario.shape import TAGS, field_at, known_keys, tag_words

_MOST: Final = 2_000
_WRONG_KIND: Final = ("model_type", "model_attributes_type", "tuple_type", "dict_type")
_VISITS: Final = ("rate", "every", "history", "trace")


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

    def member_at(self, path: Path) -> str | None:
        """Which member of the union at `path` complains."""
        return next((label for place, label in self.skipped if place == path), None)


def findings_of(error: ValidationError, data: Any) -> tuple[Finding, ...]:
    """What the author got wrong, by the errors that the models raised for `data`."""
    errors = error.errors(include_url=False)[:_MOST]
    complaints = [_placed(detail, data) for detail in errors]
    complaints = [c for c in complaints if not _is_echo(c, data)]
    findings = [_finding(complaint, data) for complaint in _one_member_each(complaints)]
    return tuple(_without_explained(findings))


def _placed(error: ErrorDetails, data: Any) -> _Complaint:
    missing = str(error["loc"][-1]) if error["type"] == "missing" else None
    _, path, skipped = _align(error["loc"], data, (), lambda at: missing in known_keys(data, at))
    return _Complaint(error, path, skipped)


def _align(
    loc: tuple[int | str, ...], value: Any, path: Path, may_lack: Callable[[Path], bool]
) -> tuple[int, Path, tuple[tuple[Path, str], ...]]:
    """The reading of a location that finds most of it in the values, above all its last part."""
    if not loc:
        return 0, path, ()
    part, rest = loc[0], loc[1:]
    options = []
    if _holds(value, part) or (not rest and isinstance(value, dict) and may_lack(path)):
        score, found, skipped = _align(rest, value_at(value, (part,)), (*path, part), may_lack)
        options.append((score + (1 if rest else 10), found, skipped))
    if not options or (isinstance(part, str) and rest):
        score, found, skipped = _align(rest, value, path, may_lack)
        options.append((score, found, ((path, str(part)), *skipped)))
    return max(options, key=lambda option: option[0])


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
    places = {place for complaint in complaints for place, _ in complaint.skipped}
    for place in sorted(places, key=len):
        groups: dict[str, list[_Complaint]] = {}
        for complaint in complaints:
            if (member := complaint.member_at(place)) is not None:
                groups.setdefault(member, []).append(complaint)
        if len(groups) > 1:
            kept = _likeliest(groups)
            complaints = [c for c in complaints if c.member_at(place) is None or c in kept]
            complaints = [_merged(c, groups) if c in kept[:1] else c for c in complaints]
    return complaints


def _likeliest(groups: dict[str, list[_Complaint]]) -> list[_Complaint]:
    real = [group for group in groups.values() if not all(c.is_literal for c in group)]
    return min(real or list(groups.values()), key=_misfit)


def _misfit(group: list[_Complaint]) -> tuple[int, int, int]:
    """How badly a member fits: another kind of value altogether, then unknown keys, then all complaints."""
    wrong_kind = sum(c.kind in _WRONG_KIND or _is_no_law(c) for c in group)
    return wrong_kind, sum(c.kind == "extra_forbidden" for c in group), len(group)


def _is_no_law(complaint: _Complaint) -> bool:
    value = complaint.error["input"]
    return complaint.kind == "law" and isinstance(value, dict) and "dist" not in value


def _merged(complaint: _Complaint, groups: dict[str, list[_Complaint]]) -> _Complaint:
    """The complaint, with the words that would have been right too."""
    words = [w for group in groups.values() for c in group if c.is_literal for w in quoted(c.error["ctx"])]
    words = [word for word in words if word != "expected"]
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
    return Finding(path, "missing", f"'{key}' is missing{f' ({about})' if about else ''}")


def _unknown_key(complaint: _Complaint, data: Any) -> Finding:
    path = complaint.path
    key, around = str(path[-1]), value_at(data, path[:-1])
    known = known_keys(data, path[:-1])
    if key in known:
        others = " and ".join(f"'{other}'" for other in around if other in known and other != key)
        return Finding(path, "conflict", f"'{key}' cannot stand beside {others}", on_key=True)
    owner = next((f" for {tag} {shown(around[tag])}" for tag in TAGS if tag in around), "")
    hint = "YAML 1.2 has no merge keys" if key == "<<" else one_of(key, known)
    return Finding(path, "unknown_key", f"unknown key {shown(key)}{owner}", hint, on_key=True)


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
            (finding.path[:-1], finding.path[-1]) in typos
            or any((finding.path, word) in typos for word in _VISITS)
        )
        if not is_typo:
            yield finding
