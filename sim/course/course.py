"""One run as charts show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.course.journeys import journeys
from sim.course.levels import lane_levels, stock_levels
from sim.course.people import people
from sim.course.promises import Pledged, kept, pledged, pledges
from sim.course.service import service
from sim.ledger.everyone import VisitColumns
from sim.ledger.ledger import Int64, Ledger
from sim.ledger.views import Views
from sim.scenario.world import World


@dataclass(frozen=True, eq=False)
class Course:
    """One replication of one policy; small enough to be kept and sent."""

    lines: Mapping[tuple[str, str], NDArray[np.float32]]
    """A value at each instant, by quantity and scope: "" for the shop, `warehouse/product`, or the name of a lane."""
    journeys: Int64
    """Wishes by fate of the first visit, fate of the last one and exit."""
    pledged: Pledged
    """Backorders with a date."""


def course(world: World, ledger: Ledger, visits: VisitColumns, *, instants: Int64, back: int, most: int) -> Course:
    """Read a run.

    Args:
        world: of the run.
        ledger: its facts.
        visits: those of its tape.
        instants: where quantities are read, seconds from the start of the run, in order.
        back: seconds that rolling shares look back.
        most: backorders in the sample.
    """
    views = Views(world, ledger, visits)
    promises = pledges(views)
    lines = (
        *stock_levels(views, instants),
        *lane_levels(views, instants),
        *service(views, instants, back=back),
        *kept(promises, instants, back=back),
        *people(views, instants),
    )
    return Course(
        lines={(name, scope): values.astype(np.float32) for name, scope, values in lines},
        journeys=journeys(views),
        pledged=pledged(promises, most=most),
    )
