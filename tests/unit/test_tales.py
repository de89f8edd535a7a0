"""Customers of every fate, from one run."""

from __future__ import annotations

import pickle

import pytest

from sim import Cast, cast, load_scenario, run, tale
from sim.errors import ResultError
from sim.words import Fate
from tests.spiky_shop import SPIKY


@pytest.fixture(scope="module")
def found() -> Cast:
    return cast(load_scenario(SPIKY), policy="backorder", replication=1, most=3)


def test_customers_are_counted_as_the_measures_count_them(found: Cast) -> None:
    results = run(load_scenario(SPIKY), policies=["backorder"], replications=2)
    visits = results.array("backorder", "visits")[1]
    assert sum(found.counts.values()) == visits
    assert found.counts[Fate.FULFILLED] / visits == pytest.approx(results.array("backorder", "fulfilled_share")[1])


def test_some_customers_of_each_fate_are_told_of(found: Cast) -> None:
    for fate, tales in found.tales.items():
        assert len(tales) == min(3, found.counts[fate])
        assert {each.fate for each in tales} == {fate}
        assert [each.customer for each in tales] == sorted({each.customer for each in tales})


def test_one_customer_is_the_same_whoever_is_told_of_beside(found: Cast) -> None:
    one = found.tales[Fate.FULFILLED][0]
    assert tale(load_scenario(SPIKY), policy="backorder", replication=1, customer=one.customer) == one


def test_tales_go_between_processes(found: Cast) -> None:
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_customer_who_is_not_there_is_refused() -> None:
    with pytest.raises(ResultError, match="there is no customer 99999"):
        tale(load_scenario(SPIKY), policy="backorder", customer=99999)
