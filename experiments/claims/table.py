"""The table of all claims: those that were tried, and those that the model cannot express yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import StringConstraints

from experiments.claims.finding import Finding, read_finding
from experiments.claims.page import row, turned_by
from experiments.claims.statement import FILE, Claim, Text, read_claim
from experiments.claims.verdict import Verdict
from sim import Part, load_part
from sim.errors import ResultError

MISSING: Final = "missing.yaml"
"""File in the folder of the studies with the claims that nothing tries yet."""

_HEADER: Final = (
    "claim",
    "expected",
    "verdict",
    "holds at",
    "interval",
    "surely, opposite",
    "where",
    "turned by",
    "what would overturn it",
)
_INTRODUCTION: Final = """\
# The claims

Each claim is tried by a study in [studies](studies): its signs, its measure and the rule of its verdict were written
down before the first run; where settings were changed after a first look, its page says so. This table is written by
`stockout claims` from the results that are kept beside the studies; `stockout claims C03` runs one claim again and
writes its page anew.

*structural*: the expected sign at every setting, sure at half of them or more. *conditional*: in part of the sampled
space, with its boundary. *assumption-driven*: a factor that nobody has measured well turns the sign surely within its
range. *not supported*: sure at no setting, be it that the
opposite is or that too little is known. A sign is sure if all settings of a prediction hold together at 95 % (Holm).
The share counts settings at which the mean has the expected sign, with Wilson's interval. The first line of a claim
decides; the others are what it predicts besides."""


class Missing(Part):
    """A claim that no study tries."""

    id: Annotated[str, StringConstraints(pattern=r"^C\d\d$")]
    claim: Text
    needs: Text
    """What the model lacks."""


class MissingFile(Part):
    """All of them."""

    version: int
    claims: tuple[Missing, ...]


@dataclass(frozen=True)
class Tried:
    """A claim, its folder and what was found."""

    folder: Path
    claim: Claim
    finding: Finding


def claims_in(studies: Path) -> dict[str, Path]:
    """By number: the folder of each claim that a study tries.

    Raises:
        ResultError: two folders have the same number.
    """
    found: dict[str, Path] = {}
    for path in sorted(studies.glob(f"*/{FILE}")):
        number = read_claim(path).id
        if number in found:
            raise ResultError(f"{found[number].name} and {path.parent.name} both say that they are {number}")
        found[number] = path.parent
    return dict(sorted(found.items()))


def tried_in(studies: Path) -> list[Tried]:
    """All claims with a result."""
    folders = claims_in(studies).values()
    return [Tried(f, read_claim(f / FILE), read_finding(f)) for f in folders if (f / "result.json").exists()]


def table(studies: Path) -> str:
    """The whole table as Markdown.

    Args:
        studies: the folder of the studies.
    """
    rows = {number: [_waiting(read_claim(folder / FILE))] for number, folder in claims_in(studies).items()}
    rows |= {each.claim.id: list(_rows(each)) for each in tried_in(studies)}
    for each in load_part(studies / MISSING, MissingFile).part.claims:
        if each.id not in rows:
            rows[each.id] = [_unfilled(f"{each.id}: {_one(each.claim)}", "", f"needs {_one(each.needs)}")]
    lines = [row(_HEADER), "|" + "---|" * len(_HEADER), *(line for number in sorted(rows) for line in rows[number])]
    return _INTRODUCTION + "\n\n" + "\n".join(lines) + "\n"


def _unfilled(*cells: str) -> str:
    return row([*cells, *[""] * (len(_HEADER) - len(cells))])


def _waiting(claim: Claim) -> str:
    return _unfilled(f"{claim.id}: {_one(claim.claim)}", claim.expects, "not run yet")


def _rows(tried: Tried) -> Iterator[str]:
    claim = tried.claim
    verdicts = tried.finding.verdicts(claim)
    name = f"[{claim.id}](studies/{tried.folder.name}/README.md): {_one(claim.claim)}"
    yield row([f"{name} *{claim.predictions[0].says}*", claim.expects, *_cells(verdicts[0]), _one(claim.overturn)])
    for prediction, verdict in zip(claim.predictions[1:], verdicts[1:], strict=True):
        yield row([f"{claim.id}: *{prediction.says}*", "", *_cells(verdict), ""])


def _cells(verdict: Verdict) -> Sequence[str]:
    share = verdict.share
    return (
        f"**{verdict.word}**",
        f"{100 * share.value:.0f} % of {verdict.of}",
        f"{100 * share.low:.0f} to {100 * share.high:.0f} %",
        f"{verdict.surely}, {verdict.against}",
        verdict.boundary,
        turned_by(verdict),
    )


def _one(text: str) -> str:
    return " ".join(text.split())
