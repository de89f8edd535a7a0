"""Laws without an upper bound, stated by mean and spread."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Generic, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.scenario.law import Continuous, Length, either
from sim.scenario.quantities import Duration, Number
from sim.scenario.special import Floats, gamma_cdf, gamma_ppf, normal_cdf, normal_pdf, normal_ppf

Spread = Annotated[Number, Field(gt=0, le=1000, examples=[0.2])]
"""A positive number without a unit."""

_ALMOST_ONE = float(np.nextafter(1.0, 0.0))


class Normal(Continuous, Generic[Length]):
    """The normal law cut off at 0; `mean` and `sd` are those before the cut."""

    dist: Literal["normal"] = "normal"
    mean: Annotated[Length, Field(ge=0)]
    """Mean before the cut at 0."""
    sd: Annotated[Length, Field(gt=0)]
    """Standard deviation before the cut at 0."""
    positional: ClassVar = ("mean", "sd")

    @property
    def _cut(self) -> float:
        return float(normal_cdf(-self.mean / self.sd))

    def ppf(self, u: Floats) -> Floats:
        """Normal quantile of what is left above the cut."""
        cut = self._cut
        p = np.minimum(cut + u * (1.0 - cut), _ALMOST_ONE)
        return np.maximum(self.mean + self.sd * normal_ppf(p), 0.0)

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment, by integration by parts."""
        x = np.maximum(x, 0.0)
        z = (x - self.mean) / self.sd
        part: Floats = normal_cdf(z) - self._cut
        if order:
            density = normal_pdf(z) * self.sd
            zeroth, part = part, self.mean * part - density + normal_pdf(self.mean / self.sd) * self.sd
        if order == 2:
            edge = np.where(np.isfinite(x), x, 0.0) * density
            part = self.mean * part + float(self.sd) ** 2 * zeroth - edge
        return part / (1.0 - self._cut)

    @property
    def sd_value(self) -> float:
        """The standard deviation after the cut, exact."""
        at = self.mean / self.sd
        pull = float(normal_pdf(at)) / (1.0 - self._cut)
        return self.sd * math.sqrt(1.0 - pull * at - pull**2)


class LogNormal(Continuous, Generic[Length]):
    """A quantity whose logarithm is normal: stated by mean and cv, or by median and sigma."""

    dist: Literal["lognormal"] = "lognormal"
    mean: Annotated[Length, Field(gt=0)] | None = None
    """Mean; goes with `cv`."""
    cv: Spread | None = None
    """Standard deviation divided by mean."""
    median: Annotated[Length, Field(gt=0)] | None = None
    """Median; goes with `sigma`."""
    sigma: Annotated[Number, Field(gt=0, le=10, examples=[0.94])] | None = None
    """Standard deviation of the logarithm."""

    @model_validator(mode="after")
    def _one_pair(self) -> Self:
        either(self, ("mean", "cv"), ("median", "sigma"))
        return self

    @property
    def _log(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        if self.median is not None and self.sigma is not None:
            return math.log(self.median), self.sigma
        assert self.mean is not None
        assert self.cv is not None
        sigma = math.sqrt(math.log1p(self.cv**2))
        return math.log(self.mean) - 0.5 * sigma**2, sigma

    def ppf(self, u: Floats) -> Floats:
        """Exponential of the normal quantile."""
        mu, sigma = self._log
        return np.asarray(np.exp(mu + sigma * normal_ppf(u)))

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment."""
        mu, sigma = self._log
        with np.errstate(divide="ignore"):
            z = (np.log(np.maximum(x, 0.0)) - mu) / sigma
        part: Floats = normal_cdf(z - order * sigma)
        return part * math.exp(order * mu + 0.5 * (order * sigma) ** 2)

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        return self.mean_value * math.sqrt(math.expm1(self._log[1] ** 2))


class Gamma(Continuous, Generic[Length]):
    """The gamma law by mean and cv."""

    dist: Literal["gamma"] = "gamma"
    mean: Annotated[Length, Field(gt=0)]
    """Mean."""
    cv: Spread
    """Standard deviation divided by mean."""

    @property
    def _shape(self) -> float:
        return 1.0 / self.cv**2

    def ppf(self, u: Floats) -> Floats:
        """Inverse of the incomplete gamma function."""
        quantile: Floats = gamma_ppf(self._shape, u)
        return quantile * (self.mean / self._shape)

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment: a gamma law of higher shape."""
        shape, scale = self._shape, self.mean / self._shape
        part: Floats = gamma_cdf(shape + order, np.maximum(x, 0.0) / scale)
        return part * math.prod(scale * (shape + k) for k in range(order))

    @property
    def mean_value(self) -> float:
        """The mean."""
        return float(self.mean)

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        return self.mean * self.cv


class Exponential(Continuous, Generic[Length]):
    """The law without memory."""

    dist: Literal["exponential"] = "exponential"
    mean: Annotated[Length, Field(gt=0)]
    """Mean."""
    positional: ClassVar = ("mean",)

    def ppf(self, u: Floats) -> Floats:
        """Logarithm of the chance of more."""
        return -np.log1p(-np.asarray(u)) * self.mean

    def cdf(self, x: Floats) -> Floats:
        """Chance of a value of at most `x`."""
        return np.asarray(-np.expm1(-np.maximum(x, 0.0) / self.mean))

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment: a gamma law of shape 1 + order."""
        part: Floats = gamma_cdf(1.0 + order, np.maximum(x, 0.0) / self.mean)
        return part * math.factorial(order) * float(self.mean) ** order

    @property
    def mean_value(self) -> float:
        """The mean."""
        return float(self.mean)

    @property
    def sd_value(self) -> float:
        """The same as the mean."""
        return float(self.mean)


class Weibull(Continuous, Generic[Length]):
    """The Weibull law, stated by mean and cv, or by scale and shape."""

    dist: Literal["weibull"] = "weibull"
    mean: Annotated[Length, Field(gt=0)] | None = None
    """Mean; goes with `cv`."""
    cv: Annotated[Number, Field(ge=0.001, le=100, examples=[0.5])] | None = None
    """Standard deviation divided by mean."""
    scale: Annotated[Length, Field(gt=0)] | None = None
    """Value that 63 % stay below; goes with `shape`."""
    shape: Annotated[Number, Field(ge=0.1, le=1000, examples=[2])] | None = None
    """Below 1 many small values and few large ones, above 1 a hump."""

    @model_validator(mode="after")
    def _one_pair(self) -> Self:
        either(self, ("mean", "cv"), ("scale", "shape"))
        return self

    @property
    def _form(self) -> tuple[float, float]:
        """Scale and shape."""
        if self.scale is not None and self.shape is not None:
            return float(self.scale), self.shape
        assert self.mean is not None
        assert self.cv is not None
        shape = _weibull_shape(self.cv)
        return self.mean / math.gamma(1.0 + 1.0 / shape), shape

    def ppf(self, u: Floats) -> Floats:
        """Power of the exponential quantile."""
        scale, shape = self._form
        return np.asarray(scale * (-np.log1p(-np.asarray(u))) ** (1.0 / shape))

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment: a gamma law of the power."""
        scale, shape = self._form
        raised = 1.0 + order / shape
        part: Floats = gamma_cdf(raised, (np.maximum(x, 0.0) / scale) ** shape)
        return part * math.gamma(raised) * scale**order

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        return self.mean_value * _weibull_cv(self._form[1])


def _weibull_cv(shape: float) -> float:
    return math.sqrt(math.expm1(math.lgamma(1.0 + 2.0 / shape) - 2.0 * math.lgamma(1.0 + 1.0 / shape)))


def _weibull_shape(cv: float) -> float:
    """The shape that has this cv, by halving: the cv falls as the shape grows."""
    low, high = math.log(0.1), math.log(2000.0)
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _weibull_cv(math.exp(middle)) > cv else (low, middle)
    return math.exp(0.5 * (low + high))


DurationNormal = Normal[Duration]
DurationLogNormal = LogNormal[Duration]
DurationGamma = Gamma[Duration]
DurationWeibull = Weibull[Duration]
DurationExponential = Exponential[Duration]
NumberNormal = Normal[Number]
NumberLogNormal = LogNormal[Number]
NumberGamma = Gamma[Number]
NumberWeibull = Weibull[Number]
NumberExponential = Exponential[Number]
