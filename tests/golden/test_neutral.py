"""Mechanisms that a scenario does not ask for change nothing: these digests are older than any of them."""

import json
from pathlib import Path

import pytest

from sim import draw_tape, load_scenario, simulate

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "scenarios"
DIGESTS = json.loads((HERE / "neutral.json").read_text())
"""By scenario and policy. Those under `plain` are stories as they were told before anybody in them remembered."""


@pytest.mark.parametrize("key", DIGESTS)
def test_the_ledger_has_the_bytes_it_had_before_the_newer_mechanisms(key):
    name, policy = key.split(":")
    scenario = load_scenario((HERE if name.startswith("plain/") else SCENARIOS) / name)
    tape = draw_tape(scenario.world, seed=7, replication=0)
    assert simulate(scenario.world, scenario.policy(policy), tape).digest == DIGESTS[key]
