"""The same build at any address: what names the address in full, and a browser under a sub-path."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import threading
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from checkday import site
from checkday.errors import BadSetting, Unwritable
from checkday.site import building

ROOT = Path(__file__).parents[2]
ADDRESS = "https://group.github.io/aws-workshop"


@pytest.fixture(scope="module")
def published(built, tmp_path_factory):
    """The built site as it is made for an address with a sub-path; the folder that stands above it."""
    folder = tmp_path_factory.mktemp("host")
    shutil.copytree(built, folder / "aws-workshop")
    building._publish(ROOT, folder / "aws-workshop", f"{ADDRESS}/")
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def host(published):
    handler = partial(Quiet, directory=str(published))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/aws-workshop"
        server.shutdown()
        thread.join()


def test_only_what_must_names_the_address(published):
    pages = [page.read_text(encoding="utf-8") for page in published.glob("*/*/**/*.html")]
    assert len(pages) >= 60
    assert all(page.count(f'<link rel="canonical" href="{ADDRESS}/') == 1 for page in pages)
    lost = (published / "aws-workshop" / "404.html").read_text(encoding="utf-8")
    assert '<base href="/aws-workshop/">' in lost
    robots = (published / "aws-workshop" / "robots.txt").read_text(encoding="utf-8")
    assert robots.endswith(f"Sitemap: {ADDRESS}/sitemap.xml\n")


def test_the_sitemap_names_the_pages_where_they_are_published(published):
    top = ET.parse(published / "aws-workshop" / "sitemap.xml").getroot()  # noqa: S314 - our own file
    named = {element.text for element in top.iter() if element.tag.endswith("}loc")}
    assert f"{ADDRESS}/vi/day1/bucket.html" in named
    assert all(address.startswith(f"{ADDRESS}/") for address in named)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (ADDRESS, f"{ADDRESS}/"),
        (f"{ADDRESS}/", f"{ADDRESS}/"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/"),
        ("file:///home/an/site", "http://127.0.0.1:8000/"),
        ("", "http://127.0.0.1:8000/"),
    ],
)
def test_the_address_comes_from_the_environment(monkeypatch, given, address):
    monkeypatch.setenv("WORKSHOP_SITE", given)
    assert building._address(ROOT) == address


@pytest.mark.parametrize(
    "given", ["group.github.io", "javascript:alert(1)", 'https://x/"><script>', "https://"]
)
def test_what_is_no_address_is_refused_before_anything_is_built(monkeypatch, tmp_path, given):
    monkeypatch.setenv("WORKSHOP_SITE", given)
    with pytest.raises(BadSetting, match=r"settings\.bad_site"):
        site.build(tmp_path / "out", ROOT)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(Unwritable, match=r"site\.unwritable"):
        site.build(tmp_path / "out", ROOT)


@pytest.mark.parametrize(
    "last",
    ["OSError: [Errno 28] No space left on device", "PermissionError: [Errno 13] Permission denied: 'x'"],
)
def test_a_disk_that_is_full_is_no_fault_of_a_page(tmp_path, monkeypatch, last):
    stopped = subprocess.CompletedProcess([], 1, "", f"Traceback (most recent call last):\n{last}\n")
    monkeypatch.setattr("checkday.site.building.subprocess.run", lambda *_, **__: stopped)
    with pytest.raises(Unwritable) as caught:
        site.build(tmp_path / "out", ROOT)
    assert caught.value.facts["reason"] in last


@pytest.mark.browser
def test_under_a_sub_path_search_and_the_language_switch_work(host, tab):  # the host outlives the tab
    tab.goto(f"{host}/vi/day1/bucket.html#bucket")
    tab.hover(".md-select > button")
    tab.click(".md-select__link[hreflang=en]")
    assert tab.url == f"{host}/en/day1/bucket.html#bucket"
    tab.goto(f"{host}/vi/index.html?q=du+lieu")
    tab.locator(".md-search-result__item a").first.click()
    tab.wait_for_selector("article mark")
    assert tab.url.startswith(f"{host}/vi/")


@pytest.mark.browser
def test_under_a_sub_path_a_lost_address_leads_home(host, tab):  # the host outlives the tab
    tab.goto(f"{host}/404.html")
    tab.click("a.choice[hreflang=vi]")
    assert tab.url == f"{host}/vi/index.html"


@pytest.mark.browser
def test_the_index_is_loaded_once_and_only_when_it_is_asked_for(tab):
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto("vi/day1/bucket.html", wait_until="networkidle")
    assert not [url for url in asked if "search" in url]
    tab.focus(".md-search__input")
    tab.fill(".md-search__input", "du lieu")
    tab.press(".md-search__input", "End")
    tab.wait_for_selector(".md-search-result__item mark")
    assert [url.rpartition("/")[2] for url in asked if "search_index" in url] == ["search_index.json"]
