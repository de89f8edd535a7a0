"""Judge every row of a sales file: an order line, or the reason why it is none. Imports pandas."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.scenario.sales_cells import Decimal, missing, moments, names, numbers
from sim.scenario.sales_columns import Column, Meaning
from sim.scenario.sales_file import TextTable
from sim.scenario.sales_report import CANCEL_MARK, Reason

KEPT: Final = -1
_MOST_UNITS: Final = 999_999_999
_REASONS: Final = tuple(Reason)
_CANCEL_NUMBER: Final = rf"^[{CANCEL_MARK}{CANCEL_MARK.lower()}]\d+$"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file, column by column."""

    product: pd.Series
    description: pd.Series | None
    moment: NDArray[np.datetime64]
    units: NDArray[np.int64]
    price: NDArray[np.float64] | None
    verdict: NDArray[np.int8]
    """`KEPT`, or the number of the reason in `Reason`."""
    marks: bool
    """Whether order numbers mark cancellations."""

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which rows are order lines."""
        return np.asarray(self.verdict == KEPT)

    def only(self, products: tuple[str, ...]) -> Rows:
        """The same rows with those of other products set aside."""
        other = ~self.product.isin(products).to_numpy(bool)
        judged = np.isin(self.verdict, [_number(Reason.MALFORMED), _number(Reason.NO_PRODUCT)])
        verdict = np.where(other & ~judged, _number(Reason.OTHER_PRODUCT), self.verdict).astype(np.int8)
        return Rows(self.product, self.description, self.moment, self.units, self.price, verdict, self.marks)

    def dropped(self) -> tuple[tuple[Reason, int], ...]:
        """How many rows were dropped for each reason that occurs."""
        number = np.bincount(self.verdict[~self.kept], minlength=len(_REASONS))
        return tuple((reason, int(number[place])) for place, reason in enumerate(_REASONS) if number[place])


def judge(table: TextTable, columns: tuple[Column, ...], *, decimal: Decimal, day_leads: bool, net: bool) -> Rows:
    """Every row with its verdict; with `net`, a purchase that was cancelled later is set aside too."""
    text = {column.meaning: table.cells[column.position] for column in columns}
    text["product"] = names(text["product"])
    moment = moments(text["date"], day_leads=day_leads)
    quantity = numbers(text["quantity"], decimal=decimal)
    price = numbers(text["price"], decimal=decimal) if "price" in text else None
    cancelled, marks = _cancelled(text, quantity)
    faults = {
        Reason.MALFORMED: table.overlong,
        Reason.NO_PRODUCT: missing(text["product"]),
        **_date_faults(text["date"], moment),
        **_quantity_faults(text["quantity"], quantity, cancelled),
        **_price_faults(text, price),
    }
    verdict = _first_fault(faults, len(quantity))
    units = np.nan_to_num(np.where(np.abs(quantity) <= _MOST_UNITS, quantity, 0)).astype(np.int64)
    if net and "customer" in text:
        verdict = _net(verdict, text, moment, units)
    return Rows(text["product"], text.get("description"), moment, units, price, verdict, marks)


def _cancelled(text: dict[Meaning, pd.Series], quantity: NDArray[np.float64]) -> tuple[NDArray[np.bool_], bool]:
    """Rows of cancelled orders; a letter that most purchases bear is no mark."""
    if "order" not in text:
        return np.zeros(len(quantity), bool), False
    marked = text["order"].str.contains(_CANCEL_NUMBER, regex=True).to_numpy(bool)
    bought = quantity > 0
    if 2 * np.sum(marked & bought) > np.sum(bought):
        return np.zeros(len(quantity), bool), False
    return marked, True


def _date_faults(text: pd.Series, moment: NDArray[np.datetime64]) -> dict[Reason, NDArray[np.bool_]]:
    early, late = np.datetime64("1950-01-01"), np.datetime64("2101-01-01")
    return {
        Reason.NO_DATE: missing(text),
        Reason.BAD_DATE: np.isnat(moment),
        Reason.FAR_DATE: (moment < early) | (moment >= late),
    }


def _quantity_faults(
    text: pd.Series, quantity: NDArray[np.float64], cancelled: NDArray[np.bool_]
) -> dict[Reason, NDArray[np.bool_]]:
    return {
        Reason.NO_QUANTITY: missing(text),
        Reason.BAD_QUANTITY: ~(np.abs(quantity) <= _MOST_UNITS),
        Reason.FRACTION: quantity != np.floor(quantity),
        Reason.NO_UNITS: quantity == 0,
        Reason.CANCELLED: cancelled,
        Reason.NEGATIVE: quantity < 0,
    }


def _price_faults(text: dict[Meaning, pd.Series], price: NDArray[np.float64] | None) -> dict[Reason, NDArray[np.bool_]]:
    if price is None:
        return {}
    return {
        Reason.NO_PRICE: missing(text["price"]),
        Reason.BAD_PRICE: np.isnan(price),
        Reason.FREE: price == 0,
        Reason.NEGATIVE_PRICE: price < 0,
    }


def _first_fault(faults: dict[Reason, NDArray[np.bool_]], rows: int) -> NDArray[np.int8]:
    verdict = np.full(rows, KEPT, np.int8)
    for reason, found in faults.items():
        verdict[found & (verdict == KEPT)] = _number(reason)
    return verdict


def _net(
    verdict: NDArray[np.int8],
    text: dict[Meaning, pd.Series],
    moment: NDArray[np.datetime64],
    units: NDArray[np.int64],
) -> NDArray[np.int8]:
    """Pair each cancellation with the latest purchase before it that it can have meant."""
    known = ~missing(text["customer"])
    undoing = known & np.isin(verdict, [_number(Reason.CANCELLED), _number(Reason.NEGATIVE)])
    key = pd.DataFrame({"c": text["customer"], "p": text["product"], "u": np.abs(units)})
    involved = known & (undoing | (verdict == KEPT))
    group = key[involved].groupby(["c", "p", "u"], sort=False).ngroup().to_numpy()
    row = np.flatnonzero(involved)
    touched = np.isin(group, group[undoing[row]])
    order = np.lexsort((row[touched], undoing[row[touched]], moment[row[touched]]))
    taken = _last_in_first_out(group[touched][order], undoing[row[touched]][order])
    result = verdict.copy()
    result[row[touched][order][taken]] = _number(Reason.TAKEN_BACK)
    return result


def _last_in_first_out(group: NDArray[np.int64], undoing: NDArray[np.bool_]) -> list[int]:
    """Places of the purchases that cancellations take back, in a list ordered by time."""
    open_purchases: dict[int, list[int]] = defaultdict(list)
    taken = []
    for place, (name, undo) in enumerate(zip(group.tolist(), undoing.tolist(), strict=True)):
        if not undo:
            open_purchases[name].append(place)
        elif open_purchases[name]:
            taken.append(open_purchases[name].pop())
    return taken


def _number(reason: Reason) -> int:
    return _REASONS.index(reason)
