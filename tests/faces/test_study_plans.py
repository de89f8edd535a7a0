"""Every study that ships runs, shrunk to two replications and two values of each factor."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from experiments.design import DESIGNS
from experiments.plan import StudyFile, read_study
from experiments.run import run_study
from experiments.store import read_store
from sim.cli import build

ROOT = Path(__file__).parents[2]
STUDIES = sorted((ROOT / "experiments" / "studies").glob("*/study.yaml"))
GUIDE = (ROOT / "experiments" / "README.md").read_text(encoding="utf-8")


SMALL = {"points": 2, "trajectories": 2}


def shrunk(path: Path, folder: Path) -> Path:
    """A small copy of a study."""
    study = read_study(path)
    stated = study.stated.model_dump(mode="json", exclude_none=True, exclude={"precision"})
    small = {
        **stated,
        **{key: least for key, least in SMALL.items() if key in stated},
        "scenario": str(study.base.file.resolve()),
        "factors": {name: fewer(factor) for name, factor in stated["factors"].items()},
        "replications": 2,
    }
    if study.stated.design.startswith("csv:"):
        small["design"] = f"csv:{(path.parent / study.stated.design[4:]).resolve()}"
    copy = folder / "study.yaml"
    copy.write_text(json.dumps(small, ensure_ascii=False), encoding="utf-8")
    return copy


def fewer(factor: Any) -> Any:
    """A factor with at most two values."""
    if isinstance(factor, list):
        return factor[:2]
    if not isinstance(factor, dict):
        return factor
    cut = {"values": lambda values: values[:2], "steps": lambda _: 2, "sets": lambda sets: dict(list(sets.items())[:2])}
    return {key: cut[key](value) if key in cut else value for key, value in factor.items()}


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.parent.name)
def test_it_runs(path: Path, tmp_path: Path) -> None:
    outcome = run_study(shrunk(path, tmp_path))
    assert outcome.failures == 0
    assert len(read_store(outcome.store)) == outcome.runs > 0


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.parent.name)
def test_it_is_accompanied_by_what_was_found(path: Path) -> None:
    text = (path.parent / "README.md").read_text(encoding="utf-8")
    assert f"stockout study {path.relative_to(path.parents[3])}" in text.replace("\\", "/")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, flags=re.DOTALL)


EXAMPLE, *PIECES = blocks("yaml")


@pytest.fixture
def closure(tmp_path: Path) -> Path:
    """The first study of the guide, where a fresh clone would have it."""
    path = tmp_path / "experiments" / "studies" / "closure" / "study.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(EXAMPLE, encoding="utf-8")
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios", ignore=shutil.ignore_patterns("known"))
    return path


def test_the_first_study_of_the_readme_runs(closure: Path, tmp_path: Path) -> None:
    assert len(read_study(closure).factors) == 3
    assert run_study(shrunk(closure, tmp_path)).failures == 0


@pytest.mark.parametrize(
    "command", [line[2:] for block in blocks("console") for line in block.splitlines() if "closure" in line]
)
def test_the_commands_of_the_readme_work(
    command: str, closure: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(shrunk(closure, tmp_path), closure)
    monkeypatch.chdir(tmp_path)
    name, *arguments = shlex.split(command)
    result = CliRunner().invoke(build(), arguments)
    assert (name, result.exit_code) == ("stockout", 0), result.output
    assert "settings" in result.output


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.strip().splitlines()[1].strip().split(":")[0])
def test_the_pieces_of_the_readme_are_understood(piece: str, closure: Path) -> None:
    keys = re.findall(r"^(\w+):", piece, flags=re.MULTILINE)
    rest = re.sub(rf"^({'|'.join([*keys, 'replications'])}):.*\n(  .*\n)*", "", EXAMPLE, flags=re.MULTILINE)
    closure.write_text(rest + piece, encoding="utf-8")
    assert read_study(closure).points


@pytest.mark.parametrize("design", [*DESIGNS, "csv:FILE"])
def test_the_readme_explains_every_design(design: str) -> None:
    assert re.search(rf"^\| `{design}` \|", GUIDE, flags=re.MULTILINE)


@pytest.mark.parametrize("key", StudyFile.model_fields)
def test_the_readme_explains_every_key(key: str) -> None:
    assert re.search(rf"^\|[^|]*`{key}`", GUIDE, flags=re.MULTILINE)


def test_the_promised_study_is_there() -> None:
    assert "patience" in {path.parent.name for path in STUDIES}
