"""The engine as a program: it hears of queries on its standard input, and asks there for all that they need.

One JSON object a line, both ways. `workers` starts it.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import sys
import tempfile
import threading
from collections.abc import Sequence
from typing import Any, TextIO

import duckdb

from checkday.sandbox.overlay.athena.sql import engine, execution
from checkday.sandbox.overlay.athena.sql.errors import QueryError
from checkday.sandbox.overlay.athena.sql.lake import CatalogError, Object, Settings
from checkday.sandbox.overlay.athena.sql.queries import Session

_OWN = 110
"""MiB that the interpreter and the libraries take themselves."""

_LEAST = 32
_VIRTUAL = 3 * 1024**3
"""Bytes of address space beyond which no query goes, whatever the engine counts."""


class Wire:
    """Messages to and from the server."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._heard: queue.Queue[dict[str, Any]] = queue.Queue()
        # Should the server be gone, even a query that never ends must not stay behind.
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        for line in sys.stdin:
            self._heard.put(json.loads(line))
        os._exit(0)

    def next(self) -> dict[str, Any]:
        return self._heard.get()

    def tell(self, **message: Any) -> None:
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()

    def ask(self, question: str, **facts: Any) -> Any:
        self.tell(ask=question, **{"with": facts})
        heard = self.next()
        if "answer" in heard:
            return heard["answer"]
        refused = heard["refused"]
        error = CatalogError if refused["kind"] == "catalog" else QueryError
        raise error(refused["name"], refused["message"])


class ServedLake:
    """The world as the server shows it."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def glue(self, operation: str, **parameters: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._wire.ask("glue", operation=operation, parameters=parameters)
        return found

    def objects(self, locations: Sequence[str]) -> list[list[Object]]:
        found = self._wire.ask("objects", locations=list(locations))
        return [
            [
                Object(f"s3://{location.partition('://')[2].partition('/')[0]}/{key}", size, tag)
                for key, size, tag in one
            ]
            for location, one in zip(locations, found, strict=True)
        ]

    def fetch(self, objects: Sequence[Object]) -> list[str]:
        return list(self._wire.ask("fetch", objects=[(one.uri, one.size, one.tag) for one in objects]))

    def put(self, uri: str, path: str) -> None:
        self._wire.ask("put", uri=uri, path=path)

    def scanned(self, total: int) -> None:
        self._wire.ask("scanned", total=total)


def main() -> None:
    objects, scratch, memory = sys.argv[1], sys.argv[2], int(sys.argv[3])
    # Nothing but messages may reach the server, whatever a library prints.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_VIRTUAL, _VIRTUAL))
    database = engine.connect([objects, scratch], max(memory - _OWN, _LEAST), os.path.join(scratch, "spill"))
    wire = Wire(out)
    while True:
        _serve(wire, database, wire.next()["run"], scratch)


def _serve(wire: Wire, database: duckdb.DuckDBPyConnection, job: dict[str, Any], scratch: str) -> None:
    """Run one statement and tell how it went."""
    text = job.pop("text")
    with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as place:
        try:
            outcome = execution.execute(
                Session(database, ServedLake(wire), Settings(scratch=place, **job)), text
            )
            if outcome.path is not None:
                wire.ask("rows", path=outcome.path)  # the server takes the file: it would go with the folder
            wire.tell(done=outcome.facts())
        except QueryError as error:
            wire.tell(failed={"name": error.name, "message": error.message})
        except MemoryError:
            os._exit(1)


if __name__ == "__main__":
    main()
