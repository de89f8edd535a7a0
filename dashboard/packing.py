"""Replications as bytes and back: arrays and words only, so that reading them can run nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from math import nan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim import Cell, Course, Glimpse, Pledged
from sim.errors import StockoutError

FORMAT: Final = 1
_SAMPLES: Final = ("order", "lo", "hi", "ended", "delivered")
"""Columns of a sample of promises."""

Arrays = Mapping[str, NDArray[Any]]


class UnpackingError(StockoutError):
    """Bytes that are no packed replications."""


def pack(seen: Sequence[Glimpse]) -> bytes:
    """Replications from the first on as bytes; at least one."""
    cells = [each.cell for each in seen]
    keys = tuple(dict.fromkeys(key for cell in cells for key in cell.values))
    policies = tuple(cells[0].digests)
    lines: dict[str, list[tuple[str, str]]] = {}
    arrays: dict[str, Any] = {
        "visits": np.array([cell.visits for cell in cells]),
        "values": np.array([[cell.values.get(key, nan) for key in keys] for cell in cells]),
        "digests": np.array([[cell.digests[policy] for policy in policies] for cell in cells]),
    }
    for place, policy in enumerate(policies):
        courses = [each.courses[policy] for each in seen if each.courses]
        lines[policy] = list(courses[0].lines)
        arrays |= {f"{name}-{place}": array for name, array in _columns(courses)}
    described = {"format": FORMAT, "keys": keys, "policies": policies, "lines": lines}
    arrays["described"] = np.frombuffer(json.dumps(described).encode(), dtype=np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def _columns(courses: Sequence[Course]) -> Iterator[tuple[str, NDArray[Any]]]:
    pledged = [course.pledged for course in courses]
    yield "lines", np.stack([np.stack(list(course.lines.values())) for course in courses])
    yield "journeys", np.stack([course.journeys for course in courses])
    yield "past", np.stack([each.past for each in pledged])
    yield "orders", np.array([each.orders for each in pledged])
    yield "sizes", np.array([len(each.order) for each in pledged])
    for name in _SAMPLES:
        yield name, np.concatenate([getattr(each, name) for each in pledged])


def unpack(content: bytes) -> tuple[Glimpse, ...]:
    """The replications in some bytes.

    Raises:
        UnpackingError: they are not what `pack` makes.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        described = json.loads(arrays["described"].tobytes())
        return tuple(_glimpses(described, arrays)) if described["format"] == FORMAT else ()
    except Exception as error:  # whatever a broken file makes NumPy raise
        raise UnpackingError("these are no packed replications") from error


def _glimpses(described: Mapping[str, Any], arrays: Arrays) -> Iterator[Glimpse]:
    keys, policies = [(who, what, where) for who, what, where in described["keys"]], described["policies"]
    courses = {policy: _courses(described["lines"][policy], arrays, place) for place, policy in enumerate(policies)}
    for number, visits in enumerate(arrays["visits"].tolist()):
        cell = Cell(
            replication=number,
            visits=visits,
            values=dict(zip(keys, arrays["values"][number].tolist(), strict=True)),
            digests=dict(zip(policies, arrays["digests"][number].tolist(), strict=True)),
        )
        yield Glimpse(cell, {policy: each[number] for policy, each in courses.items() if number < len(each)})


def _courses(names: Sequence[tuple[str, str]], arrays: Arrays, place: int) -> list[Course]:
    def column(name: str) -> NDArray[Any]:
        return arrays[f"{name}-{place}"]

    ends = np.cumsum(column("sizes"))[:-1]
    samples = {name: np.split(column(name), ends) for name in _SAMPLES}
    return [
        Course(
            lines={(what, where): line for (what, where), line in zip(names, lines, strict=True)},
            journeys=column("journeys")[number],
            pledged=Pledged(
                **{name: sample[number] for name, sample in samples.items()},
                past=column("past")[number],
                orders=int(column("orders")[number]),
            ),
        )
        for number, lines in enumerate(column("lines"))
    ]


def weight(seen: Sequence[Glimpse]) -> int:
    """About how many bytes of memory some replications take."""
    return sum(120 * len(each.cell.values) + sum(map(_weight, each.courses.values())) for each in seen)


def _weight(course: Course) -> int:
    return sum(line.nbytes for line in course.lines.values()) + course.journeys.nbytes + 4000
