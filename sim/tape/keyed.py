"""Draws read by key: the k-th order has the same lead time whoever asks for it, and whenever."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.errors import TapeError
from sim.scenario.laws_bounded import Constant
from sim.tape.streams import Stream
from sim.words import FOREVER

KEYS: Final = 2**24
"""How many keys every sequence of draws has."""
_BLOCK: Final = 256
"""Values computed together; no value depends on it."""


class Quantiles(Protocol):
    """Anything that turns uniforms into values; every law does."""

    def ppf(self, u: NDArray[np.float64], /) -> NDArray[np.float64]:
        """The value below which a share `u` lies."""
        ...


class KeyedDraws(ABC):
    """Whole seconds, 0 or more, by key 0, 1, 2, ..."""

    def __getitem__(self, key: int) -> int:
        """The value of one key.

        Raises:
            TapeError: the key is not on the tape.
        """
        _check(key, key + 1)
        return self._value(key)

    def total(self, first: int, count: int) -> int:
        """The sum of `count` values from the key `first` on.

        Raises:
            TapeError: one of the keys is not on the tape, or the count is negative.
        """
        _check(first, first + count)
        return self._sum(first, first + count)

    @abstractmethod
    def _value(self, key: int) -> int: ...

    @abstractmethod
    def _sum(self, first: int, stop: int) -> int: ...


def _check(first: int, stop: int) -> None:
    if not 0 <= first <= stop <= KEYS:
        raise TapeError(f"the tape has keys 0 .. {KEYS - 1}; asked for {first} .. {stop - 1}")


@dataclass(frozen=True)
class ConstantDraws(KeyedDraws):
    """The same value for every key."""

    value: int

    def _value(self, key: int) -> int:  # noqa: ARG002 - every key has the one value
        return self.value

    def _sum(self, first: int, stop: int) -> int:
        return self.value * (stop - first)


@dataclass(frozen=True)
class PacedDraws(KeyedDraws):
    """The beat of a steady pace: the first k values together are k / rate, whatever a second cuts off."""

    rate: float
    """Beats per second."""

    def _value(self, key: int) -> int:
        return self._sum(key, key + 1)

    def _sum(self, first: int, stop: int) -> int:
        return round(stop / self.rate) - round(first / self.rate)


@dataclass(frozen=True)
class ScriptedDraws(KeyedDraws):
    """The listed values, then 0."""

    values: tuple[int, ...]

    def _value(self, key: int) -> int:
        return self.values[key] if key < len(self.values) else 0

    def _sum(self, first: int, stop: int) -> int:
        return sum(self.values[first:stop])


@dataclass(frozen=True)
class RandomDraws(KeyedDraws):
    """The k-th uniform of a stream through the quantile function of a law, rounded to whole seconds."""

    stream: Stream
    law: Quantiles
    _blocks: dict[int, NDArray[np.int64]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What was read before; it holds nothing that could not be drawn again."""

    def __getstate__(self) -> dict[str, Any]:
        return {"stream": self.stream, "law": self.law, "_blocks": {}}

    def _block(self, number: int) -> NDArray[np.int64]:
        if number not in self._blocks:
            u = self.stream.generator(skip=number * _BLOCK).random(_BLOCK)
            self._blocks[number] = _rounded(self.law, u)
        return self._blocks[number]

    def _value(self, key: int) -> int:
        return int(self._block(key // _BLOCK)[key % _BLOCK])

    def _sum(self, first: int, stop: int) -> int:
        total = 0
        for number in range(first // _BLOCK, -(-stop // _BLOCK)):
            start = number * _BLOCK
            total += int(self._block(number)[max(first - start, 0) : stop - start].sum())
        return total


def _rounded(law: Quantiles, u: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.clip(np.rint(law.ppf(u)), 0, FOREVER).astype(np.int64)


def draws_of(law: Quantiles, stream: Stream) -> KeyedDraws:
    """The draws of one law; a constant needs no chance."""
    if isinstance(law, Constant):
        return ConstantDraws(int(_rounded(law, np.zeros(1))[0]))
    return RandomDraws(stream, law)
