"""The cohort's page, opened from its file."""

import pytest

from cohort_rows import cohort, page
from page_tabs import DESK, opening


def usual(**parts):
    return page(**(parts or dict(zip(("people", "rows"), cohort(), strict=True))))


@pytest.fixture
def opened(chromium, tmp_path):
    with opening(chromium, tmp_path / "dashboard.html", usual) as open_page:
        yield lambda viewport=DESK, *more, **parts: open_page(viewport, *more, **parts)
