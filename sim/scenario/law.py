"""What every law of chance can do: turn uniforms into values, and tell its mean and spread."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

import numpy as np
from pydantic import ConfigDict

from sim.scenario.part import Part
from sim.scenario.quantities import Number
from sim.scenario.quantity_text import number_text, refuse
from sim.scenario.special import Floats

Length = TypeVar("Length", bound=float)
"""A duration for laws of time, a plain number for the others."""

INFINITY = np.asarray(np.inf)
INFINITY.setflags(write=False)


def _require_name(schema: dict[str, Any]) -> None:
    """Only its name tells an editor which law a mapping is."""
    schema["required"] = ["dist", *schema.get("required", [])]


class Law(Part):
    """A probability law, read by its quantile function so that one uniform gives one value."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Let the forms of a law for durations and for numbers take over its descriptions.

        They have no source of their own; looking for it takes a third of the time to import the product.
        """
        if cls.__pydantic_generic_metadata__["parameters"]:
            cls.model_config["use_attribute_docstrings"] = False

    model_config = ConfigDict(json_schema_extra=_require_name)

    positional: ClassVar[tuple[str, ...]] = ()
    """Parameters that the call form may give without their names."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """`NumberGamma` for a law of numbers, `DurationGamma` for one of time."""
        return f"{'Number' if params[0] is Number else 'Duration'}{cls.__name__}"

    @abstractmethod
    def ppf(self, u: Floats) -> Floats:
        """Quantiles for uniforms in [0, 1): one finite value for each, whatever the others are."""

    @abstractmethod
    def cdf(self, x: Floats) -> Floats:
        """Chance of a value of at most `x`."""

    @property
    @abstractmethod
    def mean_value(self) -> float:
        """The mean, exact."""

    @property
    @abstractmethod
    def sd_value(self) -> float:
        """The standard deviation, exact."""

    def describe(self) -> str:
        """The call form, which reads back as the same law: `gamma(mean=40 d, cv=0.2)`."""
        return f"{self.model_dump()['dist']}({', '.join(self._arguments())})"

    def _arguments(self) -> Iterator[str]:
        written = self.model_dump(mode="json", exclude_none=True)
        for name in written:
            value = getattr(self, name)
            if name != "dist":
                bare = self.positional == (name,) or isinstance(value, Law)
                yield ("" if bare else f"{name}=") + _text(value, written[name])


def _text(value: object, written: object) -> str:
    if isinstance(value, Law):
        return value.describe()
    if isinstance(written, list):
        return f"[{', '.join(_text(None, item) for item in written)}]"
    return number_text(written) if isinstance(written, int | float) else str(written)


class Continuous(Law):
    """A law known by its partial moments, from which all else follows."""

    @abstractmethod
    def below(self, x: Floats, order: int) -> Floats:
        """Mean of X**order over the part of the law at or below `x` (order 0, 1 or 2): order 0 is the cdf."""

    def cdf(self, x: Floats) -> Floats:
        """Chance of a value of at most `x`."""
        return self.below(np.asarray(x, dtype=np.float64), 0)

    @property
    def mean_value(self) -> float:
        """The mean, exact."""
        return float(self.below(INFINITY, 1))

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        return math.sqrt(max(float(self.below(INFINITY, 2)) - self.mean_value**2, 0.0))


def in_order(law: Law, low: str, high: str, *, equal: bool = False) -> None:
    """Refuse a law whose parameter `low` is above (or, unless allowed, equal to) its parameter `high`."""
    least, most = getattr(law, low), getattr(law, high)
    if least > most or (least == most and not equal):
        written = law.model_dump(mode="json")
        first, second = _text(least, written[low]), _text(most, written[high])
        relation = "is above" if least > most else "is the same as"
        raise refuse("law", f"{written['dist']}: {low} ({first}) {relation} {high} ({second})")


def either(law: Law, first: tuple[str, ...], second: tuple[str, ...]) -> None:
    """Refuse a law that does not state exactly one of two pairs of parameters."""
    given = {name for name in first + second if getattr(law, name) is not None}
    if given not in (set(first), set(second)):
        name = law.model_dump()["dist"]
        raise refuse("law", f"{name}: give {' and '.join(first)}, or {' and '.join(second)}, and nothing else")
