"""What a finished study says: at each point, by how much the policies differ from the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

HEADLINE: Final = "total_value"
"""What is compared, if the study kept it."""

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
        mine = self.rows[self.rows["policy"] == policy].sort_values("replication")
        return mine[measure].to_numpy(dtype=np.float64, copy=True)


def verdicts(store: str | Path, *, on: Sequence[str] | None = None) -> dict[int, Verdict]:
    """The comparison of the policies at each point.

    Args:
        store: the folder of a finished study.
        on: names of measures; `HEADLINE`, or else the study's first, when left out.

    Raises:
        ResultError: there is no such study, it has but one policy, or a measure was not kept.
    """
    manifest, runs = read_manifest(store), read_store(store)
    study = manifest["study"]
    names = tuple(on) if on is not None else (headline(study["measures"]),)
    found = {}
    for point, rows in runs.groupby("point"):
        results = PointResults(
            policies=tuple(study["policies"]),
            measures=tuple(study["measures"]),
            replications=study["replications"],
            currency=manifest["scenario"]["world"]["currency"],
            rows=rows,
        )
        found[int(str(point))] = compare(results, on=names)
    return found


def headline(measures: Sequence[str]) -> str:
    """The measure that tells most, of those a study kept."""
    return HEADLINE if HEADLINE in measures else measures[0]


def summary(store: str | Path) -> tuple[str, ...]:
    """A table in plain text (and in Markdown): a row for each point, a column for each policy but the baseline.

    Raises:
        ResultError: there is no finished study.
    """
    manifest = read_manifest(store)
    study = manifest["study"]
    baseline, *others = study["policies"]
    if not others:
        return ("One policy was run: there is nothing to compare.",)
    found = verdicts(store)
    cells = [_short_names([factor["name"] for factor in study["factors"]]) + others]
    cells += [
        [*(as_text(value) for value in point["settings"].values()), *_differences(found[point["point"]], others)]
        for point in manifest["points"]
    ]
    measure = heading(MEASURES[headline(study["measures"])], manifest["scenario"]["world"]["currency"])
    title = f"{measure}: difference to {baseline}, {study['replications']} replications, 95 % intervals"
    note = "Intervals hold together within a row, not over all rows: of many rows some will look decided by chance."
    return (title, "", *_aligned(cells), "", note, "")


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
