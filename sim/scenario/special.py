"""Special functions of the laws; SciPy is imported at the first call, since most commands never need it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def normal_cdf(z: Floats | float) -> Floats:
    """Standard normal distribution function."""
    from scipy.special import ndtr  # noqa: PLC0415

    return np.asarray(ndtr(z))


def normal_ppf(u: Floats | float) -> Floats:
    """Standard normal quantile."""
    from scipy.special import ndtri  # noqa: PLC0415

    return np.asarray(ndtri(u))


def normal_pdf(z: Floats | float) -> Floats:
    """Standard normal density."""
    return np.asarray(np.exp(-0.5 * np.square(z)) / np.sqrt(2.0 * np.pi))


def gamma_cdf(shape: float, x: Floats | float) -> Floats:
    """Distribution function of the gamma law with scale 1."""
    from scipy.special import gammainc  # noqa: PLC0415

    return np.asarray(gammainc(shape, x))


def gamma_ppf(shape: float, u: Floats | float) -> Floats:
    """Quantile of the gamma law with scale 1."""
    from scipy.special import gammaincinv  # noqa: PLC0415

    return np.asarray(gammaincinv(shape, u))


def poisson_cdf(count: Floats, mean: float) -> Floats:
    """Chance of at most so many events."""
    from scipy.special import pdtr  # noqa: PLC0415

    return np.asarray(pdtr(count, mean))


def binomial_cdf(count: Floats, trials: int, share: float) -> Floats:
    """Chance of at most so many successes."""
    from scipy.special import bdtr  # noqa: PLC0415

    return np.asarray(bdtr(count, trials, share))


def beta_cdf(a: float, b: Floats | float, x: float) -> Floats:
    """Distribution function of the beta law."""
    from scipy.special import betainc  # noqa: PLC0415

    return np.asarray(betainc(a, b, x))


def beta_ppf(a: float, b: float, u: Floats | float) -> Floats:
    """Quantile of the beta law."""
    from scipy.special import betaincinv  # noqa: PLC0415

    return np.asarray(betaincinv(a, b, u))
