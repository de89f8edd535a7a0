"""Choices: settings of a scenario that are a word, each to be taken as written or set for all policies it concerns.

A choice that is made stands for values to set in the scenario, in the grammar of `--set`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from sim.scenario.classes import notify_of
from sim.scenario.memory import Calibration
from sim.scenario.policies import Levers, Ordered
from sim.scenario.scenario import Scenario
from sim.scenario.terms import Payment, Updates

Name = Literal["when_short", "updates", "allocate", "payment", "substitute", "notify_me", "calibration"]

AS_WRITTEN: Final = "as written"
"""The option that sets nothing."""

_SPECIAL: Final = ("limits", "preorder", "classes", "value")
"""Levers that belong to one way of taking orders: a policy that states them keeps it."""


@dataclass(frozen=True)
class Choice:
    """One setting with its options."""

    name: Name
    title: str
    about: str
    """What it does, and for which policies."""
    paths: tuple[str, ...] = ()
    """What is set; none when there is nothing to choose."""
    options: tuple[str, ...] = ()
    """Beside `AS_WRITTEN`."""
    form: str = "{}"
    """How an option is written, `{}` standing for it."""
    reason: str = ""
    """Why there is nothing to choose."""

    def made(self, settings: Mapping[str, str]) -> str:
        """The option that some settings amount to."""
        return next(
            (option for option in self.options if self.settings(option).items() <= settings.items()), AS_WRITTEN
        )

    def settings(self, option: str) -> Mapping[str, str]:
        """What to set in the scenario; nothing for `AS_WRITTEN` and for what is no option."""
        return dict.fromkeys(self.paths, self.form.replace("{}", option)) if option in self.options else {}


def choices(scenario: Scenario) -> tuple[Choice, ...]:
    """The choices of a scenario, always all of them; those it has no use for say why."""
    return (
        _when_short(scenario),
        _updates(scenario),
        _allocate(scenario),
        _payment(scenario),
        _substitute(scenario),
        _notify_me(scenario),
        _CALIBRATION,
    )


def _taking(scenario: Scenario) -> Iterator[tuple[str, Levers]]:
    """The policies that take orders for what is not there."""
    for name in scenario.policies:
        levers = scenario.policy(name)
        if levers.when_short != "out_of_stock":
            yield name, levers


def _options(model: type[Updates | Payment | Ordered | Levers], field: str) -> tuple[str, ...]:
    return tuple(map(str, get_args(model.model_fields[field].annotation)))


def _of_policies(choice: Choice, policies: list[str], lever: str) -> Choice:
    """The choice for these policies."""
    if not policies:
        return replace(choice, options=(), reason="No policy of this scenario takes orders.")
    about = f"{choice.about} Set for {', '.join(policies)}."
    paths = tuple(f"policies.{name}.{lever}" for name in policies)
    return replace(choice, about=about, paths=paths)


def _when_short(scenario: Scenario) -> Choice:
    ways = tuple(way for way in _options(Levers, "when_short") if way not in ("out_of_stock", "oracle"))
    if not (scenario.world.inbound or any(levers.replenish.rule != "none" for _, levers in _taking(scenario))):
        ways = tuple(way for way in ways if way not in ("hybrid", "preorder"))  # they need something on its way
    choice = Choice("when_short", "When the shelf is short", "When the page takes an order.", options=ways)
    free = [name for name, levers in _taking(scenario) if _is_free(scenario, name, levers)]
    if free or not any(_taking(scenario)):
        return _of_policies(choice, free, "when_short")
    return replace(choice, options=(), reason="The policies of this scenario state their own limits.")


def _is_free(scenario: Scenario, policy: str, levers: Levers) -> bool:
    stated = scenario.policies[policy].model_fields_set
    return levers.when_short != "oracle" and not stated & set(_SPECIAL)


def _updates(scenario: Scenario) -> Choice:
    dated = [name for name, levers in _taking(scenario) if levers.promise.basis != "vague"]
    about = "What the shop tells those who wait."
    return _of_policies(Choice("updates", "Updates", about, options=_options(Updates, "rule")), dated, "updates")


def _allocate(scenario: Scenario) -> Choice:
    rules = (*_options(Ordered, "rule"), "new_first")
    choice = Choice("allocate", "Who is served first", "Who gets the goods that arrive.", options=rules)
    return _of_policies(choice, [name for name, _ in _taking(scenario)], "allocate")


def _payment(scenario: Scenario) -> Choice:
    options, form = _options(Payment, "capture"), "{capture: {}}"
    choice = Choice("payment", "Payment", "When those who wait pay.", options=options, form=form)
    return _of_policies(choice, [name for name, _ in _taking(scenario)], "payment")


def _substitute(scenario: Scenario) -> Choice:
    name: Name = "substitute"
    title, about = "Substitutes", "Whether another product is shown before a backorder, after it was refused, or never."
    if not any(product.substitutes for product in scenario.world.products.values()):
        return Choice(name, title, about, reason="No product of this scenario has substitutes.")
    return Choice(name, title, f"{about} Set for all policies.", _everywhere(scenario, name), _options(Levers, name))


def _notify_me(scenario: Scenario) -> Choice:
    name: Name = "notify_me"
    title, about = "Notify me", "Whether the page takes addresses of those who want to be told of the restock."
    if all(notify_of(customers) is None for customers in scenario.world.customers.values()):
        return Choice(name, title, about, reason="No customer of this scenario leaves an address.")
    return Choice(name, title, f"{about} Set for all policies.", _everywhere(scenario, name), ("true", "false"))


def _everywhere(scenario: Scenario, lever: str) -> tuple[str, ...]:
    return tuple(f"policies.{policy}.{lever}" for policy in scenario.policies)


_CALIBRATION: Final = Choice(
    "calibration",
    "Calibration",
    "Whose word counts on patience and memory: what people say, what they do, or a middle way.",
    ("world.calibration",),
    get_args(Calibration),
)
