"""From sales to a scenario that runs: a commented YAML file and its history beside it."""

from __future__ import annotations

import csv
import json
import os
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sim.errors import ScenarioError
from sim.scenario.sales_report import ProductSales, Sales

_HISTORY: Final = "data/sales.csv"
_WORDS_OF_YAML: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})

_STORY: Final = (
    "Customers come as they came in the past, weeks drawn again at random. The supplier needs two weeks and is "
    "sometimes late, so the shelf runs empty now and then. What should the page say: backorder, or out of stock?"
)

_LEVERS: Final = """\
# What the shop decides. Every policy below starts from these levers and changes what it states.
levers:
  # Order a lot Q when the inventory position falls to r; `auto` computes both from mean demand, lead time and
  # service: the share of replenishment cycles without a stock-out. Below 100 % the shelf runs empty sometimes.
  replenish: {rule: r_Q, r: auto, Q: auto, service: 95 %}
  ship: complete      # or partial: sell what is there, backorder the rest
  allocate: fifo      # who is served first when goods arrive: fifo, edd, value, smallest, new_first

policies:
  # The first is what the others are compared with.
  out_of_stock: {when_short: out_of_stock}
  # Always take the order and promise the catalogue lead time.
  backorder: {when_short: backorder, promise: {basis: nominal}}
  # Take the order only while a confirmed receipt has units to spare, and promise what is 90 % sure.
  confirmed: {when_short: backorder, only: confirmed_inbound, promise: {basis: quantile, level: 90 %}}
"""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What no sales file says and a scenario needs; every one is a line of the file to change."""

    title: str = ""
    """Title of the scenario; the name of the sales file when empty."""
    story: str = ""
    """What happens, for people; the assumptions in plain words when empty."""
    credit: str = ""
    """Who the sales are from and under which licence, for the header."""
    currency: str = "EUR"
    """Label of all money."""
    margin: float = 0.5
    """Share of the price that is left after the cost of the unit, 0 to 1."""
    lead_time: str = "gamma(mean=14 d, cv=0.3)"
    """Law of the supplier's lead time, as in a scenario file."""
    replications: int = 30
    seed: int = 1


def write_scenario(
    sales: Sales,
    out_dir: str | Path,
    *,
    assumptions: Assumptions | None = None,
    schema: Path | None = None,
    replace: bool = False,
) -> Path:
    """Write `scenario.yaml` and `data/sales.csv` into a folder, and return the path of the scenario.

    Args:
        sales: what `read_sales` found.
        out_dir: the folder; made when it does not exist.
        assumptions: what the file does not say.
        schema: the JSON Schema that editors shall complete from.
        replace: whether a scenario that is already there may be overwritten.

    Raises:
        ScenarioError: the folder cannot be written or already holds a scenario, or an assumption makes no sense.
    """
    folder, assumed = Path(out_dir), assumptions or Assumptions()
    target = folder / "scenario.yaml"
    check(assumed)
    if target.exists() and not replace:
        raise ScenarioError(f"{target} is there already: choose another folder, or allow it to be replaced")
    try:
        (folder / _HISTORY).parent.mkdir(parents=True, exist_ok=True)
        _write_history(sales, folder / _HISTORY)
        target.write_text(_modeline(schema, folder) + scenario_of(sales, assumed, _in_a_file), encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{folder} cannot be written: {error}") from error
    return target


def check(assumed: Assumptions) -> None:
    """Refuse assumptions that make no sense.

    Raises:
        ScenarioError: one does not.
    """
    from pydantic import ValidationError  # noqa: PLC0415  slow to import, as the laws are

    from sim.scenario.laws import parse_duration_law  # noqa: PLC0415

    if not 0 <= assumed.margin <= 1:
        raise ScenarioError(f"the margin is {assumed.margin:g}; it is a share of the price, from 0 to 1")
    try:
        parse_duration_law(assumed.lead_time)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise ScenarioError(f"the lead time {assumed.lead_time!r} is no law of time: {reason}") from error


def _write_history(sales: Sales, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("date", "product", "units", "lines"))
        for product in sales.products:
            table.writerows((line.day, product.code, line.units, line.lines) for line in product.daily)


def _modeline(schema: Path | None, folder: Path) -> str:
    if schema is None:
        return ""
    try:
        place = os.path.relpath(schema, folder)
    except ValueError:  # another drive
        place = str(schema.resolve())
    return f"# yaml-language-server: $schema={Path(place).as_posix()}\n"


def _in_a_file(product: ProductSales) -> str:
    return f"{{history: {_HISTORY}, product: {_quoted(product.code)}, how: bootstrap, block: 7 d}}"


def scenario_of(sales: Sales, assumed: Assumptions, history: Callable[[ProductSales], str]) -> str:
    """The text of a scenario.

    Args:
        sales: what `read_sales` found.
        assumed: what the file does not say.
        history: writes the visits for a product.
    """
    named = tuple(zip(_names(product.code for product in sales.products), sales.products, strict=True))
    parts = (
        _header(sales, assumed),
        _title(sales, assumed),
        _world(sales, assumed),
        _products(named, assumed),
        _places(assumed),
        _customers(named, history),
        _costs(),
        _LEVERS,
        f"plan: {{seed: {assumed.seed}, replications: {assumed.replications}}}\n",
    )
    return "\n".join(parts)


def _header(sales: Sales, assumed: Assumptions) -> str:
    found = sales.understood
    return _comments(
        [
            f"Real order lines of {found.source}, {found.first_day} to {found.last_day}. Lines marked ASSUMED are not "
            "from that file: put your own numbers there.",
            *([f"Sales: {assumed.credit}"] if assumed.credit else []),
            "How the file was read:",
            *(f"  {remark}" for remark in found.notation),
            *(f"  {column.meaning} from column {column.name!r}" for column in found.columns),
            *(f"  {line}" for line in found.counts.lines),
            *(f"  {remark}" for remark in found.remarks),
        ]
    )


def _title(sales: Sales, assumed: Assumptions) -> str:
    title = assumed.title or f"Sales of {sales.understood.source}"
    story = _paragraph(assumed.story or _STORY)
    return f"version: 1\ntitle: {_quoted(title[:200])}\nstory: >\n{story}\n"


def _paragraph(text: str) -> str:
    return textwrap.fill(_plain(text)[:4000], 112, initial_indent="  ", subsequent_indent="  ")


def _world(sales: Sales, assumed: Assumptions) -> str:
    start = sales.understood.last_day + timedelta(days=1)
    return f"""\
world:
  currency: {_quoted(assumed.currency)}  # a label; nothing is converted
  calendar:
    start: {start}  # day 0, for labels; the day after the last sale
    warm_up: 30 d      # simulated and not measured
    measure: 180 d     # visits in this time count
    run_out: 30 d      # no new visits; who waits is served or leaves
"""


def _products(named: Sequence[tuple[str, ProductSales]], assumed: Assumptions) -> str:
    cost_note = f"ASSUMED: {assumed.margin:.0%} of the price is margin"
    lines = [
        "  products:",
        "    # class says how long buyers wait and where else they go: niche, durable, standard, commodity, impulse.",
        f"    # price: the median of what was paid per unit. unit_cost: {cost_note}. class: ASSUMED.",
    ]
    for name, product in named:
        price = 100.0 if product.price is None else product.price
        about = f"{product.code} {product.description}" + ("; price ASSUMED" if product.price is None else "")
        money = f"price: {_money(price)}, unit_cost: {_money(price * (1 - assumed.margin))}"
        lines.append(f"    {name}: {{{money}, class: standard}}  # {_plain(about)}")
    return "\n".join(lines) + "\n"


def _places(assumed: Assumptions) -> str:
    return f"""\
  # ASSUMED, all of it: where goods come from and how long that takes.
  suppliers:
    supplier: {{}}  # e.g. {{moq: 50, lot: 10, capacity: 400/d}}
  warehouses:
    main: {{receiving: 1 d, picking: 12 h, last_mile: 2 d}}  # stock at the start: what the levers aim at
  lanes:
    - from: supplier
      to: main
      lead_time: {_quoted(assumed.lead_time)}  # from leaving the supplier to the dock, as confirmed
      slip: {{late: 30 %, mean: 4 d}}  # this share of receipts comes later than confirmed, by so much on average
  # Things that go wrong, e.g. the supplier stops for three weeks:
  # disruptions:
  #   - {{kind: supplier_down, supplier: supplier, at: 60 d, lasts: 21 d}}
"""


def _customers(named: Sequence[tuple[str, ProductSales]], history: Callable[[ProductSales], str]) -> str:
    lines = [
        "  # One visit per order line of the file, in blocks of seven days drawn at random; `how: replay` plays the",
        "  # days in their order instead. Patience and leaving come from the product's class; to state your own, add",
        "  # e.g. `patience: lognormal(median=5 d, sigma=0.9)`.",
        "  customers:",
    ]
    for name, product in named:
        lines += [
            f"    buyers_of_{name}:  # {product.order_lines:,} order lines, {product.units:,} units",
            f"      buys: {name}",
            "      from: main",
            "      visits:",
            f"        {history(product)}",
        ]
    return "\n".join(lines) + "\n"


def _costs() -> str:
    return """\
  costs:  # ASSUMED, all of it
    holding_of_value: 0.20/yr  # of the unit cost, per unit on hand
    ordering: 25               # per supply order
    backorder: 1               # handling of one backorder
    contact: 4                 # one question to the shop; a waiting customer asks now and then
    cancellation: 3            # refund and handling of one cancelled backorder
"""


def _names(codes: Iterable[str]) -> tuple[str, ...]:
    """A scenario name for each product code, all different."""
    taken: list[str] = []
    for code in codes:
        base = re.sub(r"[^A-Za-z0-9_-]", "_", code)[:24].lower()
        fine = base[:1].isalpha() and base not in _WORDS_OF_YAML
        base = base if fine else f"p{base}"
        tries = (base, *(f"{base}_{number}" for number in range(2, len(taken) + 3)))
        taken.append(next(name for name in tries if name not in taken))
    return tuple(taken)


def _comments(paragraphs: Iterable[str]) -> str:
    lines: list[str] = []
    for paragraph in paragraphs:
        indent = " " * (len(paragraph) - len(paragraph.lstrip()))
        lines += textwrap.wrap(
            _plain(paragraph), 112, initial_indent=f"# {indent}", subsequent_indent=f"# {indent}  " if indent else "# "
        )
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """One line without control characters, safe behind a `#`."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _money(amount: float) -> str:
    return f"{round(amount, 6):.12g}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())
