"""Small shops written down in the tests that need them, played in full view."""

from __future__ import annotations

from sim import audit, draw_tape, load_scenario, simulate
from sim.scenario.scenario import Scenario
from tests.theory.conftest import Played


def shop(text: str, **words: object) -> Scenario:
    """A scenario from YAML text in which each word in capitals stands for something."""
    for word, meaning in words.items():
        assert word in text, f"nothing is called {word}"
        text = text.replace(word, str(meaning))
    return load_scenario(text)


def play(scenario: Scenario, policy: str = "shop", *, times: int = 1, seed: int = 5) -> list[Played]:
    """So many replications under one policy, each audited."""
    runs = []
    for replication in range(times):
        tape = draw_tape(scenario.world, seed=seed, replication=replication)
        ledger = simulate(scenario.world, scenario.policy(policy), tape)
        audit(scenario.world, scenario.policy(policy), tape, ledger)
        runs.append(Played(scenario, tape, ledger))
    return runs
