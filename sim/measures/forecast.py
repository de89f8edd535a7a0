"""Forecasts: how near they come to what customers truly want, and whether the shop sees a stock-out coming."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.measures.entry import Measure, mean, ratio
from sim.measures.scope import Scope
from sim.words import DAY


def _wape(scope: Scope) -> float:
    errors = scope.works.foresight.errors
    return ratio(float(np.abs(errors.forecast - errors.wanted).sum()), float(errors.wanted.sum()))


def _bias(scope: Scope) -> float:
    errors = scope.works.foresight.errors
    return ratio(float((errors.forecast - errors.wanted).sum()), float(errors.wanted.sum()))


def _mase(scope: Scope) -> float:
    errors = scope.works.foresight.errors
    seen = ~np.isnan(errors.before)
    mine, naive = (np.abs(guess - errors.wanted)[seen].sum() for guess in (errors.forecast, errors.before))
    return ratio(float(mine), float(naive))


def _censoring(scope: Scope) -> float:
    seen, wanted = scope.works.foresight.censored
    return ratio(seen - wanted, wanted)


FORECAST: Final = (
    Measure(
        name="forecast_wape",
        title="Error of the forecast",
        unit="share",
        direction="down",
        definition="Differences between the forecast in force at the start of each day of the window and what was "
        "truly wanted over the lead time from then on, in whole days, as a share of what was wanted; above 1 where "
        "the error is larger.",
        formula="sum(|forecast - wanted|) / sum(wanted), wanted by all visits and other stocks",
        source="WAPE: Kolassa & Schuetz 2007",
        of=_wape,
    ),
    Measure(
        name="forecast_bias",
        title="Bias of the forecast",
        unit="share",
        direction="neither",
        definition="The same differences with their sign, as a share of what was wanted; negative where too little was "
        "forecast.",
        formula="sum(forecast - wanted) / sum(wanted)",
        source="common usage",
        of=_bias,
    ),
    Measure(
        name="forecast_mase",
        title="Error against that of a naive forecast",
        unit="times",
        direction="down",
        definition="Mean error of the forecast as a multiple of that of taking as many days from the whole weeks just "
        "before, over the days of the window that have such weeks in it.",
        formula="sum(|forecast - wanted|) / sum(|wanted weeks before - wanted|)",
        source="MASE: Hyndman & Koehler 2006",
        of=_mase,
    ),
    Measure(
        name="censoring_bias",
        title="Demand that the shop did not see",
        unit="share",
        direction="neither",
        definition="Units sold at once or backordered less units wanted, on days of the window on which the record was "
        "0 at some time, as a share of those wanted; of stocks with a forecast.",
        formula="(sum(now) + sum(joined) - sum(units)) / sum(units), days with record = 0",
        source="censored demand: Conrad 1976; own definition",
        of=_censoring,
    ),
    Measure(
        name="alarms_right",
        title="Alarms that were right",
        unit="share",
        direction="up",
        definition="Alarms of the window after which the record fell to 0 before the next receipt, as a share of all "
        "alarms of the window.",
        formula="count(alarms, record = 0 no later than the next posting) / count(alarms)",
        source="precision of a warning; common usage",
        of=lambda scope: ratio(len(scope.works.foresight.alarms[0]), scope.works.foresight.alarms[1]),
    ),
    Measure(
        name="alarm_lead",
        title="Warning before a stock-out",
        unit="days",
        direction="up",
        definition="Time from the alarm to the record of 0, per alarm of the window that was right.",
        formula="mean(first record = 0 - alarm)",
        source="own definition",
        of=lambda scope: mean(scope.works.foresight.alarms[0]) / DAY,
    ),
)
