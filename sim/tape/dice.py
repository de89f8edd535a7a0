"""Uniforms read by key at no cost for those that nobody reads: what a few customers decide, and only sometimes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.tape.streams import Stream, Streams

_GOLDEN: Final = 0x9E3779B97F4A7C15
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB
_64: Final = 2**64 - 1

TURNS: Final = 64
"""How many numbers each identity has of one die."""

PURPOSES: Final = (
    "come", "price", "logit", "substitute", "notify", "buys", "mail_delay", "defer_delay", "exit", "pays", "hoard",
    "review", "respond", "reprice", "back", "churn", "contact", "contact_gap", "answer", "lottery", "hazard",
    "takes",
)  # fmt: skip
"""What customers may throw a die for."""

STOCK_PURPOSES: Final = (
    "miscount", "miscount_size", "double_posting", "misplaced", "mispick_item", "mispick_which", "mispick_units",
    "entry_slip", "entry_how", "unposted_return", "reservation_lost", "offered_delay", "count", "found", "posting",
    "noise", "entry_delay", "forgets", "clerk", "omits",
)  # fmt: skip
"""What stocks may throw a die for: by the number of the receipt, order, count or forecast there, or by the customer."""


@dataclass(frozen=True)
class Die:
    """SplitMix64 (Steele, Lea and Flood 2014) read by position: any number without the others."""

    seed: int

    def __call__(self, identity: int, turn: int = 0) -> float:
        """A uniform on [0, 1).

        Args:
            identity: whose it is: 0 or more.
            turn: the first time this identity throws, the second, ...; below `TURNS`.
        """
        z = (self.seed + (identity * TURNS + turn + 1) * _GOLDEN) & _64
        z = ((z ^ (z >> 30)) * _FIRST) & _64
        z = ((z ^ (z >> 27)) * _SECOND) & _64
        return ((z ^ (z >> 31)) >> 11) * 2.0**-53

    def many(self, identities: NDArray[np.int64], turn: int = 0) -> NDArray[np.float64]:
        """The same for many at once, to the last bit."""
        keys = identities.astype(np.uint64) * np.uint64(TURNS) + np.uint64(turn + 1)
        with np.errstate(over="ignore"):
            z = np.uint64(self.seed) + keys * np.uint64(_GOLDEN)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(_FIRST)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(_SECOND)
        uniforms: NDArray[np.float64] = ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return uniforms


def die_of(stream: Stream) -> Die:
    """The die of one stream of chance."""
    return Die(int(stream.generator().integers(2**64, dtype=np.uint64)))


@dataclass(frozen=True)
class Dice:
    """One die for each of `PURPOSES`, made when first asked for."""

    streams: Mapping[str, Stream]
    _made: dict[str, Die] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was made before; it holds nothing that could not be made again."""

    def __getitem__(self, purpose: str) -> Die:
        """The die for one purpose.

        Raises:
            KeyError: nobody may throw it.
        """
        if purpose not in self._made:
            self._made[purpose] = die_of(self.streams[purpose])
        return self._made[purpose]


def dice_of(name: str, streams: Streams, purposes: Iterable[str] = PURPOSES) -> Dice:
    """All dice of one customer stream (or of the panel, or of a stock)."""
    return Dice({purpose: streams.claim(f"dice/{name}/{purpose}") for purpose in purposes})


@dataclass(frozen=True)
class Named(Mapping[str, Stream]):
    """Streams of one owner by purpose, named when asked for: many owners need none of them."""

    owner: Stream
    """Its name begins theirs."""
    purposes: tuple[str, ...]

    def __getitem__(self, purpose: str) -> Stream:
        if purpose not in self.purposes:
            raise KeyError(purpose)
        return replace(self.owner, name=f"{self.owner.name}/{purpose}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.purposes)

    def __len__(self) -> int:
        return len(self.purposes)
