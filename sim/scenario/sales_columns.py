"""Which column of a sales file means what: guessed from its name, or as the user says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, Literal, get_args

from sim.errors import ScenarioError

Meaning = Literal["date", "product", "quantity", "price", "customer", "order", "description"]
MEANINGS: Final[tuple[Meaning, ...]] = get_args(Meaning)
NEEDED: Final[tuple[Meaning, ...]] = ("date", "product", "quantity")

_NAMES: Final = MappingProxyType(
    {
        "date": "invoicedate orderdate date saledate salesdate transactiondate purchasedate createdat orderedat "
        "datetime timestamp day orderday datum bestelldatum rechnungsdatum datecommande fecha",
        "product": "stockcode sku lineitemsku productsku productid productcode productnumber itemid itemcode "
        "itemnumber articleid articlecode articlenumber artikelnummer artikelnr variantid asin ean gtin upc "
        "barcode product item article artikel produkt produit producto productname itemname",
        "quantity": "quantity qty lineitemquantity orderquantity quantityordered quantitysold quantitypurchased "
        "units unitssold itemssold pieces menge anzahl stuck quantite cantidad",
        "price": "unitprice price priceeach itemprice lineitemprice sellingprice saleprice retailprice "
        "einzelpreis stuckpreis preis prixunitaire prix precio",
        "customer": "customerid customernumber customerno customercode customer clientid client userid user "
        "buyerid buyer memberid customeremail email kundennummer kundennr kunde",
        "order": "invoiceno invoicenumber invoiceid invoice orderid orderno ordernumber order transactionid "
        "transaction receiptid receiptno receipt basketid bestellnummer rechnungsnummer",
        "description": "description productdescription itemdescription productname itemname lineitemname title "
        "bezeichnung designation name",
    }
)
_WORDS: Final = MappingProxyType(
    {
        "date": "date datum",
        "product": "sku product item article",
        "quantity": "quantity qty units",
        "price": "price",
        "customer": "customer client buyer",
        "order": "invoice order transaction",
        "description": "description",
    }
)
_OTHER_THINGS: Final = frozenset(
    {"category", "type", "group", "total", "currency", "method", "status", "number", "count"}
    | {"due", "ship", "shipping", "delivery"}
)


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Columns as the user names them; `None` leaves one to be guessed, `""` says that the file has none."""

    date: str | None = None
    product: str | None = None
    quantity: str | None = None
    price: str | None = None
    customer: str | None = None
    order: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Notation:
    """How the text of a file is written; `None` is guessed."""

    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    day_first: bool | None = None
    """Whether 03/04/2011 is the third of April."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that was understood."""

    meaning: Meaning
    name: str
    """Its name in the file."""
    position: int
    """Its place in the file, from 0."""
    why: str
    """Why it was taken."""


def find_columns(
    header: Sequence[str], *, choice: ColumnChoice, needed: Sequence[Meaning] = NEEDED
) -> tuple[Column, ...]:
    """The columns that were chosen or can be guessed, each column of the file for one meaning.

    Raises:
        ScenarioError: a chosen column does not exist, is chosen twice, or a needed one cannot be found.
    """
    chosen = [_chosen(meaning, name, header) for meaning in MEANINGS if (name := getattr(choice, meaning))]
    _once(chosen)
    found = {column.meaning: column for column in chosen}
    for guess in (_by_name, _by_word):
        for meaning in MEANINGS:
            if meaning not in found and getattr(choice, meaning) is None:
                taken = {column.position for column in found.values()}
                column = guess(meaning, header, taken)
                found |= {meaning: column} if column else {}
    _complete(found, header, needed)
    return tuple(found[meaning] for meaning in MEANINGS if meaning in found)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint such as `; did you mean 'Quantity'?`, empty when nothing is near."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f"; did you mean {by_lower[near[0]]!r}?" if near else ""


def _chosen(meaning: Meaning, name: str, header: Sequence[str]) -> Column:
    wanted = name.strip().lower()
    exact = [place for place, title in enumerate(header) if title == name]
    alike = [place for place, title in enumerate(header) if title.strip().lower() == wanted]
    if not (exact or alike):
        hint = nearest(name, header) or "."
        raise ScenarioError(f"the file has no column {name!r} for the {meaning}{hint} It has {_listed(header)}")
    place = (exact or alike)[0]
    return Column(meaning, header[place], place, "as you said")


def _once(chosen: Sequence[Column]) -> None:
    seen: dict[int, Meaning] = {}
    for column in chosen:
        if column.position in seen:
            first = seen[column.position]
            raise ScenarioError(f"column {column.name!r} cannot be both the {first} and the {column.meaning}")
        seen[column.position] = column.meaning


def _complete(found: dict[Meaning, Column], header: Sequence[str], needed: Sequence[Meaning]) -> None:
    missing = [meaning for meaning in needed if meaning not in found]
    if missing:
        raise ScenarioError(
            f"no column looks like the {' or the '.join(missing)}: say which one it is. The first line of the "
            f"file names {_listed(header)}"
        )


def _by_name(meaning: Meaning, header: Sequence[str], taken: set[int]) -> Column | None:
    plain = {_plain(title): place for place, title in reversed(list(enumerate(header))) if place not in taken}
    for name in _NAMES[meaning].split():
        if name in plain:
            place = plain[name]
            return Column(meaning, header[place], place, f"a usual name for the {meaning}")
    return None


def _by_word(meaning: Meaning, header: Sequence[str], taken: set[int]) -> Column | None:
    for word in _WORDS[meaning].split():
        for place, title in enumerate(header):
            words = _words(title)
            if place not in taken and word in words and not words & _OTHER_THINGS:
                return Column(meaning, title, place, f"its name holds the word '{word}'")
    return None


def _words(title: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title)
    return {_plain(word) for word in re.split(r"[^A-Za-z0-9]+", spaced)}


def _plain(title: str) -> str:
    decomposed = unicodedata.normalize("NFKD", title.lower())
    return re.sub(r"[^a-z0-9]", "", decomposed)


def _listed(header: Sequence[str]) -> str:
    shown = ", ".join(repr(title[:40]) for title in header[:20])
    return f"{shown} and {len(header) - 20} more" if len(header) > 20 else shown
