"""Every example of the README runs."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import build

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


COMMANDS = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place like a fresh clone, which examples may write into."""
    here = tmp_path_factory.mktemp("clone")
    for part in ("scenarios", "experiments", "tests/fixtures"):
        shutil.copytree(ROOT / part, here / part, ignore=shutil.ignore_patterns("store", "__pycache__"))
    return here


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_works(command: str, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    name, *arguments = shlex.split(command)
    assert name == "stockout"
    result = CliRunner().invoke(build(), arguments)
    assert (result.exit_code, result.exception) == (0, None), result.output
    assert result.output.strip()


@pytest.mark.parametrize("program", blocks("python"), ids=["compare", "one_replication"])
def test_the_program_works(program: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(program, "README.md", "exec"), {})  # the README is ours
    assert capsys.readouterr().out.strip()


def test_the_scenario_is_valid(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    assert CliRunner().invoke(build(), ["check", str(tmp_path / "shop.yaml")]).exit_code == 0


def test_both_lines_of_the_start_are_there() -> None:
    assert ".venv/bin/stockout compare scenarios/food_processor.yaml" in README
    assert '.venv/bin/pip install -e ".[test]" && .venv/bin/pytest' in README
