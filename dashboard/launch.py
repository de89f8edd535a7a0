"""How the dashboard is started; cheap to import."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Final

OKABE_ITO: Final = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
"""Colours that people with any colour vision tell apart, and that show on light and on dark; in order of use."""

OPTIONS: Final = MappingProxyType(
    {
        "server.address": "127.0.0.1",
        "server.showEmailPrompt": "false",
        "server.fileWatcherType": "none",
        "server.maxUploadSize": "2",
        "server.enableAgentApi": "false",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
        "theme.light.primaryColor": OKABE_ITO[0],
        "theme.dark.primaryColor": OKABE_ITO[5],
        "theme.chartCategoricalColors": json.dumps(OKABE_ITO),
        "theme.headingFontSizes": json.dumps(["2.1rem", "1.6rem", "1.3rem", "1.1rem", "1rem", "0.9rem"]),
        "theme.paddingTop": "2.5rem",
    }
)
"""Settings of the server, given on the command line so that they hold in whatever folder it is started."""


def command(file: Path | None, port: int) -> list[str]:
    """The command that serves the dashboard on this machine, and on it alone."""
    options = [f"--{name}={value}" for name, value in {**OPTIONS, "server.port": port}.items()]
    scenario = ["--", str(file.resolve())] if file else []
    return [sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("app.py")), *options, *scenario]
