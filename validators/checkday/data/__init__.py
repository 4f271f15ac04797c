"""Makes the course's data: invented, seeded, the same bytes on every machine and Python."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from checkday.data import access_log, billing, ddb, library, staff
from checkday.data.bad import variants
from checkday.data.events import TOTAL, records
from checkday.data.reference import DOCS_SEED, tracks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "DOCS_SEED",
    "TOTAL",
    "checksums",
    "lines",
    "ndjson",
    "records",
    "seed_of",
    "tracks",
    "version",
    "write",
]

_SAMPLE = 2_000
"""Records in the committed sample."""


def seed_of(learner: str) -> int:
    """The seed of a learner's own records: other numbers for everyone, the same ones every time."""
    return int.from_bytes(sha256(f"fcj7days:{learner}".encode()).digest()[:8], "big")


@cache
def version() -> str:
    """What the generator is: another one makes other records of the same seed."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def write(folder: Path) -> None:
    """Write the committed files and their checksums into a sample data folder."""
    sample = list(records(DOCS_SEED, _SAMPLE))
    files = {
        "lake/tracks_reference.json": ndjson(tracks(DOCS_SEED)),
        "lake/events_sample.ndjson": ndjson(sample),
    }
    files |= {f"lake/bad/{name}.ndjson": content for name, content in variants(sample).items()}
    for lists in (ddb, access_log, staff, billing, library):
        files |= lists.files(DOCS_SEED)
    files["SHA256SUMS"] = checksums(files)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def ndjson(rows: Iterable[Mapping[str, object]]) -> bytes:
    """One JSON object a line, each line ended, letters as they are."""
    return b"".join(line + b"\n" for line in lines(rows))


def lines(rows: Iterable[Mapping[str, object]]) -> list[bytes]:
    """Each row as it is sent: the stream ends the lines."""
    return [json.dumps(row, ensure_ascii=False).encode() for row in rows]


def checksums(files: Mapping[str, bytes]) -> bytes:
    """The form that `sha256sum -c` and `shasum -c` read."""
    return "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
