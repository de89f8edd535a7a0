"""What a store says of itself: everything needed to run the same again, and to find a run in it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from experiments.course import End
from experiments.plan import Study
from experiments.portable import portable
from sim import MEASURES, VERSION, packages, resolved
from sim.errors import ResultError

MANIFEST: Final = "manifest.json"
MOST_FAILURES: Final = 100
"""Failed runs that a manifest names; the rows name all."""

_PATIENCE: Final = 10
"""Seconds that git may take."""


@dataclass(frozen=True)
class PartFound:
    """One part of a store."""

    name: str
    digest: str
    rows: int
    failures: tuple[tuple[str, str], ...]
    """Key and error of its failed runs."""
    series: str
    """Digest of what it keeps over time; empty when that is nothing."""


def about(study: Study) -> dict[str, Any]:
    """What is known of a study before its first run."""
    stated = study.stated
    return {
        "engine": VERSION,
        "study_digest": study.digest,
        "question": stated.question,
        "expectation": stated.expectation,
        "study": study.meaning(),
        "counts": {"points": len(study.points), "runs": study.runs, "failures": 0},
        "units": {name: MEASURES[name].unit for name in study.measures},
        "packages": packages(),
        "git": git_of(study.folder),
        "points": [
            {**point.about(), "overrides": point.overrides, "scenario_digest": digest}
            for point, digest in zip(study.points, study.digests, strict=True)
        ],
        "scenario_digest": study.scenario.digest,
        "scenario": resolved(study.scenario),
        "scenario_as_written": None if portable(study) is None else study.base.raw,
        "scenario_file": Path(os.path.relpath(study.base.file, study.store)).as_posix(),
        "plan": dict(study.base.plan),
    }


def finished(study: Study, ends: Sequence[End], parts: Sequence[PartFound]) -> dict[str, Any]:
    """The manifest of a complete store."""
    manifest = about(study)
    for point, end in zip(manifest["points"], ends, strict=True):
        point.update(replications=end.replications, stopped_by=end.stopped_by)
    failures = [failure for part in parts for failure in part.failures]
    manifest["counts"] |= {"runs": sum(part.rows for part in parts), "failures": len(failures)}
    return {
        **manifest,
        "failures": [{"key": key, "error": error} for key, error in failures[:MOST_FAILURES]],
        "complete": True,
        "parts": {part.name: part.digest for part in parts},
        "series": {part.name: part.series for part in parts if part.series},
    }


def text_of(manifest: Mapping[str, Any]) -> bytes:
    """A manifest as the content of its file."""
    return (json.dumps(manifest, indent=1, ensure_ascii=False, default=str) + "\n").encode()


def read_manifest(folder: str | Path, *, unfinished: bool = False) -> dict[str, Any]:
    """What a store says of itself.

    Args:
        unfinished: whether a study that has not come to its end will do; its parts are not listed then.

    Raises:
        ResultError: there is no such store.
    """
    path = Path(folder) / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultError(f"{folder} is not the store of a finished study: {error}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("parts"), dict):
        raise ResultError(f"{path} is not the manifest of a study")
    if not (manifest.get("complete") or unfinished):
        raise ResultError(f"{folder} is not the store of a finished study: run the study again to complete it")
    return manifest


def has_manifest(folder: Path) -> bool:
    """Whether a folder says that it is a store."""
    with suppress(ResultError):
        return bool(read_manifest(folder, unfinished=True))
    return False


def digests_of_parts(folder: Path) -> dict[str, str]:
    """By part: its digest as the store's manifest has it; nothing while the store is incomplete."""
    with suppress(ResultError):
        return dict(read_manifest(folder)["parts"])
    return {}


def git_of(folder: Path) -> dict[str, Any] | None:
    """The commit that the study's folder is at, and whether tracked files differ from it; `None` outside of git."""
    commit = _git(folder, "rev-parse", "HEAD")
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return None if not commit or changes is None else {"commit": commit, "dirty": bool(changes)}


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
