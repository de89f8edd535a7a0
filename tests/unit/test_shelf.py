"""Which studies are found below a folder, and what is said of what is none."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dashboard import shelf as shelf_of
from dashboard.shelf import listed, shelf, stores

MANIFEST: dict[str, Any] = {
    "engine": "9",
    "study_digest": "abcdef0123456789",
    "question": "Why?",
    "study": {
        "design": "grid",
        "factors": [
            {"name": "world.a.lasts", "has_sizes": True},
            {"name": "world.b.median", "has_sizes": True},
            {"name": "kind", "has_sizes": False},
        ],
        "policies": ["first", "second"],
        "seed": 3,
    },
    "counts": {"points": 4, "runs": 24, "failures": 1},
    "scenario": {"title": "A shop"},
    "complete": True,
    "parts": {},
}


def put(folder: Path, manifest: Any = MANIFEST, *, age: int = 0) -> Path:
    folder.mkdir(parents=True)
    file = folder / "manifest.json"
    file.write_text(manifest if isinstance(manifest, str) else json.dumps(manifest), encoding="utf-8")
    os.utime(file, (1_700_000_000 - age, 1_700_000_000 - age))
    return folder


def test_a_study_says_what_it_is(tmp_path: Path) -> None:
    put(tmp_path / "study" / "store" / "abc")
    ((found,), lost) = shelf(tmp_path)
    assert lost == []
    assert (found.title, found.design, found.settings, found.runs, found.failures) == ("A shop", "grid", 4, 24, 1)
    assert found.name == "A shop: lasts, median, kind (abcdef01)"
    assert found.is_plane


def test_the_newest_comes_first(tmp_path: Path) -> None:
    put(tmp_path / "old", {**MANIFEST, "question": "old"}, age=100)
    put(tmp_path / "new", {**MANIFEST, "question": "new"})
    assert [each.question for each in shelf(tmp_path)[0]] == ["new", "old"]


def test_the_folder_may_be_the_store_itself(tmp_path: Path) -> None:
    folder = put(tmp_path / "store")
    assert list(stores(folder)) == [folder / "manifest.json"]


def test_nothing_is_looked_for_too_deep_or_in_hidden_folders(tmp_path: Path) -> None:
    put(tmp_path / "a" / "b" / "c" / "d" / "e")
    put(tmp_path / ".hidden")
    assert list(stores(tmp_path)) == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"parts": {}}', json.dumps({**MANIFEST, "study": 3})])
def test_what_cannot_be_read_is_named_and_does_no_harm(tmp_path: Path, text: str) -> None:
    put(tmp_path / "good")
    put(tmp_path / "bad", text)
    found, (lost,) = shelf(tmp_path)
    assert [each.folder.name for each in found] == ["good"]
    assert lost.folder.name == "bad"
    assert lost.why


def test_a_huge_manifest_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_of, "MOST_BYTES", 10)
    put(tmp_path / "huge")
    found, (lost,) = shelf(tmp_path)
    assert found == []
    assert "larger than" in lost.why


def test_an_unfinished_study_is_listed_but_makes_no_map(tmp_path: Path) -> None:
    put(tmp_path / "half", {**MANIFEST, "complete": False})
    ((found,), _) = shelf(tmp_path)
    assert not found.is_plane
    assert list(listed([found])["finished"]) == ["not yet"]
