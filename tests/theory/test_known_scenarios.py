"""Every closed-form scenario runs, audited, and shows the answer that its header gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from sim import Results
from tests.theory.conftest import KNOWN
from tests.theory.exactly import Exactly, reading

NAMES = sorted(file.stem for file in KNOWN.glob("*.yaml"))


def comments(name: str) -> list[str]:
    return [line for line in (KNOWN / f"{name}.yaml").read_text(encoding="utf-8").splitlines() if line.startswith("#")]


def answers(name: str) -> Iterator[tuple[str, float]]:
    """The lines `# answer: reading = number, reading = number` of a file."""
    for line in comments(name):
        if line.startswith("# answer: "):
            for answer in line.removeprefix("# answer: ").split(", "):
                text, number = answer.split(" = ")
                yield text, float(number)


def precision(text: str) -> float:
    """The largest standard error worth a test: waiting lines vary most."""
    return 0.1 if re.search("backlog|wait", text) else 0.02


@pytest.mark.parametrize(("name", "text", "exact"), [(name, *answer) for name in NAMES for answer in answers(name)])
def test_a_run_shows_the_answer_in_the_header(
    name: str, text: str, exact: float, known: Callable[[str], Results], exactly: Exactly
) -> None:
    exactly.mean(reading(known(name), text), exact, precision=precision(text))


@pytest.mark.parametrize("name", NAMES)
def test_a_header_tells_the_story_in_two_lines_and_the_answer(name: str) -> None:
    modeline, *story = comments(name)
    assert modeline == "# yaml-language-server: $schema=../scenario.schema.json"
    assert [bool(re.match(r"# answer: \S", line)) for line in story[:3]] == [False, False, True]
