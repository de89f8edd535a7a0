"""The second look at how records are kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.raw_world import told

POLICY = "policies.backorder"


def only(changes: dict[str, Any]) -> tuple[str, str, str]:
    (fault,) = told(changes)
    return fault


@pytest.mark.parametrize("by_hand", [{"reserving": "manual"}, {"automation": "manual"}])
def test_a_clerk_keeps_nothing_back(by_hand):
    changes = {POLICY: {"when_short": "backorder", "allocate": {"rule": "new_first"}, **by_hand}}
    assert only(changes)[1] == "a clerk keeps no units back for new visitors (allocate: new_first)"


def test_a_system_takes_no_time():
    stated = {f"{POLICY}.reserving": {"takes": "2 d"}}
    why = "`takes` is about a clerk, and here a system reserves (rule: automatic)"
    assert only(stated) == (f"{POLICY}.reserving.takes", why, "add `rule: manual`")
    assert told({f"{POLICY}.reserving": {"rule": "manual", "takes": "2 d"}}) == []


def test_only_channels_copy():
    why = "`sync` is how often channels copy the record, and the world has none"
    assert only({f"{POLICY}.sync": "1 d"}) == (f"{POLICY}.sync", why, "")
    assert told({f"{POLICY}.sync": "1 d", "world.channels": {"app": {}}}) == []


def test_copies_and_counts_do_not_outnumber_everything_else():
    copied = only({"world.channels": {"app": {"sync": "1 s"}}})
    counted = only({f"{POLICY}.keep": {"count": {"rule": "full", "every": "1 s"}}})
    assert copied[0] == "world.channels.app.sync"
    assert counted[0] == f"{POLICY}.keep.count.every"
    assert "times in one run; the most is 1,000,000" in copied[1] == counted[1]
