"""Support: what customers ask, and how long they wait for an answer."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.ledger.ledger import Int64
from sim.measures.entry import Measure, mean, quantile, ratio
from sim.measures.scope import Scope
from sim.words import HOUR, MINUTE


def _contacts(scope: Scope) -> float:
    if scope.world.support is not None:
        return len(scope.contacts)
    waiting = scope.costs.contacts_waiting * scope.units(scope.tally.order_seconds)
    return scope.costs.contacts_per_order * scope.orders + waiting


def _waits(scope: Scope) -> Int64:
    """Seconds until somebody took them up, of the contacts that anybody did."""
    table, rows = scope.tally.views.ledger.contacts, scope.contacts
    rows = rows[table.answered[rows] >= 0]
    return table.answered[rows] - table.time[rows]


def _utilisation(scope: Scope) -> float:
    support, table = scope.world.support, scope.tally.views.ledger.contacts
    if support is None:
        return mean(np.empty(0, dtype=np.int64))
    rows = np.flatnonzero((table.answered >= 0) & scope.about(table.visit))
    start, end = scope.tally.start, scope.tally.end
    busy = np.minimum(table.ended[rows], end) - np.maximum(table.answered[rows], start)
    return ratio(np.maximum(busy, 0).sum(), support.agents * scope.seconds)


def _minutes(scope: Scope) -> float:
    if scope.world.support is None:
        return float("nan")
    table, rows = scope.tally.views.ledger.contacts, scope.contacts
    rows = rows[table.ended[rows] >= 0]
    return float((table.ended[rows] - table.answered[rows]).sum()) / MINUTE


def _unanswered(scope: Scope) -> float:
    return mean(scope.tally.views.ledger.contacts.answered[scope.contacts] < 0)


SUPPORT: Final = (
    Measure(
        name="contacts",
        title="Contacts per 100 orders",
        unit="contacts",
        direction="down",
        definition="Questions to support by customers of the window, per 100 orders that sold or backordered "
        "something; without people who answer, those that the rates of the costs expect.",
        formula="100 x count(contacts) / orders, or with contacts_per_order x orders + contacts_waiting x "
        "sum(time in backlog of orders) for the count",
        source="common usage",
        of=lambda scope: 100 * ratio(_contacts(scope), scope.orders),
    ),
    Measure(
        name="support_minutes",
        title="Minutes of support per 100 orders",
        unit="minutes",
        direction="down",
        definition="Time spent on answers to customers of the window, per 100 orders that sold or backordered "
        "something; undefined without people who answer.",
        formula="100 x time(answered to ended) / orders",
        source="workload: Gross et al. 2008",
        of=lambda scope: 100 * ratio(_minutes(scope), scope.orders),
    ),
    Measure(
        name="support_wait",
        title="Mean wait for an answer",
        unit="hours",
        direction="down",
        definition="Time from a question until somebody takes it up, per question that was taken up by the close.",
        formula="mean(answered - time)",
        source="waiting time in queue: Gross et al. 2008",
        of=lambda scope: mean(_waits(scope)) / HOUR,
    ),
    Measure(
        name="support_wait_p95",
        title="Wait for an answer of 95 % of questions",
        unit="hours",
        direction="down",
        definition="Time until somebody takes a question up that 95 % of those taken up by the close do not exceed.",
        formula="95 % quantile of answered - time",
        source="waiting time in queue: Gross et al. 2008",
        of=lambda scope: quantile(_waits(scope), 0.95) / HOUR,
    ),
    Measure(
        name="support_busy",
        title="Support utilisation",
        unit="share",
        direction="neither",
        definition="Time that support spends on answers, as a share of the window of all who answer; for a single "
        "stock the part spent on its customers.",
        formula="time(answered to ended) / (agents x window)",
        source="utilisation: Gross et al. 2008",
        of=_utilisation,
    ),
    Measure(
        name="support_unanswered",
        title="Questions nobody took up",
        unit="share",
        direction="down",
        definition="Questions that nobody had answered by the close, as a share of all questions of customers of the "
        "window.",
        formula="count(answered < 0) / count(contacts)",
        source="own definition",
        of=_unanswered,
    ),
)
