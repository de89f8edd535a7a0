"""Progress goes to stderr, sparingly."""

from __future__ import annotations

import sys

import pytest

from sim.commands.progress import PlainLines, progress


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_line_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    tell = PlainLines("replications", clock=clock)
    for second in range(26):
        clock.now = float(second)
        tell(second, 30)
    captured = capsys.readouterr()
    assert captured.err == "10 of 30 replications\n20 of 30 replications\n"
    assert captured.out == ""


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("replications", quiet=True) as tell:
        tell(1, 2)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_on_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress("replications", quiet=False) as tell:
        tell(1, 2)
    captured = capsys.readouterr()
    assert "1/2" in captured.err
    assert captured.out == ""


def test_a_pipe_gets_plain_lines() -> None:
    with progress("replications", quiet=False) as tell:
        assert isinstance(tell, PlainLines)
