"""Timelines made by hand: two policies, ten days, five replications that lie evenly about a straight line."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from sim import Span, Timelines

DAYS = np.arange(10.0)
STEPS = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
"""What each of five replications adds: their median is the third."""


def lines() -> Timelines:
    """`closed` climbs by 1 a day, `open` by 2."""
    found = {
        (policy, level, ""): (DAYS * scale + STEPS).astype(np.float32)
        for policy, scale in (("closed", 1.0), ("open", 2.0))
        for level in ("on_hand", "backlog")
    }
    shares = np.where(DAYS >= 7, np.nan, 1 - DAYS / 10 + 0 * STEPS).astype(np.float32)
    return Timelines(
        days=DAYS,
        lines=MappingProxyType(found | {(policy, "kept", ""): shares for policy in ("closed", "open")}),
        policies=("closed", "open"),
        scopes=("",),
        spans=(Span("spike", "demand 9-fold", -1.0, 3.0), Span("outage", "factory stopped", 2.0, 5.0),
               Span("outage", "long past", -9.0, -2.0)),
        replications=5,
    )  # fmt: skip
