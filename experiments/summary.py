"""What a finished study says: at each point, by how much the policies differ from the baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.factors import as_text
from experiments.store import read_manifest, read_store
from sim import MEASURES, Verdict, compare, heading
from sim.errors import ResultError

if TYPE_CHECKING:
    import pandas as pd

HEADLINES: Final = ("total_value", "profit", "revenue")
"""What is compared: the first of these that the study kept."""

MOST_ROWS: Final = 50
"""More settings than this are counted, not listed."""

_DIFFERENCE: Final = 3
_WORD: Final = -1


@dataclass(frozen=True, eq=False)
class PointResults:
    """The runs of one point, in the form in which results are compared."""

    policies: tuple[str, ...]
    measures: tuple[str, ...]
    replications: int
    currency: str
    rows: pd.DataFrame

    def array(self, policy: str, measure: str) -> NDArray[np.float64]:
        """One value per replication; NaN where undefined and for failed runs.

        Raises:
            ResultError: there is no such policy or measure here.
        """
        if policy not in self.policies or measure not in self.measures:
            raise ResultError(f"there is no '{measure}' of a policy '{policy}' in this study")
        mine = (self.rows["policy"] == policy).to_numpy(dtype=bool)
        order = np.argsort(self.rows["replication"].to_numpy()[mine], kind="stable")
        return self.rows[measure].to_numpy(dtype=np.float64)[mine][order]


def verdicts(store: str | Path, *, on: Sequence[str] | None = None) -> dict[int, Verdict]:
    """The comparison of the policies at each point.

    Args:
        store: the folder of a finished study.
        on: names of measures; the `headline` of the study when left out.

    Raises:
        ResultError: there is no such study, it has but one policy, or a measure was not kept.
    """
    manifest, runs = read_manifest(store), read_store(store)
    study = manifest["study"]
    names = tuple(on) if on is not None else (headline(study["measures"]),)
    found = {}
    replications = {point["point"]: point["replications"] for point in manifest["points"]}
    needed = dict.fromkeys(("point", "policy", "replication", *(name for name in names if name in runs)))
    for point, rows in runs[list(needed)].groupby("point"):
        results = PointResults(
            policies=tuple(study["policies"]),
            measures=tuple(name for name in names if name in study["measures"]),
            replications=replications[int(str(point))],
            currency=manifest["scenario"]["world"]["currency"],
            rows=rows,
        )
        found[int(str(point))] = compare(results, on=names)
    return found


def headline(measures: Sequence[str]) -> str:
    """The measure that tells most, of those a study kept: one of `HEADLINES`, or else the first."""
    return next((name for name in HEADLINES if name in measures), measures[0])


def summary(store: str | Path) -> tuple[str, ...]:
    """A table in plain text (and in Markdown): a row for each point, a column for each policy but the baseline.

    Of more than `MOST_ROWS` points, a row for each policy says at how many points it is better and at how many worse.

    Raises:
        ResultError: there is no finished study.
    """
    manifest = read_manifest(store)
    study, points = manifest["study"], manifest["points"]
    baseline, *others = study["policies"]
    if not others:
        return ("One policy was run: there is nothing to compare.",)
    found = verdicts(store)
    measure = heading(MEASURES[headline(study["measures"])], manifest["scenario"]["world"]["currency"])
    title = f"{measure}: difference to {baseline}, {_replications(points)} replications, 95 % intervals"
    cells = _counts(found, others) if len(points) > MOST_ROWS else _rows(manifest, found, others)
    return (title, "", *_aligned(cells), "", *_notes(points), "")


def _replications(points: Sequence[Mapping[str, Any]]) -> str:
    numbers = [point["replications"] for point in points]
    least, most = min(numbers), max(numbers)
    return f"{least}" if least == most else f"{least} to {most}"


def _notes(points: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What to bear in mind."""
    where = "a row" if len(points) <= MOST_ROWS else "a setting"
    yield (f"Intervals hold together within {where}, not over all of them: of many, some will look decided by chance.")
    limited = sum(point["stopped_by"] == "limit" for point in points)
    if limited:
        yield f"At {limited} of {len(points)} settings the limit of replications came before the wanted precision."


def _rows(manifest: Mapping[str, Any], found: Mapping[int, Verdict], others: Sequence[str]) -> list[list[str]]:
    """A header, and the differences at each point."""
    names = _short_names([factor["name"] for factor in manifest["study"]["factors"]])
    return [
        [*names, *others],
        *(
            [*(as_text(value) for value in point["settings"].values()), *_differences(found[point["point"]], others)]
            for point in manifest["points"]
        ),
    ]


def _counts(found: Mapping[int, Verdict], others: Sequence[str]) -> list[list[str]]:
    """A header, and at how many points each policy is what."""
    words = {other: Counter(verdict.table(other)[1][_WORD] for verdict in found.values()) for other in others}
    seen = sorted({word for counts in words.values() for word in counts})
    return [["settings", *seen], *([other, *(str(words[other][word]) for word in seen)] for other in others)]


def _differences(verdict: Verdict, policies: Sequence[str]) -> Iterator[str]:
    for policy in policies:
        row = verdict.table(policy)[1]
        yield f"{row[_DIFFERENCE]} {row[_WORD]}"


def _short_names(paths: Sequence[str]) -> list[str]:
    """The ends of paths, as long as it takes to tell them apart."""
    words = [path.split(".") for path in paths]
    longest = max(len(each) for each in words)
    tails: list[str] = []
    for length in range(1, longest + 1):
        tails = [".".join(each[-length:]) for each in words]
        if len(set(tails)) == len(tails):
            break
    return tails


def _aligned(cells: Sequence[Sequence[Any]]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    for number, row in enumerate(cells):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        if number == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"
