"""From a study file to a `Study` whose every setting loads, or to everything that is wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from experiments.design import Point, Sizes
from experiments.factors import Factor
from experiments.layout import Layout, lay_out, unfit_keys
from experiments.precision import Precision
from experiments.series import SeriesWish
from experiments.settings import Base, scenarios_of
from sim import MEASURES, VERSION, Document, Finding, Part, Scenario, ScenarioFaults, load_part, one_of, shown

FORMAT: Final = 2
"""Version of the layout of stores."""

_TRAJECTORIES: Final = 10
_LEVELS: Final = 4

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Names = Annotated[tuple[str, ...], Field(min_length=1)]


class StudyFile(Part):
    """What a study file holds."""

    version: Literal[1]
    """Version of the file format."""
    question: Text
    """What the study is to answer."""
    expectation: Text
    """What its author expects, written before the first run."""
    scenario: Text
    """The scenario, as a path from the folder of the study."""
    policies: Names | None = None
    """The policies to run, the baseline first; all of the scenario when left out."""
    factors: dict[str, Any] = {}
    """What is varied, by path in the scenario or by a name: lists, ranges, laws, places that change together."""
    design: Text = "grid"
    """How values of several factors are put together: grid, lhs, sobol, oat, morris, csv:FILE."""
    points: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = None
    """Settings that `lhs` draws; rows of each of the two matrices of `sobol`."""
    trajectories: Annotated[int, Field(strict=True, ge=2, le=10_000)] | None = None
    """Walks of `morris`; 10 when left out."""
    levels: Annotated[int, Field(strict=True, ge=2, le=100, multiple_of=2)] | None = None
    """Positions of `morris` on each factor, an even number; 4 when left out."""
    replications: Annotated[int, Field(strict=True, ge=2, le=100_000)] | None = None
    """Replications of every setting; those of the scenario's plan when left out."""
    precision: Precision | None = None
    """Replications of each setting until measures are known this precisely; instead of `replications`."""
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] | None = None
    """Seed of all chance; that of the scenario's plan when left out."""
    measures: Names | None = None
    """The measures to keep; all when left out."""
    series: SeriesWish | None = None
    """Stock and backlog over time, to be kept as well; nothing when left out."""
    store: Text = "store"
    """Where results go, as a path from the folder of the study."""

    @property
    def plan(self) -> dict[str, str]:
        """What it sets in the scenario's plan, as YAML text by path."""
        most = self.precision.limit if self.precision else self.replications
        stated = {"plan.seed": self.seed, "plan.replications": most}
        return {path: str(number) for path, number in stated.items() if number is not None}


@dataclass(frozen=True)
class Study:
    """A study that can be run: each of its settings has been loaded."""

    stated: StudyFile
    """As written."""
    base: Base
    """The scenario that the factors change."""
    layout: Layout
    """Its factors and all settings."""
    digests: tuple[str, ...]
    """By point: the digest of its scenario."""
    folder: Path
    """Where the study file is."""

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What is varied."""
        return self.layout.factors

    @property
    def points(self) -> tuple[Point, ...]:
        """All settings, in the order of the design."""
        return self.layout.points

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done otherwise than the study says, in sentences."""
        return self.layout.notes

    @property
    def scenario(self) -> Scenario:
        """The scenario before any factor changes it, with the study's seed and replications."""
        return self.base.scenario

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies to run; the first is the baseline."""
        return tuple(dict.fromkeys(self.stated.policies or self.scenario.policies))

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures to keep, in the order of the registry."""
        return tuple(name for name in MEASURES if self.stated.measures is None or name in self.stated.measures)

    @property
    def replications(self) -> int:
        """Replications of every setting; with a `precision`, the most of any."""
        return self.scenario.plan.replications

    @property
    def precision(self) -> Precision | None:
        """What ends the replications of a setting; `None` when their number is fixed."""
        return self.stated.precision

    @property
    def least(self) -> int:
        """Replications that every setting has in any case."""
        return self.precision.least if self.precision else self.replications

    @property
    def most(self) -> int:
        """Replications that no setting exceeds."""
        return self.replications

    @property
    def seed(self) -> int:
        """Seed of all chance."""
        return self.scenario.plan.seed

    @property
    def runs(self) -> int:
        """Runs in all: settings, policies and replications multiplied; with a `precision`, at most."""
        return len(self.points) * len(self.policies) * self.replications

    def meaning(self) -> dict[str, Any]:
        """All that its rows depend on, as plain values."""
        return {
            "design": self.stated.design,
            "factors": [factor.about() for factor in self.factors],
            "policies": list(self.policies),
            "replications": self.replications,
            "precision": self.precision.model_dump(mode="json") if self.precision else None,
            "seed": self.seed,
            "measures": list(self.measures),
            "series": self.stated.series.model_dump(mode="json") if self.stated.series else None,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the study, the scenarios of all its settings and the engine: the key of its results."""
        key = {"format": FORMAT, "engine": VERSION, "scenarios": self.digests, **self.meaning()}
        return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()

    @property
    def store(self) -> Path:
        """The folder of its results."""
        return self.folder / self.stated.store / self.digest[:16]


def read_study(path: str | Path) -> Study:
    """The study in a file.

    Raises:
        ScenarioFaults: it or its scenario cannot be used, or a setting makes a scenario that cannot be used;
            carries everything that is wrong, each with its place.
    """
    document = load_part(path, StudyFile)
    stated, folder = document.part, Path(path).parent
    base = _base(document, folder / stated.scenario)
    sizes = {key: getattr(stated, key) for key in ("points", "trajectories", "levels")}
    document.require([*unfit_keys(stated.design, sizes), *_unfit_precision(stated, base.scenario)])
    layout = lay_out(stated.design, _sizes(stated, base.scenario.plan.seed), stated.factors, base, folder)
    document.require([*layout.faults, *_unknown_names(stated, base.scenario, layout)])
    digests, findings = scenarios_of(layout.points, base, stated.policies or (), may_repeat=layout.may_repeat)
    document.require(findings)
    return Study(stated, base, layout, digests, folder)


def _sizes(stated: StudyFile, seed: int) -> Sizes:
    return Sizes(
        points=stated.points or 0,
        trajectories=stated.trajectories or _TRAJECTORIES,
        levels=stated.levels or _LEVELS,
        seed=seed,
    )


def _base(document: Document[StudyFile], file: Path) -> Base:
    """The scenario of a study; that there is none is the study's fault, what is wrong inside it is its own."""
    try:
        return Base.load(file, document.part.plan)
    except ScenarioFaults as error:
        absent = [fault for fault in error.faults if fault.code == "file" and not fault.line]
        document.require(
            Finding(("scenario",), "file", f"{shown(document.part.scenario)}: {fault.message}", fault.hint)
            for fault in absent
        )
        raise


def _unknown_names(stated: StudyFile, scenario: Scenario, layout: Layout) -> Iterator[Finding]:
    # A factor may add policies that the scenario does not have; points that lack one are told later.
    made = bool(layout.faults) or any(path.startswith("policies") for each in layout.factors for path in each.paths)
    known: Mapping[str, tuple[str, ...]] = {"policies": tuple(scenario.policies), "measures": tuple(MEASURES)}
    given = {"policies": stated.policies or () if not made else (), "measures": stated.measures or ()}
    for key, word in (("policies", "policy"), ("measures", "measure")):
        for place, name in enumerate(given[key]):
            if name not in known[key]:
                yield Finding((key, place), "value", f"there is no {word} {shown(name)}", one_of(name, known[key]))


def _unfit_precision(stated: StudyFile, scenario: Scenario) -> Iterator[Finding]:
    """What is wrong with a precision beside the rest of the study."""
    if not stated.precision:
        return
    if stated.replications:
        why = "a study has either a number of replications or a precision that ends them"
        yield Finding(("replications",), "value", why, "`limit` of `precision` bounds their number", on_key=True)
    kept, policies = stated.measures or tuple(MEASURES), stated.policies or tuple(scenario.policies)
    for name, target in stated.precision.measures.items():
        place = ("precision", "measures", name)
        if name not in kept:
            why = f"there is no measure {shown(name)} among those that the study keeps"
            yield Finding(place, "value", why, one_of(name, kept), on_key=True)
        if target.of == "difference" and len(policies) < 2:
            why = "there is no difference to the baseline with a single policy"
            yield Finding(place, "value", why, "write `of: mean`", on_key=True)
