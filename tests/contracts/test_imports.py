"""Who may know whom: the import table, and what no room may hold or do."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, MutableMapping, MutableSequence, MutableSet
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random
from types import ModuleType

import numpy as np
import pytest

import sim

HOME = Path(sim.__file__).parent
WORDS = {"sim.words", "sim.errors", "sim.version"}
WORLD = {
    f"sim.scenario.{part}"
    for part in (
        *("world", "customers", "classes", "visits", "demand", "memory", "costs"),
        *("supply", "disruptions", "house", "calm"),
    )
}
LAWS = {f"sim.scenario.{part}" for part in ("law", "laws", "laws_bounded", "laws_built", "laws_skewed", "laws_count")}
POLICIES = {f"sim.scenario.{part}" for part in ("policies", "terms", "keeping", "sourcing", "planning", "ways")}
SCENARIO = {"sim.scenario.scenario"}
FACE = {"sim", "sim.errors", "sim.words"}


@dataclass(frozen=True)
class Room:
    """What the files of one place may import beside the standard library and their own room."""

    files: str
    product: frozenset[str]
    packages: frozenset[str]


def room(files: str, product: set[str], *packages: str) -> Room:
    return Room(files, frozenset(product), frozenset(packages))


SALES_FILES = {f"sim.scenario.sales_{part}" for part in ("cells", "columns", "file", "rows")}
SALES = room("scenario/sales*.py", WORDS, "numpy", "pandas", "pyarrow", "pydantic")
TABLE = (
    room("scenario/*.py", WORDS, "numpy", "scipy", "pydantic", "pydantic_core", "ruamel", "typing_extensions"),
    room("tape/*.py", WORDS | WORLD | LAWS | {"sim.scenario.special"}, "numpy"),
    room("rules/*.py", WORDS | POLICIES, "numpy"),
    room("model/*.py", WORDS | WORLD | LAWS | POLICIES | {"sim.tape", "sim.rules", "sim.ledger"}, "numpy", "simpy"),
    room("ledger/*.py", WORDS | WORLD | LAWS, "numpy"),
    room("ledger/audit*", WORDS | WORLD | LAWS | POLICIES | {"sim.tape"}, "numpy"),
    room("measures/*.py", WORDS | WORLD | {"sim.ledger"}, "numpy"),
    room("course/*.py", WORDS | WORLD | {"sim.ledger", "sim.measures"}, "numpy"),
    room("compare/*.py", WORDS | {"sim.measures"}, "numpy", "scipy", "pandas"),
    room("fit/*.py", WORDS | SALES_FILES | {"sim.scenario.quantity_text"}, "numpy", "scipy", "pandas"),
    room("telling/*.py", WORDS | WORLD | {"sim.playback", "sim.traces"}),
    room("commands/*.py", FACE, "typer", "rich", "experiments", "dashboard"),
)
NEVER = (
    ("tape/*.py", "sim.scenario.policies"),
    ("model/*.py", "sim.ledger.audit"),
    ("model/*.py", "sim.ledger.views"),
    ("ledger/audit*", "sim.model"),
    ("ledger/audit*", "sim.rules"),
    ("measures/*.py", "sim.tape"),
)


def python_files(pattern: str) -> list[Path]:
    found = [path for place in HOME.glob(pattern) for path in ([place] if place.is_file() else place.rglob("*.py"))]
    return sorted(path for path in found if path.suffix == ".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports anywhere, `from sim import compare` as what it names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield str(node.module)


def within(module: str, allowed: frozenset[str]) -> bool:
    return any(module == name or (name != "sim" and module.startswith(f"{name}.")) for name in allowed)


def strangers(path: Path, rules: Room) -> list[str]:
    own = f"sim.{path.relative_to(HOME).parts[0]}"
    known = rules.product | rules.packages | sys.stdlib_module_names | {own}
    return [module for module in imported(path) if not within(module, frozenset(known))]


def rules_of(path: Path) -> Room:
    if path in python_files(SALES.files):
        return SALES
    return next(rules for rules in reversed(TABLE) if path in python_files(rules.files))


ROOMS = [path for rules in TABLE for path in python_files(rules.files)]


def name(path: Path) -> str:
    return path.relative_to(HOME).as_posix()


@pytest.mark.parametrize("path", sorted(set(ROOMS)), ids=name)
def test_files_import_only_whom_they_may_know(path: Path) -> None:
    assert strangers(path, rules_of(path)) == []


@pytest.mark.parametrize(("files", "stranger"), NEVER)
def test_some_rooms_never_meet(files: str, stranger: str) -> None:
    meeting = {
        name(path) for path in python_files(files) for module in imported(path) if within(module, frozenset({stranger}))
    }
    assert meeting == set()


def test_every_file_has_a_room_or_joins_them() -> None:
    joining = {"__init__", "__main__", "cli", "playback", "replicate", "results", "saving", "story", "dial", "timeline"}
    joining |= {"lever", "sighting", "lexicon", "traces", "menu", "tales", "occasions", "stoppage"}
    joining |= {"knob", "restocking", "throughput"}
    loose = {path.stem for path in HOME.rglob("*.py") if path not in ROOMS and path.name != "__init__.py"}
    assert loose | {"__init__"} == joining | {"words", "errors", "version", "workers"}


@pytest.mark.parametrize("place", ["dashboard", "experiments", "sim/commands"])
def test_faces_see_only_public_names(place: str) -> None:
    for path in (HOME.parent / place).rglob("*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module == "sim":
                assert {alias.name for alias in node.names} <= set(sim.__all__), path


@pytest.mark.parametrize("place", ["dashboard", "experiments"])
def test_faces_enter_by_the_front_door(place: str) -> None:
    doors = {
        (path.name, module)
        for path in (HOME.parent / place).rglob("*.py")
        for module in imported(path)
        if module.split(".")[0] == "sim" and module not in FACE
    }
    assert doors == set()


def test_public_names_all_exist() -> None:
    assert all(getattr(sim, public) is not None for public in sim.__all__)


def test_the_package_compare_does_not_hide_the_function() -> None:
    import_module("sim.compare.precision")
    assert callable(sim.compare)


def modules() -> list[ModuleType]:
    names = (".".join(("sim", *path.relative_to(HOME).with_suffix("").parts)) for path in HOME.rglob("*.py"))
    return [import_module(module.removesuffix(".__init__")) for module in names]


def changeable(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.flags.writeable
    return isinstance(value, MutableMapping | MutableSequence | MutableSet | np.random.Generator | Random)


def test_no_module_holds_anything_that_can_change() -> None:
    found = {
        f"{module.__name__}.{key}"
        for module in modules()
        for key, value in vars(module).items()
        if changeable(value) and not (key.startswith("__") and key.endswith("__"))
    }
    assert found == set()


OPENING = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink"}
TABLES = {"read_csv", "read_parquet", "to_csv", "to_parquet"}
MAY_OPEN = (
    "scenario/load*.py",
    "scenario/presets.py",
    "scenario/schema.py",
    "scenario/sales*.py",
    "scenario/visit_files.py",
    "fit/offers.py",
    "lexicon.py",
    "saving.py",
    "commands/*.py",
)


def called(path: Path) -> set[str]:
    """Names of all functions and methods a file calls."""
    calls = (node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    return {
        func.id if isinstance(func, ast.Name) else func.attr
        for func in calls
        if isinstance(func, ast.Name | ast.Attribute)
    }


def test_only_the_gates_open_files() -> None:
    gates = {path for pattern in MAY_OPEN for path in python_files(pattern)}
    assert {name(path) for path in HOME.rglob("*.py") if called(path) & (OPENING | TABLES)} <= {
        *map(name, gates),
        "model/simulate.py",  # Network.open is no file
        "model/network.py",  # nor are the planners, books and channels that it opens
    }


def test_only_faces_print() -> None:
    faces = {name(path) for path in python_files("commands/*.py")}
    assert {name(path) for path in HOME.rglob("*.py") if called(path) & {"print", "echo"}} <= faces
