"""From a file to a `Scenario`, or to everything that is wrong with it. The only place that opens scenario files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from sim.scenario.attach import with_files
from sim.scenario.crosscheck import cross_check
from sim.scenario.faults import Fault, Finding, ScenarioFaults, did_you_mean, in_order, shown
from sim.scenario.marks import Marked, read_marked
from sim.scenario.model_errors import findings_of
from sim.scenario.overrides import override
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_tree import MOST_BYTES

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_VERSION: Final = 1


@dataclass(frozen=True)
class Source:
    """A scenario's text, read once; from here each set of changed values takes a fraction of the time of its file."""

    marked: Marked
    folder: Path | None
    """Where the CSV files it names are; `None` if it may name none."""

    def check(self, overrides: Mapping[str, str]) -> tuple[Scenario | None, tuple[Fault, ...]]:
        """The scenario with some values set, if nothing is wrong with it, and all its faults."""
        return _check(self.marked, overrides, self.folder)

    def load(self, overrides: Mapping[str, str]) -> Scenario:
        """The scenario with some values set.

        Raises:
            ScenarioFaults: it cannot be used.
        """
        return _require(self.check(overrides))


def read_source(source: str | Path) -> Source:
    """A scenario, read but not yet judged.

    Args:
        source: as in `load_scenario`.

    Raises:
        ScenarioFaults: the file cannot be read.
    """
    if isinstance(source, str) and "\n" in source:
        return Source(read_marked(source, "<text>"), None)
    text = read_text(Path(source), str(source), MOST_BYTES)
    if isinstance(text, Fault):
        raise ScenarioFaults([text])
    return Source(read_marked(text, str(source)), Path(source).parent)


def load_scenario(source: str | Path, *, overrides: Mapping[str, str] = NOTHING) -> Scenario:
    """The scenario in a file, or in a text of several lines.

    Args:
        source: a path, or the YAML itself (a text with a line break in it is taken for YAML).
        overrides: values to set, as YAML text by path: `{"world.customers.shoppers.patience": "3 d"}`.

    Raises:
        ScenarioFaults: it cannot be used; carries everything that is wrong with it, each with its place.
    """
    return _require(check_scenario(source, overrides=overrides))


def check_scenario(
    source: str | Path, *, overrides: Mapping[str, str] = NOTHING
) -> tuple[Scenario | None, tuple[Fault, ...]]:
    """The scenario if nothing is wrong with it, and all its faults."""
    if isinstance(source, str) and "\n" in source:
        return check_text(source, overrides=overrides)
    path = Path(source)
    text = read_text(path, str(source), MOST_BYTES)
    if isinstance(text, Fault):
        return None, (text,)
    return _check(read_marked(text, str(source)), overrides, path.parent)


def from_text(
    text: str, *, name: str = "<text>", files_allowed: bool = False, overrides: Mapping[str, str] = NOTHING
) -> Scenario:
    """The scenario in a text; see `check_text`.

    Raises:
        ScenarioFaults: it cannot be used.
    """
    return _require(check_text(text, name=name, files_allowed=files_allowed, overrides=overrides))


def check_text(
    text: str, *, name: str = "<text>", files_allowed: bool = False, overrides: Mapping[str, str] = NOTHING
) -> tuple[Scenario | None, tuple[Fault, ...]]:
    """The scenario in a text if nothing is wrong with it, and all its faults.

    Args:
        text: YAML.
        name: what to call it in messages; where it stands, if `files_allowed`.
        files_allowed: whether it may name CSV files beside itself. Texts from strangers may not.
        overrides: as in `load_scenario`.
    """
    return _check(read_marked(text, name), overrides, Path(name).parent if files_allowed else None)


def read_raw(source: str | Path) -> Any:
    """The plain values of a scenario file as written, for `get_path` and `set_path`.

    Raises:
        ScenarioFaults: it is not a readable YAML mapping.
    """
    text = read_text(Path(source), str(source), MOST_BYTES)
    if isinstance(text, Fault):
        raise ScenarioFaults([text])
    marked = read_marked(text, str(source))
    if faults := (*marked.faults, *_form(marked)):
        raise ScenarioFaults(in_order(faults))
    return marked.data


def _require(checked: tuple[Scenario | None, tuple[Fault, ...]]) -> Scenario:
    scenario, faults = checked
    if scenario is None:
        raise ScenarioFaults(faults)
    return scenario


def _check(
    marked: Marked, overrides: Mapping[str, str], folder: Path | None
) -> tuple[Scenario | None, tuple[Fault, ...]]:
    if not marked.is_readable:
        return None, marked.faults
    form = _form(marked)
    if form:
        return None, in_order((*marked.faults, *form))
    marked, wrong_settings = override(marked, overrides)
    marked, wrong_files = with_files(marked, folder, read_text)
    scenario, findings = _validated(marked.data)
    found = marked.faults_of((*findings, *cross_check(marked.data)))
    places = {_place(fault) for fault in wrong_files if fault.line}
    found = [fault for fault in found if _place(fault) not in places]
    faults = in_order((*marked.faults, *wrong_settings, *wrong_files, *found))
    return (None if faults else scenario), faults


def _place(fault: Fault) -> tuple[str, int, int]:
    return fault.file, fault.line, fault.column


def _form(marked: Marked) -> tuple[Fault, ...]:
    """What makes it pointless to look any closer."""
    if not marked.is_readable:
        return ()
    if marked.data is None:
        return (marked.fault(Finding((), "empty", "this file is empty", "`stockout schema` tells what belongs here")),)
    if not isinstance(marked.data, dict):
        why = f"a scenario is a mapping (version: 1, title: ...) and this is {shown(marked.data)}"
        return (marked.fault(Finding((), "value", why)),)
    version = marked.data.get("version")
    if isinstance(version, int | float) and not isinstance(version, bool) and version > _VERSION:
        why = f"this file needs a newer stockout: it is of version {shown(version)} and this one reads {_VERSION}"
        return (marked.fault(Finding(("version",), "version", why)),)
    return ()


def _validated(data: Any) -> tuple[Scenario | None, tuple[Finding, ...]]:
    stated = data.get("version", _VERSION)
    if stated != _VERSION or isinstance(stated, bool | float):
        why = f"{shown(stated)} is not a version of scenario files"
        _, findings = _validated({**data, "version": _VERSION})
        return None, (Finding(("version",), "version", why, f"write {_VERSION}"), *findings)
    try:
        return Scenario.model_validate(data), ()
    except ValidationError as error:
        return None, findings_of(error, data)


def read_text(path: Path, name: str, most: int) -> str | Fault:
    """The text of a file, or why there is none."""
    try:
        if not path.is_file():
            return _absent(path, name)
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (OSError, ValueError) as error:
        return _file_fault(name, f"this file cannot be read ({getattr(error, 'strerror', None) or 'bad name'})")
    if len(content) > most:
        return _file_fault(name, f"this file is larger than {most // 2**20} MiB, the most it may be")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        return Fault(name, line, column, "", "file", "this is not UTF-8 text", "save the file as UTF-8")


def _absent(path: Path, name: str) -> Fault:
    if path.is_dir():
        return _file_fault(name, "this is a folder, not a file")
    if path.exists():
        return _file_fault(name, "this is not a regular file")
    siblings = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    return _file_fault(name, "there is no such file", did_you_mean(path.name, siblings))


def _file_fault(name: str, message: str, hint: str = "") -> Fault:
    return Fault(name, 0, 0, "", "file", message, hint)
