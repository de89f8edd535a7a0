"""`stockout check`, `schema` and `version`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from runpy import run_module
from typing import Any

import pytest

import sim

Stockout = Callable[..., Any]


def test_a_good_scenario_is_summed_up_in_a_line(stockout: Stockout, shop: Path) -> None:
    result = stockout("check", shop)
    assert result.exit_code == 0
    assert result.stdout == (
        f"{shop}: ok: A small shop; 1 product, 1 warehouse, 1 customer stream, 20 days measured; "
        "policies out_of_stock, backorder\n"
    )


def test_every_fault_is_listed_with_its_place_and_a_caret(stockout: Stockout, broken: Path) -> None:
    result = stockout("check", broken)
    assert result.exit_code == 3
    assert f"{broken}:4:" in result.stdout
    assert "did you mean 'main'?" in result.stdout
    assert "did you mean 'plan'?" in result.stdout
    assert result.stdout.count("^") == 3
    assert result.stderr == "3 faults\n"


def test_faults_as_json_stand_alone(stockout: Stockout, broken: Path) -> None:
    result = stockout("check", broken, "--json")
    faults = json.loads(result.stdout)
    assert result.exit_code == 3
    assert [fault["line"] for fault in faults] == [4, 11, 16]
    assert {"file", "line", "column", "path", "code", "message", "hint"} <= faults[0].keys()


def test_no_faults_are_an_empty_list(stockout: Stockout, shop: Path) -> None:
    assert json.loads(stockout("check", shop, "--format", "json").stdout) == []


def test_faults_for_github_are_one_line_each(stockout: Stockout, broken: Path) -> None:
    lines = stockout("check", broken, "--format", "github").stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"::error file={broken},line=") for line in lines)


def test_settings_are_checked_too(stockout: Stockout, shop: Path) -> None:
    result = stockout("check", shop, "--set", "world.products.gadget.price=-3")
    assert result.exit_code == 3
    assert "world.products.gadget.price" in result.stdout


@pytest.mark.parametrize("setting", ["price", "=3", "a="])
def test_a_setting_without_path_or_value_is_wrong_usage(stockout: Stockout, shop: Path, setting: str) -> None:
    result = stockout("check", shop, "--set", setting)
    assert result.exit_code == (3 if setting == "a=" else 2)


def test_a_setting_may_be_given_once(stockout: Stockout, shop: Path) -> None:
    result = stockout("check", shop, "--set", "plan.seed=1", "--set", "plan.seed=2")
    assert result.exit_code == 2
    assert "given twice" in result.stderr


def test_a_good_scenario_needs_no_annotation(stockout: Stockout, shop: Path) -> None:
    assert stockout("check", shop, "--format", "github").stdout == ""


def test_a_missing_file_is_wrong_usage(stockout: Stockout, tmp_path: Path) -> None:
    result = stockout("check", tmp_path / "nothing.yaml")
    assert result.exit_code == 2
    assert "does not exist" in " ".join(result.stderr.replace("│", " ").split())


def test_schema_goes_to_stdout_or_a_file(stockout: Stockout, tmp_path: Path) -> None:
    text = stockout("schema").stdout
    assert "definitions" in json.loads(text)
    assert stockout("schema", "--out", tmp_path / "s.json").exit_code == 0
    assert json.loads((tmp_path / "s.json").read_text()) == json.loads(text)


def test_version_names_the_engine_and_its_packages(stockout: Stockout) -> None:
    assert stockout("version").stdout.startswith("stockout 0.")
    assert "simpy" in json.loads(stockout("version", "--json").stdout)["packages"]


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delitem(sys.modules, "sim.__main__", raising=False)
    monkeypatch.setattr(sys, "argv", ["stockout", "version"])
    with pytest.raises(SystemExit) as ended:
        run_module("sim", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("stockout ")


def test_without_a_command_the_help_is_shown(stockout: Stockout) -> None:
    result = stockout()
    assert "compare" in result.output


def test_the_public_interface_lists_itself() -> None:
    assert set(sim.__all__) <= set(dir(sim))
    with pytest.raises(AttributeError, match="no attribute 'backorder'"):
        _ = sim.backorder


def test_checking_loads_nothing_heavy(shop: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "sim", "check", str(shop)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in result.stderr.splitlines()}
    assert result.returncode == 0
    assert "pydantic" in loaded
    assert loaded & {"pandas", "plotly", "scipy", "streamlit", "simpy", "pyarrow", "rich"} == set()
