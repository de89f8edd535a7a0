"""Builds the report of a study: everything in one file, nothing from elsewhere, no script."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments.analysis.results import StudyResults, read_results
from experiments.analysis.turning import turns
from experiments.analysis.winners import outcomes, winners
from experiments.plan import read_study
from experiments.report import tables
from experiments.report.answer import cautions, duel, head, matters, turning
from experiments.report.pictures import by_point, drivers, maps, plane, service_and_value
from experiments.store import read_manifest
from sim import MEASURES, heading, one_of, shown
from sim.errors import ResultError

TEMPLATES: Final = Path(__file__).with_name("templates")
STUDY: Final = "study.yaml"


@dataclass(frozen=True)
class Turning:
    """A factor and what it does to the winner."""

    factor: str
    text: str
    matters: bool


def store_of(study: str | Path) -> Path:
    """The store that is meant by a study file, its folder, or the store itself.

    Raises:
        ScenarioFaults: the study cannot be used.
        ResultError: it was not run to its end.
    """
    path = Path(study)
    if path.is_dir() and (path / STUDY).exists():
        path = path / STUDY
    if path.is_dir():
        read_manifest(path)
        return path
    store = read_study(path).store
    try:
        read_manifest(store)
    except ResultError as error:
        raise ResultError(f"{path} has no results yet; run it first: stockout study {path}") from error
    return store


def write_report(study: str | Path, out: str | Path, *, measure: str | None = None) -> Path:
    """Write the report of a finished study; equal stores give equal bytes.

    Args:
        study: a study file, its folder, or a store.
        out: the file to write.
        measure: what decides; the study's headline when left out.

    Raises:
        ScenarioFaults: the study cannot be used.
        ResultError: it was not run to its end, the measure was not kept, or the file cannot be written.
    """
    text = html(read_results(store_of(study)), measure=measure)
    path = Path(out)
    try:
        path.write_bytes(text.encode())
    except OSError as error:
        raise ResultError(f"{path} cannot be written: {error.strerror}") from error
    return path


def html(results: StudyResults, *, measure: str | None = None) -> str:
    """The report as text.

    Raises:
        ResultError: the measure was not kept.
    """
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = _page(results, _known(results, measure or results.headline))
    return environment.get_template("report.html.j2").render(style=Markup(style), style_hash=hashed, **page)


def _known(results: StudyResults, measure: str) -> str:
    if measure not in results.measures:
        raise ResultError(f"this study did not keep {shown(measure)}; {one_of(measure, results.measures)}")
    return measure


def _page(results: StudyResults, measure: str) -> dict[str, Any]:
    """All that the template shows."""
    found, others = winners(results, measure=measure), results.policies[1:]
    duels = [duel(results, policy, outcomes(results, policy, measure=measure), measure) for policy in others]
    about, scenario = results.manifest, results.manifest["scenario"]
    return {
        "title": scenario["title"],
        "story": scenario.get("story") or "",
        "question": about["question"],
        "expectation": about["expectation"],
        "answer": head(results, found, measure),
        "measure": heading(MEASURES[measure], results.currency),
        "definition": MEASURES[measure].definition,
        "duels": duels,
        "cautions": cautions(results, found),
        "failed": about["counts"]["failures"],
        "differences": [by_point(results, each.policy, measure, each.outcomes) for each in duels],
        "planes": [picture for each in duels for picture in plane(results, each.policy, measure, each.outcomes)],
        "maps": [picture for policy in others for picture in maps(results, policy, measure)],
        "turns": _turnings(results, found) if others else [],
        "drivers": [picture for policy in others for picture in drivers(results, policy, measure)],
        "frontier": service_and_value(results, measure),
        **_tables(results, measure),
    }


def _turnings(results: StudyResults, found: Any) -> list[Turning]:
    return [Turning(turn.axis.name, turning(turn), matters(turn)) for turn in turns(results, found)]


def _tables(results: StudyResults, measure: str) -> dict[str, Any]:
    return {
        "results": tables.by_point(results, measure),
        "ranking": tables.ranking(results, measure),
        "beside": tables.beside(results, measure),
        "factors": tables.factors(results),
        "policies": tables.policies(results),
        "scenario": tables.scenario_text(results),
        "design": tables.design(results),
        "failures": tables.failures(results),
        "manifest": tables.manifest(results),
    }
