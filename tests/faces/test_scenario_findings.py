"""What the header of a scenario says of its policies is what the comparison says, to the last unit of money.

A run is deterministic, so a finding that no longer holds means that the model has changed. After a change on purpose,
`pytest tests/faces/test_scenario_findings.py --write-findings` writes the numbers of today into the headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from sim import Verdict, compare, load_scenario, run

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FINDING = re.compile(
    r"# finding(?: with (?P<path>\S+) = (?P<value>.+?))?: "
    r"(?P<policy>\w+) against (?P<baseline>\w+), (?P<measure>\w+): (?P<said>.*)"
)
"""`# finding [with key = value]: policy against baseline, measure: difference +- half of its interval (verdict)`."""


@dataclass(frozen=True)
class Finding:
    """One line of a header."""

    file: Path
    line: str

    def __str__(self) -> str:
        about = self.line.removeprefix("# finding").rpartition(":")[0].strip(" :")
        return f"{self.file.stem}: {about}"

    @property
    def parts(self) -> re.Match[str]:
        found = FINDING.fullmatch(self.line)
        assert found, f"'{self.line}' is no finding"
        return found

    def found(self) -> str:
        """What the comparison says today, in the words of the header."""
        parts = self.parts
        verdict = compared(self.file, parts["path"] or "", parts["value"] or "", parts["baseline"], parts["measure"])
        row = next(row for row in verdict.rows() if row["policy"] == parts["policy"])
        half_width = (row["high"] - row["low"]) / 2
        return f"{row['difference']:+,.0f} +- {half_width:,.0f} ({row['word']})"


@cache
def compared(file: Path, path: str, value: str, baseline: str, measure: str) -> Verdict:
    scenario = load_scenario(file, overrides={path: value} if path else {})
    return compare(run(scenario, audit=False), baseline=baseline, on=[measure])


FINDINGS = [
    Finding(file, line)
    for file in sorted(SCENARIOS.glob("*.yaml"))
    for line in file.read_text(encoding="utf-8").splitlines()
    if line.startswith("# finding")
]


@pytest.mark.parametrize("finding", FINDINGS, ids=str)
def test_the_comparison_says_what_the_header_says(finding: Finding, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-findings"):
        text = finding.file.read_text(encoding="utf-8")
        said = f"{finding.line[: finding.parts.start('said')]}{finding.found()}"
        finding.file.write_text(text.replace(finding.line + "\n", said + "\n"), encoding="utf-8")
    else:
        assert finding.parts["said"] == finding.found()


SLIPS = ["", "{late: 0 %, mean: 1 d}", "{late: 22 %, mean: 4 d}", "{late: 64.2 %, mean: 6.86 d}"]


@pytest.mark.parametrize("slip", SLIPS, ids=["normal", "sure", "calm", "stressed"])
def test_the_food_processor_is_told_for_suppliers_of_every_kind(slip: str) -> None:
    told = [each for each in FINDINGS if each.file.stem == "food_processor" and (each.parts["value"] or "") == slip]
    assert {each.parts["policy"] for each in told} == {"always", "confirmed", "honest_window"}


def test_every_update_rule_of_the_slipping_promise_is_told() -> None:
    told = {each.parts["policy"] for each in FINDINGS if each.file.stem == "slipping_promise"}
    assert told == {"silent", "late", "optimistic", "honest", "wide_window"}
