"""What a study found about a claim, as a small file that is kept beside it; verdicts are made from it anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import sim
from experiments.analysis.intervals import Interval
from experiments.analysis.results import Axis, StudyResults
from experiments.claims.evidence import Evidence, evidence_of
from experiments.claims.statement import Claim, Prediction
from experiments.claims.verdict import Place, Verdict, verdict_of
from experiments.plan import Study
from sim import VERSION
from sim.errors import ResultError

FILE: Final = "result.json"
"""Name of the file."""
_FACES: Final = ("commands", "telling", "fit")
"""Rooms of the engine that no number depends on."""


@dataclass(frozen=True)
class Finding:
    """What a study found about a claim."""

    made: Mapping[str, Any]
    """With what: engine, study, seed, counts."""
    evidence: tuple[Evidence, ...]
    """By prediction."""

    def verdicts(self, claim: Claim) -> tuple[Verdict, ...]:
        """By prediction; the first is the claim's own."""
        return tuple(
            verdict(prediction, evidence, claim)
            for prediction, evidence in zip(claim.predictions, self.evidence, strict=True)
        )


def verdict(prediction: Prediction, evidence: Evidence, claim: Claim) -> Verdict:
    """The verdict on one prediction."""
    return verdict_of(
        evidence.places,
        evidence.axes,
        sign=prediction.sign,
        band=prediction.band or 0.0,
        assumptions=[axis.name for axis in evidence.axes if {axis.name, axis.short} & set(claim.assumptions)],
    )


def find(results: StudyResults, claim: Claim, study: Study) -> Finding:
    """What a finished study says about a claim.

    Raises:
        ResultError: the claim speaks of something that the study does not have, or runs failed.
    """
    manifest = results.manifest
    if manifest["counts"]["failures"]:
        raise ResultError(f"{manifest['counts']['failures']} runs of the study failed: nothing is concluded from it")
    made = {
        "engine": VERSION,
        "engine_digest": engine_digest(),
        "plan_digest": plan_digest(study, claim),
        "study_digest": manifest["study_digest"],
        "seed": manifest["study"]["seed"],
        "policies": manifest["study"]["policies"],
        "settings": len(results.settings),
        "replications": results.replications,
        "runs": manifest["counts"]["runs"],
        "packages": {name: manifest["packages"][name] for name in ("numpy", "scipy", "simpy")},
    }
    return Finding(made, tuple(evidence_of(results, prediction) for prediction in claim.predictions))


def engine_digest() -> str:
    """SHA-256 of the engine's source: what every number depends on."""
    home = Path(str(sim.__file__)).parent
    hashed = sha256()
    for path in sorted(home.rglob("*.py")):
        if path.relative_to(home).parts[0] not in _FACES:
            hashed.update(path.relative_to(home).as_posix().encode() + path.read_bytes())
    return hashed.hexdigest()[:16]


def plan_digest(study: Study, claim: Claim) -> str:
    """SHA-256 of what is varied and predicted; words and the scenario are not in it."""
    predicted = [prediction.model_dump(mode="json", exclude={"says"}) for prediction in claim.predictions]
    text = json.dumps([study.meaning(), predicted], sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:16]


def write_finding(folder: Path, finding: Finding) -> None:
    """Keep a finding in a folder."""
    plain = {"made": dict(finding.made), "predictions": [_plain(each) for each in finding.evidence]}
    text = json.dumps(plain, ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read_finding(folder: Path) -> Finding:
    """The finding kept in a folder.

    Raises:
        ResultError: there is none.
    """
    try:
        plain = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Finding(plain["made"], tuple(_evidence(each) for each in plain["predictions"]))
    except (OSError, ValueError, KeyError) as error:
        raise ResultError(f"{folder} has no result of a claim: {error}") from error


def _plain(evidence: Evidence) -> dict[str, Any]:
    axes = [
        {"name": axis.name, "short": axis.short, "levels": axis.levels, "sizes": axis.sizes, "unit": axis.unit}
        for axis in evidence.axes
    ]
    rows = [
        " ".join(
            [
                ",".join(map(str, place.levels)) or "-",
                *(f"{x:.6g}" for x in (place.difference.value, place.difference.low, place.difference.high)),
                "sure" if place.sure else "open",
            ]
        )
        for place in evidence.places
    ]
    return {"axes": axes, "places": rows}


def _evidence(plain: Mapping[str, Any]) -> Evidence:
    axes = tuple(
        Axis(each["name"], each["short"], tuple(each["levels"]), tuple(each["sizes"]), each["unit"])
        for each in plain["axes"]
    )
    return Evidence(axes, tuple(_place(row) for row in plain["places"]))


def _place(row: str) -> Place:
    levels, value, low, high, sure = row.split()
    places = () if levels == "-" else tuple(map(int, levels.split(",")))
    return Place(places, Interval(float(value), float(low), float(high)), sure=sure == "sure")
