"""Laws of the tape: closures agree with counting seconds, and no draw depends on what else is drawn."""

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.laws import parse_duration_law
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.draw import digest, draw_tape
from sim.tape.keyed import draws_of
from sim.tape.streams import Stream
from sim.tape.tape import Tape

intervals = st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40)), max_size=8).map(tuple)
instants = st.integers(-5, 50)


def seconds(some: tuple[tuple[int, int], ...]) -> set[int]:
    return {t for start, end in some for t in range(start, end)}


# closures


@given(intervals, instants)
def test_closed_is_to_lie_in_an_interval(some, t):
    assert Closures(some).is_open(t) is (t not in seconds(some))


@given(intervals)
def test_closures_are_sorted_and_apart(some):
    merged = Closures(some).intervals
    assert all(start < end for start, end in merged)
    assert all(end < start for (_, end), (start, _) in pairwise(merged))
    assert seconds(merged) == seconds(some)


@given(intervals, instants)
def test_next_open_is_the_first_open_second(some, t):
    closed = seconds(some)
    assert Closures(some).next_open(t) == next(u for u in range(t, 200) if u not in closed)


@given(intervals, instants, st.integers(0, 40))
def test_work_counts_open_seconds(some, start, work):
    closed = seconds(some)
    done = start
    while work or done in closed:
        work -= done not in closed
        done += 1
    assert Closures(some).after(start, sum(t not in closed for t in range(start, done))) == done


@given(intervals, instants, st.integers(0, 20), st.integers(0, 20))
def test_work_can_be_interrupted(some, start, first, second):
    closures = Closures(some)
    assert closures.after(closures.after(start, first), second) == closures.after(start, first + second)


@given(intervals, instants, instants, st.integers(0, 20))
def test_who_starts_later_does_not_end_earlier(some, one, other, work):
    closures = Closures(some)
    assert closures.after(min(one, other), work) <= closures.after(max(one, other), work)


@given(st.lists(intervals, max_size=4))
def test_a_union_holds_the_seconds_of_all(several):
    union = Closures().union(*(Closures(some) for some in several))
    assert seconds(union.intervals) == set().union(*(seconds(some) for some in several))


# draws by key

laws = st.sampled_from(["3 d", "exponential(5 d)", "gamma(mean=5 d, cv=0.3)", "lognormal(median=2 d, sigma=1)"])
keys = st.lists(st.integers(0, 2000), min_size=1, max_size=30)


@given(laws, keys, st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_matter(law, some, random):
    draws, again = (draws_of(parse_duration_law(law), Stream(1, 0, "lane")) for _ in range(2))
    values = {key: draws[key] for key in some}
    random.shuffle(some)
    assert all(again[key] == values[key] for key in some)


@settings(max_examples=30)
@given(laws, st.integers(0, 1500), st.integers(0, 700))
def test_totals_add_up(law, first, count):
    draws = draws_of(parse_duration_law(law), Stream(1, 0, "lane"))
    assert draws.total(first, count) == sum(draws[key] for key in range(first, first + count))


# whole tapes

OUTAGE = {"kind": "supplier_down", "supplier": "factory", "every": "exponential(9 d)", "lasts": "exponential(3 d)"}
SMALL = {
    "calendar": {"warm_up": "5 d", "measure": "30 d"},
    "products": {"jam": {}, "tea": {}},
    "suppliers": {"factory": {"capacity": {"unit_time": "exponential(1 h)"}}, "mill": {}},
    "warehouses": {"main": {}, "shop": {}},
    "lanes": [
        {"from": "factory", "to": "main", "lead_time": "gamma(mean=5 d, cv=0.3)", "slip": {"late": 0.4, "mean": 3}}
    ],
    "customers": {
        "shoppers": {
            "buys": "jam",
            "from": "main",
            "visits": "20/d",
            "size": "poisson(2)",
            "change_of_mind": "0.1/d",
        }
    },
    "disruptions": [OUTAGE],
}
LANE = {"from": "mill", "to": "main", "lead_time": "exponential(4 d)", "products": ["tea"]}
CROWD = {"buys": "tea", "from": "main", "visits": "30/d", "profile": "full"}
SPIKE = {"kind": "viral", "product": "tea", "at": "3 d"}

additions = st.fixed_dictionaries(
    {},
    optional={
        "customers": st.permutations(["shoppers", "others", "more"]).map(
            lambda names: {name: SMALL["customers"].get(name, CROWD) for name in names}
        ),
        "lanes": st.sampled_from([[*SMALL["lanes"], LANE], [LANE, *SMALL["lanes"]]]),
        "suppliers": st.just({"new": {"capacity": "5/d"}} | SMALL["suppliers"]),
        "warehouses": st.just({"new": {}} | SMALL["warehouses"]),
        "products": st.just({"new": {}} | SMALL["products"]),
        "disruptions": st.sampled_from([[OUTAGE | {"supplier": "mill"}, OUTAGE], [OUTAGE, OUTAGE | {"every": "9 d"}]]),
        "demand": st.just([SPIKE]),
        "costs": st.just({"ordering": 7}),
        "panel": st.just({"members": 9, "patience_spread": 0.5}),
        "memory": st.just({}),
        "reputation": st.just({}),
        "support": st.just({"answer": "10 min"}),
        "price_changes": st.just([{"product": "jam", "at": "3 d", "price": 120}]),
    },
)


def draw(parts: dict) -> Tape:
    return draw_tape(World.model_validate(parts), seed=3, replication=2)


def shoppers(parts: dict) -> list[list[float]]:
    """Every attribute of the visits of `shoppers` at their stated rate, whatever their position."""
    visits = draw(parts).visits
    own = visits.stream == list(parts["customers"]).index("shoppers")
    own &= True if visits.extra is None else ~visits.extra
    names = ("time", "units", "patience", "whim", "accept", "exit", "identity")
    return [getattr(visits, name)[own].tolist() for name in names]


def luck(parts: dict) -> list[float]:
    """The first draws of the factory and of its lane, and a few throws of dice."""
    tape = draw(parts)
    lane = tape.lanes[[lane["from"] for lane in parts["lanes"]].index("factory")]
    draws = lane.lead_time, lane.slip, tape.unit_times["factory"]
    dice = tape.dice[list(parts["customers"]).index("shoppers")]
    throws = [die(17, 3) for die in (dice["come"], dice["hazard"], tape.member_dice["churn"])]
    return [*(each[key] for each in draws for key in (0, 1, 400)), *throws]


@settings(max_examples=40, deadline=None)
@given(additions)
def test_nothing_added_changes_the_draws_of_the_others(added):
    assert shoppers(SMALL | added) == shoppers(SMALL)
    assert luck(SMALL | added) == luck(SMALL)


@settings(max_examples=20, deadline=None)
@given(additions)
def test_nothing_added_changes_the_first_outage_of_a_supplier(added):
    first = draw(SMALL).down["factory"].intervals[0]
    assert not draw(SMALL | added).down["factory"].is_open(first[0])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**64), st.integers(0, 2**32 - 1), additions)
def test_the_same_inputs_give_the_same_tape(seed, replication, added):
    world = World.model_validate(SMALL | added)
    one, two = (draw_tape(world, seed=seed, replication=replication) for _ in range(2))
    assert digest(one) == digest(two)
    assert (one.down, one.blocked, one.unit_times, one.lanes) == (two.down, two.blocked, two.unit_times, two.lanes)


@settings(max_examples=20, deadline=None)
@given(additions)
def test_visits_are_in_order_and_within_the_window(added):
    visits = draw(SMALL | added).visits
    assert np.all(np.diff(visits.time) >= 0)
    assert np.all(np.diff(visits.stream)[np.diff(visits.time) == 0] >= 0)
    assert 0 <= visits.time[0] <= visits.time[-1] < 35 * 86_400


def test_other_processes_with_other_hash_seeds_draw_the_same_tape():
    program = (
        "from sim.scenario.world import World; from sim.tape.draw import digest, draw_tape;"
        f"tape = draw_tape(World.model_validate({SMALL!r}), seed=3, replication=2);"
        "print(digest(tape), [tape.lanes[0].lead_time[k] for k in (0, 400)], tape.down['factory'].intervals)"
    )
    tape = draw(SMALL)
    here = f"{digest(tape)} {[tape.lanes[0].lead_time[k] for k in (0, 400)]} {tape.down['factory'].intervals}"
    for hash_seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        ran = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert ran.stdout.strip() == here
