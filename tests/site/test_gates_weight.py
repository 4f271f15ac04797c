"""What a page costs a phone with an empty cache: at most 100 kB and 12 requests."""

from __future__ import annotations

import gzip
from functools import cache

from built_pages import pages, read, target

MOST_BYTES = 100_000
MOST_REQUESTS = 12


@cache
def sent(file):
    """The size of a file as GitHub Pages sends it, in bytes."""
    return len(gzip.compress(file.read_bytes(), 6))


def fetched(built, name):
    """A page and every file of the site that it fetches by itself."""
    page = (built / name).resolve()
    return {page} | {target(page, address)[0] for address in read(page).fetched if address[:5] != "data:"}


def test_every_page_is_light(built):
    files = {name: fetched(built, name) for name in pages(built)}
    assert len(files) >= 60
    weights = {name: sum(map(sent, each)) for name, each in files.items()}
    assert {name: weight for name, weight in weights.items() if weight > MOST_BYTES} == {}
    assert {name: len(each) for name, each in files.items() if len(each) > MOST_REQUESTS} == {}


def test_no_page_asks_for_a_file_that_is_not_there(built):
    assert [
        (name, file) for name in pages(built) for file in fetched(built, name) if not file.is_file()
    ] == []
