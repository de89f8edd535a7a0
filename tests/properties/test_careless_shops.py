"""However badly records are kept, the story stays possible: random errors, counts, clerks and channels."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from sim.ledger.audit import audit
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.sight import physical
from sim.model.simulate import simulate
from sim.tape.draw import draw_tape
from sim.words import Slip
from tests.properties.rich_worlds import NO_ERRORS, careless_levers, careless_worlds
from tests.properties.worlds import SEEDS, Raw, scenario, whole_runs

often = whole_runs(40)


@often
@given(careless_worlds(), careless_levers(), SEEDS)
def test_every_run_of_a_careless_shop_keeps_the_laws(world: Raw, policy: Raw, seed: int) -> None:
    of = scenario(world, any=policy)
    tape = draw_tape(of.world, seed=seed, replication=0)
    ledger = simulate(of.world, of.policy("any"), tape)
    audit(of.world, of.policy("any"), tape, ledger)


@often
@given(careless_worlds(), careless_levers(), SEEDS)
def test_a_careless_shop_errs_alike_in_every_run(world: Raw, policy: Raw, seed: int) -> None:
    of = scenario(world, any=policy)
    one, two = (
        simulate(of.world, of.policy("any"), draw_tape(of.world, seed=seed, replication=0)).digest for _ in range(2)
    )
    assert one == two


@often
@given(careless_worlds(), careless_levers(), SEEDS)
def test_a_shop_that_never_errs_nor_loses_has_one_book(world: Raw, policy: Raw, seed: int) -> None:
    careful = policy | {"keep": {"errors": NO_ERRORS, "count": {"rule": "full", "every": "1 d"}}}
    safe = {name: house | {"shrink": 0} for name, house in world["warehouses"].items()}
    kept = [each for each in world["disruptions"] if each["kind"] != "stock_lost"]
    of = scenario(world | {"warehouses": safe, "disruptions": kept}, any=careful)
    tape = draw_tape(of.world, seed=seed, replication=0)
    ledger = simulate(of.world, of.policy("any"), tape)
    replay = Replay(of.world, of.policy("any"), tape, ledger)
    assert all(np.array_equal(physical(replay, track), track.on_hand) for track in replay.tracks)
    assert {Slip.OVERSOLD} >= set(ledger.records.kind.tolist())
