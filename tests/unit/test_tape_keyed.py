"""Draws by key: the k-th value is the same in any order of reading."""

import pickle

import numpy as np
import pytest

from sim.errors import TapeError
from sim.scenario.laws import parse_duration_law
from sim.tape.keyed import KEYS, ConstantDraws, KeyedDraws, RandomDraws, ScriptedDraws, draws_of
from sim.tape.streams import Stream
from sim.words import DAY, FOREVER


def lead_times(law: str = "gamma(mean=5 d, cv=0.4)") -> KeyedDraws:
    return draws_of(parse_duration_law(law), Stream(7, 0, "lane/factory-main/lead_time"))


def test_values_do_not_depend_on_the_order_of_reading():
    keys = [3000, 0, 257, 255, 256, 1, 3000]
    forwards, backwards = lead_times(), lead_times()
    assert [forwards[key] for key in keys] == [backwards[key] for key in reversed(keys)][::-1]


def test_values_are_the_quantiles_of_the_streams_uniforms():
    law = parse_duration_law("gamma(mean=5 d, cv=0.4)")
    u = Stream(7, 0, "lane/factory-main/lead_time").generator().random(600)
    draws = lead_times()
    assert [draws[key] for key in range(600)] == np.rint(law.ppf(u)).astype(int).tolist()


@pytest.mark.parametrize(("first", "count"), [(0, 0), (0, 1), (10, 5), (250, 10), (256, 256), (100, 1000)])
def test_a_total_is_the_sum_of_its_keys(first, count):
    draws = lead_times()
    assert draws.total(first, count) == sum(draws[key] for key in range(first, first + count))


@pytest.mark.parametrize("draws", [ConstantDraws(4), ScriptedDraws((1, 2)), lead_times()])
@pytest.mark.parametrize("key", [-1, KEYS])
def test_a_key_that_is_not_on_the_tape_is_refused(draws, key):
    with pytest.raises(TapeError, match="the tape has keys 0"):
        draws[key]


@pytest.mark.parametrize("draws", [ConstantDraws(4), ScriptedDraws((1, 2)), lead_times()])
@pytest.mark.parametrize(("first", "count"), [(-1, 3), (KEYS - 1, 2), (5, -1)])
def test_a_total_beyond_the_tape_is_refused(draws, first, count):
    with pytest.raises(TapeError, match="the tape has keys 0"):
        draws.total(first, count)


def test_the_last_key_can_be_read():
    assert lead_times()[KEYS - 1] == lead_times().total(KEYS - 1, 1)


def test_a_constant_is_the_same_everywhere():
    draws = lead_times("5 d")
    assert draws == ConstantDraws(5 * DAY)
    assert draws[123] == 5 * DAY
    assert draws.total(3, 4) == 20 * DAY


def test_a_script_is_followed_by_zeros():
    draws = ScriptedDraws((0, 86_400))
    assert [draws[key] for key in range(4)] == [0, 86_400, 0, 0]
    assert draws.total(1, 1000) == 86_400


def test_values_are_whole_seconds_and_none_below_zero():
    class Wild:
        def ppf(self, u):
            return np.where(u < 0.5, -3.7, 1e30)

    draws = RandomDraws(Stream(1, 0, "wild"), Wild())
    assert {draws[key] for key in range(50)} == {0, FOREVER}
    assert all(isinstance(draws[key], int) for key in range(3))


def test_draws_survive_pickling_and_leave_the_cache_behind():
    draws = lead_times()
    fresh = len(pickle.dumps(draws))
    value = draws[5000]
    assert len(pickle.dumps(draws)) == fresh
    copy = pickle.loads(pickle.dumps(draws))
    assert copy == draws
    assert copy[5000] == value
