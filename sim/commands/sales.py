"""`stockout import`: a runnable scenario from a shop's own sales file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from sim.commands.console import complain, say

_COLUMNS: Final = "Columns (guessed from their names when left out)"
_NOTATION: Final = "Notation (guessed when left out)"
_SCENARIO: Final = "What the file does not say"


class DateOrder(StrEnum):
    """How 03/04/2011 is read."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class DecimalMark(StrEnum):
    """What separates cents."""

    POINT = "point"
    COMMA = "comma"


def _column(meaning: str) -> typer.models.OptionInfo:
    text = f"The column with the {meaning}."
    option: typer.models.OptionInfo = typer.Option(
        f"--{meaning}-column", metavar="NAME", help=text, rich_help_panel=_COLUMNS
    )
    return option


def import_sales(
    sales: Annotated[Path, typer.Argument(metavar="SALES", help="A sales file: CSV, gzipped or not, or Parquet.")],
    *,
    product: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Keep this product; may be repeated.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Without --product: how many, those with most order lines.")] = 10,
    out: Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False, help="Write the scenario here.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what was understood.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a scenario that is there.")] = False,
    gross: Annotated[bool, typer.Option("--gross", help="Keep purchases that were cancelled later.")] = False,
    date: Annotated[str | None, _column("date")] = None,
    code: Annotated[str | None, _column("product")] = None,
    quantity: Annotated[str | None, _column("quantity")] = None,
    price: Annotated[str | None, _column("price")] = None,
    customer: Annotated[str | None, _column("customer")] = None,
    order: Annotated[str | None, _column("order")] = None,
    description: Annotated[str | None, _column("description")] = None,
    encoding: Annotated[str | None, typer.Option(help="Such as utf-8.", rich_help_panel=_NOTATION)] = None,
    delimiter: Annotated[str | None, typer.Option(help="Between columns.", rich_help_panel=_NOTATION)] = None,
    decimal: Annotated[DecimalMark | None, typer.Option(help="Before cents.", rich_help_panel=_NOTATION)] = None,
    dates: Annotated[DateOrder | None, typer.Option(help="Of 03/04/2011.", rich_help_panel=_NOTATION)] = None,
    title: Annotated[str, typer.Option(help="Of the scenario.", rich_help_panel=_SCENARIO)] = "",
    credit: Annotated[str, typer.Option(help="Whose sales these are.", rich_help_panel=_SCENARIO)] = "",
    currency: Annotated[str, typer.Option(help="Label of money.", rich_help_panel=_SCENARIO)] = "EUR",
    margin: Annotated[float, typer.Option(help="Share of the price.", rich_help_panel=_SCENARIO)] = 0.5,
    lead_time: Annotated[str, typer.Option(help="A law.", rich_help_panel=_SCENARIO)] = "gamma(mean=14 d, cv=0.3)",
) -> None:
    """Make a runnable scenario of a sales file, with every row accounted for."""
    from sim import Assumptions, ColumnChoice, Notation, read_sales, write_scenario  # noqa: PLC0415

    if out is None and not dry_run:
        raise typer.BadParameter("say where to write the scenario, or --dry-run", param_hint="'--out'")
    found = read_sales(
        sales,
        columns=ColumnChoice(
            date=date,
            product=code,
            quantity=quantity,
            price=price,
            customer=customer,
            order=order,
            description=description,
        ),
        notation=Notation(encoding, delimiter, _mark(decimal), _day_first(dates)),
        products=tuple(product or ()),
        most=most,
        net=not gross,
    )
    for line in found.understood.lines:
        say(line)
    if out is not None and not dry_run:
        assumed = Assumptions(title=title, credit=credit, currency=currency, margin=margin, lead_time=lead_time)
        written = write_scenario(found, out, assumptions=assumed, replace=replace)
        complain(f"wrote {written}; try: stockout compare {written}")


def _mark(decimal: DecimalMark | None) -> Literal[".", ","] | None:
    if decimal is None:
        return None
    return "," if decimal is DecimalMark.COMMA else "."


def _day_first(order: DateOrder | None) -> bool | None:
    return None if order is None else order is DateOrder.DAY_FIRST
