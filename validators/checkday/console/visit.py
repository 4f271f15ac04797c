"""One request, as a page sees it: which language and Region, what was asked, and how to answer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import URL
from starlette.responses import HTMLResponse, RedirectResponse, Response

from checkday.console import dynamo_json, showing
from checkday.console.clients import Clients
from checkday.console.dynamo_json import Item
from checkday.console.problems import BadInput, Lost, Stale
from checkday.words import KNOWN, Words

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(
    safe_text=showing.safe, brief=showing.brief, size=showing.size, moment=showing.moment
)


@dataclass(frozen=True)
class Visit:
    """A request for one page. `fields` is the form that was sent, empty for a page that is only read."""

    language: str
    region: str
    regions: tuple[str, str]
    url: URL
    asked: Mapping[str, str]
    clients: Clients
    token: str
    fields: Mapping[str, str] = field(default_factory=dict)
    trusted: bool = False

    def words(self, key: str, /, **facts: Any) -> str:
        """A sentence of the console."""
        return _words(self.language)(f"console.{key}", **facts)

    def client(self, service: str) -> Any:
        """A client in the Region of the page.

        Raises:
            NoSandbox: the sandbox does not run.

        """
        return self.clients(service, self.region)

    def must_be_trusted(self) -> None:
        """Every write asks this first.

        Raises:
            Stale: the form carries no token of this run and this browser.

        """
        if not self.trusted:
            raise Stale

    def need(self, name: str) -> str:
        """What the address must say.

        Raises:
            Lost: it does not.

        """
        if not self.asked.get(name):
            raise Lost
        return self.asked[name]

    def key(self, name: str = "key") -> Item:
        """The item key in the address.

        Raises:
            Lost: there is none.

        """
        try:
            return dynamo_json.loads(base64.urlsafe_b64decode(self.need(name).encode()).decode())
        except (BadInput, binascii.Error, UnicodeError) as error:
            raise Lost from error

    @property
    def section(self) -> str:
        """The service whose pages these are; empty on the first page."""
        return next(iter(self.url.path.split("/")[3:4]), "")

    def link(self, path: str = "", **query: str | None) -> str:
        """The address of one of our pages, in the same language and Region."""
        asked = {name: value for name, value in query.items() if value}
        return f"/{self.language}/{self.region}{path}" + (f"?{urlencode(asked)}" if asked else "")

    def in_language(self, language: str) -> str:
        """This page in another language."""
        rest = self.url.path.removeprefix(f"/{self.language}/")
        return f"/{language}/{rest}" + (f"?{self.url.query}" if self.url.query else "")

    def in_region(self, region: str) -> str:
        """The service's first page in another Region: what is shown here need not exist there."""
        return f"/{self.language}/{region}" + (f"/{self.section}" if self.section else "")

    def page(self, template: str, status: int = 200, **facts: Any) -> Response:
        """A page of ours."""
        shown = _TEMPLATES.get_template(template).render(
            visit=self, t=self.words, link=self.link, languages=KNOWN, **facts
        )
        return HTMLResponse(shown, status)

    def go(self, path: str, **query: str | None) -> Response:
        """Another page of ours, after a write."""
        return RedirectResponse(self.link(path, **query), 303)


def token_of(key: Item) -> str:
    """An item key as part of an address, whatever characters are in it."""
    return base64.urlsafe_b64encode(dynamo_json.dumps(key).encode()).decode()


def _words(language: str) -> Words:
    if language not in _LOADED:
        _LOADED[language] = Words(language)
    return _LOADED[language]


_LOADED: dict[str, Words] = {}
