"""Streams: one name, one owner, the same numbers for ever."""

import numpy as np
import pytest

from sim.errors import TapeError
from sim.tape.streams import Stream, Streams


def first(stream: Stream) -> float:
    return float(stream.generator().random())


def test_a_name_is_claimed_once():
    streams = Streams(seed=1, replication=0)
    streams.claim("visits/shoppers/time")
    with pytest.raises(TapeError, match="'visits/shoppers/time' is claimed twice"):
        streams.claim("visits/shoppers/time")


def test_numbers_do_not_depend_on_who_claimed_before():
    alone, late = Streams(seed=1, replication=0), Streams(seed=1, replication=0)
    late.claim("other")
    assert first(alone.claim("mine")) == first(late.claim("mine"))


def test_a_stream_starts_anew_with_every_generator():
    stream = Stream(1, 0, "mine")
    assert first(stream) == first(stream)


@pytest.mark.parametrize("other", [Stream(2, 0, "a"), Stream(1, 1, "a"), Stream(1, 0, "b"), Stream(0, 1, "a")])
def test_seed_replication_and_name_all_matter(other: Stream):
    assert first(Stream(1, 0, "a")) != first(other)


def test_the_numbers_of_a_name_are_fixed():
    assert first(Stream(2026, 3, "visits/shoppers/time")) == 0.9215124640971991


def test_a_skip_leaves_out_so_many_uniforms():
    stream = Stream(1, 0, "a")
    assert np.array_equal(stream.generator(skip=700).random(5), stream.generator().random(705)[700:])


def test_streams_are_uniform_and_unrelated():
    rows = np.array([Stream(1, 0, f"s{number}").generator().random(2000) for number in range(20)])
    correlation = np.corrcoef(rows)[~np.eye(20, dtype=bool)]
    assert abs(rows.mean() - 0.5) < 4 * np.sqrt(1 / 12 / rows.size)
    assert np.abs(correlation).max() < 5 / np.sqrt(2000)


@pytest.mark.parametrize(("seed", "replication"), [(-1, 0), (1, -1), (1, 2**32)])
def test_impossible_seeds_and_replications_are_refused(seed: int, replication: int):
    with pytest.raises(TapeError, match=r"seed|replication"):
        Streams(seed=seed, replication=replication).claim("a")


def test_large_seeds_are_welcome():
    assert first(Stream(2**64 + 1, 0, "a")) != first(Stream(1, 0, "a"))
