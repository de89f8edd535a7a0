"""Whatever stations, hours, outages, docks and drop-shippers there are, every run obeys every law."""

from __future__ import annotations

from hypothesis import given

from sim.ledger.audit import audit
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from tests.properties.working_houses import working_levers, working_worlds
from tests.properties.worlds import SEEDS, Raw, whole_runs


@whole_runs(60)
@given(working_worlds(), working_levers(), SEEDS)
def test_runs_of_working_houses_obey_every_law(world: Raw, policy: Raw, seed: int) -> None:
    of, levers = World.model_validate(world), Levers.model_validate(policy)
    tape = draw_tape(of, seed=seed, replication=0)
    audit(of, levers, tape, simulate(of, levers, tape))
