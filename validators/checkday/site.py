"""The course's web site: two strict MkDocs builds joined into one folder, and a local server for it."""

from __future__ import annotations

import errno
import http.server
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import yaml

from checkday import content_policy, resources
from checkday.errors import BadSetting, CheckdayError
from checkday.model import LANGUAGES

PORT = 8000
"""Fixed, because a browser keeps a learner's progress by host and port."""

_CONFIGS = {"vi": "mkdocs.yml", "en": "mkdocs.en.yml"}
# What the theme ships and no page asks for, and what the two builds would each say of themselves.
_UNUSED = (
    "**/*.map",
    "404.html",
    "sitemap.xml*",
    "partials",
    "workshop",
    "assets/javascripts/lunr/*.js",
    "assets/javascripts/lunr/min/*.js",
)
_LUNR = {"vi": {"lunr.vi.min.js", "lunr.stemmer.support.min.js"}, "en": set[str]()}


def build(out: Path, root: Path | None = None) -> None:
    """Build both languages and what stands above them into `out`."""
    root = root or _sources()
    if importlib.util.find_spec("material") is None:
        raise BadSetting("site.no_mkdocs")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda language: _build_language(root, language, out.resolve()), LANGUAGES))
    site_url = _site_url(root)
    _copy_front(root / "docs" / "_theme" / "root", out, site_url)
    _write_sitemap(out, site_url)


def _sources() -> Path:
    root = resources.shared().parent.parent
    if not (root / _CONFIGS["vi"]).is_file():
        raise BadSetting("site.no_sources")
    return root


def _build_language(root: Path, language: str, out: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    done = subprocess.run(
        [*command, "--config-file", _CONFIGS[language], "--site-dir", str(out / language)],
        cwd=root,  # snippets are found from here
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CheckdayError("site.build_failed", language=language, reason=_complaints(done.stderr))
    _prune(out / language, _LUNR[language])
    content_policy.seal(out / language)  # last: a script that is changed later would not run


def _complaints(log: str) -> str:
    """The lines that say why, of all that MkDocs says; of a crash only its last line."""
    lines = [line for line in log.splitlines() if line.strip() and not line.startswith(("INFO", "Aborted"))]
    return " · ".join(lines[-1:] if "Traceback" in log else lines)


def _prune(folder: Path, keep: set[str]) -> None:
    for pattern in _UNUSED:
        for path in sorted(folder.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in keep:
                path.unlink()


def _site_url(root: Path) -> str:
    """The address above both languages."""
    configured: str = yaml.safe_load((root / _CONFIGS["vi"]).read_text(encoding="utf-8"))["site_url"]
    return configured.removesuffix("vi/")


def _copy_front(front: Path, out: Path, site_url: str) -> None:
    for source in front.iterdir():
        text = source.read_text(encoding="utf-8")
        text = text.replace("{base}", urlsplit(site_url).path).replace("{site}", site_url)
        (out / source.name).write_text(text, encoding="utf-8")
    (out / ".nojekyll").touch()  # GitHub Pages serves the files as they are


def _write_sitemap(out: Path, site_url: str) -> None:
    """One sitemap in which every page names its other languages."""
    pages = sorted(path.relative_to(out / "vi").as_posix() for path in (out / "vi").rglob("*.html"))
    top = ET.Element(
        "urlset",
        {
            "xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9",
            "xmlns:xhtml": "http://www.w3.org/1999/xhtml",
        },
    )
    for page in pages:
        for language in LANGUAGES:
            url = ET.SubElement(top, "url")
            ET.SubElement(url, "loc").text = f"{site_url}{language}/{page}"
            for other in LANGUAGES:
                link = {"rel": "alternate", "hreflang": other, "href": f"{site_url}{other}/{page}"}
                ET.SubElement(url, "xhtml:link", link)
    ET.indent(top)
    ET.ElementTree(top).write(out / "sitemap.xml", encoding="utf-8", xml_declaration=True)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Files only: no listings, no log, and the site's own page for a lost address."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        pass

    def list_directory(self, path: str | os.PathLike[str]) -> None:  # noqa: ARG002
        self.send_error(404)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # a page rebuilt is a page seen
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        lost = Path(self.directory, "404.html")
        if code != http.HTTPStatus.NOT_FOUND or not lost.is_file():
            return super().send_error(code, message, explain)
        body = lost.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        return None


def listen(folder: Path, port: int = PORT) -> http.server.ThreadingHTTPServer:
    """A bound server of a built site on this machine only; port 0 takes any free one."""
    if not (folder / "index.html").is_file():
        raise BadSetting("site.not_built", folder=str(folder))
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
    except OverflowError as e:
        raise BadSetting("site.bad_port", port=port) from e
    except OSError as e:
        key = "site.port_in_use" if e.errno == errno.EADDRINUSE else "site.bad_port"
        raise BadSetting(key, port=port) from e


def serve(port: int = PORT, folder: Path | None = None, ready: Callable[[str], object] | None = None) -> None:
    """Serve until Ctrl-C; `ready` is told the address once it answers."""
    with listen(folder or _sources() / "site", port) as server:
        if ready:
            ready(f"http://127.0.0.1:{server.server_address[1]}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
