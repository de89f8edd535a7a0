"""What must hold between measures, and between ledger and stories, in every run with everything switched on."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from sim.ledger.views import Views
from sim.measures.measure import MEASURES, measure
from sim.model.simulate import simulate
from sim.playback import Replay
from sim.scenario.scenario import Scenario
from sim.story import tell
from sim.tape.draw import draw_tape
from sim.words import AWAY, Fate
from tests.properties.rich_worlds import rich_levers, rich_worlds
from tests.properties.worlds import SEEDS, Raw, scenario

often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
OUTCOMES = ("out_of_stock", "balked", "fulfilled", "reneged", "changed_mind", "pending")


def played(world: Raw, policy: Raw, seed: int) -> Replay:
    of: Scenario = scenario(world, any=policy)
    tape = draw_tape(of.world, seed=seed, replication=0)
    return Replay(of, "any", tape, simulate(of.world, of.policy("any"), tape))


def measured(again: Replay) -> dict[tuple[str, str], float]:
    return measure(again.scenario.world, again.ledger, again.tape.visits)


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_shares_lie_between_nothing_and_all(world: Raw, policy: Raw, seed: int) -> None:
    shares = {name for name, entry in MEASURES.items() if entry.unit == "share"} - {"gamma_service", "gmroi"}
    found = {key: value for key, value in measured(played(world, policy, seed)).items() if key[0] in shares}
    assert not {key: value for key, value in found.items() if value < -1e-9 or value > 1 + 1e-9}


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_every_wish_is_kept_lost_deferred_or_open(world: Raw, policy: Raw, seed: int) -> None:
    again = played(world, policy, seed)
    values = measured(again)
    for scope in {scope for _, scope in values}:
        ends = ("site_retention", "lost_share", "deferred_share", "pending_share")
        waiting_for_mail = 1 - sum(values[name, scope] for name in ends)
        signed = values["sign_ups", scope] / values["visits", scope] if values["visits", scope] else float("nan")
        assert isnan(waiting_for_mail) or -1e-9 <= waiting_for_mail <= signed + 1e-9


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_backlog_and_shelf_of_every_stock_end_as_the_ledger_says(world: Raw, policy: Raw, seed: int) -> None:
    again = played(world, policy, seed)
    views = Views(again.scenario.world, again.ledger, again.tape.visits)
    for stock in range(len(views.stocks)):
        steps = views.on_hand(stock).steps()
        assert steps.at(np.array([again.ledger.close]))[0] == again.ledger.closing[stock]
        assert min(steps.values, default=0) >= 0
        assert min(views.waiting(stock).steps().values, default=0) >= 0


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_a_promise_replaced_is_kept_no_less_often_than_told(world: Raw, policy: Raw, seed: int) -> None:
    values = measured(played(world, policy, seed))
    broken, customers = values["broken_promises", ""], values["disappointed_customers", ""]
    assert customers <= broken
    if values["at_risk_share", ""] == 0 and values["delay_notices", ""] == 0:
        assert values["last_promise_kept", ""] == pytest.approx(values["promise_kept", ""], nan_ok=True)


@settings(parent=often, max_examples=25)
@given(rich_worlds(), rich_levers(), SEEDS)
def test_every_story_fits_the_shelf_of_its_moment(world: Raw, policy: Raw, seed: int) -> None:
    again = played(world, policy, seed)
    for visit in range(0, len(again.ledger.visits.fate), 7):
        life = again.life(visit)
        assert tell(again, visit)
        if life.fate not in AWAY:
            assert life.on_hand >= life.now
            assert life.waiting >= 0
            assert life.fate is not Fate.SERVED or life.now == life.units
