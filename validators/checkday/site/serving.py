"""The built site on this machine: from a checkout's ./site, or from the wheel that carries it."""

from __future__ import annotations

import errno
import http.server
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from checkday.errors import BadSetting

PORT = 8000
"""Fixed, because a browser keeps a learner's progress by host and port."""


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


def serve(folder: Path, port: int = PORT, ready: Callable[[str], object] | None = None) -> None:
    """Serve until Ctrl-C; `ready` is told the address once it answers."""
    with listen(folder, port) as server:
        if ready:
            ready(f"http://127.0.0.1:{server.server_address[1]}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
