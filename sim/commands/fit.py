"""`stockout fit`: parameters of customers from a shop's own records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sim.commands.console import complain, say, say_json, screen
from sim.commands.options import Json
from sim.commands.sales import Columns, DateOrder, DecimalMark, chosen_columns, day_leads, mark_of, reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim import Offers, PatienceFit, VisitsFit

_MOST_BAD: Final = 20

Yaml = Annotated[Path | None, typer.Option("--out", metavar="FILE", dir_okay=False, help="Write the YAML lines here.")]
Replace = Annotated[bool, typer.Option("--replace", help="Overwrite a file that is there.")]


def fit() -> typer.Typer:
    """The command with both its sub-commands."""
    app = typer.Typer(no_args_is_help=True, help="Fit customers to a shop's own records: their patience, their visits.")
    app.command()(patience)
    app.command()(visits)
    return app


def patience(
    offers: Annotated[
        Path,
        typer.Argument(
            metavar="OFFERS",
            exists=True,
            dir_okay=False,
            help="CSV with quoted_hi (days, or with a unit), shown, accepted; one row per wait, day or offer.",
        ),
    ],
    *,
    out: Yaml = None,
    replace: Replace = False,
    json: Json = False,
) -> None:
    """Fit how long customers wait from the backorder offers that they accepted and refused."""
    from sim import fit_patience, read_offers  # noqa: PLC0415

    _refuse_overwriting(out, replace=replace)
    read = read_offers(offers)
    _complain_of_rows(read)
    found = fit_patience(read)
    if json:
        say_json(found.document)
    else:
        _tell_patience(found)
    _write(out, found.yaml)


def visits(
    sales: Annotated[
        Path,
        typer.Argument(
            metavar="SALES",
            exists=True,
            dir_okay=False,
            help="Sales with a date and a customer in each row: CSV, gzipped or not, or Parquet.",
        ),
    ],
    *,
    product: Annotated[
        list[str] | None, typer.Option("--product", metavar="CODE", help="Visits that bought it; may be repeated.")
    ] = None,
    column: Columns = None,
    encoding: Annotated[str | None, reading("Such as utf-8 or cp1252.")] = None,
    delimiter: Annotated[str | None, reading("What stands between columns.")] = None,
    decimal: Annotated[DecimalMark | None, reading("What stands before cents.")] = None,
    dates: Annotated[DateOrder | None, reading("Whether 03/04/2011 is in April or in March.")] = None,
    out: Yaml = None,
    replace: Replace = False,
    json: Json = False,
) -> None:
    """Fit how often identified customers come, how much they differ, and whether they leave for good."""
    from sim import Notation, fit_visits, read_histories  # noqa: PLC0415

    _refuse_overwriting(out, replace=replace)
    notation = Notation(encoding, delimiter, mark_of(decimal), day_leads(dates))
    read = read_histories(sales, products=tuple(product or ()), columns=chosen_columns(column), notation=notation)
    if not json:
        say("\n".join(read.lines))
    found = fit_visits(read)
    if json:
        say_json(found.document)
    else:
        _tell_visits(found)
    _write(out, found.yaml)


def _refuse_overwriting(out: Path | None, *, replace: bool) -> None:
    if out is not None and out.exists() and not replace:
        raise typer.BadParameter(f"{out} is there already; --replace overwrites it", param_hint="'--out'")


def _write(out: Path | None, yaml: str) -> None:
    if out is not None:
        out.write_text(yaml, encoding="utf-8")
        complain(f"wrote {out}")


def _complain_of_rows(read: Offers) -> None:
    for row in read.bad[:_MOST_BAD]:
        complain(f"{read.source}, line {row.line}: {row.why}; this row is left out")
    if len(read.bad) > _MOST_BAD:
        complain(f"... and {len(read.bad) - _MOST_BAD:,} more rows left out; --json lists all")


def _tell_patience(found: PatienceFit) -> None:
    offers = found.offers
    say(offers.account)
    say(f"{offers.shown:,} offers shown, {offers.accepted:,} accepted\n")
    _list(found.sentences)
    rows = [
        (band.waits, f"{band.shown:,}", f"{band.accepted:,}", f"{band.lognormal:,.1f}", f"{band.exponential:,.1f}")
        for band in found.bands
    ]
    _table(("quoted wait", "shown", "accepted", "lognormal expects", "same loss every day expects"), rows)
    say(found.yaml.rstrip())


def _tell_visits(found: VisitsFit) -> None:
    say("")
    _list(found.sentences)
    last = found.repeats[-1]
    rows = [
        (f"{row.visits}{' or more' if row is last else ''}", f"{row.observed:,}", f"{row.expected:,.1f}")
        for row in found.repeats
    ]
    _table(("visits after the first", "customers", "expected"), rows)
    say(found.yaml.rstrip())


def _list(sentences: Sequence[str]) -> None:
    console = screen()
    for sentence in sentences:
        console.print(f"- {sentence}")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - not needed for JSON
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, title in enumerate(head):
        table.add_column(title, justify="right" if place else "left")
    for row in rows:
        table.add_row(*row)
    screen().print(table)
