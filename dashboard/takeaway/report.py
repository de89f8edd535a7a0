"""What is on the screen as one HTML file: no script, nothing from elsewhere, every name escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard import answer, controls
from dashboard.picture import Picture
from dashboard.state import Shown
from dashboard.takeaway.drawn import drawn
from experiments.report.build import TEMPLATES
from experiments.report.tables import Cell, Table
from sim import MEASURES, VERSION, Results, choices, dials, packages

OWN: Final = Path(__file__).with_name("templates")
MOST_ROWS: Final = 400
"""Of longer tables every so many-th row is written; the file of numbers has them all."""


@dataclass(frozen=True)
class Plate:
    """A picture as the report shows it."""

    title: str
    note: str
    alt: str
    svg: Markup | None
    table: Table


def report(shown: Shown, pictures: Sequence[Picture]) -> bytes:
    """The report of the results on the screen.

    Args:
        shown: results, and what they are results of.
        pictures: in the order of the page.
    """
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader([OWN, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = _page(shown, pictures)
    text = environment.get_template("screen.html.j2").render(style=Markup(style), style_hash=hashed, **page)
    return text.encode()


def _page(shown: Shown, pictures: Sequence[Picture]) -> dict[str, Any]:
    """All that the template shows."""
    results = shown.outcome.results
    details = answer.details(results.scenario)
    return {
        "title": results.scenario.title,
        "story": results.scenario.story,
        "answer": answer.answer(results),
        "unfinished": _unfinished(shown),
        "settings": _settings(shown),
        "cards": table_of(answer.table(results, answer.headlines(results.scenario))),
        "pictures": [plate(each) for each in pictures],
        "numbers": table_of(answer.table(results, details)),
        "account": table_of(answer.account(results)),
        "settings_table": _changed(shown),
        "definitions": _definitions(details),
        "origin": _origin(results),
    }


def plate(picture: Picture) -> Plate:
    """A picture, drawn without a script where that can be done, and its numbers."""
    svg = drawn(picture.figure, picture.alt)
    return Plate(picture.title, picture.note, picture.alt, svg, table_of(picture.table()))


def table_of(frame: pd.DataFrame) -> Table:
    """A data frame as a table of text."""
    step = -(-len(frame) // MOST_ROWS) or 1
    rows = frame.iloc[::step].itertuples(index=False)
    note = f"One in {step} of {len(frame):,} rows; the file of numbers has them all." if step > 1 else ""
    cells = tuple(tuple(Cell(_text(value)) for value in row) for row in rows)
    return Table(tuple(map(str, frame.columns)), cells, note)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:,.4g}"  # noqa: PLR0124 - NaN alone differs from itself
    return str(value)


def _unfinished(shown: Shown) -> str:
    held, wanted = shown.outcome.results.replications, shown.outcome.wanted
    return "" if held == wanted else f"A quick look: {held} of the {wanted} replications that were asked for."


def _settings(shown: Shown) -> str:
    """What the levers said, in a sentence."""
    made = controls.chosen(choices(shown.scenario), dict(shown.request.settings))
    results = shown.outcome.results
    return (
        f"These numbers: {controls.described(dials(shown.scenario))}{', ' * bool(made)}{made}. {results.replications} "
        f"replications, compared pairwise; intervals hold with 95 % confidence. Seed {results.seed}."
    )


def _changed(shown: Shown) -> Table:
    """What was set by levers, by its path in the scenario."""
    rows = tuple((Cell(path), Cell(text)) for path, text in shown.request.settings)
    return Table(("set by a lever", "to"), rows, "" if rows else "Nothing was changed: the scenario is as written.")


def _definitions(names: Sequence[str]) -> Table:
    rows = tuple((Cell(MEASURES[name].title), Cell(MEASURES[name].definition)) for name in names)
    return Table(("measure", "meaning"), rows)


def digest_of(results: Results) -> str:
    """What two people with the same numbers have in common: of the ledgers of all policies and replications."""
    words = (f"{policy}:{digest}" for policy in results.policies for digest in results.digests[policy])
    return sha256("\n".join(words).encode()).hexdigest()


def _origin(results: Results) -> Table:
    """What one must have to get the same numbers."""
    rows = [
        ("engine", VERSION),
        ("scenario digest", results.scenario.digest),
        ("digest of the results", digest_of(results)),
        ("seed", str(results.seed)),
        ("replications", str(results.replications)),
        *((f"package {name}", version) for name, version in packages().items()),
    ]
    return Table(("", ""), tuple((Cell(name), Cell(value)) for name, value in rows))
