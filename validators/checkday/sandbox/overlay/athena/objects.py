"""Copies of objects on disk, by what they hold: as many as fit, the least used ones going first."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from pathlib import Path

_IN_USE = 300.0
"""Seconds since its last use in which a copy may still be read by a query."""


class Copies:
    """A folder of them."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        folder.mkdir(parents=True, exist_ok=True)

    def path_of(self, uri: str, tag: str) -> Path:
        """Where the copy is or will be; its ending tells the engine how it is compressed."""
        endings = re.findall(r"\.[A-Za-z0-9]{1,8}$", uri)
        name = hashlib.sha256(f"{uri}\n{tag}".encode()).hexdigest()
        return self._folder / f"{name}{endings[0].lower() if endings else ''}"

    def has(self, path: Path) -> bool:
        with contextlib.suppress(OSError):
            os.utime(path)
            return True
        return False

    def keep(self, path: Path, body: bytes) -> None:
        new = path.with_name(f"{path.name}.{os.getpid()}.{time.monotonic_ns()}")
        new.write_bytes(body)
        os.replace(new, path)

    def shrink(self) -> None:
        """Forget the least used, and what was found out about them, until the rest fits."""
        files = sorted(
            ((entry.stat(), entry) for entry in os.scandir(self._folder)), key=lambda one: one[0].st_mtime
        )
        total = sum(stat.st_size for stat, _ in files)
        youngest = time.time() - _IN_USE
        for stat, entry in files:
            if total <= self._limit or stat.st_mtime > youngest:
                return
            os.unlink(entry.path)
            total -= stat.st_size
