"""What people and scanners do to the records of a shop: pure functions of how it keeps them, and of chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from types import MappingProxyType
from typing import Final

from sim.scenario.keeping import Counting, Errors, Keeping

USUAL: Final[Mapping[str, Errors]] = MappingProxyType(
    {
        "none": Errors(),
        "manual": Errors(
            miscount=0.02,
            double_posting=0.005,
            misplaced=0.005,
            mispick_item=0.01,
            mispick_units=0.005,
            entry_slip=0.01,
            unposted_return=0.30,
            reservation_lost=0.005,
        ),
        "scanned": Errors(
            miscount=0.002,
            misplaced=0.0005,
            mispick_item=0.001,
            mispick_units=0.0005,
            entry_slip=0.0005,
            unposted_return=0.02,
        ),
    }
)
"""The usual chances of every error, by how records are kept."""

MOST: Final = 10**9
"""A record has nine figures at most."""

_FAST: Final = 0.80
_MIDDLING: Final = 0.95


def errors_of(keep: Keeping) -> Errors:
    """The chance of every error."""
    return USUAL[keep.errors] if isinstance(keep.errors, str) else keep.errors


def miscounted(units: int, size: float, chance: float) -> int:
    """By how much a receipt is posted wrongly: up to a share of it, at least a unit, more or less but never 0.

    Args:
        units: of the receipt, at least 1.
        size: most of the error, as a share of the receipt.
        chance: a uniform on [0, 1).
    """
    most = max(1, round(size * units))
    step = int(chance * 2 * most)
    return step - most if step < most else step - most + 1


def mistyped(record: int, chance: float) -> int:
    """What is entered for a record: ten times it, a tenth of it, or two neighbouring figures exchanged.

    Figures that are alike, or a number too long for the field, leave it as it is.

    Args:
        record: 0 or more.
        chance: a uniform on [0, 1); its thirds tell what happens, and the last which figures.
    """
    if chance < 1 / 3:
        return record * 10 if record * 10 < MOST else record
    return record // 10 if chance < 2 / 3 else _exchanged(str(record), 3 * chance - 2)


def _exchanged(figures: str, chance: float) -> int:
    if len(figures) < 2:
        return int(figures)
    at = int(max(chance, 0.0) * (len(figures) - 1))
    return int(figures[:at] + figures[at + 1] + figures[at] + figures[at + 2 :])


def counted(units: int, error: float, chance: float) -> int:
    """What a count finds where so many units lie.

    Args:
        units: on the shelf.
        error: standard deviation, as a share of them.
        chance: a uniform on [0, 1).
    """
    if not error or not chance:
        return units
    return max(round(units * (1 + error * NormalDist().inv_cdf(chance))), 0)


def abc(sales: Sequence[float]) -> tuple[str, ...]:
    """The class of each stock by what it sells: the fast movers that begin within the first 80 % of all sales are `a`,
    those within the next 15 % are `b`, the others `c`. Of equal ones the first is the faster."""
    classes, before, total = ["c"] * len(sales), 0.0, sum(sales)
    for number in sorted(range(len(sales)), key=lambda number: -sales[number]):
        if total and before < _MIDDLING * total:
            classes[number] = "a" if before < _FAST * total else "b"
        before += sales[number]
    return tuple(classes)


def rhythm(count: Counting, kind: str) -> int | None:
    """Time between two counts of a stock of a class, seconds; `None` where the calendar calls for none."""
    if count.rule == "full":
        return count.every
    by_class = {"a": count.a, "b": count.b, "c": count.c}
    return by_class[kind] if count.rule == "abc" else None


def is_nearly_gone(count: Counting, before: int, after: int) -> bool:
    """Whether a record that fell calls for a count."""
    return count.rule == "zero_balance" and before > count.at >= after
