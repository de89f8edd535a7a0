"""A scenario: one world, the policies that compete in it, and the plan of the experiment."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal, cast

from pydantic import Field, StringConstraints

from sim.scenario.automation import automated
from sim.scenario.house import House
from sim.scenario.part import Name, Part
from sim.scenario.policies import Levers, Policies, change
from sim.scenario.quantities import Count, PositiveCount
from sim.scenario.world import World


class Plan(Part):
    """How often to repeat, and from which seed."""

    seed: Count = 1
    """Seed of all chance; the same seed gives the same bytes."""
    replications: Annotated[PositiveCount, Field(ge=2)] = 30
    """Independent repetitions of the whole run."""


class Scenario(Part):
    """What a scenario file holds."""

    version: Literal[1]
    """Version of the file format."""
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """What the scenario is called."""
    story: Annotated[str, StringConstraints(max_length=4000)] = ""
    """What happens, for people."""
    world: World
    """Everything that is so, whatever the policy."""
    levers: Levers = Levers()
    """Settings that all policies share."""
    policies: Annotated[Policies, Field(min_length=1)]
    """The competitors: each the levers with its own changes. The first is the baseline."""
    plan: Plan = Plan()
    """How often to repeat, and from which seed."""

    def policy(self, name: Name) -> Levers:
        """All levers of one policy.

        Raises:
            KeyError: there is no policy of that name.
        """
        return automated(cast(Levers, change(self.levers, self.policies[name])))

    def world_of(self, name: Name) -> World:
        """The world as it is under one policy: with the warehouses that work as the policy says.

        Raises:
            KeyError: there is no policy of that name.
        """
        houses = self.policy(name).houses
        if not houses:
            return self.world
        changed = {
            place: house.model_copy(update=_stated(houses[place]))
            for place, house in self.world.warehouses.items()
            if place in houses
        }
        return self.world.model_copy(update={"warehouses": self.world.warehouses | changed})

    @property
    def digest(self) -> str:
        """SHA-256 of the scenario's meaning: the same for files that differ in layout or notation only."""
        resolved = {
            "version": self.version,
            "world": self.world.model_dump(mode="json", by_alias=True),
            "policies": {name: self.policy(name).model_dump(mode="json") for name in self.policies},
            "plan": self.plan.model_dump(mode="json"),
        }
        return hashlib.sha256(json.dumps(resolved, sort_keys=True).encode()).hexdigest()


def _stated(house: House) -> dict[str, Any]:
    return {field: value for field in House.model_fields if (value := getattr(house, field)) is not None}
