"""The quantile function of a law of which only the cdf is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.scenario.special import Floats

_CELLS = 4096
_STEPS = 120
_RELATIVE = 1e-13


def invert(
    cdf: Callable[[Floats], Floats], bracket: Callable[[Floats], tuple[Floats, Floats]], u: Floats
) -> Floats:
    """Least value whose cdf is above `u`, for each `u` in [0, 1).

    `bracket` bounds quantiles from below and above. A coarse table of quantiles narrows the search first. The
    answer to one `u` does not depend on the others.
    """
    edges = np.append(np.arange(_CELLS) / _CELLS, np.nextafter(1.0, 0.0))
    table = np.maximum.accumulate(_solve(cdf, edges, *bracket(edges)))
    cell = (u * _CELLS).astype(np.int64)
    return _solve(cdf, u, table[cell], table[cell + 1])


def _solve(cdf: Callable[[Floats], Floats], u: Floats, low: Floats, high: Floats) -> Floats:
    """Roots of cdf - u by inverse quadratic interpolation with halving as the fallback (Chandrupatla 1997)."""
    shape, u = np.shape(u), np.ravel(u)
    a, b = np.ravel(low).astype(np.float64), np.ravel(high).astype(np.float64)
    answer = b.copy()
    f_a, f_b = cdf(a) - u, cdf(b) - u
    answer[f_a > 0] = a[f_a > 0]
    live = np.flatnonzero((f_a <= 0) & (b > a))
    a, b, f_a, f_b, u = a[live], b[live], f_a[live], f_b[live], u[live]
    t = np.full(len(live), 0.5)
    for _ in range(_STEPS):
        if not len(live):
            break
        x = a + t * (b - a)
        f_x = cdf(x) - u
        same = (f_x > 0) == (f_a > 0)
        c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
        b, f_b = np.where(same, b, a), np.where(same, f_b, f_a)
        a, f_a = x, f_x
        answer[live] = np.where(f_a > 0, a, b)
        tight = _RELATIVE * np.maximum(np.abs(a), np.abs(b)) / np.abs(b - a)
        t = np.clip(_fraction(a, b, c, f_a, f_b, f_c), tight, 1.0 - tight)
        go = tight < 0.5
        live, a, b, f_a, f_b, u, t = (v[go] for v in (live, a, b, f_a, f_b, u, t))
    return answer.reshape(shape)


def _fraction(a: Floats, b: Floats, c: Floats, f_a: Floats, f_b: Floats, f_c: Floats) -> Floats:
    """How far from `a` to `b` to look next."""
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (f_a - f_b) / (f_c - f_b)
        smooth = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
        inverse = f_a / (f_b - f_a) * f_c / (f_b - f_c)
        inverse = inverse + (c - a) / (b - a) * f_a / (f_c - f_a) * f_b / (f_c - f_b)
    return np.where(smooth, inverse, 0.5)
