"""From what a study file says of factors and design to its points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from experiments.design import DESIGNS, Design, Point, Sizes
from experiments.factors import Factor
from experiments.listed import PREFIX, listed_factors, listed_points, read_table
from experiments.sampling import next_power_of_two
from experiments.settings import Base, faulty_paths
from experiments.stated_factors import read_factor, settled
from sim import Finding, one_of, shown

MOST_POINTS: Final = 100_000
"""More settings than this are taken for a mistake."""


@dataclass(frozen=True)
class Layout:
    """What a study varies, and every setting of it; or what is wrong with that."""

    factors: tuple[Factor, ...] = ()
    points: tuple[Point, ...] = ()
    may_repeat: bool = False
    """Whether two points may make the same scenario, as where chance chooses."""
    notes: tuple[str, ...] = ()
    """What was done otherwise than the study says."""
    faults: tuple[Finding, ...] = ()


def unfit_keys(design: str, stated: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the name of a design and the keys that say how large it is.

    Args:
        stated: `points`, `trajectories` and `levels` as the study says, those left out as `None`.
    """
    if not design.startswith(PREFIX) and design not in DESIGNS:
        known = (*DESIGNS, f"{PREFIX}FILE")
        yield Finding(("design",), "value", f"there is no design {shown(design)}", one_of(design, known))
        return
    reads = DESIGNS[design].reads if design in DESIGNS else ()
    for key, value in stated.items():
        if value is not None and key not in reads:
            yield Finding(
                (key,), "value", f"the design {shown(design)} has no use for this", "leave it out", on_key=True
            )
    if "points" in reads and stated["points"] is None:
        yield Finding(("design",), "missing", f"'points' is missing (how many settings {design} draws)")


def lay_out(design: str, sizes: Sizes, stated: Mapping[str, Any], base: Base, folder: Path) -> Layout:
    """All points of a design, or everything that is wrong with its factors."""
    read = {name: read_factor(name, value, is_open=design.startswith(PREFIX)) for name, value in stated.items()}
    findings = [each for each in read.values() if isinstance(each, Finding)]
    factors = [each for each in read.values() if isinstance(each, Factor)]
    if design.startswith(PREFIX):
        return _listed(design, factors, findings, base, folder)
    if not stated:
        findings.append(Finding(("factors",), "missing", "'factors' is missing (what the study varies)"))
    faults = (*findings, *faulty_paths(factors, base))
    if faults:
        return Layout(faults=faults)
    return _designed(DESIGNS[design], design, sizes, [settled(factor, base) for factor in factors])


def _listed(design: str, named: Sequence[Factor], findings: list[Finding], base: Base, folder: Path) -> Layout:
    table = read_table(folder, design)
    factors, faults = listed_factors(table, {factor.name: factor for factor in named}) if not table.faults else ([], [])
    lost = [_at_design(finding) for finding in faulty_paths(factors, base)]
    all_faults = (*findings, *table.faults, *faults, *lost, *_too_many(len(table.rows)))
    return Layout(faults=all_faults) if all_faults else Layout(tuple(factors), listed_points(table, factors))


def _at_design(finding: Finding) -> Finding:
    """A fault of a column that is a path itself: the study file does not mention it."""
    _, name, *inner = finding.path
    if inner:
        return finding
    return Finding(("design",), finding.code, f"column {shown(name)}: {finding.message}", finding.hint)


def _designed(design: Design, name: str, sizes: Sizes, factors: Sequence[Factor]) -> Layout:
    faults = [*(_unlisted(factor) for factor in factors if design.is_listed and not factor.listed)]
    faults = faults or _too_many(design.size(factors, sizes))
    if faults:
        return Layout(faults=tuple(faults))
    raised = next_power_of_two(sizes.points)
    notes = [f"{sizes.points:,} points are raised to {raised:,}: Sobol points come in powers of two"]
    return Layout(
        factors=tuple(factors),
        points=design.points(factors, sizes),
        may_repeat=design.is_random,
        notes=tuple(notes) if name == "sobol" and raised != sizes.points else (),
    )


def _unlisted(factor: Factor) -> Finding:
    why = "a grid needs the values of this factor one by one"
    hint = "list them, or add `steps` to a range; `design: lhs` takes ranges and laws as they are"
    return Finding(("factors", factor.name), "value", why, hint, on_key=True)


def _too_many(size: int) -> list[Finding]:
    if size <= MOST_POINTS:
        return []
    why = f"this makes {size:,} settings; at most {MOST_POINTS:,} are run"
    return [Finding(("factors",), "too_big", why, on_key=True)]
