"""One build of the real pages a session, served on this machine, and a browser that complains."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from checkday import site

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    site.build(out, ROOT)
    return out


@pytest.fixture(scope="session")
def address(built):
    with site.listen(built, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def tab(chromium, address):
    """A fresh tab on the site. Whatever it asks of another host, logs as an error or does not find, fails."""
    context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    page = context.new_page()
    seen = SimpleNamespace(foreign=[], errors=[], lost=[], known=())
    page.on("request", lambda r: seen.foreign.append(r.url) if _foreign(r.url) else None)
    page.on("console", lambda m: seen.errors.append(m.text) if _is_fault(m, seen.known) else None)
    page.on("pageerror", lambda e: seen.errors.append(str(e)) if not _is_known(str(e), seen.known) else None)
    page.on("response", lambda r: seen.lost.append(r.url) if r.status >= 400 else None)
    page.seen = seen
    yield page
    context.close()
    assert (seen.foreign, seen.errors, seen.lost) == ([], [], [])


def _is_fault(message, known):
    return message.type == "error" and not _is_known(message.text, known)


def _is_known(text, known):
    return any(part in text for part in known)


def _foreign(url):
    parts = urlsplit(url)
    return parts.scheme.startswith("http") and parts.hostname != "127.0.0.1"
