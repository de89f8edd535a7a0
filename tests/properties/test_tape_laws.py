"""Laws of pace and roads, against loops that go second by second."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.tape.closures import Closures
from sim.tape.pace import Pace
from sim.tape.roads import Queue, Road

changes = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 30).map(lambda tens: 100 * tens)), max_size=6)


@st.composite
def paces(draw: st.DrawFn) -> Pace:
    """A few changes within forty seconds; no standstill for ever."""
    stated = sorted(dict(draw(changes)).items())
    starts = [0, *(start for start, _ in stated)]
    permille = [draw(st.integers(0, 20)) * 100, *(pace for _, pace in stated)]
    permille[-1] = permille[-1] or 500
    return Pace(tuple(starts), tuple(permille))


@given(paces(), st.integers(0, 60), st.integers(0, 60))
def test_work_is_done_as_if_counted_second_by_second(pace: Pace, start: int, work: int) -> None:
    done, t = 0, start
    while done < 1000 * work or not pace.at(t):
        done += round(1000 * pace.at(t))
        t += 1
    assert pace.after(start, work) == t


@given(paces(), st.integers(0, 60), st.integers(0, 30), st.integers(0, 30))
def test_more_work_or_a_later_start_never_ends_sooner(pace: Pace, start: int, work: int, more: int) -> None:
    assert start <= pace.after(start, work) <= pace.after(start, work + more)
    assert pace.after(start, work) <= pace.after(start + more, work)


spells = st.tuples(st.integers(0, 50), st.integers(0, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))
gates = st.lists(st.tuples(spells, st.integers(1100, 5000)), max_size=4).map(
    lambda found: tuple(sorted((*spell, clears) for spell, clears in found))
)


@given(gates, st.lists(spells, max_size=3), st.lists(st.integers(0, 120), min_size=2, max_size=20))
def test_nobody_overtakes_at_the_end_of_a_lane(queues: tuple[Queue, ...], holds: list[tuple[int, int]], reach: list[int]) -> None:  # fmt: skip  # noqa: E501
    road = Road(gates=queues, holds=Closures(tuple(holds)))
    through = [road.passes(t) for t in sorted(reach)]
    assert through == sorted(through)
    assert all(since <= t for since, t in zip(sorted(reach), through, strict=True))


@given(st.integers(0, 30), st.integers(1, 30), st.integers(1100, 5000), st.integers(0, 200))
def test_a_gate_clears_what_came_since_it_shut(start: int, length: int, clears: int, reach: int) -> None:
    """Goods reach the gate one a second; the queue is gone when c (t - end) seconds' worth of goods have passed."""
    end = start + length
    through = Road(gates=((start, end, clears),)).passes(reach)
    if reach < start:
        assert through == reach
    elif 1000 * (reach - start) >= clears * (reach - end):
        assert 1000 * (reach - start) <= clears * (through - end) < 1000 * (reach - start) + clears
    else:
        assert through == reach
