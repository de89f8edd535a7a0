"""What must hold for every law, whatever its parameters."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.scenario.laws import parse_count_law, parse_duration_law, parse_number_law

U = np.concatenate((np.linspace(0.0, 1.0, 501)[:-1], [1e-12, 0.9999, 1 - 1e-12, np.nextafter(1.0, 0.0)]))
U.sort()

positive = st.floats(0.01, 100).map(lambda x: float(f"{x:.4g}"))
spread = st.floats(0.05, 3).map(lambda x: float(f"{x:.3g}"))


def between():
    return st.tuples(st.floats(0, 50), positive).map(lambda pair: (pair[0], pair[0] + pair[1]))


def call(name, **parameters):
    return st.fixed_dictionaries({"dist": st.just(name), **parameters})


smooth = st.one_of(
    between().map(lambda p: {"dist": "uniform", "low": p[0], "high": p[1]}),
    st.tuples(between(), st.floats(0, 1)).map(
        lambda p: {"dist": "triangular", "low": p[0][0], "mode": p[0][0] + p[1] * (p[0][1] - p[0][0]), "high": p[0][1]}
    ),
    call("normal", mean=st.floats(0, 100), sd=positive),
    call("lognormal", mean=positive, cv=spread),
    call("lognormal", median=positive, sigma=spread),
    call("gamma", mean=positive, cv=spread),
    call("weibull", mean=positive, cv=spread),
    call("exponential", mean=positive),
)
stepped = st.one_of(
    positive.map(lambda x: {"dist": "constant", "value": x}),
    st.lists(positive, min_size=1, max_size=6).map(lambda x: {"dist": "empirical", "values": x}),
)


def mixed(parts):
    pairs = st.lists(st.tuples(st.integers(1, 9), parts), min_size=1, max_size=4)
    return pairs.map(
        lambda rows: {
            "dist": "mixture",
            "parts": [{"weight": w / sum(v for v, _ in rows), "law": law} for w, law in rows],
        }
    )


def cut(laws):
    def between_quantiles(law):
        low, high = parse_number_law(law).ppf(np.array([0.2, 0.8]))
        # just outside the quantiles: a shifted atom may lie a rounding error beside its own
        return {"dist": "truncated", "law": law, "low": float(low) - 1e-6, "high": float(high) + 1e-6}

    return laws.map(between_quantiles)


def moved(laws):
    return st.tuples(laws, st.floats(-20, 20)).map(lambda p: {"dist": "shifted", "law": p[0], "by": p[1]})


any_law = st.recursive(smooth | stepped, lambda laws: mixed(laws) | cut(laws) | moved(laws), max_leaves=4)
count_law = st.one_of(
    st.integers(0, 100),
    call("poisson", mean=positive),
    call("geometric", mean=st.floats(1, 100)),
    st.tuples(positive, st.floats(1.01, 20)).map(
        lambda p: {"dist": "negbinomial", "mean": p[0], "sd": float(np.sqrt(p[0] * p[1]))}
    ),
    call("binomial", n=st.integers(1, 50), share=st.floats(0, 1)),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
        lambda p: {"dist": "uniform_int", "low": min(p), "high": max(p)}
    ),
)


@given(smooth)
def test_the_cdf_undoes_the_quantile_of_a_smooth_law(law):
    law = parse_number_law(law)
    inner = U[(U > 1e-6) & (U < 1 - 1e-6)]
    np.testing.assert_allclose(law.cdf(law.ppf(inner)), inner, atol=1e-7)


@given(mixed(smooth))
def test_the_cdf_undoes_the_quantile_of_a_smooth_mixture(law):
    law = parse_number_law(law)
    inner = U[(U > 1e-6) & (U < 1 - 1e-6)]
    np.testing.assert_allclose(law.cdf(law.ppf(inner)), inner, atol=1e-7)


@settings(max_examples=60, deadline=None)
@given(any_law)
def test_quantiles_are_finite_and_rise(law):
    values = parse_number_law(law).ppf(U)
    assert np.all(np.isfinite(values))
    assert np.all(np.diff(values) >= -1e-9 * np.maximum(np.abs(values[1:]), 1.0))


@settings(max_examples=60, deadline=None)
@given(any_law)
def test_a_quantile_is_where_the_cdf_passes_the_uniform(law):
    law = parse_number_law(law)
    x = law.ppf(U)
    margin = 1e-9 * np.maximum(np.abs(x), 1.0)
    assert np.all(law.cdf(x + margin) >= U - 1e-7)
    assert np.all(law.cdf(x - margin) <= U + 1e-7)


@settings(max_examples=30, deadline=None)
@given(any_law)
def test_moments_agree_with_many_quantiles(law):
    law = parse_number_law(law)
    sample = law.ppf((np.arange(50_000) + 0.5) / 50_000)
    scale = abs(law.mean_value) + law.sd_value
    assert abs(sample.mean() - law.mean_value) <= 0.03 * scale
    assert sample.std() <= law.sd_value * 1.001 + 1e-6 * scale


@settings(max_examples=60, deadline=None)
@given(any_law)
def test_every_law_reads_back_from_its_description(law):
    law = parse_number_law(law)
    assert parse_number_law(law.describe()) == law


@given(smooth | stepped)
def test_laws_of_time_read_back_from_their_description(law):
    scaled = {key: (f"{value} d" if key not in ("dist", "cv", "sigma") else value) for key, value in law.items()}
    if law["dist"] == "empirical":
        scaled["values"] = law["values"]
    law = parse_duration_law(scaled)
    assert parse_duration_law(law.describe()) == law


@given(count_law)
def test_counts_are_whole_rise_and_pass_the_uniform(law):
    law = parse_count_law(law)
    values = law.ppf(U)
    assert np.array_equal(values, np.round(values))
    assert np.all(np.diff(values) >= 0)
    assert values[0] >= 0
    assert np.all(law.cdf(values) >= U - 1e-9)
    assert np.all(law.cdf(values - 1) <= U + 1e-9)


@given(count_law)
def test_counts_know_their_mean_and_read_back(law):
    law = parse_count_law(law)
    sample = law.ppf((np.arange(20_000) + 0.5) / 20_000)
    assert abs(sample.mean() - law.mean_value) <= 0.01 * (law.mean_value + law.sd_value)
    assert parse_count_law(law.describe()) == law


words = st.sampled_from(
    ["gamma", "mixture", "table", "truncated", "mean", "law", "cv", "parts", "5 d", "1", "0.5", "any"]
)
marks = st.sampled_from([*"()[],:=", " ", "%", "\n", "é"])
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.lists(words | marks, max_size=14).map("".join)
junk = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.integers() | st.just("dist"), inner)
)


@pytest.mark.parametrize("parse", [parse_duration_law, parse_number_law, parse_count_law])
@settings(max_examples=100, deadline=None)
@given(value=junk)
def test_nothing_but_a_validation_error_meets_junk(parse, value):
    with suppress(ValidationError):
        assert np.isfinite(parse(value).mean_value)
