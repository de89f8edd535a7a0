"""`stockout report`: one file that needs nothing else, says the answer first, and trusts no name."""

from __future__ import annotations

import re
import shlex
import shutil
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from experiments.analysis.intervals import Interval
from experiments.analysis.results import StudyResults, read_results
from experiments.report.build import html, store_of, write_report
from experiments.report.plots import MOST_DRAWN, Row, intervals
from experiments.report.svg import Scale, reaching, shortened
from experiments.report.tables import beside
from experiments.run import StudyOutcome, run_study
from sim.errors import ResultError
from tests.faces.conftest import Stockout
from tests.small_study import SHOP, STUDY, write_study

EVIL = '<img src=x onerror="alert(1)">'
EVIL_STUDY = f"""\
version: 1
question: '{EVIL} & more?'
expectation: '</blockquote><script>alert(2)</script>'
scenario: shop.yaml
factors:
  '<i>lag</i>': {{paths: [customers.shoppers.patience.median], values: [3 d, 9 d]}}
  '<u>kind</u>': {{sets: {{'<s>few</s>': {{levers.replenish.s: 4}}, '<s>many</s>': {{levers.replenish.s: 8}}}}}}
  levers.replenish.S: [20, 30]
"""
SAMPLES = {
    "lhs": "design: lhs\npoints: 16\n",
    "sobol": "design: sobol\npoints: 4\n",
    "morris": "design: morris\ntrajectories: 3\n",
    "oat": "design: oat\n",
}
RANGES = """\
replications: 2
factors:
  customers.shoppers.patience.median: {from: 3 d, to: 9 d}
  levers.replenish.s: {from: 2, to: 12}
"""


class Page(HTMLParser):
    """All tags of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> StudyOutcome:
    return run_study(write_study(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="module")
def text(outcome: StudyOutcome) -> str:
    return html(read_results(outcome.store))


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A report in which every name that a user gives is markup."""
    folder = tmp_path_factory.mktemp("evil")
    file = write_study(folder, EVIL_STUDY)
    (folder / "shop.yaml").write_text(SHOP.replace("A small shop", f"'{EVIL}'"), encoding="utf-8")
    return html(_renamed(read_results(run_study(file).store)))


def _renamed(results: StudyResults) -> StudyResults:
    """As if somebody had sent a store whose policy is markup, which no scenario can have."""
    runs = results.runs.assign(policy=results.runs["policy"].replace("backorder", "<b>bold</b>"))
    return replace(results, policies=("out_of_stock", "<b>bold</b>"), runs=runs)


# safety


def test_nothing_comes_from_elsewhere(page: Page, text: str) -> None:
    pointing = {"src", "href", "srcset", "data", "action", "poster", "background"}
    assert not [(tag, found) for tag, found in page.tags if pointing & set(found)]
    assert not re.search(r"url\(|@import|https?://", text)


def test_there_is_no_script_and_no_inline_style(page: Page) -> None:
    assert not page.named("script")
    assert not [name for _, found in page.tags for name in found if name == "style" or name.startswith("on")]


def test_the_policy_of_the_page_allows_its_own_style_and_nothing_else(page: Page, text: str) -> None:
    (policy,) = (m["content"] for m in page.named("meta") if m.get("http-equiv") == "Content-Security-Policy")
    style = text[text.index("<style>") + len("<style>") : text.index("</style>")]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_names_are_text_and_never_markup(evil: str) -> None:
    page = Page(evil)
    assert not page.named("img")
    assert not page.named("script")
    assert not [tag for tag in ("b", "i", "u", "s") if page.named(tag)]
    assert EVIL in page.text
    assert all(name in page.text for name in ("<b>bold</b>", "<i>lag</i>", "<u>kind</u>", "<s>few</s>"))
    assert "</blockquote><script>alert(2)</script>" in page.text


def test_names_are_escaped_in_pictures_too(evil: str) -> None:
    pictures = re.findall(r"<svg.*?</svg>", evil, flags=re.DOTALL)
    assert pictures
    allowed = {"svg", "line", "rect", "circle", "text", "polygon", "title"}
    assert {tag for picture in pictures for tag, _ in Page(picture).tags} <= allowed
    assert any("&lt;b&gt;bold&lt;/b&gt;" in picture for picture in pictures)


# content


def test_the_first_words_are_the_answer(page: Page, text: str) -> None:
    body = text[text.index("<main>") :]
    assert body.index('class="answer"') < body.index("<h2>")
    assert re.search(r"wins|depends|leads|nothing to compare", body[: body.index("<h2>")])
    assert "What does patience do?" in page.text


@pytest.mark.parametrize(
    "heading",
    [
        "Question and expectation",
        "Where it pays",
        "Difference at every setting",
        "Assumptions that change the winner",
        "What moves the difference",
        "Policies over all settings",
        "Results",
        "Scenario",
        "Design",
        "Manifest",
    ],
)
def test_every_section_is_there(text: str, heading: str) -> None:
    assert f"<h2>{heading}</h2>" in text


def test_every_picture_can_be_heard(page: Page) -> None:
    pictures = page.named("svg")
    assert len(pictures) >= 3
    assert all(picture["role"] == "img" and picture["aria-label"] for picture in pictures)


def test_every_setting_is_a_row_of_the_results(text: str) -> None:
    results = text[text.index("<h2>Results</h2>") : text.index("<h2>Scenario</h2>")]
    assert results.count("<tr>") == 1 + 6


def test_the_manifest_tells_what_was_run(page: Page, outcome: StudyOutcome) -> None:
    manifest = read_results(outcome.store).manifest
    assert manifest["study_digest"] in page.text
    assert manifest["packages"]["numpy"] in page.text


def test_equal_stores_give_equal_bytes(outcome: StudyOutcome, text: str) -> None:
    assert html(read_results(outcome.store)) == text


def test_it_stays_small(text: str) -> None:
    assert len(text) < 100_000


def test_another_measure_can_decide(outcome: StudyOutcome) -> None:
    assert "Fill rate" in html(read_results(outcome.store), measure="fill_rate")
    with pytest.raises(ResultError, match="fill_rate"):
        html(read_results(outcome.store), measure="fill_rat")


@pytest.mark.parametrize("design", SAMPLES)
def test_every_design_has_its_report(tmp_path: Path, design: str) -> None:
    stated = STUDY[: STUDY.index("factors")] + RANGES + SAMPLES[design]
    text = html(read_results(run_study(write_study(tmp_path, stated)).store))
    expected = {"lhs": "rank", "sobol": "Sobol indices", "morris": "Morris effects", "oat": "Tornado"}
    assert expected[design] in text


def test_a_study_of_one_policy_is_still_told(tmp_path: Path) -> None:
    text = html(read_results(run_study(write_study(tmp_path, f"{STUDY}policies: [backorder]\n")).store))
    assert "there is nothing to compare" in text
    assert "<h2>Results</h2>" in text


def test_settings_that_ran_longer_weigh_no_more(outcome: StudyOutcome) -> None:
    """Half of the points stop after two of four replications: the others' later ones are left aside."""
    whole = read_results(outcome.store)
    runs = whole.runs[(whole.runs["point"] >= 3) | (whole.runs["replication"] < 2)]
    few = replace(whole, runs=whole.runs[whole.runs["replication"] < 2])
    assert beside(replace(whole, runs=runs), "total_value").rows == beside(few, "total_value").rows


# the command


def test_the_command_writes_the_file(stockout: Stockout, outcome: StudyOutcome, tmp_path: Path) -> None:
    result = stockout("report", outcome.store.parents[1] / "study.yaml", "-o", tmp_path / "r.html")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_study_its_folder_and_its_store_are_the_same(outcome: StudyOutcome) -> None:
    folder = outcome.store.parents[1]
    assert store_of(folder) == store_of(folder / "study.yaml") == store_of(outcome.store) == outcome.store


def test_a_study_that_was_not_run_is_one_clear_line(stockout: Stockout, tmp_path: Path) -> None:
    file = write_study(tmp_path)
    result = stockout("report", file, "-o", tmp_path / "r.html")
    assert result.exit_code == 2
    assert result.stderr == f"error: {file} has no results yet; run it first: stockout study {file}\n"


def test_a_folder_without_a_study_is_one_clear_line(stockout: Stockout, tmp_path: Path) -> None:
    result = stockout("report", tmp_path)
    assert result.exit_code == 2
    assert "is not the store of a finished study" in result.stderr


def test_a_place_that_cannot_be_written_is_told(outcome: StudyOutcome, tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"nowhere.r\.html cannot be written: No such file"):
        write_report(outcome.store, tmp_path / "nowhere" / "r.html")


# the guide

GUIDE = (Path(__file__).parents[2] / "experiments" / "README.md").read_text(encoding="utf-8")
SHOWN = GUIDE[GUIDE.index("## The report") :]


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", SHOWN, flags=re.DOTALL)


def test_the_command_of_the_guide_works(stockout: Stockout, outcome: StudyOutcome, tmp_path: Path) -> None:
    (line,) = (line for block in examples("console") for line in block.splitlines() if " report " in line)
    _, _, command, study, *options = shlex.split(line)
    assert study == "experiments/studies/patience/study.yaml"
    result = stockout(command, outcome.store.parents[1] / "study.yaml", options[0], tmp_path / options[1])
    assert result.exit_code == 0, result.stderr


def test_the_program_of_the_guide_works(outcome: StudyOutcome, capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = examples("python")
    program = program.replace("experiments/studies/patience/store/<digest>", str(outcome.store))
    program = program.replace('"always"', '"backorder"').replace("supplier_down.lasts", "replenish.s")
    exec(compile(program, "README.md", "exec"), {})  # the guide is ours
    assert "Interval" in capsys.readouterr().out


# scales


def test_of_very_many_rows_some_are_drawn_from_end_to_end() -> None:
    rows = [Row(str(n), Interval(n, n - 1, n + 1), "open") for n in range(5000)]
    picture = intervals(rows, alt="", axis="", say=str)
    assert picture.count("<circle") == MOST_DRAWN
    assert "<title>0:" in picture
    assert "<title>4999:" in picture


def test_ticks_are_round_and_within() -> None:
    assert Scale(-4180, 2300, 0, 100).ticks() == [-4000, -2000, 0, 2000]
    assert Scale(0, 1, 0, 100).ticks() == [0, 0.2, 0.4, 0.6, 0.8, 1]


def test_a_scale_of_nothing_still_has_room() -> None:
    scale = reaching([0.0, float("nan")], 10, 90)
    assert 10 <= scale(0.0) <= 90


def test_long_labels_are_cut() -> None:
    assert shortened("a" * 50, 64) == "a" * 9 + "…"


@pytest.mark.e2e
def test_a_browser_loads_nothing_and_complains_of_nothing(evil: str, tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("needs Debian's chromium")
    file = tmp_path / "r.html"
    file.write_text(evil, encoding="utf-8")
    heard: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.on("console", lambda message: heard.append(message.text))
        page.on("request", lambda request: heard.append(request.url))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.locator("svg").first.is_visible()
        browser.close()
    assert heard == [file.as_uri()]


def test_who_knows_the_future_gives_the_others_their_regret(tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY.replace("[3 d, 9 d]", "[9 d]").replace("[4, 6, 8]", "[4]"))
    path.with_name("shop.yaml").write_text(SHOP.replace("policies: {", "policies: {seer: {when_short: oracle}, "))
    results = read_results(run_study(path).store)
    best = results.array("seer", "total_value")
    for policy in results.policies:
        assert np.allclose(results.array(policy, "regret"), best - results.array(policy, "total_value"))
    assert "Regret against the clairvoyant" in [row[0].text.split(" (")[0] for row in beside(results, "profit").rows]


def test_without_them_there_is_no_regret_to_show(outcome: StudyOutcome) -> None:
    table = beside(read_results(outcome.store), "profit")
    assert not any(row[0].text.startswith("Regret") for row in table.rows)
