"""The store of a study: Parquet parts that depend on their inputs alone, a manifest, and a log of when they were made.

A store's folder is named by the study's digest, so that a changed study, scenario or engine never meets old results.
Every file is written beside its place and then moved there, so that it is whole or absent, whoever else writes it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, Final

from experiments.columns import Row, table_of
from experiments.plan import Study
from sim import MEASURES, VERSION, packages, resolved
from sim.errors import ResultError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

BLOCK: Final = 50
"""Replications of one part. Parts must not depend on who runs them, so this is no setting."""

STALE: Final = 3600.0
"""Seconds after which a half-written file is taken to be nobody's."""

MANIFEST: Final = "manifest.json"
LOG: Final = "log.jsonl"
_KEY: Final = b"stockout"


@dataclass(frozen=True)
class Block:
    """One part of a store: some replications of one point under every policy."""

    point: int
    first: int
    """First replication."""
    end: int
    """The one after the last."""

    @property
    def name(self) -> str:
        """The name of its file; names in order are blocks in order."""
        return f"point-{self.point:05d}_rep-{self.first:06d}-{self.end - 1:06d}.parquet"


def blocks_of(study: Study) -> tuple[Block, ...]:
    """All parts of a study's store, in the order of their rows."""
    return tuple(
        Block(point.number, first, min(first + BLOCK, study.replications))
        for point in study.points
        for first in range(0, study.replications, BLOCK)
    )


class Store:
    """The folder that holds the results of one study."""

    def __init__(self, study: Study) -> None:
        self.folder: Final = study.store
        self._study: Final = study
        self._made_of: Final = {"study": study.digest, "packages": packages()}
        self.folder.mkdir(parents=True, exist_ok=True)
        self._known: Final = _known_digests(self.folder)
        for stray in self.folder.glob("*.tmp"):
            if stray.stat().st_mtime < time() - STALE:
                stray.unlink(missing_ok=True)

    def failures(self, block: Block) -> int | None:
        """Failed runs in a part; `None` when it is not there, not whole, changed, or made with other packages."""
        content = _content(self.folder / block.name)
        table = _table(content)
        if table is None or self._known.get(block.name, digest_of(content)) != digest_of(content):
            return None
        if (table.schema.metadata or {}).get(_KEY) != self._stamp(block):
            return None
        whole = table.num_rows == (block.end - block.first) * len(self._study.policies)
        return sum(status != "ok" for status in table["status"].to_pylist()) if whole else None

    def write(self, block: Block, rows: Sequence[Row]) -> None:
        """Put a part in its place."""
        import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet
        import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

        table = table_of(self._study, self._study.points[block.point], rows)
        sink = pa.BufferOutputStream()
        pq.write_table(table.replace_schema_metadata({_KEY: self._stamp(block)}), sink, compression="zstd")
        _replace(self.folder / block.name, sink.getvalue().to_pybytes())

    def _stamp(self, block: Block) -> bytes:
        """What a part says of its origin."""
        return json.dumps({**self._made_of, "part": block.name}, sort_keys=True).encode()

    def finish(self, failures: int) -> None:
        """Write the manifest, by which a store is known to be complete."""
        manifest = {**_about(self._study), "parts": self._parts()}
        manifest["counts"]["failures"] = failures
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        _replace(self.folder / MANIFEST, text.encode())

    def log(self, entry: dict[str, Any]) -> None:
        """Add a line to the log, the only file that knows of time and machines."""
        with (self.folder / LOG).open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(entry) + "\n")

    def _parts(self) -> dict[str, str]:
        names = (block.name for block in blocks_of(self._study))
        return {name: digest_of((self.folder / name).read_bytes()) for name in names}


def _about(study: Study) -> dict[str, Any]:
    """Everything needed to run the same again."""
    stated = study.stated
    points = [
        {"point": point.number, "settings": dict(point.settings), "scenario_digest": digest}
        for point, digest in zip(study.points, study.digests, strict=True)
    ]
    return {
        "engine": VERSION,
        "study_digest": study.digest,
        "question": stated.question,
        "expectation": stated.expectation,
        "study": study.meaning(),
        "counts": {"points": len(study.points), "runs": study.runs, "failures": 0},
        "units": {name: MEASURES[name].unit for name in study.measures},
        "packages": packages(),
        "points": points,
        "scenario_digest": study.scenario.digest,
        "scenario": resolved(study.scenario),
    }


def _replace(path: Path, content: bytes) -> None:
    """Put a file in its place at once; of two writers of the same content either may be the last."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def digest_of(content: bytes) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def _content(path: Path) -> bytes:
    """What is in a file; nothing if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _table(content: bytes) -> pa.Table | None:
    """The rows of a part, if it can be read to its end."""
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

    with suppress(OSError, pa.ArrowException):
        return pq.read_table(pa.BufferReader(content))
    return None


def _known_digests(folder: Path) -> dict[str, str]:
    """By part: its digest as the store's manifest has it; nothing while the store is incomplete."""
    try:
        return dict(read_manifest(folder)["parts"])
    except ResultError:
        return {}


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """What a store says of itself.

    Raises:
        ResultError: there is no complete store.
    """
    path = Path(folder) / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultError(f"{folder} is not the store of a finished study: {error}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("parts"), dict):
        raise ResultError(f"{path} is not the manifest of a study")
    return manifest


def read_store(folder: str | Path) -> pd.DataFrame:
    """All runs of a finished study: a row for each point, policy and replication, in that order.

    Raises:
        ResultError: the folder is not a complete store, or a part of it was lost or changed.
    """
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet

    parts = list(_checked(Path(folder), read_manifest(folder)["parts"]))
    frame: pd.DataFrame = pa.concat_tables(parts).replace_schema_metadata(None).to_pandas()
    return frame


def _checked(folder: Path, parts: dict[str, str]) -> Iterator[pa.Table]:
    for name, digest in parts.items():
        content = _content(folder / name)
        table = _table(content)
        if table is None or digest_of(content) != digest:
            raise ResultError(f"{folder / name} was lost or changed; run the study again to mend its store")
        yield table
