"""The version of the engine: part of the key under which results are kept."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
