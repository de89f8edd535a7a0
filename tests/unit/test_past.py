"""What was run before: the same after packing, found by meaning, bounded in memory and on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dashboard.packing import UnpackingError, pack, unpack, weight
from dashboard.past import Past, key_of
from sim import Glimpse, glimpse, glimpsed, load_scenario
from tests.spiky_shop import SPIKY


@pytest.fixture(scope="module")
def seen() -> tuple[Glimpse, ...]:
    return glimpse(load_scenario(SPIKY), (*range(3), *range(50, 52)))


def test_packed_replications_come_back_as_they_were(seen: tuple[Glimpse, ...]) -> None:
    shop = load_scenario(SPIKY)
    (results, lines), (again, lines_again) = glimpsed(shop, seen[:3]), glimpsed(shop, unpack(pack(seen[:3])))
    assert again.digests == results.digests
    assert list(again.values) == list(results.values)
    assert all(np.array_equal(again.values[key], results.values[key], equal_nan=True) for key in results.values)
    assert all(np.array_equal(lines_again.lines[key], lines.lines[key], equal_nan=True) for key in lines.lines)
    for policy, pledged in lines.pledged.items():
        for each, other in zip(pledged, lines_again.pledged[policy], strict=True):
            assert np.array_equal(each.hi, other.hi)
            assert (each.orders, each.past.tolist()) == (other.orders, other.past.tolist())


def test_replications_without_courses_come_back_without(seen: tuple[Glimpse, ...]) -> None:
    assert [bool(each.courses) for each in unpack(pack(seen))] == [True, True, True, False, False]


@pytest.mark.parametrize("content", [b"", b"PK", b"\x80\x04N."])
def test_what_is_not_packed_is_refused(content: bytes) -> None:
    with pytest.raises(UnpackingError):
        unpack(content)


def test_a_key_is_of_the_meaning_but_not_of_how_often_it_is_run() -> None:
    plain = key_of(load_scenario(SPIKY))
    assert key_of(load_scenario(SPIKY, overrides={"plan.replications": "99"})) == plain
    assert key_of(load_scenario(SPIKY, overrides={"title": "Another title"})) == plain
    assert key_of(load_scenario(SPIKY, overrides={"plan.seed": "12"})) != plain
    assert key_of(load_scenario(SPIKY, overrides={"levers.replenish.Q": "21"})) != plain


def test_a_restart_finds_what_was_kept(tmp_path: Path, seen: tuple[Glimpse, ...]) -> None:
    before = Past(tmp_path)
    before.keep("a", seen, on_disk=True)
    before.close()
    assert [each.cell.digests for each in Past(tmp_path).recall("a")] == [each.cell.digests for each in seen]


def test_what_is_private_reaches_no_disk(tmp_path: Path, seen: tuple[Glimpse, ...]) -> None:
    past = Past(tmp_path)
    past.keep("a", seen, on_disk=False)
    past.close()
    assert list(tmp_path.iterdir()) == []
    assert past.recall("a") == tuple(seen)


def test_more_replications_take_the_place_of_fewer_and_not_the_other_way(
    tmp_path: Path, seen: tuple[Glimpse, ...]
) -> None:
    past = Past(None)
    past.keep("a", seen[:2], on_disk=True)
    past.keep("a", seen, on_disk=True)
    past.keep("a", seen[:1], on_disk=True)
    assert len(past.recall("a")) == len(seen)


def test_memory_is_bounded_and_what_was_used_last_stays(seen: tuple[Glimpse, ...]) -> None:
    past = Past(None, memory=2 * weight(seen))
    for key in ("a", "b", "c"):
        past.keep(key, seen, on_disk=False)
    assert [bool(past.recall(key)) for key in ("a", "b", "c")] == [False, True, True]


def test_the_folder_is_bounded(tmp_path: Path, seen: tuple[Glimpse, ...]) -> None:
    size = len(pack(seen))
    past = Past(tmp_path, disk=int(2.5 * size))
    for key in ("a", "b", "c", "d"):
        past.keep(key, seen, on_disk=True)
    past.close()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_broken_file_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"nonsense")
    assert Past(tmp_path).recall("a") == ()


def test_where_nothing_can_be_written_memory_will_do(tmp_path: Path, seen: tuple[Glimpse, ...]) -> None:
    (tmp_path / "file").touch()
    past = Past(tmp_path / "file")
    past.keep("a", seen, on_disk=True)
    past.close()
    assert past.recall("a")
