"""Building and serving: what a built site holds, and what the user is told when it cannot be done."""

from __future__ import annotations

import html
import http.client
import re
import shutil
import socket
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from checkday import site
from checkday.errors import BadSetting, CheckdayError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sources(tmp_path):
    """A checkout of one's own, to break."""
    root = tmp_path / "sources"
    for part in ("_theme", "_shared", "vi", "en"):
        shutil.copytree(ROOT / "docs" / part, root / "docs" / part)
    for config in ("mkdocs.yml", "mkdocs.en.yml"):
        shutil.copy(ROOT / config, root)
    return root


def get(address, path, method="GET"):
    connection = http.client.HTTPConnection(address.split("/")[2], timeout=5)
    connection.request(method, path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_both_languages_have_the_same_files(built):
    vi, en = ({p.relative_to(built / code) for p in (built / code).rglob("*.html")} for code in ("vi", "en"))
    assert vi == en
    assert Path("day1/bucket.html") in vi


def test_every_file_that_a_page_shows_is_in_the_page(built):
    marks = ("8<--", "8 < -")  # as written, and as a formatter of Python mangles it
    for page in built.rglob("*.html"):
        text = html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))
        assert not [mark for mark in marks if mark in text], page


def test_a_built_site_carries_nothing_that_no_page_asks_for(built):
    unused = [
        p for pattern in ("**/*.map", "*/404.html", "*/sitemap*", "*/workshop") for p in built.glob(pattern)
    ]
    assert unused == []
    assert {p.name for p in built.rglob("lunr.*")} == {"lunr.vi.min.js", "lunr.stemmer.support.min.js"}


def test_sitemap_names_every_page_with_its_other_language(built):
    urls = list(ET.parse(built / "sitemap.xml").getroot())  # noqa: S314 - our own file
    assert len(urls) == len(list(built.glob("*/**/*.html")))
    assert {len(url) for url in urls} == {3}


def test_pages_ask_nothing_of_another_host(built):
    for page in built.rglob("*.html"):
        assert 'src="http' not in page.read_text(encoding="utf-8"), page


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("# ", "[lost](no-such-page.md)\n\n# ", "no-such-page.md"),
        ("# ", "[lost](#no-such-anchor)\n\n# ", "no-such-anchor"),
        ("# ", '--8<-- "cmd/no-such-file.sh"\n\n# ', "no-such-file.sh"),
    ],
)
def test_a_broken_page_stops_the_build_and_is_named(sources, tmp_path, old, new, reason):
    page = sources / "docs" / "en" / "index.md"
    page.write_text(page.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CheckdayError, match=r"site\.build_failed") as caught:
        site.build(tmp_path / "out", sources)
    assert caught.value.facts["language"] == "en"
    assert reason in caught.value.facts["reason"]


def test_a_page_outside_the_navigation_stops_the_build(sources, tmp_path):
    (sources / "docs" / "vi" / "stray.md").write_text("# Stray\n", encoding="utf-8")
    with pytest.raises(CheckdayError, match=r"site\.build_failed") as caught:
        site.build(tmp_path / "out", sources)
    assert "stray.md" in caught.value.facts["reason"]


def test_serving_before_building_is_refused(tmp_path):
    with pytest.raises(BadSetting, match=r"site\.not_built"):
        site.listen(tmp_path, 0)


def test_a_port_in_use_is_named(built):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BadSetting, match=r"site\.port_in_use") as caught:
            site.listen(built, port)
    assert caught.value.facts == {"port": port}


def test_a_port_that_cannot_be_is_refused(built):
    with pytest.raises(BadSetting, match=r"site\.bad_port"):
        site.listen(built, 65536)


def test_ctrl_c_ends_serving_quietly(built, monkeypatch):
    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", interrupted)
    told = []
    site.serve(built, 0, told.append)
    assert told[0].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "path", ["/nothing", "/vi/assets/", "/vi/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"]
)
def test_what_is_not_a_page_gets_the_bilingual_answer(address, path):
    status, body = get(address, path)
    assert status == 404
    assert 'lang="vi"' in body
    assert 'lang="en"' in body
    assert get(address, path, "HEAD") == (404, "")


def test_folders_answer_with_their_index(address):
    assert get(address, "/vi/")[0] == 200
    assert "dữ liệu" in get(address, "/")[1]
