"""Records what a solved account answers to everything that grading asks of it: the canned cohort's source.

    python benchmarks/cohort_record.py     solves seven days in a sandbox, then writes solved.json.gz

Needed again when a check asks something new; tests/cohort/test_canned.py says so.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from checkday import curriculum
from checkday.account.live import Live
from checkday.cohort.left import left
from checkday.engine import OneByOne, examine
from checkday.engine.run import selection
from checkday.settings import REGION, REPLICA_REGION, Settings
from cohort_wire import ACCOUNT, LEARNER, RECORDING, Reply, key_of, signed
from days import build, run

_LEFT_OUT = re.compile(
    r"connection|content-length|date|server|transfer-|keep-alive|access-control-|x-amz-crc32", re.IGNORECASE
)
"""What is not the answer's own, and the checksum, which would be wrong for any other learner's names."""


class Recorder(ThreadingHTTPServer):
    """A loopback port that passes everything on to another one, and keeps what came back."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target, self.kept = port, dict[str, Reply]()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        there = http.client.HTTPConnection("127.0.0.1", self.server.target)
        there.request(self.command, self.path, body, dict(self.headers.items()))
        found = there.getresponse()
        content = found.read()
        there.close()
        headers = {name: value for name, value in found.getheaders() if not _LEFT_OUT.match(name)}
        which = self.headers.get("x-amz-target", self.headers.get("range", ""))
        key = key_of(signed(self.headers["authorization"]), self.command, self.path.encode(), which, body)
        self.server.kept[key] = Reply(found.status, headers, content)
        self.send_response(found.status)
        for name, value in headers.items():
            self.send_header(name, value)
        length = found.getheader("content-length") if self.command == "HEAD" else None
        self.send_header("content-length", length or str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_HEAD = do_PUT = _pass_on  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "XDG_STATE_HOME": folder,
            "XDG_CACHE_HOME": folder,
            "WORKSHOP_LEARNER": LEARNER,
        }
        run(["workshop", "sandbox", "up"], environment)
        try:
            card = json.loads((Path(folder) / "checkday/sandbox/server.json").read_text())
            build(environment, f"http://127.0.0.1:{card['port']}")
            kept = asked(card["port"])
        finally:
            run(["workshop", "sandbox", "down"], environment)
    text = json.dumps({key: reply.kept() for key, reply in sorted(kept.items())}, indent=0)
    RECORDING.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{len(kept)} answers in {RECORDING.name}, {RECORDING.stat().st_size // 1024} KB")


def asked(port: int) -> dict[str, Reply]:
    """What the account at this port answers to a grader."""
    recorder, course = Recorder(port), curriculum.load(curriculum.days())
    settings = Settings(learner=LEARNER, region=REGION, replica_region=REPLICA_REGION)
    try:
        run = examine(
            course,
            selection(course, curriculum.days(), ()),
            Live(endpoint=f"http://127.0.0.1:{recorder.server_address[1]}", credentials=(ACCOUNT, "x")),
            settings,
            origin=lambda: "simulated",
            remember=False,
            pool=OneByOne(),
        )
        left(run, settings)
    finally:
        recorder.shutdown()
        recorder.server_close()
    return recorder.kept


if __name__ == "__main__":
    sys.exit(main())
