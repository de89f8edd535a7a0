"""The studies in the folder that the dashboard was given: which there are, and what each says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st

from experiments.store import read_manifest
from sim.errors import ResultError

MANIFEST: Final = "manifest.json"
DEEPEST: Final = 4
"""Levels of folders below the given one in which stores are looked for."""

MOST_FOLDERS: Final = 2000
"""Folders that are looked into, so that a wrong folder does not keep the page waiting."""

MOST_STORES: Final = 200
MOST_BYTES: Final = 64 * 2**20
"""A larger manifest is not read."""


@dataclass(frozen=True)
class Kept:
    """A study in its store, as its manifest has it."""

    folder: Path
    title: str
    question: str
    design: str
    factors: tuple[str, ...]
    sized: int
    """Factors whose values can be put on an axis."""
    policies: tuple[str, ...]
    """The baseline first."""
    settings: int
    runs: int
    failures: int
    complete: bool
    seed: int
    engine: str
    digest: str

    @property
    def name(self) -> str:
        """What to choose it by; the end tells two studies of one scenario apart."""
        return f"{self.title}: {', '.join(self.factors) or 'one setting'} ({self.digest[:8]})"

    @property
    def is_plane(self) -> bool:
        """Whether who wins can be drawn over two of its factors."""
        return self.complete and self.sized > 1 and len(self.policies) > 1


@dataclass(frozen=True)
class Unreadable:
    """A folder that looks like a store and is none."""

    folder: Path
    why: str


def shelf(folder: Path) -> tuple[list[Kept], list[Unreadable]]:
    """All studies below a folder, the newest first, and what could not be read."""
    files = sorted(stores(folder), key=lambda file: file.stat().st_mtime_ns, reverse=True)[:MOST_STORES]
    found = [_read(file, file.stat().st_mtime_ns, file.stat().st_size) for file in files]
    good = [each for each in found if isinstance(each, Kept)]
    return good, [each for each in found if isinstance(each, Unreadable)]


def stores(folder: Path) -> Iterator[Path]:
    """The manifests in a folder and below it; nothing is looked for inside a store."""
    level, looked = [folder], 0
    for _ in range(DEEPEST + 1):
        deeper: list[Path] = []
        for place in level[: MOST_FOLDERS - looked]:
            looked += 1
            manifest = place / MANIFEST
            if manifest.is_file():
                yield manifest
            else:
                deeper += _folders(place)
        level = deeper


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(inner for inner in place.iterdir() if inner.is_dir() and not inner.name.startswith("."))
    except OSError:
        return []


@st.cache_data(max_entries=4 * MOST_STORES, show_spinner=False)
def _read(manifest: Path, _changed: int, size: int) -> Kept | Unreadable:
    folder = manifest.parent
    if size > MOST_BYTES:
        return Unreadable(folder, f"its manifest is larger than {MOST_BYTES // 2**20} MiB")
    try:
        return kept(folder, read_manifest(folder, unfinished=True))
    except ResultError as error:
        return Unreadable(folder, str(error))
    except (KeyError, TypeError, ValueError, AttributeError):
        return Unreadable(folder, "its manifest is not one that this version writes")


def kept(folder: Path, manifest: Mapping[str, Any]) -> Kept:
    """What a manifest says, in short; of another version, `KeyError` or `TypeError`."""
    study, counts = manifest["study"], manifest["counts"]
    factors = [each for each in study["factors"] if isinstance(each, Mapping)]
    return Kept(
        folder=folder,
        title=str(manifest["scenario"]["title"]),
        question=str(manifest["question"]),
        design=str(study["design"]),
        factors=tuple(str(each["name"]).rsplit(".", 1)[-1] for each in factors),
        sized=sum(bool(each.get("has_sizes")) for each in factors),
        policies=tuple(map(str, study["policies"])),
        settings=int(counts["points"]),
        runs=int(counts["runs"]),
        failures=int(counts["failures"]),
        complete=bool(manifest.get("complete")),
        seed=int(study["seed"]),
        engine=str(manifest["engine"]),
        digest=str(manifest["study_digest"]),
    )


def listed(studies: list[Kept]) -> pd.DataFrame:
    """The studies as a table, a row each."""
    columns = ("study", "varied", "design", "policies", "settings", "runs", "failed", "finished", "version", "digest")
    rows = [
        (
            each.title,
            ", ".join(each.factors) or "nothing",
            each.design,
            ", ".join(each.policies),
            each.settings,
            each.runs,
            each.failures,
            "yes" if each.complete else "not yet",
            each.engine,
            each.digest[:16],
        )
        for each in studies
    ]
    return pd.DataFrame(rows, columns=list(columns))
