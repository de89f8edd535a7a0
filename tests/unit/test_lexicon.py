"""The glossary as the dashboard gets it."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

from sim import glossary

WORDS = {word.name: word for chapter in glossary() for word in chapter.words}


def test_it_has_the_words_of_the_trade_and_no_measures() -> None:
    assert {"on hand", "patience", "renege", "fill rate", "replication"} <= set(WORDS)
    assert not any(chapter.title.startswith("Measures") for chapter in glossary())


def test_other_columns_keep_their_heads_and_empty_ones_are_left_out() -> None:
    assert dict(WORDS["inventory position"].more)["formula"] == "I + O - B"
    assert [head for head, _ in WORDS["patience"].more if head.startswith("formula")] == ["formula"]
    assert all(text for word in WORDS.values() for _, text in word.more)


def test_code_stays_whole() -> None:
    assert dict(WORDS["`OOS`"].more)["as a policy in YAML"] == "`{when_short: out_of_stock}`"


def test_paragraphs_are_kept() -> None:
    (counted,) = [chapter for chapter in glossary() if chapter.title == "How measures are counted"]
    assert counted.texts[0].startswith("* **Visits** count")


def test_it_goes_with_the_package() -> None:
    assert files("sim").joinpath("GLOSSARY.md").is_file()
    stated = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    packed = stated["tool"]["setuptools"]["package-data"]
    assert "GLOSSARY.md" in packed["sim"]
    assert packed["dashboard"] == ["takeaway/templates/*"]
