"""The store of a study: Parquet parts that depend on their inputs alone, a manifest, and a log of when they were made.

A store's folder is named by the study's digest, so that a changed study, scenario or engine never meets old results.
Every file is written beside its place and then moved there, so that it is whole or absent, whoever else writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.course import End
from experiments.parts import Share, shares_of
from experiments.plan import Study
from experiments.store_files import content_of, digest_of, parquet_of, put, put_if_absent, sweep, table_in, writing
from experiments.store_manifest import (
    MANIFEST,
    PartFound,
    about,
    digests_of_parts,
    finished,
    has_manifest,
    read_manifest,
    text_of,
)
from sim import packages
from sim.errors import ResultError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["Store", "read_manifest", "read_series", "read_store"]

LOG: Final = "log.jsonl"
SERIES: Final = "series"
"""The folder, inside a store, of what is kept over time."""

ASIDE: Final = ".unfinished"
"""How the name of a file ends that holds the rows of a part that is not complete."""

_KEY: Final = b"stockout"


class Store:
    """The folder that holds the results of one study.

    Raises:
        StoreError: the folder cannot be made.
    """

    def __init__(self, study: Study) -> None:
        self.folder: Final = study.store
        self._study: Final = study
        self._made_of: Final = {"study": study.digest, "packages": packages()}
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        self._known: Final = digests_of_parts(self.folder)
        sweep(self.folder)

    def kept(self, share: Share) -> pa.Table | None:
        """A part; `None` when it is not there, not whole, changed, or made with other packages."""
        content = content_of(self.folder / share.name)
        if self._known.get(share.name, digest_of(content)) != digest_of(content):
            return None
        table = self._own(content, share)
        if table is None or not self._is_whole(table, share):
            return None
        return table if self._has_series(share) else None

    def unfinished(self, share: Share) -> pa.Table | None:
        """The rows of a part that was not completed, if any were put aside."""
        return self._own(content_of(self.folder / (share.name + ASIDE)), share)

    def _own(self, content: bytes, share: Share) -> pa.Table | None:
        table = table_in(content)
        if table is None or (table.schema.metadata or {}).get(_KEY) != self._stamp(share):
            return None
        return table

    def _is_whole(self, table: pa.Table, share: Share) -> bool:
        """Whether a part has the rows that it must have; where precision decides, nobody knows their number."""
        rows = len(share.points) * len(share.replications) * len(self._study.policies)
        return bool(table.num_rows == rows or (self._study.precision and table.num_rows))

    def _has_series(self, share: Share) -> bool:
        wanted = self._study.stated.series is not None
        return not wanted or self._own(content_of(self.folder / SERIES / share.name), share) is not None

    def write(self, share: Share, table: pa.Table, series: pa.Table | None = None) -> None:
        """Put a part in its place, after what it keeps over time.

        Raises:
            StoreError: it cannot be written.
        """
        if series is not None:
            with writing(self.folder):
                (self.folder / SERIES).mkdir(exist_ok=True)
            put(self.folder / SERIES / share.name, parquet_of(self._stamped(series, share)))
        put(self.folder / share.name, parquet_of(self._stamped(table, share)))
        with suppress(OSError):
            (self.folder / (share.name + ASIDE)).unlink(missing_ok=True)

    def set_aside(self, share: Share, table: pa.Table) -> None:
        """Keep the rows of a part that is not complete.

        Raises:
            StoreError: they cannot be written.
        """
        put(self.folder / (share.name + ASIDE), parquet_of(self._stamped(table, share)))

    def _stamped(self, table: pa.Table, share: Share) -> pa.Table:
        return table.replace_schema_metadata({_KEY: self._stamp(share)})

    def _stamp(self, share: Share) -> bytes:
        """What a part says of its origin."""
        return json.dumps({**self._made_of, "part": share.name}, sort_keys=True).encode()

    def begin(self) -> None:
        """Say what the store is of, unless it says so already; until it is finished it says that too.

        Raises:
            StoreError: it cannot be written.
        """
        if not has_manifest(self.folder):
            put_if_absent(self.folder / MANIFEST, text_of({**about(self._study), "complete": False, "parts": {}}))

    def finish(self, ends: Sequence[End]) -> int:
        """Write the manifest by which a store is known to be complete; returns how many runs failed.

        Raises:
            StoreError: it cannot be written.
        """
        found = [self._found(share) for shares in shares_of(self._study) for share in shares]
        there = [part for part in found if part is not None]
        manifest = finished(self._study, ends, there)
        if content_of(self.folder / MANIFEST) != (text := text_of(manifest)):
            put(self.folder / MANIFEST, text)
        for stray in self.folder.glob(f"*{ASIDE}"):
            with suppress(OSError):
                stray.unlink(missing_ok=True)
        failures: int = manifest["counts"]["failures"]
        return failures

    def _found(self, share: Share) -> PartFound | None:
        """What a part holds; `None` if no replication came to fall into it."""
        content = content_of(self.folder / share.name)
        table = table_in(content)
        if table is None:
            return None
        wrong = zip(*(table[name].to_pylist() for name in ("status", "key", "error")), strict=True)
        failures = tuple((key, error) for status, key, error in wrong if status != "ok")
        series = content_of(self.folder / SERIES / share.name) if self._study.stated.series else b""
        return PartFound(share.name, digest_of(content), table.num_rows, failures, digest_of(series) if series else "")

    def log(self, entry: Mapping[str, Any]) -> None:
        """Add a line to the log, the only file that knows of time and machines; a full disk does without."""
        with suppress(OSError), (self.folder / LOG).open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(entry) + "\n")


def read_store(folder: str | Path) -> pd.DataFrame:
    """All runs of a finished study: a row for each point, policy and replication, in that order.

    Raises:
        ResultError: the folder is not a complete store, or a part of it was lost or changed.
    """
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet

    manifest = read_manifest(folder)
    parts = list(_checked(Path(folder), manifest["parts"]))
    frame: pd.DataFrame = pa.concat_tables(parts).replace_schema_metadata(None).to_pandas()
    places = {policy: place for place, policy in enumerate(manifest["study"]["policies"])}
    order = frame[["point", "replication"]].assign(policy=frame["policy"].map(places))
    rows = order.sort_values(["point", "policy", "replication"], kind="stable").index
    return frame if rows.equals(frame.index) else frame.loc[rows].reset_index(drop=True)


def read_series(folder: str | Path) -> pd.DataFrame:
    """What a finished study kept over time: a row for each run, stock, quantity and instant (in days from day 0).

    Raises:
        ResultError: the folder is not a complete store, it keeps nothing over time, or a part was lost or changed.
    """
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet

    parts = list(_checked(Path(folder) / SERIES, read_manifest(folder)["series"]))
    if not parts:
        raise ResultError(f"{folder} keeps nothing over time: its study has no `series`")
    frame: pd.DataFrame = pa.concat_tables(parts).replace_schema_metadata(None).to_pandas()
    return frame


def _checked(folder: Path, parts: Mapping[str, str]) -> Iterator[pa.Table]:
    for name, digest in parts.items():
        content = content_of(folder / name)
        table = table_in(content)
        if table is None or digest_of(content) != digest:
            raise ResultError(f"{folder / name} was lost or changed; run the study again to mend its store")
        yield table
