"""Lighthouse on a phone: 95 for speed and 100 for the rest, on three pages in both languages."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from checkday.model import LANGUAGES

pytestmark = pytest.mark.audit

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".cache" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
PAGES = ("index", "day1/bucket", "reference/messages")
WHOLE = ("accessibility", "best-practices", "seo")
FAST = 95
RUNS = 5
"""Speed is the median of so many runs, as any of them may meet a busy machine; three or more decide it."""


class _AsGitHubPages(SimpleHTTPRequestHandler):
    """`workshop site serve` sends files as they are; what the public site's host sends is compressed."""

    def log_message(self, format, *args):  # noqa: A002 - the parent's name
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)
        return None


@pytest.fixture(scope="module")
def compressed(built):
    """The address of the site as its public host would send it."""
    handler = partial(_AsGitHubPages, directory=str(built))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def report(address, out):
    """What Lighthouse says of one page, at its default: a phone of the middle class on slow 4G."""
    if not PROGRAM.is_file():
        pytest.fail("Lighthouse is not installed: run `make audit`, which installs it")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    command = ["node", str(PROGRAM), address, "--quiet", "--output=json", f"--output-path={out}"]
    done = subprocess.run(
        [*command, f"--chrome-flags={FLAGS}"],
        env=os.environ | {"CHROME_PATH": browser, "CI": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text(encoding="utf-8"))


def scores(said):
    return {name: round(100 * category["score"]) for name, category in said["categories"].items()}


def failed(said):
    """The audits behind a category that is not whole."""
    names = {ref["id"] for name in WHOLE for ref in said["categories"][name]["auditRefs"] if ref["weight"]}
    return [name for name in names if said["audits"][name]["score"] not in {1, None}]


def is_fast(speeds):
    """Whether the median of the runs is fast enough, from as few of them as decide it."""
    verdicts = []
    while max(map(verdicts.count, (True, False))) <= RUNS // 2:
        verdicts.append(next(speeds) >= FAST)
    return verdicts.count(True) > RUNS // 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_fast_and_whole_on_a_phone(compressed, tmp_path, page, language):
    measured = []

    def speeds():
        while True:
            said = report(f"{compressed}/{language}/{page}.html", tmp_path / "report.json")
            assert {name: scores(said)[name] for name in WHOLE} == dict.fromkeys(WHOLE, 100), failed(said)
            measured.append(scores(said)["performance"])
            yield measured[-1]

    assert is_fast(speeds()), measured


@pytest.mark.parametrize(
    ("speeds", "fast", "runs"),
    [
        ([99, 98, 95], True, 3),
        ([60, 95, 70, 95, 95], True, 5),
        ([94, 94, 94], False, 3),
        ([99, 0, 0, 99, 0], False, 5),
    ],
)
def test_the_median_is_known_early(speeds, fast, runs):
    given = iter(speeds)
    assert is_fast(given) is fast
    assert len(speeds) - len(list(given)) == runs
