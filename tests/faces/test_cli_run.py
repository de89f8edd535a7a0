"""`stockout run` and `stockout compare`."""

from __future__ import annotations

import json
from collections.abc import Callable
from errno import EPIPE
from pathlib import Path
from typing import Any

import pytest

import sim

Stockout = Callable[..., Any]


def strict(text: str) -> Any:
    """JSON as the standard has it: no NaN, no infinity."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_run_shows_every_policy_and_measure_with_its_interval(stockout: Stockout, shop: Path) -> None:
    result = stockout("run", shop)
    assert result.exit_code == 0
    assert "4 replications, seed 11" in result.stdout
    row = next(line for line in result.stdout.splitlines() if "Fill rate" in line)
    assert row.count("%") == 2
    assert row.count("±") == 2
    assert "Profit (EUR)" in result.stdout


def test_tables_fit_100_columns(stockout: Stockout, shop: Path) -> None:
    for command in ("run", "compare"):
        assert max(map(len, stockout(command, shop).stdout.splitlines())) <= 100


def test_stocks_are_pointed_to_when_there_are_several(stockout: Stockout, shop: Path) -> None:
    shop.write_text(
        shop.read_text()
        .replace("picking: 12 h, last_mile: 1 d}", "picking: 12 h, last_mile: 1 d}, depot: {}")
        .replace("  customers:\n", "    - {from: main, to: depot, lead_time: 1 d}\n  customers:\n")
    )
    result = stockout("run", shop)
    assert "--json and --out give single stocks too" in result.stdout


def test_a_reader_who_leaves_early_ends_it_quietly(
    stockout: Stockout, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.replicate.run_cell", _gone)
    result = stockout("run", shop)
    assert result.exit_code == 1
    assert "error" not in result.stderr


def _gone(*_: object, **__: object) -> None:
    raise BrokenPipeError(EPIPE, "gone")


def test_measures_that_say_nothing_are_only_named(stockout: Stockout, shop: Path) -> None:
    text = " ".join(stockout("run", shop).stdout.split())
    assert "0 in every replication: " in text
    assert "Backlog cost" in text.split("0 in every replication: ")[1]
    assert "Backlog cost (EUR)" not in text


def test_run_as_json_stands_alone_on_stdout(stockout: Stockout, shop: Path) -> None:
    result = stockout("run", shop, "--json")
    document = strict(result.stdout)
    assert (document["seed"], document["replications"], document["currency"]) == (11, 4, "EUR")
    row = next(r for r in document["measures"] if (r["policy"], r["measure"]) == ("out_of_stock", "promise_kept"))
    assert (row["mean"], row["n"]) == (None, 0)


def test_json_holds_what_python_computes(stockout: Stockout, shop: Path) -> None:
    document = strict(stockout("run", shop, "--json").stdout)
    rows = {(row["policy"], row["measure"]): row["mean"] for row in document["measures"] if row["scope"] == ""}
    for row in sim.run(sim.load_scenario(shop)).summary():
        if row.scope == "" and row.n:
            assert rows[row.policy, row.measure] == row.mean


def test_options_choose_what_is_run(stockout: Stockout, shop: Path) -> None:
    chosen = ("--policy", "backorder", "--replications", 2, "--seed", 5)
    document = strict(stockout("run", shop, *chosen, "--json").stdout)
    assert (document["policies"], document["replications"], document["seed"]) == (["backorder"], 2, 5)


def test_set_changes_the_scenario(stockout: Stockout, shop: Path) -> None:
    document = strict(stockout("run", shop, "--set", "world.currency=CHF", "--json").stdout)
    assert document["currency"] == "CHF"


def test_out_writes_results_that_load(stockout: Stockout, shop: Path, tmp_path: Path) -> None:
    result = stockout("run", shop, "--out", tmp_path / "results")
    assert "wrote" in result.stderr
    assert sim.Results.load(tmp_path / "results").replications == 4


def test_fail_under_tells_who_missed_it(stockout: Stockout, shop: Path) -> None:
    result = stockout("run", shop, "--fail-under", "fill_rate=99.99 %")
    assert result.exit_code == 1
    assert "out_of_stock: fill_rate is 0." in result.stderr


def test_fail_under_is_quiet_when_it_is_reached(stockout: Stockout, shop: Path) -> None:
    assert stockout("run", shop, "--fail-under", "fill_rate=0.01").exit_code == 0


def test_an_undefined_measure_reaches_no_limit(stockout: Stockout, shop: Path) -> None:
    assert stockout("run", shop, "-p", "out_of_stock", "--fail-under", "promise_kept=0").exit_code == 1


@pytest.mark.parametrize("limit", ["fil_rate=1", "fill_rate=much", "fill_rate", "fill_rate=nan"])
def test_limits_that_make_no_sense_are_wrong_usage(stockout: Stockout, shop: Path, limit: str) -> None:
    assert stockout("run", shop, "--fail-under", limit).exit_code == 2


def test_an_unknown_policy_is_wrong_usage(stockout: Stockout, shop: Path) -> None:
    result = stockout("run", shop, "--policy", "backoder")
    assert result.exit_code == 2
    assert "did you mean 'backorder'?" in result.stderr


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_broken_scenario_shows_its_faults(stockout: Stockout, broken: Path, command: str) -> None:
    result = stockout(command, broken)
    assert result.exit_code == 3
    assert result.stderr.count("^") == 3
    assert result.stdout == ""


def test_compare_concludes_in_sentences(stockout: Stockout, shop: Path) -> None:
    result = stockout("compare", shop, "--on", "visits", "--on", "lost_share")
    assert result.exit_code == 0
    assert "- The same in every replication: Visits." in result.stdout
    assert "Customers lost" in result.stdout


def test_compare_answers_on_the_first_screen(stockout: Stockout, shop: Path) -> None:
    shop.write_text(shop.read_text().replace("policies:\n", "policies:\n  capped: {when_short: backorder, cap: 3}\n"))
    first = stockout("compare", shop, "--baseline", "out_of_stock").stdout.split("\ncapped against out_of_stock\n")[0]
    told = " ".join(first.split())
    assert "wins: it earns" in told or "No clear winner" in told
    assert "policy Total value (EUR) against out_of_stock verdict" in told
    assert told.count("gross margin (") == 2
    assert len(first.splitlines()) < 40


def test_compare_takes_another_baseline(stockout: Stockout, shop: Path) -> None:
    assert "out_of_stock against backorder" in stockout("compare", shop, "--baseline", "backorder").stdout


def test_the_baseline_runs_even_if_not_among_the_chosen(stockout: Stockout, shop: Path) -> None:
    result = stockout("compare", shop, "--baseline", "out_of_stock", "--policy", "backorder")
    assert "backorder against out_of_stock" in result.stdout


def test_compare_as_json_has_a_row_per_finding(stockout: Stockout, shop: Path) -> None:
    document = strict(stockout("compare", shop, "--json").stdout)
    assert document["baseline"] == "out_of_stock"
    assert {"word", "low", "high", "gain", "more", "sentence"} <= document["findings"][0].keys()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--on", "proffit"), "did you mean 'profit'"),
        (("--baseline", "nobody"), "no policy 'nobody'"),
        (("--policy", "backorder"), "two policies"),
    ],
)
def test_comparisons_that_make_no_sense_are_wrong_usage(
    stockout: Stockout, shop: Path, options: tuple[str, ...], message: str
) -> None:
    result = stockout("compare", shop, *options)
    assert result.exit_code == 2
    assert message in result.stderr


def _fall(*_: object, **__: object) -> None:
    raise RuntimeError("the shelf fell over")


def test_a_fault_of_the_product_is_one_sentence(
    stockout: Stockout, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.replicate.simulate", _fall)
    result = stockout("run", shop)
    assert result.exit_code == 5
    assert "replication 0, seed 11: RuntimeError: the shelf fell over" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_traceback_is_there_for_who_asks(stockout: Stockout, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.replicate.run_cell", _fall)
    monkeypatch.setenv("STOCKOUT_DEBUG", "1")
    result = stockout("run", shop)
    assert result.exit_code == 5
    assert "Traceback" in result.stderr


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_an_interrupt_ends_with_130(stockout: Stockout, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.replicate.run_cell", _interrupt)
    assert stockout("run", shop).exit_code == 130


def test_results_that_cannot_be_written_are_told(stockout: Stockout, shop: Path) -> None:
    result = stockout("run", shop, "--out", shop / "below_a_file")
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
