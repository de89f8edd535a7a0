"""The picture of the README is one that the dashboard makes; `STOCKOUT_SCREENSHOT=1` makes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.browsing import PATIENCE, ROOT, Complaints, opened_browser, settle, start, stop, visit, window

pytestmark = pytest.mark.e2e

KEPT = ROOT / "dashboard" / "screenshot.png"
SIZE = (1280, 1180)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """The first page of the first scenario, as it opens."""
    text = (ROOT / "scenarios" / "viral_spike.yaml").read_text(encoding="utf-8")
    with opened_browser() as browser:
        server = start(tmp_path_factory.mktemp("screenshot"), text=text)
        try:
            opened = window(browser, viewport={"width": SIZE[0], "height": SIZE[1]})
            page: Any = visit(opened, server, Complaints())
            page.get_by_text("Up to date: 30 replications").first.wait_for(timeout=3 * PATIENCE)
            page.locator(".js-plotly-plot .main-svg").first.wait_for()
            settle(page)
            yield page.screenshot()
        finally:
            stop(server)


def test_the_readme_shows_what_the_dashboard_shows(picture: bytes) -> None:
    if os.environ.get("STOCKOUT_SCREENSHOT"):
        KEPT.write_bytes(picture)
    taken, kept = Image.open(BytesIO(picture)), Image.open(BytesIO(KEPT.read_bytes()))
    assert taken.size == kept.size == SIZE
    assert f"]({KEPT.relative_to(ROOT).as_posix()})" in (ROOT / "README.md").read_text(encoding="utf-8")
