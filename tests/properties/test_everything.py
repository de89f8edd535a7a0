"""With everything on at once, every run obeys every law, and every line of its account adds up."""

from __future__ import annotations

from hypothesis import given

from sim.ledger.audit import audit
from sim.measures.measure import measure
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from tests.properties.everything import all_levers, all_worlds
from tests.properties.worlds import SEEDS, Raw, whole_runs


@whole_runs(40)
@given(all_worlds(), all_levers(), SEEDS)
def test_runs_with_everything_on_obey_every_law(world: Raw, policy: Raw, seed: int) -> None:
    of, levers = World.model_validate(world), Levers.model_validate(policy)
    tape = draw_tape(of, seed=seed, replication=0)
    ledger = simulate(of, levers, tape)
    audit(of, levers, tape, ledger)
    assert ledger.digest == simulate(of, levers, tape).digest
    assert measure(of, ledger, tape.visits)["total_value", ""] is not None
