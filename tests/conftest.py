"""What all tests share: examples that are the same in every run, so that a red test stays red until it is mended."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=False)
settings.register_profile("searching", deadline=None)
settings.load_profile("fixed")
