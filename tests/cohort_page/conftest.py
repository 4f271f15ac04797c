"""The cohort's page, opened from its file."""

import pytest

from cohort_rows import cohort, page
from cohort_tabs import DESK


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a page from its file. Whatever it asks for but itself, or complains about, fails."""
    contexts, asked, said = [], [], []
    path = tmp_path / "dashboard.html"

    def open_page(viewport=DESK, colors="light", scripts=True, **parts):
        path.write_text(
            page(**(parts or dict(zip(("people", "rows"), cohort(), strict=True)))), encoding="utf-8"
        )
        contexts.append(
            chromium.new_context(viewport=viewport, color_scheme=colors, java_script_enabled=scripts)
        )
        tab = contexts[-1].new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.goto(path.as_uri())
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert set(asked) == {path.as_uri()}
    assert said == []
