"""Dice: uniforms by identity and turn, the same whoever asks, and nothing to do with each other."""

import pickle

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

from sim.tape.dice import PURPOSES, TURNS, Die, dice_of
from sim.tape.streams import Streams
from sim.tape.tape import EXTRA

PUBLISHED = (6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821)
"""First numbers of SplitMix64 from the seed 1234567, as others print them."""

DIE = Die(0x123456789ABCDEF)
CROWD = np.arange(20_000)


def dice(name: str = "shoppers"):
    return dice_of(name, Streams(seed=5, replication=3))


def correlation(one, other) -> float:
    return abs(float(np.corrcoef(one, other)[0, 1]))


def test_a_die_gives_the_published_numbers():
    assert [Die(1234567)(0, turn) for turn in range(5)] == [(number >> 11) / 2**53 for number in PUBLISHED]


@pytest.mark.parametrize("first", [0, 10**6, EXTRA, EXTRA + 10**8])
@pytest.mark.parametrize("turn", [0, 1, TURNS - 1])
def test_many_at_once_are_the_single_ones_to_the_last_bit(first, turn):
    some = np.arange(first, first + 50)
    assert DIE.many(some, turn).tolist() == [DIE(identity, turn) for identity in some.tolist()]


def test_seeds_up_to_the_largest_agree_too():
    die = Die(2**64 - 1)
    assert die.many(np.arange(9)).tolist() == [die(identity) for identity in range(9)]


@pytest.mark.parametrize("turn", [0, 7])
def test_numbers_are_uniform_over_the_crowd(turn):
    assert kstest(DIE.many(CROWD, turn), "uniform").pvalue > 0.001


def test_numbers_of_one_identity_are_uniform_over_its_turns():
    numbers = np.array([DIE(identity, turn) for identity in range(300) for turn in range(TURNS)])
    assert chisquare(np.histogram(numbers, 50, (0, 1))[0]).pvalue > 0.001


def test_no_two_keys_share_a_number():
    numbers = {DIE(identity, turn) for identity in range(200) for turn in range(TURNS)}
    assert len(numbers) == 200 * TURNS


@pytest.mark.parametrize("lag", [1, 2, TURNS])
def test_neighbours_know_nothing_of_each_other(lag):
    numbers = DIE.many(CROWD)
    assert correlation(numbers[lag:], numbers[:-lag]) < 0.025


def test_turns_purposes_and_streams_know_nothing_of_each_other():
    come = dice()["come"]
    others = (come.many(CROWD, 1), dice()["price"].many(CROWD), dice("others")["come"].many(CROWD))
    assert max(correlation(come.many(CROWD), other) for other in others) < 0.025


def test_every_purpose_has_a_die_of_its_own():
    all_dice = dice()
    assert len({all_dice[purpose](0) for purpose in PURPOSES}) == len(PURPOSES)


def test_a_die_does_not_depend_on_what_was_thrown_before():
    thrown, fresh = dice(), dice()
    for purpose in PURPOSES:
        thrown[purpose](1)
    assert thrown["hazard"](8, 2) == fresh["hazard"](8, 2)


def test_dice_survive_pickling():
    thrown = dice()
    thrown["come"](0)
    copy = pickle.loads(pickle.dumps(thrown))
    assert (copy["come"](4), copy["back"](4)) == (thrown["come"](4), thrown["back"](4))


def test_nobody_throws_a_die_that_is_not_there():
    with pytest.raises(KeyError):
        dice()["luck"]


def test_replications_throw_other_dice():
    one, two = (dice_of("a", Streams(seed=5, replication=r))["come"](0) for r in (0, 1))
    assert one != two
