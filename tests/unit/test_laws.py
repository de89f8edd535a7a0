"""Laws agree with SciPy's, read all their forms, write themselves back and refuse nonsense in plain sentences."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from scipy import integrate, stats

from sim.scenario.laws import (
    CountLaw,
    DurationLaw,
    NumberLaw,
    parse_count_law,
    parse_duration_law,
    parse_number_law,
)
from sim.words import DAY, FOREVER

U = np.array([0.0, 1e-9, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1 - 1e-9])
ROOT = Path(__file__).parents[2]

SIGMA_OF_CV = np.sqrt(np.log1p(0.25))
CONTINUOUS = {
    "uniform(1, 3)": stats.uniform(1, 2),
    "uniform(-1, 1)": stats.uniform(-1, 2),
    "triangular(1, 2, 5)": stats.triang(0.25, 1, 4),
    "triangular(1, 1, 5)": stats.triang(0.0, 1, 4),
    "triangular(1, 5, 5)": stats.triang(1.0, 1, 4),
    "triangular(1000, 1000.2, 1001)": stats.triang(0.2, 1000, 1),
    "normal(5, 2)": stats.truncnorm(-2.5, np.inf, 5, 2),
    "normal(0, 2)": stats.truncnorm(0, np.inf, 0, 2),
    "normal(1000, 0.1)": stats.truncnorm(-1e4, np.inf, 1000, 0.1),
    "lognormal(median=7.7, sigma=0.94)": stats.lognorm(0.94, scale=7.7),
    "lognormal(mean=5, cv=0.5)": stats.lognorm(SIGMA_OF_CV, scale=5 / np.sqrt(1.25)),
    "gamma(mean=40, cv=0.2)": stats.gamma(25, scale=1.6),
    "gamma(mean=2, cv=3)": stats.gamma(1 / 9, scale=18),
    "weibull(scale=5, shape=1.7)": stats.weibull_min(1.7, scale=5),
    "weibull(scale=5, shape=0.5)": stats.weibull_min(0.5, scale=5),
    "weibull(mean=2, cv=1)": stats.expon(scale=2),
    "exponential(3)": stats.expon(scale=3),
    "truncated(normal(5, 2), low=4, high=6)": stats.truncnorm(-0.5, 0.5, 5, 2),
    "truncated(uniform(0, 10), low=5)": stats.uniform(5, 5),
    "truncated(exponential(3), high=2)": stats.truncexpon(2 / 3, scale=3),
    "shifted(exponential(3), by=2)": stats.expon(2, 3),
    "shifted(truncated(uniform(0, 10), low=5), by=-5)": stats.uniform(0, 5),
}
COUNTS = {
    "poisson(5)": stats.poisson(5),
    "poisson(0.01)": stats.poisson(0.01),
    "poisson(20000)": stats.poisson(20_000),
    "geometric(2.5)": stats.geom(0.4),
    "negbinomial(mean=5, sd=4)": stats.nbinom(25 / 11, 5 / 16),
    "negbinomial(mean=5, cv=2)": stats.nbinom(25 / 95, 0.05),
    "negbinomial(mean=100, sd=10.001)": stats.nbinom(1e4 / (10.001**2 - 100), 100 / 10.001**2),
    "binomial(10, 30 %)": stats.binom(10, 0.3),
    "binomial(10, 0)": stats.binom(10, 0),
    "uniform_int(1, 6)": stats.randint(1, 7),
}


@pytest.mark.parametrize("text", CONTINUOUS)
def test_a_continuous_law_agrees_with_scipy(text):
    law, known = parse_number_law(text), CONTINUOUS[text]
    np.testing.assert_allclose(law.ppf(U), known.ppf(U), rtol=1e-8, atol=1e-12)
    x = known.ppf(np.linspace(0.01, 0.99, 99))
    np.testing.assert_allclose(law.cdf(x), known.cdf(x), rtol=1e-9)


@pytest.mark.parametrize("text", CONTINUOUS)
def test_a_continuous_law_knows_its_mean_and_sd(text):
    law, known = parse_number_law(text), CONTINUOUS[text]
    assert law.mean_value == pytest.approx(known.mean(), rel=1e-8, abs=1e-12)
    assert law.sd_value == pytest.approx(known.std(), rel=1e-6)


@pytest.mark.parametrize("text", COUNTS)
def test_a_count_law_agrees_with_scipy(text):
    law, known = parse_count_law(text), COUNTS[text]
    x = np.unique(known.ppf(np.linspace(0.001, 0.999, 40)))
    np.testing.assert_allclose(law.cdf(x), known.cdf(x), rtol=1e-9)
    np.testing.assert_allclose(law.cdf(x + 0.5), known.cdf(x), rtol=1e-9)
    inside = U[1:] * 0.999_87
    np.testing.assert_array_equal(law.ppf(inside), known.ppf(inside))


@pytest.mark.parametrize("text", COUNTS)
def test_a_count_law_knows_its_mean_and_sd(text):
    law, known = parse_count_law(text), COUNTS[text]
    assert law.mean_value == pytest.approx(known.mean(), rel=1e-9)
    assert law.sd_value == pytest.approx(known.std(), rel=1e-9)


@pytest.mark.parametrize(("text", "value"), [("geometric(1)", 1), ("uniform_int(4, 4)", 4), ("constant(3)", 3)])
def test_a_count_law_without_spread_is_a_constant(text, value):
    law = parse_count_law(text)
    assert law.ppf(U).tolist() == [value] * len(U)
    assert law.cdf(np.array([value - 1, value, value + 1])).tolist() == [0, 1, 1]
    assert (law.mean_value, law.sd_value) == (value, 0)


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("mixture(0.3: exponential(3), 0.7: lognormal(median=7, sigma=0.5))", 1e-4),
        ("truncated(lognormal(median=5, sigma=0.9), low=1, high=30)", 1e-5),
        ("truncated(gamma(mean=4, cv=0.7), low=1, high=3)", 1e-5),
        ("truncated(weibull(mean=4, cv=0.7), high=9)", 1e-5),
        ("truncated(triangular(0, 1, 5), low=0.5, high=4)", 1e-5),
        ("truncated(mixture(0.5: uniform(0, 2), 0.5: normal(4, 1)), low=1, high=5)", 1e-5),
    ],
)
def test_moments_of_built_laws_agree_with_integrated_quantiles(text, tolerance):
    law = parse_number_law(text)
    edges = np.concatenate(([0.0], np.geomspace(1e-9, 0.5, 60), 1 - np.geomspace(0.5, 1e-14, 90)[1:]))
    nodes, weights = np.polynomial.legendre.leggauss(12)
    half = np.diff(edges) / 2
    u = (edges[:-1] + half)[:, None] + half[:, None] * nodes
    x = law.ppf(u)
    mean = float(np.sum(x * weights * half[:, None]))
    square = float(np.sum(x**2 * weights * half[:, None]))
    assert law.mean_value == pytest.approx(mean, rel=tolerance)
    assert law.sd_value == pytest.approx(np.sqrt(square - mean**2), rel=tolerance * 10)


def test_the_mean_of_a_law_is_the_area_above_its_cdf():
    law = parse_number_law("truncated(normal(5, 3), low=2, high=9)")
    area, _ = integrate.quad(lambda x: 1 - float(law.cdf(np.asarray(x))), 0, 9, points=[2], epsabs=1e-12)
    assert law.mean_value == pytest.approx(area, rel=1e-9)


def test_an_empirical_law_steps_through_its_sorted_values():
    law = parse_duration_law("empirical([5 d, 1 d, 2 d, 2 d])")
    assert law.ppf(np.array([0.0, 0.249, 0.25, 0.74, 0.75, 0.999])).tolist() == [d * DAY for d in (1, 1, 2, 2, 5, 5)]
    assert law.cdf(np.array([0.0, DAY, 2 * DAY, 9 * DAY])).tolist() == [0, 0.25, 0.75, 1]
    assert law.mean_value == 2.5 * DAY
    assert law.sd_value == pytest.approx(1.5 * DAY)


def test_a_table_gives_each_value_its_weight():
    law = parse_count_law({1: 0.5, 2: 0.3, 4: 0.2})
    assert law.ppf(np.array([0.0, 0.499, 0.5, 0.799, 0.801, 0.999])).tolist() == [1, 1, 2, 2, 4, 4]
    assert law.mean_value == pytest.approx(1.9)
    assert law.sd_value == pytest.approx(np.sqrt(0.5 + 1.2 + 3.2 - 1.9**2))


def test_a_mixture_keeps_atoms_exact_for_seconds():
    law = parse_duration_law("mixture(0.5: 2 d, 30 %: 5 d, 1/5: any)")
    seconds = np.round(law.ppf(np.array([0.0, 0.499, 0.5, 0.799, 0.801, 0.999])))
    assert seconds.tolist() == [2 * DAY, 2 * DAY, 5 * DAY, 5 * DAY, FOREVER, FOREVER]


def test_the_mean_and_sd_of_a_mixture_are_exact():
    law = parse_number_law("mixture(0.25: 2, 0.75: uniform(4, 8))")
    assert law.mean_value == pytest.approx(0.25 * 2 + 0.75 * 6)
    assert law.sd_value**2 == pytest.approx(0.25 * 3**2 + 0.75 * (1 + 16 / 12))


def test_truncation_keeps_an_atom_on_its_bound():
    law = parse_number_law("truncated(empirical([1, 2, 3, 4]), low=2, high=3)")
    assert law.ppf(np.array([0.0, 0.49, 0.51, 0.99])).tolist() == [2, 2, 3, 3]
    assert law.mean_value == pytest.approx(2.5)


def test_one_quantile_does_not_depend_on_the_others():
    law = parse_number_law("mixture(0.4: gamma(mean=3, cv=0.1), 0.6: exponential(10))")
    u = np.random.default_rng(1).random(5000)
    np.testing.assert_array_equal(law.ppf(u)[4000:], law.ppf(u[4000:]))
    assert law.ppf(u.reshape(50, 100)).shape == (50, 100)


@pytest.mark.parametrize("value", ["any", "forever", "constant(forever)"])
def test_forever_is_a_law_of_time(value):
    law = parse_duration_law(value)
    assert law.ppf(U).tolist() == [FOREVER] * len(U)
    assert law.describe() == "constant(forever)"


FORMS = [
    (parse_duration_law, "5 d", {"dist": "constant", "value": 5}),
    (parse_duration_law, 5, "constant(5 d)"),
    (parse_duration_law, "gamma(mean=40 d, cv=0.2)", {"dist": "gamma", "mean": "40 d", "cv": 0.2}),
    (parse_duration_law, "triangular(2 d, 3 d, 7 d)", "triangular(low=2 d, high=7 d, mode=3 d)"),
    (parse_duration_law, " exponential ( 2 d ) ", "exponential(mean=48 h)"),
    (parse_duration_law, "empirical([1 d, 36 h])", {"dist": "empirical", "values": ["1 d", 1.5]}),
    (
        parse_duration_law,
        "truncated(lognormal(median=5 d, sigma=0.9), low=1 d, high=30 d)",
        {
            "dist": "truncated",
            "law": {"dist": "lognormal", "median": "5 d", "sigma": 0.9},
            "low": 1,
            "high": "30 d",
        },
    ),
    (parse_duration_law, "mixture(0.5: 2 d, 0.5: any)", "mixture(1/2: constant(2 d), 50 %: forever)"),
    (parse_number_law, "uniform(-1, 1)", {"dist": "uniform", "low": -1, "high": 1.0}),
    (parse_count_law, {1: "1/2", 2: 0.5}, "table(2: 50 %, 1: 0.5)"),
    (parse_count_law, {"1": 1}, {"dist": "table", "weights": {1: 1.0}}),
    (parse_count_law, "poisson(5)", {"dist": "poisson", "mean": 5}),
    (parse_count_law, 3, "constant(3)"),
]


@pytest.mark.parametrize(("parse", "one", "other"), FORMS)
def test_two_forms_of_a_law_are_the_same_law(parse, one, other):
    assert parse(one) == parse(other)


ALL = (
    [(parse_number_law, text) for text in CONTINUOUS]
    + [(parse_count_law, text) for text in COUNTS]
    + [(parse_count_law, {1: "1/3", 20: "2/3"})]
    + [(parse, one) for parse, one, _ in FORMS]
    + [(parse_duration_law, "shifted(mixture(0.3: weibull(mean=7.7 d, cv=0.5), 0.7: any), by=1 h)")]
)


@pytest.mark.parametrize(("parse", "value"), ALL)
def test_a_described_law_reads_back(parse, value):
    law = parse(value)
    assert parse(law.describe()) == law


@pytest.mark.parametrize(("parse", "value"), ALL)
def test_a_saved_law_reads_back(parse, value):
    law = parse(value)
    assert parse(law.model_dump(mode="json")) == law
    assert pickle.loads(pickle.dumps(law)) == law
    assert hash(law) == hash(parse(value))


def test_a_law_already_read_stays_as_it_is():
    law = parse_duration_law("exponential(2 d)")
    assert parse_duration_law(law) is law
    assert parse_duration_law({"dist": "shifted", "law": law, "by": 1}).law is law


def test_descriptions_use_readable_units():
    assert parse_duration_law({"dist": "gamma", "mean": 40, "cv": 0.2}).describe() == "gamma(mean=40 d, cv=0.2)"
    assert parse_duration_law("12 h").describe() == "constant(12 h)"
    assert parse_count_law({2: 0.25, 1: "75 %"}).describe() == "table(1: 0.75, 2: 0.25)"


TIME_FAULTS = {
    "gama(mean=4 d, cv=1)": "there is no law 'gama'; did you mean 'gamma'?",
    "gamma(4 d, 0.2)": "gamma needs the names of its parameters: mean, cv (character 7)",
    "gamma(meen=4 d)": "gamma has no parameter 'meen'; did you mean 'mean'? (character 7)",
    "gamma(mean=4 d, mean=4 d)": "gamma is given 'mean' twice (character 17)",
    "gamma(mean=4 d": "expected ',' but found the end (character 15)",
    "gamma mean=4 d)": "expected nothing more but found '=' (character 11)",
    "gamma(=4 d)": "expected a value but found '=' (character 7)",
    "gamma(mean=4 d, cv=1)) ": "expected nothing more but found ')' (character 22)",
    "gamma(mean: 4 d)": "gamma takes name=value, not name: value (character 7)",
    "uniform(1 d, 2 d, 3 d)": "uniform takes no more than low, high (character 19)",
    "uniform(high=2 d, 1 d)": "uniform has a value without a name after one with a name (character 19)",
    "uniform(5 d, 3 d)": "uniform: low (5 d) is above high (3 d)",
    "uniform(5 d, 5 d)": "uniform: low (5 d) is the same as high (5 d)",
    "triangular(2 d, 1 d, 7 d)": "triangular: low (2 d) is above mode (1 d)",
    "triangular(2 d, 8 d, 7 d)": "triangular: mode (8 d) is above high (7 d)",
    "truncated(exponential(2 d), low=5 d, high=3 d)": "truncated: low (5 d) is above high (3 d)",
    "truncated(exponential(2 d))": "truncated: give low, or high, or both",
    "truncated(uniform(1 d, 2 d), low=3 d)": "truncated: uniform(low=1 d, high=2 d) is practically never "
    "between the bounds",
    "lognormal(mean=4 d, sigma=1)": "lognormal: give mean and cv, or median and sigma, and nothing else",
    "weibull(mean=4 d)": "weibull: give mean and cv, or scale and shape, and nothing else",
    "mixture(0.5: 2 d, 0.2: 3 d)": "mixture: the weights sum to 0.7, not to 1",
    "poisson(5)": "there is no law 'poisson'; known are constant, uniform, triangular, normal, lognormal, gamma, "
    "weibull, exponential, empirical, mixture, truncated, shifted",
    "__import__('os')": "there is no law '__import__'; known are constant, uniform, triangular, normal, lognormal, "
    "gamma, weibull, exponential, empirical, mixture, truncated, shifted",
    "5 dd": "'5 dd' has an unknown unit 'dd'; did you mean 'd'?",
    "exponential(-2 d)": "'-2 d' is negative; a duration cannot be",
    "shifted(" * 30 + "2 d" + ")" * 30: "laws are nested more than 20 deep",
    "gamma(" + " " * 30_000 + ")": "this law is longer than 20000 characters",
    "[exponential(2 d)]": "this is not a law such as gamma(mean=40 d, cv=0.2)",
    "gamma()": "Field required",
    "(2 d)": "expected a value but found '(' (character 1)",
}


def fault(law, value):
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(law).validate_python(value)
    return caught.value.errors(include_input=False, include_url=False)[0]


@pytest.mark.parametrize("text", TIME_FAULTS, ids=lambda text: text[:40])
def test_a_bad_law_of_time_is_refused_with_a_sentence(text):
    assert fault(DurationLaw, text)["msg"] == TIME_FAULTS[text]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({1: 0.5, 2: 0.3}, "table: the weights sum to 0.8, not to 1"),
        ({1: 0.5, "1": 0.5}, "table: a value is listed twice"),
        ("table(1: 0.5, 1: 0.5)", "table is given '1' twice (character 15)"),
        ("table([1]: 1)", "table needs a number before ':' (character 7)"),
        ({}, "a table needs at least one value with its weight, for example {1: 0.5, 2: 0.5}"),
        ({"dist": "table", "weights": {1.5: 1}}, "1.5 is not a whole number"),
        ({"mean": 5}, "a law needs its name under `dist`, as in poisson(5)"),
        ({"dist": 5}, "a law needs its name under `dist`, as in poisson(5)"),
        ("uniform(1, 6)", "there is no law 'uniform'; did you mean 'uniform_int'?"),
        ("uniform_int(6, 1)", "uniform_int: low (6) is above high (1)"),
        (
            "negbinomial(mean=5, sd=2)",
            "negbinomial: the variance must exceed the mean; take poisson, or a larger spread",
        ),
        ("negbinomial(mean=0.1, sd=1000)", "negbinomial: the spread is too large for this mean"),
        ("negbinomial(mean=5)", "negbinomial: give sd, or cv, and nothing else"),
        (2.5, "2.5 is not a whole number"),
        (-1, "-1 is negative; a count cannot be"),
        (True, "true is not a whole number"),
    ],
)
def test_a_bad_law_of_counts_is_refused_with_a_sentence(value, sentence):
    assert fault(CountLaw, value)["msg"] == sentence


def test_a_text_is_no_number():
    assert fault(NumberLaw, "5 d")["msg"] == "'5 d' is not a plain number"


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"dist": "gamma", "mean": "4 dd", "cv": 0.2}, ("gamma", "mean")),
        ({"dist": "gamma", "mean": "4 d", "cv": 0}, ("gamma", "cv")),
        ({"dist": "gamma", "mean": "4 d"}, ("gamma", "cv")),
        ({"dist": "gamma", "mean": "4 d", "cv": 1, "x": 1}, ("gamma", "x")),
        ({"dist": "mixture", "parts": [{"weight": 1, "law": "gama(1)"}]}, ("mixture", "parts", 0, "law")),
    ],
)
def test_a_fault_in_a_mapping_has_its_place(value, where):
    assert fault(DurationLaw, value)["loc"] == where


@pytest.mark.parametrize("law", [DurationLaw, NumberLaw, CountLaw])
def test_the_schema_describes_every_parameter(law):
    schemas = TypeAdapter(law).json_schema()["$defs"].values()
    laws = [schema for schema in schemas if "dist" in schema.get("properties", {})]
    assert laws
    for schema in laws:
        assert "dist" in schema["required"]
        assert all(field.get("description") for name, field in schema["properties"].items() if name != "dist")


def test_laws_do_not_load_scipy_or_pandas_until_a_quantile_needs_it():
    code = (
        "import sys, types\n"
        "package = types.ModuleType('sim'); package.__path__ = ['sim']; sys.modules['sim'] = package\n"
        "import sim.scenario.laws as laws, numpy as np\n"
        "laws.parse_duration_law('exponential(2 d)').ppf(np.zeros(1))\n"
        "assert not {'scipy', 'pandas'} & set(sys.modules)\n"
        "laws.parse_duration_law('gamma(mean=2 d, cv=1)').ppf(np.zeros(1))\n"
        "assert 'scipy.special' in sys.modules and 'scipy.stats' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_law_can_be_sent_to_a_fresh_process():
    sent = pickle.dumps(parse_duration_law("gamma(mean=40 d, cv=0.2)"))
    code = f"import pickle; print(pickle.loads({sent!r}).describe())"
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "gamma(mean=40 d, cv=0.2)"
