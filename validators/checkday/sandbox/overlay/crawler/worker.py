"""The process that opens what learners' objects hold: run as a program, it never sees more than samples.

In its folder it finds `index.json`, a list of `{"file": its name, "size": of the object}`, and the beginning
of each object; it prints a list of what each holds, null where that is nothing it knows.
"""

from __future__ import annotations

import codecs
import json
import sys
import zlib
from pathlib import Path
from typing import Any

from checkday.sandbox.overlay.crawler import csv_text, json_text, parquet
from checkday.sandbox.overlay.crawler.json_text import Found

_GZIP = b"\x1f\x8b"
_MOST_TEXT = 1024 * 1024


def main() -> None:
    folder = Path(sys.argv[1])
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    looking = _Looking(folder)
    json.dump([looking.at(entry["file"], entry["size"]) for entry in index], sys.stdout)


class _Looking:
    """Looks into the files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database: Any = None

    def at(self, name: str, size: int) -> dict[str, Any] | None:
        path = self._folder / name
        with path.open("rb") as file:
            head = file.read(_MOST_TEXT)
        if head[: len(parquet.MAGIC)] == parquet.MAGIC:
            return self._parquet(path, size)
        try:
            return _text(head, size)
        except (zlib.error, UnicodeDecodeError, RecursionError):
            return None

    def _parquet(self, path: Path, size: int) -> dict[str, Any] | None:
        self._database = self._database or parquet.connect(self._folder)
        found = parquet.read(path, self._database)
        return found and _described("parquet", found.details.get("compression", "none"), found, size, size)


def _text(head: bytes, size: int) -> dict[str, Any] | None:
    packed = head.startswith(_GZIP)
    plain, read = _unpacked(head) if packed else (head, len(head))
    is_cut = read < size or (packed and len(plain) >= _MOST_TEXT)
    text = codecs.getincrementaldecoder("utf-8-sig")().decode(plain, final=not is_cut)
    if "\x00" in text:
        return None
    kind, found = "json", json_text.read(text)
    if found is None:
        kind, found = "csv", csv_text.read(text[: text.rfind("\n") + 1] if is_cut else text)
    if found is None:
        return None
    # Of what was read, the part that whole records fill; of a packed object, in its own bytes.
    share = found.used / max(len(text), 1)
    return _described(kind, "gzip" if packed else "none", found, len(plain) * share, read * share)


def _unpacked(head: bytes) -> tuple[bytes, int]:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    plain = unpacker.decompress(head, _MOST_TEXT)
    return plain, len(head) - len(unpacker.unconsumed_tail)


def _described(kind: str, compression: str, found: Found, plain: float, used: float) -> dict[str, Any]:
    return {
        "format": kind,
        "compression": compression,
        "columns": found.columns,
        "records": found.records,
        "plain": plain,
        "used": used,
        "details": found.details,
    }


if __name__ == "__main__":
    main()
