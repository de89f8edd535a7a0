"""Visits of members and of strangers, the urgent, and the extra visits that only a better name brings."""

import numpy as np
import pytest
from scipy.stats import gamma, kstest

from sim.scenario.memory import HEADROOM, Panel
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from sim.tape.members import NOBODY, members_of
from sim.tape.streams import Streams
from sim.tape.tape import EXTRA, Visits
from sim.words import DAY, FOREVER

SHOPPERS = {"buys": "jam", "from": "main", "visits": "100/d", "members": 0.6}
PANEL = {"members": 500}
CROWD_COLUMNS = ("time", "stream", "units", "patience", "whim", "accept", "exit")


def visits_of(parts=None, **changes) -> Visits:
    """Visits of one stream with some fields changed, in a world with a panel."""
    world = {
        "calendar": {"measure": "100 d"},
        "products": {"jam": {}},
        "suppliers": {"factory": {}},
        "warehouses": {"main": {}},
        "lanes": [{"from": "factory", "to": "main", "lead_time": "5 d"}],
        "customers": {"shoppers": SHOPPERS | changes},
        "panel": PANEL,
    }
    return draw_tape(World.model_validate(world | (parts or {})), seed=2, replication=1).visits


def members(panel=None, replication: int = 0):
    return members_of(Panel.model_validate(panel or PANEL), Streams(seed=2, replication=replication))


def test_the_stated_share_of_visits_is_by_members():
    member = visits_of().member
    assert np.mean(member != NOBODY) == pytest.approx(0.6, abs=0.02)
    assert (member.min(), member.max()) == (NOBODY, 499)


@pytest.mark.parametrize(("share", "least"), [(0, -1), (1, 0)])
def test_nobody_or_everybody_is_a_member(share, least):
    assert visits_of(members=share).member.min() == least


def test_a_panel_changes_nothing_else():
    crowd, panel = visits_of({"panel": None}, members=0), visits_of()
    for name in CROWD_COLUMNS:
        assert np.array_equal(getattr(crowd, name), getattr(panel, name)), name


def test_the_same_members_come_whatever_their_share():
    few, many = visits_of(members=0.3).member, visits_of(members=0.9).member
    both = (few != NOBODY) & (many != NOBODY)
    assert np.array_equal(few[both], many[both])
    assert np.all(many[few != NOBODY] != NOBODY)


def test_members_come_as_often_as_their_rates_say():
    member = visits_of(members=1).member
    rates = np.diff(members(replication=1).reached, prepend=0)
    counts = np.bincount(member, minlength=500)
    expected = len(member) * rates / rates.sum()
    assert np.sum((counts - expected) ** 2 / (expected + 1)) == pytest.approx(500, rel=0.3)


@pytest.mark.parametrize("shape", [0.5, 2])
def test_rates_are_gamma(shape):
    rates = np.diff(members({"members": 5000, "shape": shape}).reached, prepend=0)
    assert kstest(rates, gamma(shape, scale=1 / shape).cdf).pvalue > 0.001


def test_a_panel_too_uneven_for_numbers_is_one_customer():
    rates = np.diff(members({"members": 40, "shape": 1e-9}).reached, prepend=0)
    assert sorted(rates)[-2:] == [0, 1]


def test_each_member_is_patient_in_their_own_way():
    visits = visits_of({"panel": PANEL | {"patience_spread": 0.5}}, patience="10 d", members=0.8)
    known = visits.member != NOBODY
    assert set(visits.patience[~known].tolist()) == {10 * DAY}
    pairs = set(zip(visits.member[known].tolist(), visits.patience[known].tolist(), strict=True))
    assert len(pairs) == len({member for member, _ in pairs})
    assert np.std(np.log([patience for _, patience in pairs])) == pytest.approx(0.5, abs=0.06)


def test_endless_patience_stays_endless():
    visits = visits_of({"panel": PANEL | {"patience_spread": 0.5}}, patience="any")
    assert set(visits.patience.tolist()) == {FOREVER}


def test_the_urgent_wait_for_their_deadline_only():
    patience = visits_of(patience="10 d", urgent=0.3, deadline="2 d").patience
    assert set(patience.tolist()) == {2 * DAY, 10 * DAY}
    assert np.mean(patience == 2 * DAY) == pytest.approx(0.3, abs=0.02)


def test_a_far_deadline_makes_nobody_more_patient():
    assert set(visits_of(patience="10 d", urgent=1, deadline="20 d").patience.tolist()) == {10 * DAY}


def test_haste_changes_nothing_else():
    calm, urgent = visits_of(), visits_of(urgent=0.3)
    for name in ("time", "units", "whim", "accept", "exit", "member"):
        assert np.array_equal(getattr(calm, name), getattr(urgent, name)), name
    hurried = calm.patience != urgent.patience
    assert np.all(urgent.patience[hurried] < calm.patience[hurried])


def test_the_full_profile_brings_the_haste_of_its_class():
    assert not np.array_equal(visits_of().patience, visits_of(profile="full").patience)


def test_a_trace_brings_its_own_patience():
    trace = {"trace": [{"at": "1 d", "patience": "9 d"}]}
    spread = {"panel": PANEL | {"patience_spread": 0.5}}
    assert visits_of(spread, visits=trace, urgent=1, deadline="1 h", members=1).patience.tolist() == [9 * DAY]


def test_revealed_patience_is_longer():
    said, seen = (np.median(visits_of({"calibration": each}).patience) for each in ("stated", "revealed"))
    assert (said / DAY, seen / DAY) == pytest.approx((7.7, 100 * np.log(2)), rel=0.05)


# extra visits


def test_memory_needs_visits_beyond_the_stated_rate():
    visits = visits_of({"memory": {}})
    assert visits.extra.mean() == pytest.approx(HEADROOM / (1 + HEADROOM), abs=0.01)
    assert np.exp(0.22) == pytest.approx(1 + HEADROOM)


def test_extra_visits_change_nothing_of_the_others():
    plain, remembered = visits_of(), visits_of({"memory": {}})
    for name in (*CROWD_COLUMNS, "member", "identity"):
        assert np.array_equal(getattr(remembered, name)[~remembered.extra], getattr(plain, name)), name


def test_extra_visits_are_like_the_others():
    visits = visits_of({"memory": {}}, visits="1000/d", size="poisson(2)")
    for name in ("units", "patience", "accept", "member"):
        column = getattr(visits, name)
        assert column[visits.extra].mean() == pytest.approx(column[~visits.extra].mean(), rel=0.05), name


def test_extra_visits_have_identities_of_their_own():
    visits = visits_of({"memory": {}})
    assert visits.identity[visits.extra].tolist() == list(range(EXTRA, EXTRA + int(visits.extra.sum())))
    assert visits.identity[~visits.extra].tolist() == list(range(int((~visits.extra).sum())))


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"memory": {"gain": 0}},
        {"memory": {}, "calibration": "revealed"},
        {"memory": {"deltas": {"on_time": 0}}},
        {"reputation": {"elasticity": 0}},
        {"reputation": {"prior_stars": 5}},
    ],
    ids=str,
)
def test_no_extra_visits_where_nothing_can_raise_them(parts):
    assert visits_of(parts).extra is None


def test_a_better_name_raises_strangers_only():
    assert visits_of({"reputation": {}}, members=1).extra is None
    assert visits_of({"reputation": {}, "panel": None}, members=0).extra.any()


def test_memory_raises_members_only():
    assert visits_of({"memory": {}}, members=0).extra is None


def test_visits_of_a_record_have_no_extra():
    assert visits_of({"memory": {}}, visits={"every": "6 h"}).extra is None


def test_streams_without_extra_visits_say_so_beside_those_with():
    clock = SHOPPERS | {"visits": {"every": "6 h"}}
    visits = visits_of({"memory": {}, "customers": {"crowd": SHOPPERS, "clock": clock}})
    assert not visits.extra[visits.stream == 1].any()
    assert visits.extra[visits.stream == 0].any()
    assert np.all(np.diff(visits.time) >= 0)


def test_demand_raises_extra_visits_alike():
    jump = [{"kind": "ramp", "product": "jam", "at": "50 d", "multiplier": 5}]
    visits = visits_of({"memory": {}, "demand": jump})
    assert np.sum(visits.extra & (visits.time >= 50 * DAY)) == pytest.approx(25_000 * HEADROOM, rel=0.05)
