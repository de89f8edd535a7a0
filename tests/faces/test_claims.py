"""The claims: their plans fit their studies, their texts are in step with their results, one command makes them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.results import Setting, StudyResults, axes_of
from experiments.claims.evidence import evidence_of
from experiments.claims.finding import plan_digest, read_finding
from experiments.claims.produce import TABLE, texts_of
from experiments.claims.statement import Prediction, read_claim
from experiments.claims.table import claims_in, table
from experiments.plan import Study, read_study
from sim import ScenarioFaults
from sim.errors import ResultError
from tests.faces.conftest import Stockout
from tests.small_study import write_study

ROOT = Path(__file__).parents[2]
STUDIES = ROOT / "experiments" / "studies"
CLAIMS = claims_in(STUDIES)
DONE = {number: folder for number, folder in CLAIMS.items() if (folder / "result.json").exists()}

CLAIM = """\
version: 1
id: C99
claim: Backorders keep customers.
expects: structural
overturn: Customers who never wait.
assumptions: [customers.shoppers.patience.median]
predictions:
  - {says: more get everything, measure: capture_rate, policy: backorder, against: out_of_stock, sign: "+"}
  - says: patience makes more of it
    measure: capture_rate
    policy: backorder
    against: [out_of_stock]
    sign: "+"
    contrast: {factor: customers.shoppers.patience.median, of: 9 d, less: 3 d}
"""
MISSING = "version: 1\nclaims: [{id: C98, claim: Something else., needs: a thing}]\n"


def made_up(study: Study) -> StudyResults:
    """Results of a study whose every measure is noise."""
    names = tuple(dict.fromkeys(name for point in study.points for name in point.about()["settings"]))
    settings = tuple(
        Setting(number, {name: point.about()["settings"][name] for name in names})
        for number, point in enumerate(study.points)
    )
    keys = [(p, policy, r) for p in range(len(settings)) for policy in study.policies for r in range(3)]
    runs = pd.DataFrame(keys, columns=["point", "policy", "replication"])
    noise = np.random.default_rng(1).normal(1, 0.1, (len(runs), len(study.measures)))
    runs = pd.concat([runs, pd.DataFrame(noise, columns=list(study.measures))], axis=1)
    return StudyResults({}, settings, axes_of(settings), study.policies, study.measures, 3, runs)


@pytest.mark.parametrize("folder", CLAIMS.values(), ids=CLAIMS)
def test_every_prediction_speaks_of_what_its_study_has(folder: Path) -> None:
    results = made_up(read_study(folder / "study.yaml"))
    claim = read_claim(folder / "claim.yaml")
    assert {results.axis(name).name for name in claim.assumptions} <= {axis.name for axis in results.axes}
    for prediction in claim.predictions:
        places = evidence_of(results, prediction).places
        assert places
        assert all(place.difference.defined for place in places)


@pytest.mark.parametrize("folder", DONE.values(), ids=DONE)
def test_the_page_and_the_picture_are_in_step_with_the_result(folder: Path) -> None:
    for name, text in texts_of(folder).items():
        assert (folder / name).read_text(encoding="utf-8") == text, f"stockout claims --no-run writes {name} anew"


@pytest.mark.parametrize("folder", DONE.values(), ids=DONE)
def test_the_result_is_of_the_plan_as_it_stands(folder: Path) -> None:
    study, claim = read_study(folder / "study.yaml"), read_claim(folder / "claim.yaml")
    assert read_finding(folder).made["plan_digest"] == plan_digest(study, claim), f"stockout claims {claim.id}"


def test_the_table_is_in_step_with_the_results() -> None:
    assert (STUDIES.parent / TABLE).read_text(encoding="utf-8") == table(STUDIES)


def test_the_table_has_a_row_for_every_claim() -> None:
    text = table(STUDIES)
    assert [number for number in range(1, 27) if f"C{number:02}" not in text] == []


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    """A folder of studies with one claim and one that nobody tries."""
    folder = tmp_path / "studies"
    write_study(folder / "kept")
    (folder / "kept" / "claim.yaml").write_text(CLAIM, encoding="utf-8")
    (folder / "missing.yaml").write_text(MISSING, encoding="utf-8")
    return folder


def test_one_command_runs_a_claim_and_writes_everything(studies: Path, stockout: Stockout) -> None:
    result = stockout("claims", "C99", "--studies", str(studies), "--quiet")
    assert result.exit_code == 0, result.output
    page, rows = (studies / "kept" / "README.md").read_text("utf-8"), (studies.parent / TABLE).read_text("utf-8")
    assert "more get everything" in page
    assert (studies / "kept" / "picture.svg").read_text("utf-8").startswith("<svg ")
    assert "[C99](studies/kept/README.md)" in rows
    assert "C98: Something else. |  | needs a thing" in rows


def test_what_is_up_to_date_is_not_run_again(studies: Path, stockout: Stockout) -> None:
    stockout("claims", "--studies", str(studies), "--quiet")
    log = next((studies / "kept" / "store").glob("*/log.jsonl"))
    before = log.read_bytes()
    stockout("claims", "--studies", str(studies), "--quiet")
    assert log.read_bytes() == before


def test_runs_of_another_engine_are_made_again(studies: Path, stockout: Stockout) -> None:
    stockout("claims", "--studies", str(studies), "--quiet")
    kept = studies / "kept" / "result.json"
    good = kept.read_text("utf-8")
    mark = next((studies / "kept" / "store").glob("*.engine"))
    mark.write_text("another", encoding="utf-8")
    part = next((studies / "kept" / "store").glob("*/*.parquet"))
    spoilt = part.stat().st_mtime_ns
    plain = json.loads(good)
    plain["made"]["engine_digest"] = "another"
    kept.write_text(json.dumps(plain), encoding="utf-8")
    stockout("claims", "--studies", str(studies), "--quiet")
    assert kept.read_text("utf-8") == good
    assert part.stat().st_mtime_ns > spoilt


def test_texts_alone_need_no_runs(studies: Path, stockout: Stockout) -> None:
    stockout("claims", "--studies", str(studies), "--quiet")
    page = studies / "kept" / "README.md"
    written = page.read_bytes()
    page.unlink()
    assert stockout("claims", "--no-run", "--studies", str(studies)).exit_code == 0
    assert page.read_bytes() == written


def test_an_unknown_claim_is_told(studies: Path, stockout: Stockout) -> None:
    result = stockout("claims", "C42", "--studies", str(studies))
    assert result.exit_code == 2
    assert "no study of a claim 'C42', only of C99" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("measure: capture_rate, policy", "measure: capture_rat, policy", "there is no measure 'capture_rat'"),
        ('against: out_of_stock, sign: "+"', 'against: out_of_stock, sign: "0"', "a band goes with the sign 0"),
        (', against: out_of_stock, sign: "+"', ', sign: "+"', "there has to be a `contrast`"),
    ],
)
def test_a_claim_that_cannot_be_used_says_why(tmp_path: Path, old: str, new: str, words: str) -> None:
    (tmp_path / "claim.yaml").write_text(CLAIM.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioFaults, match=words):
        read_claim(tmp_path / "claim.yaml")


def prediction(**changes: object) -> Prediction:
    plain = {"says": "x", "measure": "total_value", "policy": "window", "against": "out_of_stock", "sign": "+"}
    return Prediction.model_validate({**plain, **changes})


def shop(values: dict[str, float]) -> StudyResults:
    """Two settings of a shop whose policies earn fixed amounts and, at `far`, ten less with `window`."""
    settings = tuple(Setting(k, {"distance": name, "kind": "a"}) for k, name in enumerate(("near", "far")))
    rows = [
        {"point": p, "policy": policy, "replication": r, "total_value": value - 10 * (p and policy == "window") + r}
        for p in range(2)
        for policy, value in values.items()
        for r in range(4)
    ]
    return StudyResults({}, settings, axes_of(settings), tuple(values), ("total_value",), 4, pd.DataFrame(rows))


RESULTS = shop({"out_of_stock": 100, "careless": 104, "window": 107})


def means(**changes: object) -> list[float]:
    return [place.difference.value for place in evidence_of(RESULTS, prediction(**changes)).places]


def test_differences_are_paired_and_of_several_rivals_the_best_counts() -> None:
    assert means() == [7, -3]
    assert means(against=["out_of_stock", "careless"]) == [3, -7]


def test_a_contrast_compares_two_levels_and_needs_no_rival() -> None:
    contrast = {"factor": "distance", "of": "far", "less": "near"}
    assert means(contrast=contrast) == [-10]
    assert means(contrast=contrast, against=()) == [-10]


def test_a_prediction_may_be_confined_and_scaled() -> None:
    assert means(only={"distance": ["far"]}) == [-3]
    assert means(per="total_value") == [pytest.approx(7 / 101.5, rel=1e-5), pytest.approx(-3 / 101.5, rel=1e-5)]


def test_a_level_that_is_not_there_is_told() -> None:
    with pytest.raises(ResultError, match="'nearby' is no level of distance, which has near, far"):
        means(only={"distance": ["nearby"]})
