"""What a run of policies and replications gives: numbers by policy, measure, scope and replication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.compare.precision import estimate
from sim.errors import ResultError
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Key = tuple[str, str, str]
"""Policy, measure and scope: "" for the whole shop, else "warehouse/product"."""


@dataclass(frozen=True)
class Summary:
    """One measure of one policy over all replications."""

    policy: str
    measure: str
    scope: str
    mean: float
    """NaN when no replication defines it."""
    half_width: float
    """Half the Student-t interval; NaN below two replications."""
    sd: float
    n: int
    """Replications in which it is defined."""


@dataclass(frozen=True, eq=False)
class Results:
    """All measures of all policies, replication by replication; equal inputs give equal bytes."""

    scenario: Scenario
    seed: int
    policies: tuple[str, ...]
    """In the order of the run; the first is the natural baseline."""
    replications: int
    values: Mapping[Key, Floats]
    """One value per replication; NaN where undefined."""
    digests: Mapping[str, tuple[str, ...]]
    """By policy: the digest of the ledger of each replication."""

    @property
    def currency(self) -> str:
        """The scenario's label for money."""
        return self.scenario.world.currency

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of all measures, in the order of the registry."""
        return tuple(dict.fromkeys(measure for _, measure, _ in self.values))

    @property
    def scopes(self) -> tuple[str, ...]:
        """Every scope that has values."""
        return tuple(dict.fromkeys(scope for _, _, scope in self.values))

    def array(self, policy: str, measure: str, *, scope: str = "") -> Floats:
        """One value per replication.

        Raises:
            ResultError: there is no such policy, measure or scope here.
        """
        found = self.values.get((policy, measure, scope))
        if found is None:
            known(policy, self.policies, "policy")
            known(measure, self.measures, "measure")
            known(scope, self.scopes, "scope")
            raise ResultError(f"{measure} of {policy} is not told by {scope or 'the whole shop'}")
        return found

    def summary(self, *, confidence: float = 0.95) -> tuple[Summary, ...]:
        """Mean, half width and number of defined values of every policy, measure and scope."""
        rows = []
        for (policy, measure, scope), values in self.values.items():
            mean = estimate(values, confidence=confidence)
            rows.append(Summary(policy, measure, scope, mean.mean, mean.half_width, mean.sd, mean.n))
        return tuple(rows)

    def table(self, measure: str, *, scope: str = "") -> pd.DataFrame:
        """One measure: a row per replication, a column per policy."""
        import pandas as pd  # noqa: PLC0415 - pandas stays out of everything that runs once per replication

        index = pd.RangeIndex(self.replications, name="replication")
        columns = {policy: self.array(policy, measure, scope=scope) for policy in self.policies}
        return pd.DataFrame(columns, index=index)

    def to_frame(self) -> pd.DataFrame:
        """Everything, tidy: policy, replication, measure, scope, value."""
        import pandas as pd  # noqa: PLC0415 - pandas stays out of everything that runs once per replication

        keys = list(self.values)
        columns: dict[str, Any] = {
            "policy": np.repeat([policy for policy, _, _ in keys], self.replications),
            "replication": np.tile(np.arange(self.replications), len(keys)),
            "measure": np.repeat([measure for _, measure, _ in keys], self.replications),
            "scope": np.repeat([scope for _, _, scope in keys], self.replications),
            "value": np.concatenate([np.empty(0), *self.values.values()]),
        }
        return pd.DataFrame(columns)

    def save(self, directory: str | Path) -> Path:
        """Write `results.parquet`, `results.csv`, `columns.json`, `ledgers.json` and `manifest.json`.

        Returns the directory, which is made when it is not there.
        """
        from sim.saving import save  # noqa: PLC0415 - saving needs this module

        return save(self, Path(directory))

    @staticmethod
    def load(directory: str | Path) -> Results:
        """Read what `save` wrote.

        Raises:
            ResultError: the directory does not hold saved results, or they do not fit together.
        """
        from sim.saving import load  # noqa: PLC0415 - loading needs this module

        return load(Path(directory))


def known(name: str, names: tuple[str, ...], kind: str) -> str:
    """`name`, if it is one of `names`.

    Raises:
        ResultError: it is not; the message lists what there is.
    """
    if name in names:
        return name
    close = get_close_matches(name, names, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    raise ResultError(f"there is no {kind} '{name}', only {', '.join(repr(n) for n in names)}{hint}")
