"""The pages about studies and about the numbers, without a browser: defaults, one change, and what can be wrong."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from experiments.analysis.results import read_results
from experiments.run import run_study
from sim import GROUPS, MEASURES, glossary
from tests.small_study import STUDY, write_study

Open = Callable[..., AppTest]
ONE_POLICY = STUDY + "policies: [backorder]\n"
ONE_FACTOR = STUDY.replace("  levers.replenish.s: [4, 6, 8]\n", "")


def made(folder: Path, text: str) -> Path:
    return run_study(write_study(folder, text), executor="serial").store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a study of two numbers, which has a map."""
    return made(tmp_path_factory.mktemp("plane"), STUDY + "replications: 6\n")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Open:
    def open_page(name: str, *started: str, **query: str) -> AppTest:
        monkeypatch.setattr(sys, "argv", ["app.py", *started])
        script = f"from dashboard.app_pages.{name} import page\npage()"
        app = AppTest.from_string(script, default_timeout=240)
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return open_page


def words(app: AppTest) -> str:
    """All that is written on the page, as it reads."""
    said = [element.value for kind in (app.markdown, app.info, app.warning, app.caption) for element in kind]
    return "\n".join(said).replace("\\", "")


def copied(store: Path, folder: Path, **changes: Any) -> Path:
    """A copy of a store whose manifest says something else."""
    shutil.copytree(store, folder / "copy")
    file = folder / "copy" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **changes}), encoding="utf-8")
    return folder


def test_the_map_is_drawn_for_the_study_in_the_store(page: Open, store: Path) -> None:
    app = page("regions", f"--store={store.parent}")
    assert not app.exception
    assert not app.error
    (chart,) = app.get("plotly_chart")
    assert chart.proto.alt.startswith("Map of ")
    assert "By total value, each setting judged alone, backorder surely beats out_of_stock at" in words(app)


def test_another_measure_gives_another_map(page: Open, store: Path) -> None:
    app = page("regions", f"--store={store}")
    before = app.get("plotly_chart")[0].proto.alt
    app.selectbox(key="measure").set_value("Customers who got everything").run()
    assert not app.error
    assert "By customers who got everything" in words(app)
    assert app.get("plotly_chart")[0].proto.alt != before


def test_a_link_opens_the_map_by_its_measure(page: Open, store: Path) -> None:
    app = page("regions", f"--store={store}", measure="Revenue (EUR)")
    assert app.selectbox(key="measure").value == "Revenue (EUR)"


def test_a_map_turns_into_its_table(page: Open, store: Path) -> None:
    app = page("regions", f"--store={store}")
    app.toggle(key="table-region").set_value(True).run()
    assert not app.get("plotly_chart")
    assert len(app.dataframe[0].value) == 6


@pytest.mark.parametrize("name", ["regions", "studies"])
def test_without_a_store_the_page_says_how_to_make_a_study(page: Open, name: str) -> None:
    app = page(name)
    assert "without a folder of studies" in words(app)
    assert next(code.value for code in app.code) == "stockout study experiments/studies/patience/study.yaml"
    assert (Path(__file__).parents[2] / app.code[0].value.split()[-1]).is_file()


@pytest.mark.parametrize("name", ["regions", "studies"])
def test_an_empty_store_is_no_error(page: Open, tmp_path: Path, name: str) -> None:
    app = page(name, f"--store={tmp_path}")
    assert not app.error
    assert "There is no study in the folder" in words(app)


def test_a_study_of_one_factor_has_no_map_but_its_differences(page: Open, tmp_path: Path) -> None:
    app = page("regions", f"--store={made(tmp_path, ONE_FACTOR)}")
    assert not app.error
    assert "A map needs a study that runs every value of two numbers" in words(app)
    assert app.get("plotly_chart")[0].proto.alt.startswith("Differences of backorder")


@pytest.mark.parametrize("name", ["regions", "studies"])
def test_a_study_of_one_policy_has_nothing_to_compare(page: Open, tmp_path: Path, name: str) -> None:
    app = page(name, f"--store={made(tmp_path, ONE_POLICY)}")
    assert not app.error
    assert "there is nothing to compare" in words(app)


def test_everything_a_study_found_is_on_its_page(page: Open, store: Path) -> None:
    app = page("studies", f"--store={store.parent}")
    assert not app.exception
    assert not app.error
    results = read_results(store)
    alts = [chart.proto.alt.split()[0] for chart in app.get("plotly_chart")]
    assert alts[:2] == ["Differences", "Tornado"]
    assert results.manifest["expectation"] in words(app)
    assert results.manifest["study_digest"] in " ".join(str(each.value.to_dict()) for each in app.dataframe)
    assert [button.label for button in app.get("download_button")][-3:] == [
        "Every run (CSV)", "Every run (Parquet)", "Report (HTML)",
    ]  # fmt: skip


def test_every_replication_of_a_setting_can_be_read(page: Open, store: Path) -> None:
    app = page("studies", f"--store={store}")
    setting = app.selectbox(key="setting")
    app.selectbox(key="setting").set_value(setting.options[-1]).run()
    table = next(each.value for each in app.dataframe if "replication" in each.value)
    wanted = read_results(store).array("backorder", "total_value")[-1]
    assert list(table["backorder"]) == pytest.approx(list(wanted), abs=0.011)


def test_a_folder_that_is_no_store_is_named_and_the_others_are_shown(page: Open, store: Path, tmp_path: Path) -> None:
    copied(store, tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{", encoding="utf-8")
    app = page("studies", f"--store={tmp_path}")
    assert not app.error
    assert "broken: " in words(app)
    assert len(app.selectbox(key="study").options) == 1


def test_a_store_that_was_changed_is_said_so(page: Open, store: Path, tmp_path: Path) -> None:
    copied(store, tmp_path, study_digest="changed")
    part = next((tmp_path / "copy").glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])
    app = page("studies", f"--store={tmp_path}")
    assert "was lost or changed" in app.error[0].value.replace("\\", "")


def test_a_store_of_another_version_is_said_so(page: Open, store: Path, tmp_path: Path) -> None:
    study = json.loads((store / "manifest.json").read_text(encoding="utf-8"))["study"]
    copied(store, tmp_path, study={**study, "measures": [*study["measures"], "unheard_of"]}, study_digest="other")
    assert "made by another version" in page("regions", f"--store={tmp_path}").error[0].value


def test_an_unfinished_study_is_said_so(page: Open, store: Path, tmp_path: Path) -> None:
    copied(store, tmp_path, complete=False)
    assert "has not come to its end" in words(page("studies", f"--store={tmp_path}"))


def test_what_failed_is_listed(page: Open, store: Path, tmp_path: Path) -> None:
    counts = {"points": 6, "runs": 72, "failures": 1}
    failures = [{"key": "run-1", "error": "it <b>broke</b>"}]
    copied(store, tmp_path, counts=counts, failures=failures, study_digest="failed")
    app = page("studies", f"--store={tmp_path}")
    assert "1 of 72 runs failed" in words(app)
    assert any("it <b>broke</b>" in str(each.value.to_dict()) for each in app.dataframe)


def test_questions_from_files_are_not_acted_upon(page: Open, store: Path, tmp_path: Path) -> None:
    copied(store, tmp_path, question="<b>Why</b> **so** :red[loud]?")
    app = page("studies", f"--store={tmp_path}")
    raw = "\n".join(element.value for element in app.markdown)
    assert "<b>Why</b> **so** :red[loud]?" in words(app)
    assert "<b>" not in raw
    assert ":red[" not in raw


def test_every_measure_and_every_word_is_told(page: Open) -> None:
    app = page("about")
    said = words(app)
    assert not app.exception
    assert all(measure.name in said and measure.definition in said for measure in MEASURES.values())
    assert "**inventory position**" in said
    assert len(app.expander) == len(GROUPS) + len(glossary())


def test_a_search_leaves_what_has_all_its_words(page: Open) -> None:
    app = page("about")
    app.text_input(key="find").set_value("fill RATE").run()
    said = words(app)
    assert "`fill_rate`" in said
    assert "`mean_on_order`" not in said
    assert "**inventory position**" not in said


def test_a_search_may_come_by_link_and_find_nothing(page: Open) -> None:
    app = page("about", find="zyx <b>*x*</b>")
    assert "Nothing here has zyx and <b>*x*</b> in it." in words(app)
    assert "<b>" not in app.info[0].value
