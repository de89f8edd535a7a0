"""One run of a study again: found by its key, played with all its facts, failing as it failed."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from experiments.store import read_manifest
from experiments.store_manifest import MANIFEST
from sim import VERSION, Calendar, Replay, Scenario, audit, instant, load_scenario, measure, one_of, replay, shown
from sim.errors import ResultError

PLACES: Final = ("", "store", "*/store", "studies/*/store", "experiments/studies/*/store")
"""Where the stores of studies are looked for."""


@dataclass(frozen=True)
class Run:
    """One run of a study."""

    store: Path
    point: int
    policy: str
    replication: int
    seed: int
    scenario: Scenario
    settings: dict[str, Any]
    """What the point sets, by factor."""
    row: dict[str, Any] | None
    """What the store says of the run; `None` while it says nothing."""

    def again(self) -> Replay:
        """Play it again and check it against the laws.

        Raises:
            Exception: whatever made the run fail.
        """
        played = replay(self.scenario, policy=self.policy, replication=self.replication, seed=self.seed)
        audit(self.scenario.world, self.scenario.policy(self.policy), played.tape, played.ledger)
        measure(self.scenario.world, played.ledger, played.tape.visits)
        return played


def find_run(key: str, *, within: Path = Path()) -> Run:
    """The run that a key names: `STORE/POINT/POLICY/REPLICATION`, as in the rows of a store and in error messages.

    Args:
        key: its first part is the folder of a store, or the folder's name alone.
        within: where to look for that folder.

    Raises:
        ResultError: the key is of another form, or nothing is by that name.
        ScenarioFaults: the scenario can no longer be loaded.
    """
    store, point, policy, replication = _parts(key)
    folder = _folder(store, within)
    manifest = read_manifest(folder, unfinished=True)
    about = _point(manifest, point, key)
    names = manifest["study"]["policies"]
    if policy not in names:
        raise ResultError(f"the study has no policy {shown(policy)}; {one_of(policy, names)}")
    return Run(
        store=folder,
        point=point,
        policy=policy,
        replication=replication,
        seed=manifest["study"]["seed"],
        scenario=_scenario(manifest, about, folder),
        settings=about["settings"],
        row=_row(folder, point, policy, replication),
    )


def moment_of(error: BaseException, calendar: Calendar) -> str:
    """When in the run an error came up, and how many customers had come; empty when no model was running."""
    step = error.__traceback__
    while step is not None:
        network = step.tb_frame.f_locals.get("network")
        if network is not None and hasattr(network, "clock"):
            return f"at {instant(network.clock.now, calendar)}, after {network.writer.seen:,} visits"
        step = step.tb_next
    return ""


def _parts(key: str) -> tuple[str, int, str, int]:
    words = key.rstrip("/").rsplit("/", 3)
    numbers = [word for word in words[1::2] if word.isascii() and word.isdecimal()]
    if len(words) != 4 or len(numbers) != 2:
        form = "STORE/POINT/POLICY/REPLICATION, as in store/0123456789abcdef/3/backorder/7"
        raise ResultError(f"{shown(key)} is not the key of a run: {form}")
    return words[0], int(words[1]), words[2], int(words[3])


def _folder(store: str, within: Path) -> Path:
    for place in PLACES:
        for folder in _candidates(place, store, within):
            if (folder / MANIFEST).is_file():
                return folder
    hint = "begin the key with the store's folder, as in experiments/studies/patience/store/0123456789abcdef/..."
    raise ResultError(f"there is no store {store} here: {hint}")


def _candidates(place: str, store: str, within: Path) -> list[Path]:
    if Path(store).is_absolute():
        return [Path(store)]
    return [folder / store for folder in (sorted(within.glob(place)) if place else [within])]


def _point(manifest: dict[str, Any], point: int, key: str) -> dict[str, Any]:
    points: list[dict[str, Any]] = manifest["points"]
    if point >= len(points):
        raise ResultError(f"{shown(key)}: the study has the settings 0 to {len(points) - 1}")
    return points[point]


def _scenario(manifest: dict[str, Any], about: dict[str, Any], folder: Path) -> Scenario:
    """The scenario of a point, which must be the same as when it was run."""
    if manifest["engine"] != VERSION:
        raise ResultError(f"{folder} was made by stockout {manifest['engine']} and this is {VERSION}: they may differ")
    written = manifest["scenario_as_written"]
    source = folder / manifest["scenario_file"] if written is None else json.dumps(written, ensure_ascii=False) + "\n"
    scenario = load_scenario(source, overrides={**manifest["plan"], **about["overrides"]})
    if scenario.digest != about["scenario_digest"]:
        raise ResultError(f"the scenario of {folder} was changed since: this is not the one that was run")
    return scenario


def _row(folder: Path, point: int, policy: str, replication: int) -> dict[str, Any] | None:
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

    wanted = [("point", "=", point), ("policy", "=", policy), ("replication", "=", replication)]
    for path in sorted(folder.glob("*.parquet*")):
        with suppress(OSError, pa.ArrowException):
            rows = pq.read_table(path, columns=["status", "error", "ledger"], filters=wanted).to_pylist()
            if rows:
                return dict(rows[0])
    return None
