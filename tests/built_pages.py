"""A built page taken apart: what it can be entered by, where it leads, and what it makes a browser fetch."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FRONT = ("index.html", "404.html")
"""The two pages above both languages."""

_FETCHED = {"stylesheet", "icon"}


@dataclass
class Page:
    """The anchors of a page, its links, and the addresses that a browser asks for to show it."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    fetched: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.page.anchors |= {given[name] for name in ("id", "name") if name in given and tag != "meta"}
        if tag in {"a", "area"} and "href" in given:
            self.page.links.append(given["href"])
        if tag == "link" and _FETCHED & set(given.get("rel", "").split()):
            self.page.fetched.add(given["href"])
        if tag in {"script", "img", "iframe", "source", "video", "audio", "embed"} and given.get("src"):
            self.page.fetched.add(given["src"])


@cache
def read(path: Path) -> Page:
    """One page; the files of a build do not change, so each is read once."""
    page = Page()
    _Reader(page).feed(path.read_text(encoding="utf-8"))
    return page


def pages(built: Path) -> list[str]:
    """Every page of the built site, as its path from the top."""
    return sorted(path.relative_to(built).as_posix() for path in built.rglob("*.html"))


def target(source: Path, address: str) -> tuple[Path, str]:
    """The file that a relative address on a page leads to, and the anchor in it."""
    parts = urlsplit(address)
    file = (source.parent / unquote(parts.path)).resolve() if parts.path else source
    return file / "index.html" if file.is_dir() else file, unquote(parts.fragment)
