"""Two strict MkDocs builds joined into one folder, and what a page needs wherever that folder is opened."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import yaml

from checkday import resources
from checkday.errors import BadSetting, CheckdayError, Unwritable
from checkday.model import LANGUAGES
from checkday.site import index
from checkday.site.policy import seal
from checkday.site.sharing import share
from checkday.site.slim import slim

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
_OF_THE_MACHINE = (errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.EPERM, errno.EROFS)
_ADDRESS = re.compile(r"https?://[\w.-]+(:\d+)?(/[\w.~/-]*)?", re.ASCII)
_STOPPED = re.compile(rf"Error: \[Errno ({'|'.join(map(str, _OF_THE_MACHINE))})\]")
_LUNR = {"vi": {"lunr.vi.min.js", "lunr.stemmer.support.min.js"}, "en": set[str]()}


def build(out: Path, root: Path | None = None) -> None:
    """Build both languages and what stands above them into `out`.

    Pages that will be published get their address from WORKSHOP_SITE; all other links are relative.

    Raises:
        BadSetting: MkDocs or the sources are missing, or WORKSHOP_SITE is no address.
        CheckdayError: MkDocs refuses a page.
        Unwritable: the disk is full, or the place is not ours to write.

    """
    root = root or _sources()
    if importlib.util.find_spec("material") is None:
        raise BadSetting("site.no_mkdocs")
    address = _address(root)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda language: _build_language(root, language, out.resolve()), LANGUAGES))
        _publish(root, out, address)
    except OSError as error:
        raise Unwritable("site.unwritable", path=str(out), reason=error.strerror or "") from error


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
        _raise_unless_a_page(done.stderr)
        raise CheckdayError("site.build_failed", language=language, reason=_complaints(done.stderr))
    _prune(out / language, _LUNR[language])
    slim(out / language)
    share(out / language)
    seal(out / language)  # last: a script that is changed later would not run
    index.write(out / language / "search")


def _raise_unless_a_page(log: str) -> None:
    """A build that the machine stopped is no fault of a page."""
    found = _STOPPED.search(log)
    if found:
        raise OSError(int(found[1]), os.strerror(int(found[1])))


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


def _address(root: Path) -> str:
    """Above both languages: where they will be published, or the server on this machine."""
    given = os.environ.get("WORKSHOP_SITE", "")
    if not given or given.startswith("file://"):  # check-day may point to files; a published page cannot
        return _configured(root)
    if not _ADDRESS.fullmatch(given):
        raise BadSetting("settings.bad_site", value=given)
    return given.rstrip("/") + "/"


def _configured(root: Path) -> str:
    configured: str = yaml.safe_load((root / _CONFIGS["vi"]).read_text(encoding="utf-8"))["site_url"]
    return configured.removesuffix("vi/")


def _publish(root: Path, out: Path, address: str) -> None:
    """Whatever must name the address in full: the front, the sitemap, and each page's own address."""
    _copy_front(root / "docs" / "_theme" / "root", out, address)
    _write_sitemap(out, address)
    configured = _configured(root)
    if address != configured:
        for page in out.glob("*/**/*.html"):
            text = page.read_text(encoding="utf-8")
            old, new = (f'<link rel="canonical" href="{base}' for base in (configured, address))
            page.write_text(text.replace(old, new, 1), encoding="utf-8")


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
