"""Reads the factors of a study file: lists, ranges, laws, and places that change together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import floor
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from experiments.axes import Axis, Chance, Listing, Range
from experiments.factors import Factor
from experiments.quantities import in_one_unit, units_inside, without_units
from experiments.settings import Base
from sim import Fault, Finding, one_of, parse_number_law, shown

_FORMS: Final = "a list of values, a range `{from: 3 d, to: 30 d}`, or a law `uniform(low=3 d, high=30 d)`"
_RANGE: Final = ("from", "to", "steps", "scale")


class _Refused(Exception):  # noqa: N818 - it never leaves this file
    """Why a factor cannot be read, and where below it the fault is."""

    def __init__(self, message: str, hint: str = "", *, at: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message, self.hint, self.at = message, hint, at


def read_factor(name: str, stated: Any, *, is_open: bool = False) -> Factor | Finding:
    """One factor, or what is wrong with how it is written.

    Args:
        is_open: whether its values come from elsewhere, so that it states at most its paths.
    """
    try:
        return _open_factor(name, stated) if is_open else _factor(name, stated)
    except _Refused as why:
        is_key = bool(why.at) and isinstance(stated, Mapping) and why.at[-1] not in stated
        at = why.at[:-1] if is_key else why.at
        return Finding(("factors", name, *at), "factor", why.message, why.hint, on_key=not at)


def _factor(name: str, stated: Any) -> Factor:
    if not isinstance(stated, Mapping):
        return Factor(name, (name,), _axis("law" if isinstance(stated, str) else "values", stated))
    if "sets" in stated:
        return _bundles(name, stated)
    paths = _paths(stated["paths"]) if "paths" in stated else (name,)
    form = next((form for form in ("values", "law", "dist", "from", "to") if form in stated), "")
    if not form:
        raise _Refused(f"this factor has no values; write {_FORMS}")
    if form in ("values", "law"):
        _only(stated, ("paths", form))
        return Factor(name, paths, _axis(form, stated[form], at=(form,)), key=form)
    rest = {key: value for key, value in stated.items() if key != "paths"}
    return Factor(name, paths, _law(rest, at=()) if form == "dist" else _range(rest))


def _open_factor(name: str, stated: Any) -> Factor:
    if isinstance(stated, Mapping) and "sets" in stated:
        return _bundles(name, stated)
    if not isinstance(stated, Mapping) or "paths" not in stated:
        why = "the values of this factor are in the design's file"
        raise _Refused(why, "leave it out; only `paths` or `sets` of a factor with a name of its own belong here")
    _only(stated, ("paths",))
    return Factor(name, _paths(stated["paths"]), Listing(()))


def _only(stated: Mapping[str, Any], known: Sequence[str]) -> None:
    for key in stated:
        if key not in known:
            raise _Refused(f"unknown key {shown(key)}", one_of(str(key), known), at=(key,))


def _paths(stated: Any) -> tuple[str, ...]:
    if not isinstance(stated, list) or not stated or not all(isinstance(path, str) for path in stated):
        raise _Refused("these are not paths", "write a list, such as [customers.shoppers.patience]", at=("paths",))
    return tuple(dict.fromkeys(stated))


def _axis(form: str, stated: Any, *, at: tuple[str, ...] = ()) -> Axis:
    if form == "law":
        return _law(stated, at=at)
    if not isinstance(stated, list):
        raise _Refused(f"{shown(stated)} is not {_FORMS}", at=at)
    if not stated:
        raise _Refused("this factor has no values", f"write {_FORMS}", at=at)
    return Listing(tuple(stated))


def _bundles(name: str, stated: Mapping[str, Any]) -> Factor:
    _only(stated, ("sets",))
    bundles = stated["sets"]
    if not isinstance(bundles, Mapping) or not bundles:
        hint = "write `sets: {stated: {path: value}, revealed: {path: value}}`"
        raise _Refused("these are not names, each with what it sets", hint, at=("sets",))
    for label, sets in bundles.items():
        if not isinstance(sets, Mapping):
            why = f"{shown(sets)} is not a mapping of paths to values"
            raise _Refused(why, "`{}` sets nothing", at=("sets", label))
    paths = dict.fromkeys(path for sets in bundles.values() for path in sets)
    held = MappingProxyType({label: MappingProxyType(dict(sets)) for label, sets in bundles.items()})
    return Factor(name, tuple(paths), Listing(tuple(bundles)), held, "sets")


def _range(stated: Mapping[str, Any]) -> Range:
    _only(stated, ("paths", *_RANGE))
    for key in ("from", "to"):
        if key not in stated:
            raise _Refused(f"a range needs `{key}`", "write `{from: 3 d, to: 30 d}`")
    ends = in_one_unit([stated["from"], stated["to"]])
    if ends is None:
        why = f"{shown(stated['from'])} and {shown(stated['to'])} are not two numbers of one kind"
        raise _Refused(why, "such as 3 d and 30 d, 10 and 20, 5 % and 20 %", at=("to",))
    unit, (low, high) = ends
    if not low < high:
        raise _Refused(f"{shown(stated['to'])} is not above {shown(stated['from'])}", at=("to",))
    is_log = _one_of(stated, "scale", ("linear", "log")) == "log"
    if is_log and low <= 0:
        raise _Refused("a range of scale log must begin above 0", at=("from",))
    return Range(unit, False, low, high, _steps(stated), is_log)


def _one_of(stated: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    word = stated.get(key, known[0])
    if word not in known:
        raise _Refused(f"{shown(word)} is not one of {' and '.join(known)}", one_of(str(word), known), at=(key,))
    return str(word)


def _steps(stated: Mapping[str, Any]) -> int:
    steps = stated.get("steps", 0)
    if "steps" in stated and (isinstance(steps, bool) or not isinstance(steps, int) or steps < 2):
        raise _Refused(f"{shown(steps)} is not a whole number of 2 or more", at=("steps",))
    return int(steps)


def _law(stated: Any, *, at: tuple[str, ...]) -> Chance:
    """A law; its quantities are brought to the unit of the first of them."""
    if not (isinstance(stated, Mapping) or (isinstance(stated, str) and "(" in stated)):
        raise _Refused(f"{shown(stated)} is not {_FORMS}", at=at)
    units = units_inside(stated)
    unit = units[0] if units else ""
    try:
        return Chance(unit, False, parse_number_law(without_units(stated, unit)))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "".join(f"{part}: " for part in first["loc"][-1:] if first["loc"])
        raise _Refused(f"{where}{first['msg']}", at=at) from None
    except ValueError as error:
        raise _Refused(str(error), at=at) from None


def settled(factor: Factor, base: Base) -> Factor:
    """The factor with its numbers rounded where the scenario takes whole numbers only."""
    axis = factor.axis
    if not isinstance(axis, Range | Chance) or axis.unit:
        return factor
    whole = floor(factor.level(0.5).size)
    places = [{fault.path for fault in _faults(factor, base, number)} for number in (whole + 0.5, whole)]
    return replace(factor, axis=replace(axis, whole=True)) if places[0] - places[1] else factor


def _faults(factor: Factor, base: Base, number: float) -> tuple[Fault, ...]:
    return base.check({path: str(number) for path in factor.paths})[1]
