"""Text from files and from visitors, shown as it is."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    """A text with everything that Markdown would act upon taken literally."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|$~:^=&])", r"\\\1", text)
