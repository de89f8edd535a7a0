"""When a setting has been repeated often enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from experiments.plan import read_study
from experiments.precision import Look, Precision, intervals_of, look
from sim import ScenarioFaults, estimate
from tests.small_study import STUDY, write_study

POLICIES = ("baseline", "other")


def precision(of: str = "difference", **keys: Any) -> Precision:
    target = {"of": of, **{key: keys.pop(key) for key in ("half_width", "relative") if key in keys}}
    return Precision.model_validate({"measures": {"profit": target}, **keys})


def values(*columns: Any) -> dict[tuple[str, str], np.ndarray]:
    return {(policy, "profit"): np.asarray(column, float) for policy, column in zip(POLICIES, columns, strict=True)}


def noise(n: int, *, sd: float = 1.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(10, sd, n)


def stops_at(wanted: Precision, baseline: np.ndarray, other: np.ndarray) -> tuple[int, str | None]:
    """Replications at the end, and what ended them."""
    n = 0
    while True:
        found = look(wanted, POLICIES, values(baseline[:n], other[:n]))
        if not found.more:
            return n, found.stopped_by
        n += found.more


def test_nothing_is_decided_before_the_minimum_and_the_look_ahead() -> None:
    assert look(precision(half_width=1), POLICIES, values([], [])) == Look(15, None)
    assert look(precision(half_width=1), POLICIES, values([5.0] * 12, [6.0] * 12)) == Look(3, None)


def test_equal_differences_are_precise_at_once() -> None:
    baseline = noise(15)
    assert look(precision(half_width=0.001), POLICIES, values(baseline, baseline + 2)) == Look(0, "precision")


def test_the_interval_is_as_narrow_as_wanted_when_it_stops() -> None:
    baseline, other = noise(1000), noise(1000, seed=2)
    n, why = stops_at(precision(half_width=0.3), baseline, other)
    assert why == "precision"
    assert all(estimate((other - baseline)[:k]).half_width <= 0.3 for k in range(n - 5, n + 1))


def test_it_does_not_go_far_beyond_what_is_needed() -> None:
    # A difference of sd sqrt(2) known to 0.3 takes (1.96 sqrt(2) / 0.3)**2 = 85 replications.
    ends = [stops_at(precision(half_width=0.3), noise(1000, seed=k), noise(1000, seed=1000 + k))[0] for k in range(50)]
    assert 75 < np.mean(ends) < 110


def test_an_early_calm_is_not_trusted() -> None:
    wild = np.where(np.arange(200) % 2, 1.0, -1.0)
    calm_at_first = np.concatenate([np.full(12, 3.0), 3 + 5 * wild])
    n, _ = stops_at(precision(half_width=0.9, minimum=10), np.zeros(212), calm_at_first)
    assert n > 100


def test_the_look_ahead_makes_precision_hold() -> None:
    jump = np.array([*[3.0] * 12, 60.0, *[3.0] * 500])
    assert stops_at(precision(half_width=0.5, minimum=10, look_ahead=0), np.zeros(513), jump) == (10, "precision")
    assert stops_at(precision(half_width=0.5, minimum=10, look_ahead=5), np.zeros(513), jump)[0] > 100


def test_the_limit_is_told_as_such() -> None:
    assert stops_at(precision(half_width=1e-6, limit=40), noise(99), noise(99, seed=2)) == (40, "limit")


def test_precision_reached_at_the_limit_is_precision() -> None:
    baseline = noise(15)
    assert stops_at(precision(half_width=1, limit=15), baseline, baseline + 1) == (15, "precision")


def test_what_is_relative_is_so_to_the_baselines_mean() -> None:
    baseline, other = noise(2000, sd=3), noise(2000, sd=3, seed=2)
    relative = stops_at(precision(relative="5 %"), baseline, other)[0]
    absolute = stops_at(precision(half_width=0.5), baseline, other)[0]
    assert abs(relative - absolute) < 0.1 * absolute


def test_a_mean_of_its_own_may_be_wanted_of_each_policy() -> None:
    steady, wild = noise(2000, sd=0.01), noise(2000, sd=2, seed=2)
    n, _ = stops_at(precision("mean", relative="2 %"), steady, wild)
    assert n > 200
    assert estimate(wild[:n]).half_width <= 0.02 * wild[:n].mean()


def test_pairing_is_used() -> None:
    baseline = noise(2000, sd=50)
    assert stops_at(precision(half_width=0.5), baseline, baseline + noise(2000, seed=2))[0] < 50


def test_all_intervals_share_the_risk() -> None:
    several = Precision.model_validate(
        {"measures": {"profit": {"half_width": 1}, "fill_rate": {"half_width": "1 %", "of": "mean"}}}
    )
    assert intervals_of(several, ["a", "b", "c"]) == 2 + 3
    one, five = (look_sizes(np.random.default_rng(3).normal(size=(policies, 3000)), policies) for policies in (2, 6))
    assert five > 1.3 * one


def look_sizes(columns: np.ndarray, policies: int) -> int:
    names, n = [str(number) for number in range(policies)], 0
    while True:
        so_far = {(name, "profit"): column[:n] for name, column in zip(names, columns, strict=True)}
        found = look(precision(half_width=0.2), names, so_far)
        if not found.more:
            return n
        n += found.more


def test_what_no_replication_defines_is_left_out() -> None:
    baseline = noise(15)
    three = {**values(baseline, baseline + 1), ("never", "profit"): np.full(15, np.nan)}
    assert look(precision(half_width=0.1), [*POLICIES, "never"], three) == Look(0, "precision")


def test_when_nothing_at_all_is_defined_the_limit_ends_it() -> None:
    nothing = np.full(99, np.nan)
    assert stops_at(precision(half_width=1, limit=60), nothing, nothing) == (60, "limit")


def test_undefined_values_are_not_counted() -> None:
    gaps = np.where(np.arange(4000) % 4, np.nan, 1.0)
    whole = stops_at(precision(half_width=0.3), np.zeros(4000), noise(4000))[0]
    assert stops_at(precision(half_width=0.3), np.zeros(4000), noise(4000) * gaps)[0] > 3 * whole


def test_replications_are_never_more_than_doubled_at_once() -> None:
    found = look(precision(half_width=1e-3), POLICIES, values(noise(20), noise(20, seed=2)))
    assert found == Look(20, None)


# in a study file


def faults(folder: Path, *lines: str) -> list[str]:
    with pytest.raises(ScenarioFaults) as caught:
        read_study(write_study(folder, STUDY + "".join(f"{line}\n" for line in lines)))
    return [f"{fault.line} {fault.path}: {fault.message}; {fault.hint}" for fault in caught.value.faults]


def test_a_study_may_say_how_precise_instead_of_how_often(tmp_path: Path) -> None:
    read = read_study(write_study(tmp_path, STUDY + "precision: {measures: {profit: {half_width: 50}}, limit: 80}\n"))
    assert (read.least, read.most, read.replications, read.runs) == (15, 80, 80, 6 * 2 * 80)


def test_a_fixed_number_of_replications_is_least_and_most(tmp_path: Path) -> None:
    read = read_study(write_study(tmp_path))
    assert (read.precision, read.least, read.most) == (None, 4, 4)


def test_another_precision_has_another_store(tmp_path: Path) -> None:
    stores = {
        read_study(write_study(tmp_path, f"{STUDY}precision: {{measures: {{profit: {{half_width: {half}}}}}}}\n")).store
        for half in (50, 60)
    }
    assert len(stores) == 2


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("{measures: {profti: {half_width: 1}}}", "there is no measure 'profti' among those"),
        ("{measures: {profit: {}}}", "give `half_width` or `relative`, and not both"),
        ("{measures: {profit: {half_width: 1, relative: 5 %}}}", "give `half_width` or `relative`, and not both"),
        ("{measures: {profit: {half_width: 0}}}", "0 is too small"),
        ("{measures: {profit: {relative: 5}}}", "did you mean '5 %'?"),
        ("{measures: {profit: {half_wdith: 1}}}", "unknown key 'half_wdith'; did you mean 'half_width'?"),
        ("{limit: 30}", "'measures' is missing (what is to be precise, by measure; all of them must be)"),
        ("{measures: {}}", "this needs at least 1 entries"),
        ("{measures: {profit: {half_width: 1}}, limit: 12}", "`limit` is below `minimum` and `look_ahead`"),
        ("{measures: {profit: {half_width: 1}}, confidence: 0.4}", "0.4 is too small"),
        ("{measures: {profit: {half_width: 1}}}\npolicies: [backorder]", "write `of: mean`"),
        ("{measures: {profit: {half_width: 1}}}\nmeasures: [revenue]", "no measure 'profit' among those"),
        ("{measures: {profit: {half_width: 1}}}\nreplications: 9", "either a number of replications or a precision"),
    ],
)  # fmt: skip
def test_a_faulty_precision_is_told_with_its_line(tmp_path: Path, stated: str, said: str) -> None:
    (fault,) = faults(tmp_path, f"precision: {stated}")
    assert fault.split(" ")[0] in ("8", "9")
    assert said in fault


def test_a_precision_is_frozen() -> None:
    with pytest.raises(ValidationError):
        precision(half_width=1).limit = 3
