"""What a law is, and what a breach of one tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sim.ledger.auditing.replay import Replay


@dataclass(frozen=True)
class Breach:
    """One place where a ledger says something else than the law."""

    subject: str
    """A stock, visit, supply order or table."""
    at: int | None
    """Instant in seconds from the start of the run; `None` for what concerns the whole run."""
    found: object
    """What the ledger says."""
    expected: object
    """What the law says."""


Check = Callable[[Replay], Iterable[Breach]]


@dataclass(frozen=True)
class Law:
    """Something that holds in every run."""

    name: str
    """One word or two."""
    meaning: str
    """The law in one sentence."""
    check: Check
    """Finds the places where a run breaks it."""
