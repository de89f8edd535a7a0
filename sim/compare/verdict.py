"""The conclusion of a comparison: numbers for programs, a table and sentences for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import inf, isnan
from typing import TYPE_CHECKING, Any

from sim.compare.because import because, title_of
from sim.compare.difference import Difference
from sim.compare.reasons import GOAL, Reason
from sim.compare.sentences import Setting, gathered, remedy, sentence
from sim.compare.standing import Standing
from sim.compare.wording import amount, change, heading, pairing, word
from sim.measures.entry import Measure
from sim.measures.measure import MEASURES

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Finding:
    """One policy against the baseline in one measure."""

    policy: str
    measure: str
    difference: Difference


@dataclass(frozen=True)
class Verdict:
    """Every policy against the baseline, measure by measure; `print` it, or take `rows()`."""

    baseline: str
    findings: tuple[Finding, ...]
    """Policy after policy, in each the measures in the order asked for."""
    replications: int
    currency: str
    confidence: float
    comparisons: int
    """Policies compared with the baseline: for each measure all their intervals hold together (Bonferroni)."""
    reasons: tuple[Reason, ...] = ()
    """For every policy the lines of the account that make up most of its difference in total value."""
    standing: Standing | None = None
    """Who is ahead in total value, all policies beside each other."""

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies compared with the baseline."""
        return tuple(dict.fromkeys(finding.policy for finding in self.findings))

    def finding(self, policy: str, measure: str) -> Finding:
        """One of the findings.

        Raises:
            KeyError: there is no such finding.
        """
        for finding in self.findings:
            if (finding.policy, finding.measure) == (policy, measure):
                return finding
        raise KeyError((policy, measure))

    def rows(self) -> list[dict[str, Any]]:
        """One plain dictionary for each finding."""
        return [self._row(finding) for finding in self.findings]

    def _row(self, finding: Finding) -> dict[str, Any]:
        measure, numbers = MEASURES[finding.measure], asdict(finding.difference)
        return {
            "policy": finding.policy,
            "baseline": self.baseline,
            "measure": finding.measure,
            "title": measure.title,
            "unit": self.currency if measure.unit == "money" else measure.unit,
            "word": word(finding.difference, measure),
            "difference": numbers.pop("mean"),
            **numbers,
            "sentence": self.sentence(finding),
        }

    def to_frame(self) -> pd.DataFrame:
        """The rows as a table."""
        import pandas as pd  # noqa: PLC0415 - pandas stays out of everything that runs once per replication

        return pd.DataFrame(self.rows())

    def sentence(self, finding: Finding) -> str:
        """A finding in plain words."""
        setting = Setting(
            policy=finding.policy,
            baseline=self.baseline,
            measure=MEASURES[finding.measure],
            currency=self.currency,
            confidence=self.confidence,
            replications=self.replications,
        )
        return sentence(finding.difference, setting)

    def sentences(self, policy: str) -> tuple[str, ...]:
        """All findings about one policy in plain words."""
        return tuple(self.sentence(finding) for finding in self.findings if finding.policy == policy)

    def advice(self, policy: str) -> str:
        """What a policy is worth against the baseline, and mostly why; empty where total value was not compared."""
        for finding in self.findings:
            if (finding.policy, finding.measure) == (policy, GOAL):
                return f"{self.sentence(finding)} {self._why(finding)}".strip()
        return ""

    def brief(self, policy: str) -> str:
        """Why a policy is worth more or less than the baseline, for those who see by how much; needs total value."""
        found = self.finding(policy, GOAL)
        why, apart = self._why(found), found.difference
        if apart.identical:
            return f"{policy}: the same as {self.baseline} in every replication."
        if isnan(apart.low) or not why:
            return f"{policy}: {self.sentence(found)} {why}".strip()
        doubt = "" if apart.decided else f"not clear, {remedy(apart)}; "
        return f"{policy}: {doubt}{why[0].lower()}{why[1:]}"

    @property
    def ranking(self) -> tuple[str, ...]:
        """All policies, the highest mean total value first; in the order of the findings where it was not compared."""
        goals = {finding.policy: finding.difference for finding in self.findings if finding.measure == GOAL}
        means = {policy: -found.policy_mean for policy, found in goals.items() if not isnan(found.policy_mean)}
        if goals:
            means[self.baseline] = -next(iter(goals.values())).baseline_mean
        return tuple(sorted((self.baseline, *self.policies), key=lambda policy: means.get(policy, inf)))

    def details(self, policy: str) -> tuple[str, ...]:
        """What the table does not tell of a policy; where total value was not compared, also every clear difference."""
        mine = {finding.measure: finding for finding in self.findings if finding.policy == policy}
        told = GOAL in mine
        clear = [each for each in mine.values() if each.difference.decided and not told]
        rest = [(each.difference, MEASURES[name]) for name, each in mine.items() if name != GOAL]
        return (*map(self.sentence, clear), *gathered(rest, policy, self.baseline))

    def _why(self, finding: Finding) -> str:
        mine = [reason for reason in self.reasons if reason.policy == finding.policy]
        if not mine:
            return ""
        clear = finding.difference.decided
        return because(mine, is_clear=clear, currency=self.currency, confidence=self.confidence)

    def reason_rows(self) -> list[dict[str, Any]]:
        """One plain dictionary for each line that explains a difference in total value."""
        return [self._reason_row(reason) for reason in self.reasons]

    def _reason_row(self, reason: Reason) -> dict[str, Any]:
        numbers = asdict(reason.effect)
        return {
            "policy": reason.policy,
            "baseline": self.baseline,
            "measure": reason.measure or None,
            "title": title_of(reason),
            "effect": numbers["mean"],
            "low": numbers["low"],
            "high": numbers["high"],
            "decided": reason.effect.decided,
        }

    def table(self, policy: str) -> tuple[tuple[str, ...], ...]:
        """The findings about one policy as text: a row of headings, then a row for each measure."""
        head = ("measure", self.baseline, policy, "difference", "pairing", "verdict")
        return (head, *(self._cells(f.difference, MEASURES[f.measure]) for f in self.findings if f.policy == policy))

    def _cells(self, found: Difference, measure: Measure) -> tuple[str, ...]:
        return (
            heading(measure, self.currency),
            amount(found.baseline_mean, measure, width=found.half_width),
            amount(found.policy_mean, measure, width=found.half_width),
            change(found, measure),
            pairing(found),
            word(found, measure),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """How to read the table."""
        level = f"{100 * self.confidence:g} %"
        many = (
            f" They are adjusted (Bonferroni) for {self.comparisons} policies: for each measure all of them hold "
            f"together with {level}."
        )
        return (
            f"{self.replications} replications, compared pairwise; ± gives {level} intervals."
            + (many if self.comparisons > 1 else ""),
            "Pairing: correlation between the two policies, and how many times more replications separate runs "
            "would need.",
        )

    def __str__(self) -> str:
        head = [str(self.standing)] if self.standing else []
        blocks = [self._block(policy) for policy in self.ranking if policy != self.baseline]
        return "\n\n".join([*head, *blocks, "\n".join(self.notes)])

    def _block(self, policy: str) -> str:
        advice = [self.advice(policy), ""] if self.advice(policy) else []
        lines = [f"{policy} against {self.baseline}", "", *advice, *_aligned(self.table(policy)), ""]
        return "\n".join(lines + list(self.details(policy))).rstrip()


def _aligned(table: tuple[tuple[str, ...], ...]) -> list[str]:
    """Columns side by side: the first and the last to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return [
        "  ".join(
            cell.ljust(width) if place in (0, len(row) - 1) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
