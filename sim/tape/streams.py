"""Named streams of chance: every draw belongs to a name, and every name to one owner."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from sim.errors import TapeError


@dataclass(frozen=True)
class Stream:
    """One stream of uniforms; its numbers depend on these three values and on nothing else.

    Raises:
        TapeError: the seed is negative, or the replication is not within [0, 2**32).
    """

    seed: int
    replication: int
    name: str
    """What the stream decides, as a path: `visits/shoppers/time`."""

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise TapeError(f"the seed {self.seed} is negative; seeds are 0 or more")
        if not 0 <= self.replication < 2**32:
            raise TapeError(f"the replication {self.replication} is not within 0 .. {2**32 - 1}")

    def generator(self, *, skip: int = 0) -> np.random.Generator:
        """A fresh generator at the start of the stream, or after its first `skip` uniforms."""
        words = np.frombuffer(blake2b(self.name.encode(), digest_size=16).digest(), "<u4").tolist()
        bits = np.random.PCG64(np.random.SeedSequence([self.seed, self.replication, *words]))
        return np.random.Generator(bits.advance(skip) if skip else bits)


class Streams:
    """Hands out the streams of one replication, each name once."""

    def __init__(self, *, seed: int, replication: int) -> None:
        self._seed = seed
        self._replication = replication
        self._claimed: set[str] = set()

    def claim(self, name: str) -> Stream:
        """The stream of that name.

        Raises:
            TapeError: the name has an owner already, so two decisions would share their chance.
        """
        if name in self._claimed:
            raise TapeError(f"the stream '{name}' is claimed twice")
        self._claimed.add(name)
        return Stream(self._seed, self._replication, name)
