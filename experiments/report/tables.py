"""The tables of a report: results, policies beside each other, scenario, design and manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from typing import Any, Final

import numpy as np
from ruamel.yaml import YAML

from experiments.analysis.intervals import Floats, Interval, mean_interval, row_means
from experiments.analysis.results import Axis, StudyResults
from experiments.analysis.winners import bad_end, bad_tenths, regrets
from experiments.factors import as_text
from experiments.report.answer import signed
from sim import MEASURES, Measure, PathError, amount, compare, get_path, heading

BESIDE: Final = (
    "total_value",
    "regret",
    "profit",
    "revenue",
    "capture_rate",
    "fill_rate",
    "promise_kept",
    "lost_share",
    "cancel_rate",
    "delivery_time",
    "mean_on_hand",
)
"""What is always shown beside the measure that decides."""

MOST_ROWS: Final = 200
MOST_LEVELS: Final = 8
_DIFFERENCE: Final = 3
_WORD: Final = -1


@dataclass(frozen=True)
class Cell:
    """Text in a table, and the class that colours it."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """A table of text."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, note: str = "") -> Table:
    return Table(tuple(head), tuple(tuple(Cell(text) for text in row) for row in rows), note)


def by_point(results: StudyResults, measure: str) -> Table:
    """At every setting: each policy's mean, and its difference to the baseline with the conclusion."""
    others = results.policies[1:]
    head = [axis.short for axis in results.axes] + list(results.policies)
    head += [f"{policy} minus {results.baseline}" for policy in others]
    views = results.views(measure)[:MOST_ROWS]
    rows = []
    for setting, view in zip(results.settings, views, strict=False):
        values = [Cell(axis.label_of(setting)) for axis in results.axes]
        means = [Cell(_mean(mean_interval(view.array(policy, measure)), MEASURES[measure])) for policy in view.policies]
        rows.append((*values, *means, *(_differences(compare(view, on=[measure]), others) if others else ())))
    many = len(results.settings)
    note = f"The first {MOST_ROWS} of {many} settings; the store has them all. " if many > MOST_ROWS else ""
    note += "± half a 95 % interval. Intervals hold together within a row, not over all rows."
    return Table(tuple(head), tuple(rows), note)


def _differences(verdict: Any, policies: Sequence[str]) -> Iterator[Cell]:
    for policy in policies:
        row = verdict.table(policy)[1]
        word = row[_WORD]
        yield Cell(f"{row[_DIFFERENCE]} {word}", word if word in ("better", "worse") else "unsure")


def _mean(interval: Interval, measure: Measure) -> str:
    half = (interval.high - interval.low) / 2
    text = amount(interval.value, measure, width=half)
    return text if np.isnan(half) else f"{text} ± {amount(half, measure, width=half).removesuffix(' %')}"


def beside(results: StudyResults, measure: str) -> Table:
    """Other measures, averaged over all settings: each policy, and its paired difference to the baseline."""
    names = [name for name in dict.fromkeys((measure, *BESIDE)) if _is_known(results, name)]
    head = ["measure", results.baseline]
    head += chain.from_iterable((policy, f"{policy} minus {results.baseline}") for policy in results.policies[1:])
    rows = [[heading(MEASURES[name], results.currency), *_beside(results, name)] for name in names]
    note = "Averaged over the settings that define a measure, which are no forecast of how often each will occur."
    return _table(head, rows, note=note)


def _is_known(results: StudyResults, name: str) -> bool:
    """Whether a measure was kept; regret is known only to studies in which somebody knows the future."""
    return name in results.measures and not (name == "regret" and results.runs[name].isna().all())


def _beside(results: StudyResults, name: str) -> Iterator[str]:
    shared = min(results.counts)  # else the settings that ran longest would weigh more
    tables = {policy: results.array(policy, name)[:, :shared] for policy in results.policies}
    base = tables[results.baseline]
    yield _mean(mean_interval(over_settings(base)), MEASURES[name])
    for policy in results.policies[1:]:
        yield _mean(mean_interval(over_settings(tables[policy])), MEASURES[name])
        yield signed(mean_interval(over_settings(tables[policy] - base)), MEASURES[name])


def over_settings(table: Floats) -> Floats:
    """By replication: the mean over the settings that define a value."""
    return row_means(table.T)


def ranking(results: StudyResults, measure: str) -> Table:
    """Each policy by its mean, its bad tenth of replications and its regret, all over the settings; the best first."""
    up = MEASURES[measure].direction != "down"
    means = {policy: _over_points(row_means(results.array(policy, measure))) for policy in results.policies}
    ranked = sorted(means, key=lambda policy: (np.isnan(means[policy]), -means[policy] if up else means[policy]))
    tenths = {policy: _over_points(bad_tenths(results, policy, measure=measure)) for policy in ranked}
    found, width = regrets(results, measure=measure), _width([*means.values(), *tenths.values()])
    rows = [
        [
            policy,
            *(amount(each[policy], MEASURES[measure], width=width) for each in (means, tenths)),
            *_regret(results, found[policy], MEASURES[measure]),
        ]
        for policy in ranked
    ]
    title, end = heading(MEASURES[measure], results.currency), f"{bad_end(measure)}th percentile"
    note = (
        f"Averaged over the settings; the {end} is that of the replications of a setting. Regret is the mean by which "
        "a policy falls short of the best one of this study at the same setting."
    )
    return _table(["policy", f"{title}: mean", end, "mean regret", "largest regret", "where"], rows, note=note)


def _over_points(values: Floats) -> float:
    """The mean over the points that define a value; NaN when none does."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _width(values: Sequence[float]) -> float:
    """How far apart some values lie, as the width by which to round them."""
    known = [value for value in values if not np.isnan(value)]
    return (max(known) - min(known)) / 20 if known else 0.0


def _regret(results: StudyResults, values: Any, measure: Measure) -> list[str]:
    if np.isnan(values).all():
        return ["undefined"] * 3
    width, largest = float(np.nanmax(values)) / 20, int(np.nanargmax(values))
    mean, most = (amount(float(each), measure, width=width) for each in (np.nanmean(values), values[largest]))
    where = (f"{axis.short} = {axis.label_of(results.settings[largest])}" for axis in results.axes)
    return [mean, most, ", ".join(where) if values[largest] > 0 else "nowhere"]


def factors(results: StudyResults) -> Table:
    """What the study varies, what the scenario says there, and the values tried."""
    stated = {each["name"]: each for each in results.manifest["study"]["factors"] if isinstance(each, Mapping)}
    raw = results.manifest.get("scenario_as_written", results.manifest["scenario"])
    rows = [
        [axis.name, _as_written(raw, stated.get(axis.name, {}).get("paths", [axis.name])), _tried(axis)]
        for axis in results.axes
    ]
    return _table(["factor", "in the scenario", "tried"], rows)


def _as_written(raw: Any, paths: Sequence[str]) -> str:
    if len(paths) > 1:
        return f"sets {', '.join(paths)}"
    try:
        value = get_path(raw, paths[0])
    except PathError:
        return "not in the scenario"
    return "left out" if value is None else as_text(value)


def _tried(axis: Axis) -> str:
    if len(axis.levels) <= MOST_LEVELS:
        return ", ".join(axis.levels)
    return f"{axis.label(0)} to {axis.label(-1)}, {len(axis.levels)} values"


def policies(results: StudyResults) -> Table:
    """The levers in which the policies differ."""
    stated = results.manifest["scenario"]["policies"]
    levers = {policy: dict(_leaves(stated.get(policy, {}))) for policy in results.policies}
    paths = dict.fromkeys(chain.from_iterable(levers.values()))
    rows = [
        [path, *(levers[policy].get(path, "-") for policy in results.policies)]
        for path in paths
        if len({levers[policy].get(path, "") for policy in results.policies}) > 1
    ]
    return _table(["lever", *results.policies], rows, note="All other levers are the same in all policies.")


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif value is not None:
        yield path, as_text(value)


def scenario_text(results: StudyResults) -> str:
    """The scenario as its author wrote it; of older stores, with all defaults filled in."""
    sink = StringIO()
    writer = YAML()
    writer.width = 100
    writer.dump(results.manifest.get("scenario_as_written", results.manifest["scenario"]), sink)
    return sink.getvalue()


def design(results: StudyResults) -> Table:
    """How the settings were chosen and how often each was run."""
    study, counts = results.manifest["study"], results.manifest["counts"]
    ran = [point.get("replications", study["replications"]) for point in results.manifest["points"]]
    rows = [
        ["design", as_text(study["design"])],
        ["settings", f"{counts['points']:,}"],
        ["policies", ", ".join(results.policies)],
        ["replications of a setting", str(ran[0]) if len(set(ran)) == 1 else f"{min(ran)} to {max(ran)}"],
        ["runs", f"{counts['runs']:,}"],
        ["failed runs", f"{counts['failures']:,}"],
        ["seed", str(study["seed"])],
    ]
    if study.get("precision"):
        rows += [["precision wanted", as_text(study["precision"])], ["stopped by", _stops(results)]]
    return _table(["", ""], rows)


def _stops(results: StudyResults) -> str:
    reasons = [str(point.get("stopped_by")) for point in results.manifest["points"]]
    return ", ".join(f"{reason} at {reasons.count(reason)} settings" for reason in dict.fromkeys(reasons))


def failures(results: StudyResults) -> Table:
    """Runs that failed, as far as the manifest names them."""
    named = results.manifest.get("failures", [])
    return _table(["run", "error"], [[each["key"], each["error"]] for each in named])


def manifest(results: StudyResults) -> Table:
    """What one must have to get the same numbers."""
    about = results.manifest
    git = about.get("git")
    rows = [
        ["engine", about["engine"]],
        ["study digest", about["study_digest"]],
        ["scenario digest", about["scenario_digest"]],
        ["git commit", f"{git['commit']}{', with changes' if git['dirty'] else ''}" if git else "none"],
        *([f"package {name}", version] for name, version in about["packages"].items()),
    ]
    return _table(["", ""], rows)
