"""Manual or automatic: one word for everything that people do or systems do, where a shop does not say it apart."""

from __future__ import annotations

from typing import Any

from sim.scenario.keeping import Keeping
from sim.scenario.part import Part
from sim.scenario.planning import Planning
from sim.scenario.policies import Levers
from sim.scenario.terms import Reserving
from sim.words import DAY


def automated(levers: Levers) -> Levers:
    """Levers with all that `automation` sets, where it is not stated: in the shop's levers or in the policy's."""
    if levers.automation is None:
        return levers
    by_hand = levers.automation == "manual"
    update: dict[str, Any] = {
        "plan": _filled(levers.plan, _planning(by_hand=by_hand)),
        "keep": _filled(levers.keep, _keeping(by_hand=by_hand)),
    }
    if "reserving" not in levers.model_fields_set:
        update["reserving"] = Reserving(rule="manual" if by_hand else "automatic")
    if "sync" not in levers.model_fields_set:
        update["sync"] = DAY if by_hand else 0
    return levers.model_copy(update=update)


def _filled(stated: Part, usual: Part) -> Part:
    """A part with what it does not state itself as another states it."""
    missing = usual.model_fields_set - stated.model_fields_set
    return stated.model_copy(update={name: getattr(usual, name) for name in missing})


def _planning(*, by_hand: bool) -> Planning:
    entry, forgets = ("exponential(1 d)", "2 %") if by_hand else (None, 0)
    return Planning.model_validate({"entry": entry, "forgets": forgets})


def _keeping(*, by_hand: bool) -> Keeping:
    errors, posting = ("manual", "exponential(0.5 d)") if by_hand else ("scanned", None)
    return Keeping.model_validate({"errors": errors, "posting": posting})
