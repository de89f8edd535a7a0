"""What was run before: in memory for all visitors, and in a folder across restarts; both bounded."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import sim
from dashboard.packing import UnpackingError, pack, unpack, weight
from sim import VERSION, Glimpse, Scenario

MEMORY: Final = 256 * 2**20
"""Bytes kept in memory, about."""

DISK: Final = 512 * 2**20
"""Bytes kept in the folder."""

_ENDING: Final = ".npz"


def key_of(scenario: Scenario) -> str:
    """What one replication depends on: the scenario but for how often it is to be run, and the engine."""
    plan = scenario.plan.model_copy(update={"replications": 2})
    meaning = scenario.model_copy(update={"plan": plan}).digest
    return hashlib.sha256(json.dumps([_engine(), meaning, list(scenario.policies)]).encode()).hexdigest()


@lru_cache(maxsize=1)
def _engine() -> str:
    """The engine's version and, for those who work on it, the digest of its source."""
    home = Path(sim.__file__).parent
    found = hashlib.sha256(VERSION.encode())
    for path in sorted(home.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def cache_folder() -> Path:
    """Where programs of this user keep what can be made anew."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stockout" / "dashboard"


class Past:
    """Replications by key.

    Args:
        folder: where to keep them too; made when it is not there. `None` keeps them in memory alone.
        memory: bytes in memory, at most.
        disk: bytes in the folder, at most.
    """

    def __init__(self, folder: Path | None, *, memory: int = MEMORY, disk: int = DISK) -> None:
        self._folder, self._memory, self._disk = folder, memory, disk
        self._held: OrderedDict[str, tuple[Glimpse, ...]] = OrderedDict()
        self._weights: dict[str, int] = {}
        self._lock = Lock()
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stockout-past")

    def recall(self, key: str) -> tuple[Glimpse, ...]:
        """The replications of a key from the first on; none if there are none."""
        with self._lock:
            if found := self._held.get(key):
                self._held.move_to_end(key)
                return found
        found = self._read(key)
        if found:
            self._hold(key, found)
        return found

    def keep(self, key: str, seen: Sequence[Glimpse], *, on_disk: bool) -> None:
        """Remember replications, if there are more of them than before; the folder is written to soon."""
        with self._lock:
            known = len(self._held.get(key, ()))
        if len(seen) > known:
            self._hold(key, tuple(seen))
            if on_disk and self._folder is not None:
                self._writer.submit(self._write, key, tuple(seen))

    def close(self) -> None:
        """Wait until all is written."""
        self._writer.shutdown(wait=True)

    def _hold(self, key: str, seen: tuple[Glimpse, ...]) -> None:
        heavy = weight(seen)
        with self._lock:
            self._held[key], self._weights[key] = seen, heavy
            self._held.move_to_end(key)
            while sum(self._weights.values()) > self._memory and len(self._held) > 1:
                oldest, _ = self._held.popitem(last=False)
                del self._weights[oldest]

    def _read(self, key: str) -> tuple[Glimpse, ...]:
        if self._folder is None:
            return ()
        path = self._folder / f"{key}{_ENDING}"
        try:
            found = unpack(path.read_bytes())
            os.utime(path)
        except OSError:
            return ()
        except UnpackingError:
            _log().warning("%s cannot be read and is left aside", path.name)
            return ()
        return found

    def _write(self, key: str, seen: tuple[Glimpse, ...]) -> None:
        """Into another file first, which then takes the place: no reader ever sees half of it."""
        assert self._folder is not None
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
                file.write(pack(seen))
            Path(file.name).replace(self._folder / f"{key}{_ENDING}")
            self._tidy(self._folder)
        except OSError as error:
            _log().warning("results are kept in memory only: %s", error.strerror)

    def _tidy(self, folder: Path) -> None:
        """Take away what was used longest ago, until the rest fits."""
        files = sorted(((path.stat(), path) for path in folder.glob(f"*{_ENDING}")), key=lambda each: -each[0].st_mtime)
        total = 0
        for stat, path in files:
            total += stat.st_size
            if total > self._disk:
                path.unlink(missing_ok=True)


def _log() -> logging.Logger:
    return logging.getLogger("stockout.dashboard")
