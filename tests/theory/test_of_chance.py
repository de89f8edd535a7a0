"""Chance as a run shows it: service by quantiles, suppliers who are up for a share of the time, visits of a spike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from sim import Results
from tests.theory.conftest import Played
from tests.theory.exactly import Exactly, Sample, reading

Known = Callable[[str], Results]
Runs = Callable[[str, int], list[Played]]

SERVICES = {"at_90": 0.90, "at_95": 0.95, "at_99": 0.99}


@pytest.mark.parametrize(("policy", "service"), SERVICES.items())
def test_cycles_meet_no_shortage_as_often_as_demand_stays_within_the_reorder_point(
    policy: str, service: float, known: Known, exactly: Exactly
) -> None:
    reorder = np.ceil(100 + 10 * stats.norm.ppf(service))
    exactly.mean(
        reading(known("phi_of_z"), f"cycle_service under {policy}"), stats.poisson(100).cdf(reorder), precision=0.01
    )


@pytest.mark.parametrize("service", SERVICES.values())
def test_that_is_the_service_asked_for_but_for_the_rounding_up(service: float) -> None:
    reorder = np.ceil(100 + 10 * stats.norm.ppf(service))
    assert stats.poisson(100).cdf(reorder) == pytest.approx(service, abs=0.01)


def test_orders_find_the_supplier_up_for_the_share_of_the_time_between_failures(played: Runs, exactly: Exactly) -> None:
    """Orders come with the customers, at any time: five days up on average, and half a day down."""
    runs = played("supplier_outages", 12)
    placed = np.array([float(len(run.ledger.orders.placed)) for run in runs])
    at_once = np.array([np.sum(run.ledger.orders.left == run.ledger.orders.placed) for run in runs])
    exactly.mean(Sample(at_once / placed, placed), 5 / 5.5, precision=0.005)


def test_visits_of_a_spike_vary_like_a_poisson_number(known: Known, exactly: Exactly) -> None:
    exactly.variance(known("gone_viral").array("out_of_stock", "visits"), 600 + 800 * (1 - np.exp(-4)))
