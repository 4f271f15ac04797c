"""Makes the course's sample data: invented, seeded, the same bytes on every machine and Python."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from checkday.data.reference import tracks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DOCS_SEED = 20251117
"""The seed behind the committed files, and so behind every number in the pages."""


def write(folder: Path) -> None:
    """Write the committed files and their checksums into a sample data folder."""
    files = {"lake/tracks_reference.json": ndjson(tracks(DOCS_SEED))}
    files["SHA256SUMS"] = checksums(files)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def ndjson(rows: Iterable[Mapping[str, object]]) -> bytes:
    """One JSON object a line, each line ended, letters as they are."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def checksums(files: Mapping[str, bytes]) -> bytes:
    """The form that `sha256sum -c` and `shasum -c` read."""
    return "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
