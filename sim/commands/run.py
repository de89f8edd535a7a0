"""`stockout run` and `stockout compare`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.console import complain, say_json, screen
from sim.commands.exits import Code
from sim.commands.options import (
    Audit,
    Json,
    Out,
    Overrides,
    Policies,
    Quiet,
    Replications,
    ScenarioFile,
    Seed,
    Workers,
    assignments,
    known_measure,
)
from sim.commands.progress import progress

if TYPE_CHECKING:
    from sim import Results


@dataclass(frozen=True)
class Request:
    """What to run, as the command line says it."""

    file: Path
    overrides: Mapping[str, str]
    policies: tuple[str, ...] | None
    replications: int | None
    seed: int | None
    workers: int
    audit: bool | None
    quiet: bool
    out: Path | None

    def results(self, *, baseline: str | None = None) -> Results:
        """Run it, the baseline too if one is named, and write the results where they are wanted."""
        from sim import load_scenario  # noqa: PLC0415
        from sim import run as run_all  # noqa: PLC0415

        scenario = load_scenario(self.file, overrides=self.overrides)
        named = self.policies or tuple(scenario.policies)
        with progress("replications", quiet=self.quiet) as tell:
            results = run_all(
                scenario,
                policies=named if baseline is None else (baseline, *named),
                replications=self.replications,
                seed=self.seed,
                workers=self.workers,
                audit=self.audit,
                on_progress=tell,
            )
        if self.out is not None:
            complain(f"wrote {results.save(self.out)}")
        return results


def run(
    file: ScenarioFile,
    *,
    policy: Policies = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = 1,
    set_: Overrides = None,
    json: Json = False,
    out: Out = None,
    audit: Audit = None,
    quiet: Quiet = False,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=VALUE", help="Exit with 1 if a policy's mean is below; may be repeated."),
    ] = None,
) -> None:
    """Run the policies of a scenario and show every measure with its 95 % interval."""
    from sim.commands.thresholds import misses, thresholds  # noqa: PLC0415

    limits = thresholds(fail_under)
    chosen = tuple(policy) if policy else None
    overrides = assignments(set_, "--set")
    request = Request(file, overrides, chosen, replications, seed, workers, audit, quiet, out)
    results = request.results()
    if json:
        say_json(_document(results))
    else:
        from sim.commands.tables import print_results  # noqa: PLC0415

        print_results(results, screen())
    missed = misses(results, limits)
    for sentence in missed:
        complain(sentence)
    if missed:
        raise typer.Exit(Code.THRESHOLD)


def compare(
    file: ScenarioFile,
    *,
    baseline: Annotated[
        str | None, typer.Option(metavar="P", help="Compare the others with this one; the first by default.")
    ] = None,
    on: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE", help="Compare in this measure; may be repeated. The headlines by default."),
    ] = None,
    policy: Policies = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = 1,
    set_: Overrides = None,
    json: Json = False,
    out: Out = None,
    audit: Audit = None,
    quiet: Quiet = False,
) -> None:
    """Compare policies that met the same customers: what differs, by how much, and how sure that is."""
    from sim import compare as compare_policies  # noqa: PLC0415

    for name in on or ():
        known_measure(name, "--on")
    chosen = tuple(policy) if policy else None
    overrides = assignments(set_, "--set")
    request = Request(file, overrides, chosen, replications, seed, workers, audit, quiet, out)
    results = request.results(baseline=baseline)
    verdict = compare_policies(results, baseline=baseline, on=on)
    if json:
        comparison = {"baseline": verdict.baseline, "confidence": verdict.confidence}
        adjustment = {"adjustment": "bonferroni", "comparisons": verdict.comparisons}
        standing = asdict(verdict.standing) if verdict.standing else None
        told = {"standing": standing, "findings": verdict.rows(), "reasons": verdict.reason_rows()}
        say_json({**_about(results), **comparison, **adjustment, **told})
    else:
        from sim.commands.tables import print_verdict  # noqa: PLC0415

        print_verdict(verdict, results, screen())


def _about(results: Results) -> dict[str, object]:
    from sim import VERSION  # noqa: PLC0415

    return {
        "engine": VERSION,
        "scenario": results.scenario.title,
        "scenario_digest": results.scenario.digest,
        "seed": results.seed,
        "replications": results.replications,
        "policies": list(results.policies),
        "currency": results.currency,
    }


def _document(results: Results) -> dict[str, object]:
    from sim import MEASURES  # noqa: PLC0415

    rows = [{**asdict(row), "unit": MEASURES[row.measure].unit} for row in results.summary()]
    return {**_about(results), "confidence": 0.95, "measures": rows}
