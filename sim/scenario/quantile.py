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
    """Roots of cdf - u by inverse quadratic interpolation, falling back on halving (Chandrupatla 1997)."""
    u, low, high = np.broadcast_arrays(u, low, high)
    answer = np.where(cdf(low) > u, low, high)
    live = np.flatnonzero(answer > low)
    u, a, b = u.ravel()[live], low.ravel()[live], high.ravel()[live]
    f_a, f_b, t = cdf(a) - u, cdf(b) - u, np.full(len(live), 0.5)
    for _ in range(_STEPS):
        if not len(live):
            break
        x = a + t * (b - a)
        f_x = cdf(x) - u
        same = (f_x > 0) == (f_a > 0)
        c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
        a, b, f_a, f_b = x, np.where(same, b, a), f_x, np.where(same, f_b, f_a)
        answer.flat[live] = np.where(f_a > 0, a, b)
        least = _RELATIVE * np.maximum(np.abs(a), np.abs(b)) / np.abs(b - a)
        t = np.clip(_fraction((a, b, c), (f_a, f_b, f_c)), least, 1.0 - least)
        wide = least < 0.5
        live = live[wide]
        u, a, b, f_a, f_b, t = u[wide], a[wide], b[wide], f_a[wide], f_b[wide], t[wide]
    return answer


def _fraction(points: tuple[Floats, Floats, Floats], heights: tuple[Floats, Floats, Floats]) -> Floats:
    """How far from the first point, the newest, to the second, across the root, to look next."""
    (a, b, c), (f_a, f_b, f_c) = points, heights
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (f_a - f_b) / (f_c - f_b)
        smooth = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
        inverse = f_a / (f_b - f_a) * f_c / (f_b - f_c)
        inverse = inverse + (c - a) / (b - a) * f_a / (f_c - f_a) * f_b / (f_c - f_b)
    return np.where(smooth, inverse, 0.5)
