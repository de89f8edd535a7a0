"""The audit's own view of orders none of which overtakes another."""

import numpy as np
import pytest

from sim.ledger.auditing.ways import in_turn


def instants(*, ready, told, own):
    columns = (np.array(column, dtype=np.int64) for column in ([5, 5], ready, told, own))
    return in_turn(*columns).tolist()


@pytest.mark.parametrize(("ready", "expected"), [([0, 1], [8, 8]), ([1, 0], [8, 7])])
def test_of_two_that_left_in_one_second_the_one_ready_first_holds_up_the_other(ready, expected):
    assert instants(ready=ready, told=[9, 9], own=[8, 7]) == expected


@pytest.mark.parametrize(("told", "expected"), [([8, 8], [8, 8]), ([8, 7], [8, 7])])
def test_where_nothing_tells_who_was_first_what_was_seen_decides(told, expected):
    assert instants(ready=[0, 0], told=told, own=[8, 7]) == expected
