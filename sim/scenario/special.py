"""Special functions of the laws; SciPy is imported at the first call, since most commands never need it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def normal_cdf(z: Floats | float) -> Any:
    """Standard normal distribution function."""
    from scipy.special import ndtr  # noqa: PLC0415

    return ndtr(z)


def normal_ppf(u: Floats | float) -> Any:
    """Standard normal quantile."""
    from scipy.special import ndtri  # noqa: PLC0415

    return ndtri(u)


def normal_pdf(z: Floats | float) -> Any:
    """Standard normal density."""
    return np.exp(-0.5 * np.square(z)) / np.sqrt(2.0 * np.pi)


def gamma_cdf(shape: float, x: Floats | float) -> Any:
    """Distribution function of the gamma law with scale 1."""
    from scipy.special import gammainc  # noqa: PLC0415

    return gammainc(shape, x)


def gamma_ppf(shape: float, u: Floats | float) -> Any:
    """Quantile of the gamma law with scale 1."""
    from scipy.special import gammaincinv  # noqa: PLC0415

    return gammaincinv(shape, u)


def poisson_cdf(count: Floats, mean: float) -> Any:
    """Chance of at most so many events."""
    from scipy.special import pdtr  # noqa: PLC0415

    return pdtr(count, mean)


def binomial_cdf(count: Floats, trials: int, share: float) -> Any:
    """Chance of at most so many successes."""
    from scipy.special import bdtr  # noqa: PLC0415

    return bdtr(count, trials, share)


def beta_cdf(a: float, b: Floats | float, x: float) -> Any:
    """Distribution function of the beta law."""
    from scipy.special import betainc  # noqa: PLC0415

    return betainc(a, b, x)
