"""`stockout import`: a runnable scenario from a shop's own sales file."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from sim.commands.console import complain, say
from sim.commands.options import assignments

if TYPE_CHECKING:
    from sim import ColumnChoice

_READING: Final = "How to read the file (guessed when left out)"
_ASSUMING: Final = "What the file does not say"


class DateOrder(StrEnum):
    """How 03/04/2011 is read."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class DecimalMark(StrEnum):
    """What separates cents."""

    POINT = "point"
    COMMA = "comma"


def reading(text: str) -> typer.models.OptionInfo:
    """An option that says how to read the file."""
    option: typer.models.OptionInfo = typer.Option(help=text, rich_help_panel=_READING)
    return option


def _assuming(text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(help=text, rich_help_panel=_ASSUMING)
    return option


SalesFile = Annotated[Path, typer.Argument(metavar="SALES", help="Sales: CSV, gzipped or not, or Parquet.")]
Products = Annotated[list[str] | None, typer.Option("--product", metavar="CODE", help="Keep it; may be repeated.")]
Most = Annotated[int, typer.Option(min=1, help="Without --product: how many, by order lines.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False, help="Write the scenario here.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what was understood.")]
Replace = Annotated[bool, typer.Option("--replace", help="Overwrite a scenario that is there.")]
Gross = Annotated[bool, typer.Option("--gross", help="Keep purchases that were cancelled later.")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="MEANING=NAME",
        help='Which column means what, as in date="Order date"; nothing after = if there is none. Meanings: date, '
        "product, quantity, price, customer, order, description.",
        rich_help_panel=_READING,
    ),
]


def import_sales(
    sales: SalesFile,
    *,
    product: Products = None,
    most: Most = 10,
    out: Out = None,
    dry_run: DryRun = False,
    replace: Replace = False,
    gross: Gross = False,
    column: Columns = None,
    encoding: Annotated[str | None, reading("Such as utf-8 or cp1252.")] = None,
    delimiter: Annotated[str | None, reading("What stands between columns.")] = None,
    decimal: Annotated[DecimalMark | None, reading("What stands before cents.")] = None,
    dates: Annotated[DateOrder | None, reading("Whether 03/04/2011 is in April or in March.")] = None,
    title: Annotated[str, _assuming("Title of the scenario.")] = "",
    credit: Annotated[str, _assuming("Whose sales these are, and under which licence.")] = "",
    currency: Annotated[str, _assuming("Label of all money.")] = "EUR",
    margin: Annotated[float, _assuming("Share of the price left after the cost of a unit.")] = 0.5,
    lead_time: Annotated[str, _assuming("Law of the supplier's lead time.")] = "gamma(mean=14 d, cv=0.3)",
) -> None:
    """Make a runnable scenario of a sales file, with every row accounted for."""
    from sim import Assumptions, Notation, read_sales, write_scenario, write_schema  # noqa: PLC0415

    if out is None and not dry_run:
        raise typer.BadParameter("say where to write the scenario, or --dry-run", param_hint="'--out'")
    notation = Notation(encoding, delimiter, mark_of(decimal), day_leads(dates))
    codes = tuple(product or ())
    found = read_sales(
        sales, columns=chosen_columns(column), notation=notation, products=codes, most=most, net=not gross
    )
    say("\n".join(found.understood.lines))
    if out is not None and not dry_run:
        assumed = Assumptions(title=title, credit=credit, currency=currency, margin=margin, lead_time=lead_time)
        schema = out / "scenario.schema.json"
        written = write_scenario(found, out, assumptions=assumed, schema=schema, replace=replace)
        write_schema(schema)
        complain(f"wrote {written}; try: stockout compare {written}")


def chosen_columns(texts: list[str] | None) -> ColumnChoice:
    """The columns that `--column` names.

    Raises:
        typer.BadParameter: a meaning is unknown.
    """
    from sim import ColumnChoice as Choice  # noqa: PLC0415

    chosen = assignments(texts, "--column")
    known = [field.name for field in fields(Choice)]
    unknown = [meaning for meaning in chosen if meaning not in known]
    if unknown:
        message = f"'{unknown[0]}' is no meaning of a column; there are {', '.join(known)}"
        raise typer.BadParameter(message, param_hint="'--column'")
    return Choice(**chosen)


def mark_of(decimal: DecimalMark | None) -> Literal[".", ","] | None:
    """The mark itself."""
    if decimal is None:
        return None
    return "," if decimal is DecimalMark.COMMA else "."


def day_leads(order: DateOrder | None) -> bool | None:
    """Whether 03/04/2011 is in April."""
    return None if order is None else order is DateOrder.DAY_FIRST
