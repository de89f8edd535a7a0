"""Results on disk: numbers that depend on their inputs alone, and a manifest of how they came about."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from sim.errors import ResultError
from sim.results import Floats, Key, Results
from sim.scenario.scenario import Scenario
from sim.version import VERSION

PACKAGES: Final = ("simpy", "numpy", "pandas", "scipy", "pydantic", "ruamel.yaml", "loky", "pyarrow")
"""Packages whose version could matter to a number."""

MANIFEST: Final = "manifest.json"
LEDGERS: Final = "ledgers.json"
COLUMNS: Final = "columns.json"
PARQUET: Final = "results.parquet"
CSV: Final = "results.csv"

ABOUT: Final = MappingProxyType(
    {
        "policy": "name of the policy",
        "replication": "number of the replication, from 0; equal numbers met the same customers and weather",
        "measure": "name of the measure; its unit is under `measures`",
        "scope": "`warehouse/product`, or empty for the whole shop",
        "value": "the measure's value; empty where it is undefined",
    }
)


def save(results: Results, directory: Path) -> Path:
    """Write results into a directory, which is made when it is not there."""
    directory.mkdir(parents=True, exist_ok=True)
    frame = results.to_frame()
    frame.to_parquet(directory / PARQUET, index=False)
    frame.to_csv(directory / CSV, index=False, lineterminator="\n")
    _write(directory / COLUMNS, _columns(results))
    _write(directory / LEDGERS, {policy: list(digests) for policy, digests in results.digests.items()})
    _write(directory / MANIFEST, manifest(results))
    return directory


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _columns(results: Results) -> dict[str, Any]:
    from sim.measures.measure import MEASURES  # noqa: PLC0415 - loading results needs no measures

    units = {name: MEASURES[name].unit for name in results.measures if name in MEASURES}
    return {"columns": dict(ABOUT), "measures": units, "currency": results.currency}


def manifest(results: Results) -> dict[str, Any]:
    """Everything needed to run the same again, and when and with what it was run."""
    return {
        "engine": VERSION,
        "scenario_digest": results.scenario.digest,
        "seed": results.seed,
        "replications": results.replications,
        "policies": list(results.policies),
        "scenario": resolved(results.scenario),
        "packages": packages(),
        "saved": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def resolved(scenario: Scenario) -> dict[str, Any]:
    """The scenario with all defaults filled in and all policies spelled out.

    `Scenario.model_validate` makes the same scenario of it. It is no scenario file: to the checks of `load_scenario`
    a default that is written out is a statement, and some statements contradict each other.
    """
    policies = {name: scenario.policy(name) for name in scenario.policies}
    return scenario.model_copy(update={"policies": policies}).model_dump(mode="json", by_alias=True)


def packages() -> dict[str, str]:
    """Versions of Python and of the packages whose version could matter."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def load(directory: Path) -> Results:
    """Read saved results.

    Raises:
        ResultError: the directory does not hold saved results, or they do not fit together.
    """
    about = _read(directory / MANIFEST)
    try:
        scenario = Scenario.model_validate(about["scenario"])
        if scenario.digest != about["scenario_digest"]:
            raise ResultError(f"{directory / MANIFEST}: not the scenario that the results were made from")
        return Results(
            scenario=scenario,
            seed=about["seed"],
            policies=tuple(about["policies"]),
            replications=about["replications"],
            values=_values(directory / PARQUET, about["replications"]),
            digests={policy: tuple(each) for policy, each in _read(directory / LEDGERS).items()},
        )
    except (KeyError, TypeError, ValidationError) as error:
        raise ResultError(f"{directory / MANIFEST} is not a manifest of results: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultError(f"{path.parent} does not hold saved results: {error}") from error
    if not isinstance(document, dict):
        raise ResultError(f"{path} does not hold a JSON object")
    return document


def _values(path: Path, replications: int) -> dict[Key, Floats]:
    import pandas as pd  # noqa: PLC0415 - pandas stays out of everything that runs once per replication

    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise ResultError(f"{path} cannot be read: {error}") from error
    values: dict[Key, Floats] = {}
    for key, part in frame.groupby(["policy", "measure", "scope"], sort=False):
        column = part.sort_values("replication")["value"].to_numpy(dtype="float64", copy=True)
        if len(column) != replications:
            raise ResultError(f"{path}: {len(column)} replications of {key} and not {replications}")
        column.setflags(write=False)
        values[str(key[0]), str(key[1]), str(key[2])] = column
    return values
