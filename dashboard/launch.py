"""How the dashboard is started; cheap to import."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

OKABE_ITO: Final = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
"""Colours that people with any colour vision tell apart, and that show on light and on dark; in order of use."""

_STORE: Final = "--store="

OPTIONS: Final = MappingProxyType(
    {
        "server.address": "127.0.0.1",
        "server.showEmailPrompt": "false",
        "server.fileWatcherType": "none",
        "server.maxUploadSize": "2",
        "server.enableAgentApi": "false",
        "browser.gatherUsageStats": "false",
        "runner.magicEnabled": "false",
        "runner.postScriptGC": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
        "theme.light.primaryColor": OKABE_ITO[0],
        "theme.light.textColor": "#0d0d0d",
        "theme.dark.primaryColor": OKABE_ITO[5],
        "theme.chartCategoricalColors": json.dumps(OKABE_ITO),
        "theme.headingFontSizes": json.dumps(["2.1rem", "1.6rem", "1.3rem", "1.1rem", "1rem", "0.9rem"]),
        "theme.paddingTop": "2.5rem",
    }
)
"""Settings of the server, given on the command line so that they hold in whatever folder it is started."""


@dataclass(frozen=True)
class Started:
    """What the dashboard was started with."""

    scenario: Path | None = None
    store: Path | None = None
    """A folder of studies."""

    @property
    def words(self) -> list[str]:
        """As arguments of the page's script; empty where there are none."""
        scenario = [str(self.scenario.resolve())] if self.scenario else []
        store = [f"{_STORE}{self.store.resolve()}"] if self.store else []
        return ["--", *store, *scenario] if store or scenario else []


def started(words: Sequence[str]) -> Started:
    """What the page's script was started with, from its arguments."""
    store = next((word.removeprefix(_STORE) for word in words if word.startswith(_STORE)), None)
    scenario = next((word for word in words if not word.startswith(_STORE)), None)
    return Started(Path(scenario) if scenario else None, Path(store) if store else None)


def command(asked: Started, port: int) -> list[str]:
    """The command that serves the dashboard on this machine, and on it alone."""
    options = [f"--{name}={value}" for name, value in {**OPTIONS, "server.port": port}.items()]
    page = str(Path(__file__).with_name("app.py"))
    return [sys.executable, "-m", "streamlit", "run", page, *options, *asked.words]
