"""The tables of a study: its runs, its failures and where it comes from, as data frames and as files."""

from __future__ import annotations

from typing import Final

import pandas as pd

from dashboard.takeaway.files import with_units
from experiments.analysis.results import StudyResults
from experiments.report.tables import Table
from sim import MEASURES, heading

MOST_MEASURES: Final = 12
"""Columns of numbers shown at once; the file has them all."""


def frame(table: Table) -> pd.DataFrame:
    """A table of the report as a data frame; columns without a name are named by their place."""
    names = [name or ("what", "value")[min(place, 1)] for place, name in enumerate(table.head)]
    return pd.DataFrame([[cell.text for cell in row] for row in table.rows], columns=names)


def replications(results: StudyResults, place: int, measure: str) -> pd.DataFrame:
    """One setting: a row for each replication, a column for each policy in one measure, and the differences."""
    count = results.counts[place]
    values = {policy: results.array(policy, measure)[place, :count] for policy in results.policies}
    columns = {"replication": list(range(count)), **values}
    columns |= {
        f"{policy} minus {results.baseline}": values[policy] - values[results.baseline]
        for policy in results.policies[1:]
    }
    found = pd.DataFrame(columns).round(2 if MEASURES[measure].unit == "money" else 4)
    found.attrs["title"] = heading(MEASURES[measure], results.currency)
    return found


def runs(results: StudyResults) -> pd.DataFrame:
    """Every run of the study with the unit of each measure in its column's name."""
    units = {name: MEASURES[name].unit for name in results.measures}
    named = {name: results.currency if unit == "money" else unit for name, unit in units.items()}
    settings = pd.DataFrame(
        [{"point": setting.number, **{key: str(value) for key, value in setting.values.items()}}
         for setting in results.settings]
    )  # fmt: skip
    own = [name for name in results.runs.columns if name not in settings.columns or name == "point"]
    return with_units(settings.merge(results.runs[own], on="point"), named)
