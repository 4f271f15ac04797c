"""Every link of the built site leads somewhere: to the page, to the other language, to the very anchor."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from built_pages import FRONT, pages, read, target
from checkday import curriculum
from checkday.model import LANGUAGES, Finding, Verdict
from checkday.outputs.sentences import explanation, page
from checkday.words import Words

SITE = "https://pages.example"


def broken(built, name):
    """What is wrong with the links of one page."""
    source = (built / name).resolve()
    for link in read(source).links:
        if urlsplit(link).scheme in {"http", "https", "mailto"}:
            continue
        file, anchor = target(source, link)
        if name == "404.html":  # shown at any address: its links start from <base>, the top of the site
            file, anchor = target(built.resolve() / "index.html", link)
        if not file.is_file():
            yield f"{name}: no page {link}"
        elif anchor and anchor not in read(file).anchors:
            yield f"{name}: no anchor {link}"


def test_every_link_and_anchor_of_every_page_resolves(built):
    assert [fault for name in pages(built) for fault in broken(built, name)] == []


def test_every_page_links_to_itself_in_the_other_language(built):
    for name in set(pages(built)) - set(FRONT):
        source = (built / name).resolve()
        led = {target(source, link)[0] for link in read(source).links}
        _, _, below = name.partition("/")
        assert {(built / code / below).resolve() for code in LANGUAGES} <= led, name


@pytest.fixture(scope="module")
def course():
    return curriculum.load(curriculum.days())


def printed(course, language):
    """Every address that a command can print: of a milestone, of each of its codes, of each cause."""
    words = Words(language)
    causes = {key.split(".")[1] for key in words._sentences if key.startswith("cause.")}
    for milestone in course.milestones.values():
        yield f"{page(milestone.task, words, SITE)}#{milestone.name}"
        for code in milestone.codes.values():
            yield explanation(Finding(milestone, Verdict.FAILED, code.name), words, SITE).link
    for cause in causes:
        yield explanation(Finding(milestone, Verdict.BLOCKED, cause, cause=cause), words, SITE).link


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_that_a_command_prints_resolves(built, course, language):
    lost = []
    for address in printed(course, language):
        path, _, anchor = address.removeprefix(f"{SITE}/").partition("#")
        if not (built / path).is_file() or anchor not in read((built / path).resolve()).anchors:
            lost.append(address)
    assert lost == []


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("no-such.html", "no page no-such.html"),
        ("#no-such", "no anchor #no-such"),
        ("other.html#no-such", "no anchor other.html#no-such"),
        ("../en/lost.html", "no page ../en/lost.html"),
        ("other.html#here", None),
        ("#m%E1%BB%91c", None),
    ],
)
def test_a_planted_link_is_judged(tmp_path, link, fault):
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "page.html").write_text(f'<p id="mốc"><a href="{link}">x</a></p>', encoding="utf-8")
    (tmp_path / "vi" / "other.html").write_text('<p id="here">x</p>', encoding="utf-8")
    assert list(broken(tmp_path, "vi/page.html")) == ([f"vi/page.html: {fault}"] if fault else [])
