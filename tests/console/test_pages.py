"""Every page of the console, over a sandbox with something in it."""

from __future__ import annotations

import pytest

PAGES = ["", "/dynamodb", "/s3", "/glue", "/lambda", "/cloudtrail"]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_first_page_opens_in_both_languages(visitor, path, language):
    page = visitor.get(path, language)
    assert page.status == 200, page.text
    assert f'<html lang="{language}">' in page.text
