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
    (here / "shop.yaml").write_text(blocks("yaml")[1], encoding="utf-8")
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


@pytest.mark.parametrize("scenario", blocks("yaml"), ids=["short", "memory"])
def test_the_scenario_is_valid_and_short(scenario: str, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(scenario, encoding="utf-8")
    assert CliRunner().invoke(build(), ["check", str(tmp_path / "shop.yaml")]).exit_code == 0
    assert len(scenario.splitlines()) <= 25


@pytest.mark.parametrize(
    "turn", ["the page offers a backorder", "is told of a delay", "the promise is broken", "stays", "regard now"]
)
def test_the_story_is_as_whole_as_it_says(turn: str, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    _, *arguments = shlex.split(
        next(command for command in COMMANDS if "shop.yaml" in command and "--customer" in command)
    )
    assert turn in " ".join(CliRunner().invoke(build(), arguments).output.split())


def test_every_scenario_that_ships_is_listed() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", README, flags=re.MULTILINE))
    assert {path.stem for path in (ROOT / "scenarios").glob("*.yaml")} <= listed


def test_both_lines_of_the_start_are_there() -> None:
    assert ".venv/bin/stockout compare scenarios/food_processor.yaml" in README
    assert '.venv/bin/pip install -e ".[test]" && .venv/bin/pytest' in README
