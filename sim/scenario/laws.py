"""The laws a scenario can name: of time (`DurationLaw`), numbers (`NumberLaw`), whole numbers (`CountLaw`).

Each can be written as a mapping `{dist: gamma, mean: 40 d, cv: 0.2}`, as a call `gamma(mean=40 d, cv=0.2)`,
or as a bare value that never varies. A `DurationLaw` gives seconds as floats; whoever uses them rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import TypeAliasType

from sim.scenario.law import Law
from sim.scenario.law_text import Form, check_name, is_call, parse_call
from sim.scenario.laws_bounded import (
    Constant,
    DurationConstant,
    DurationEmpirical,
    DurationTriangular,
    DurationUniform,
    Empirical,
    NumberConstant,
    NumberEmpirical,
    NumberTriangular,
    NumberUniform,
    Triangular,
    Uniform,
)
from sim.scenario.laws_built import Mixture, MixturePart, Shifted, Truncated
from sim.scenario.laws_count import FixedCount, Table, UniformInt
from sim.scenario.laws_events import Binomial, Geometric, NegBinomial, Poisson
from sim.scenario.laws_skewed import (
    DurationExponential,
    DurationGamma,
    DurationLogNormal,
    DurationNormal,
    DurationWeibull,
    Exponential,
    Gamma,
    LogNormal,
    Normal,
    NumberExponential,
    NumberGamma,
    NumberLogNormal,
    NumberNormal,
    NumberWeibull,
    Weibull,
)
from sim.scenario.quantities import Duration
from sim.scenario.quantity_text import refuse

_CONTINUOUS = (
    *(Constant, Uniform, Triangular, Normal, LogNormal, Gamma, Weibull, Exponential, Empirical),
    *(Mixture, Truncated, Shifted),
)
_COUNTS = (FixedCount, Table, Poisson, Geometric, NegBinomial, Binomial, UniformInt)


@dataclass(frozen=True)
class _Forms:
    """Reads every form of a law into its mapping, and tells the JSON schema about them."""

    kinds: tuple[type[Law], ...]
    scalar: tuple[str, ...]
    """JSON types of a bare value."""
    example: str

    def normal(self, value: Any) -> Any:
        """The mapping form of whatever was written."""
        if isinstance(value, Law):
            return value
        if isinstance(value, str) and is_call(value):
            return parse_call(value, self._forms())
        if isinstance(value, Mapping):
            return self._mapping(value)
        return {"dist": "constant", "value": value}

    def _mapping(self, value: Mapping[Any, Any]) -> Mapping[Any, Any]:
        if isinstance(value.get("dist"), str):
            check_name(value["dist"], self._forms())
            return value
        if "dist" not in value and "table" in self._forms() and all(str(key).isdecimal() for key in value):
            return {"dist": "table", "weights": value}
        raise refuse("law", f"a law needs its name under `dist`, as in {self.example}")

    def _forms(self) -> dict[str, Form]:
        return {kind.model_fields["dist"].default: _form(kind) for kind in self.kinds}

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Any of the three forms."""
        written = {
            "type": list(self.scalar),
            "examples": [self.example],
            "description": "A call, or a bare value.",
        }
        return {"anyOf": [written, handler(core_schema)]}


def _form(kind: type[Law]) -> Form:
    names = tuple(name for name in kind.model_fields if name != "dist")
    return Form(names, kind.positional, pairs=names[0] if names[0] in ("parts", "weights") else "")


_DURATION_FORMS = _Forms(_CONTINUOUS, ("string", "number"), "gamma(mean=40 d, cv=0.2)")
_NUMBER_FORMS = _Forms(_CONTINUOUS, ("string", "number"), "gamma(mean=40, cv=0.2)")
_COUNT_FORMS = _Forms(_COUNTS, ("string", "integer"), "poisson(5)")


class DurationPart(MixturePart):
    """One law of a mixture and its weight."""

    law: DurationLaw
    """The law."""


class DurationMixture(Mixture):
    """Now one law, now another."""

    parts: Annotated[tuple[DurationPart, ...], Field(min_length=1)]
    """The laws and how often each applies."""


class DurationTruncated(Truncated):
    """Another law given that its value lies between two bounds (both included)."""

    law: DurationLaw
    """The law that is cut off."""
    low: Duration | None = None
    """Least value; no bound when left out."""
    high: Duration | None = None
    """Greatest value; no bound when left out."""


class DurationShifted(Shifted):
    """Another law with the same time added to every value."""

    law: DurationLaw
    """The law that is shifted."""
    by: Duration
    """The time added."""


class NumberPart(MixturePart):
    """One law of a mixture and its weight."""

    law: NumberLaw
    """The law."""


class NumberMixture(Mixture):
    """Now one law, now another."""

    parts: Annotated[tuple[NumberPart, ...], Field(min_length=1)]
    """The laws and how often each applies."""


class NumberTruncated(Truncated):
    """Another law given that its value lies between two bounds (both included)."""

    law: NumberLaw
    """The law that is cut off."""


class NumberShifted(Shifted):
    """Another law with the same number added to every value."""

    law: NumberLaw
    """The law that is shifted."""


DurationLaw = TypeAliasType(
    "DurationLaw",
    Annotated[
        DurationConstant
        | DurationUniform
        | DurationTriangular
        | DurationNormal
        | DurationLogNormal
        | DurationGamma
        | DurationWeibull
        | DurationExponential
        | DurationEmpirical
        | DurationMixture
        | DurationTruncated
        | DurationShifted,
        Field(discriminator="dist"),
        BeforeValidator(_DURATION_FORMS.normal),
        _DURATION_FORMS,
    ],
)
"""A law of lengths of time, in seconds; `any` and `forever` mean longer than any run."""

NumberLaw = TypeAliasType(
    "NumberLaw",
    Annotated[
        NumberConstant
        | NumberUniform
        | NumberTriangular
        | NumberNormal
        | NumberLogNormal
        | NumberGamma
        | NumberWeibull
        | NumberExponential
        | NumberEmpirical
        | NumberMixture
        | NumberTruncated
        | NumberShifted,
        Field(discriminator="dist"),
        BeforeValidator(_NUMBER_FORMS.normal),
        _NUMBER_FORMS,
    ],
)
"""A law of plain numbers."""

CountLaw = TypeAliasType(
    "CountLaw",
    Annotated[
        FixedCount | Table | Poisson | Geometric | NegBinomial | Binomial | UniformInt,
        Field(discriminator="dist"),
        BeforeValidator(_COUNT_FORMS.normal),
        _COUNT_FORMS,
    ],
)
"""A law of whole numbers; a mapping `{1: 0.5, 2: 0.5}` is a table."""

for _model in (
    DurationPart, DurationMixture, DurationTruncated, DurationShifted,
    NumberPart, NumberMixture, NumberTruncated, NumberShifted,
):  # fmt: skip
    _model.model_rebuild()

_DURATION_LAW: Final[TypeAdapter[DurationLaw]] = TypeAdapter(DurationLaw)
_NUMBER_LAW: Final[TypeAdapter[NumberLaw]] = TypeAdapter(NumberLaw)
_COUNT_LAW: Final[TypeAdapter[CountLaw]] = TypeAdapter(CountLaw)


def parse_duration_law(value: object) -> DurationLaw:
    """A law of time from any of its forms; raises pydantic's `ValidationError`."""
    return _DURATION_LAW.validate_python(value)


def parse_number_law(value: object) -> NumberLaw:
    """A law of numbers from any of its forms; raises pydantic's `ValidationError`."""
    return _NUMBER_LAW.validate_python(value)


def parse_count_law(value: object) -> CountLaw:
    """A law of whole numbers from any of its forms; raises pydantic's `ValidationError`."""
    return _COUNT_LAW.validate_python(value)
