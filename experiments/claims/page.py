"""The page of one claim: question, expectation, verdict, table and picture, made from its files alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from experiments.claims.evidence import Evidence
from experiments.claims.finding import Finding
from experiments.claims.matrix import matrix
from experiments.claims.picture import FILE as PICTURE
from experiments.claims.picture import axis_words
from experiments.claims.statement import Claim, Prediction
from experiments.claims.verdict import Flip, Standing, Verdict, standing
from experiments.plan import Study
from sim import MEASURES

MOST_ROWS: Final = 80
"""More settings than this are left to the picture."""

_SIGNS: Final = {"+": "above 0", "-": "below 0", "0": "about 0"}
_STANDINGS: Final[dict[Standing, str]] = {
    "surely": "holds",
    "leans": "leans to it",
    "none": "no difference",
    "leans against": "leans against",
    "surely against": "the opposite",
}


def page(claim: Claim, study: Study, finding: Finding, *, path: str) -> str:
    """The page as Markdown.

    Args:
        path: of the study file, from the folder of the repository.
    """
    verdicts = finding.verdicts(claim)
    blocks = [
        *_opening(claim, study, path),
        "## Verdict",
        *(_verdict(each, verdict) for each, verdict in zip(claim.predictions, verdicts, strict=True)),
        f"What would overturn it: {_plain(claim.overturn)}",
        *(["## What came out", _plain(claim.found)] if claim.found else []),
        *(["## What it does not say", _plain(claim.limits)] if claim.limits else []),
        *_map(claim, finding),
        "## Picture",
        f"![{claim.predictions[0].says}]({PICTURE})",
        "Each line is a setting with its 95 % interval: blue where the claim surely holds, orange where the opposite "
        "is sure, all settings taken together (Holm).",
        *_tables(claim, finding),
        "## Made with",
        _made(finding),
    ]
    return "\n\n".join(blocks) + "\n"


def _opening(claim: Claim, study: Study, path: str) -> list[str]:
    return [
        f"# {claim.id}: {_plain(claim.claim)}",
        "_This page is written by `stockout claims`; its words come from `claim.yaml` and `study.yaml`, its numbers "
        "from `result.json`._",
        "## Question",
        _plain(study.stated.question),
        "## Expectation, written before the first run",
        f"{_plain(study.stated.expectation)} Expected verdict: **{claim.expects}**.",
        "\n".join(_predicted(each) for each in claim.predictions),
        f"```console\n$ stockout study {path}\n$ stockout claims {claim.id}\n```",
    ]


def _predicted(prediction: Prediction) -> str:
    band = f" (within ±{prediction.band:g})" if prediction.band else ""
    return f"- {prediction.says}: {axis_words(prediction)} is {_SIGNS[prediction.sign]}{band}."


def _verdict(prediction: Prediction, verdict: Verdict) -> str:
    low, high = 100 * verdict.share.low, 100 * verdict.share.high
    lines = [
        f"**{prediction.says}: {verdict.word}.** Holds by the mean at {verdict.holds} of {verdict.of} settings "
        f"({100 * verdict.share.value:.0f} %, interval {low:.0f} to {high:.0f} %), surely at {verdict.surely}; the "
        f"opposite is sure at {verdict.against}.",
        f"Where: {verdict.boundary}.",
        f"Turned by: {turned_by(verdict)}.",
    ]
    return " ".join(lines)


def turned_by(verdict: Verdict) -> str:
    """The factors that turn the sign, in words."""
    if not verdict.flips:
        return "nothing that was varied turns the sign surely"
    return ", ".join(map(_turned, verdict.flips))


def _turned(flip: Flip) -> str:
    lines = [f"{flip.surely} of {flip.lines} lines"] if flip.lines else []
    notes = "; ".join([*lines, *(["assumed"] if flip.assumed else [])])
    return f"{flip.axis} ({notes})" if notes else flip.axis


def _map(claim: Claim, finding: Finding) -> Iterator[str]:
    """Where the first prediction holds, in the plane of two factors."""
    cells = matrix(claim.predictions[0], finding.evidence[0])
    if cells:
        yield "## Where it holds"
        yield f"Settings at which it holds by the mean: {claim.predictions[0].says}."
        yield "\n".join([row(cells[0]), "|" + "---|" * len(cells[0]), *map(row, cells[1:])])


def _tables(claim: Claim, finding: Finding) -> Iterator[str]:
    for prediction, evidence in zip(claim.predictions, finding.evidence, strict=True):
        if len(evidence.places) <= MOST_ROWS:
            yield f"## {prediction.says}"
            yield f"{axis_words(prediction)}, in {MEASURES[prediction.measure].unit}."
            yield "\n".join(_rows(prediction, evidence))


def _rows(prediction: Prediction, evidence: Evidence) -> Iterator[str]:
    header = [*(axis.short for axis in evidence.axes), "difference", "95 % interval", ""]
    yield row(header)
    yield "|" + "---|" * len(header)
    for place in evidence.places:
        found = place.difference
        levels = [axis.label(level) for axis, level in zip(evidence.axes, place.levels, strict=True)]
        words = _STANDINGS[standing(place, prediction.sign, prediction.band or 0)]
        if not found.defined:
            yield row([*levels, "undefined", "", ""])
            continue
        yield row([*levels, number(found.value), f"{number(found.low)} to {number(found.high)}", words])


def row(cells: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def number(value: float) -> str:
    """To three digits, with its sign."""
    if value == 0:
        return "0"
    return f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+.3g}"


def _made(finding: Finding) -> str:
    made = finding.made
    packages = ", ".join(f"{name} {version}" for name, version in made["packages"].items())
    return (
        f"{made['runs']:,} runs: {made['settings']} settings, policies {', '.join(made['policies'])}, "
        f"{made['replications']} replications, seed {made['seed']}. Engine {made['engine']} (source "
        f"`{made['engine_digest']}`), study `{made['study_digest'][:16]}`, {packages}."
    )


def _plain(text: str) -> str:
    """Text of a YAML block as one paragraph for each that it has."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))
