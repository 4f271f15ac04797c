"""Keeps the counts of a seed: they cost a second the first time and a millisecond from then on."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from checkday.golden.counts import Counts, Record, day2
from checkday.resources import cache_folder, sample_data


def cached(seed: int, make: Callable[[], Iterable[Record]], version: str) -> Counts:
    """The counts of the records that `make` makes of this seed, in this version of theirs.

    What cannot be read, or was damaged, is counted again; what cannot be kept is not.
    """
    path = cache_folder() / "golden" / f"{seed:016x}-{_digest(version, _own_version())[:16]}.json"
    known = _read(path)
    if known is not None:
        return known
    counts = day2(make())
    with suppress(OSError):
        _write(path, json.dumps(counts, ensure_ascii=False))
    return counts


def _read(path: Path) -> Counts | None:
    try:
        stamp, _, text = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, ValueError):
        return None
    if stamp != _digest(text):
        return None
    counts: Counts = json.loads(text)
    return counts


def _write(path: Path, text: str) -> None:
    """At once or not at all, whoever else writes the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, new = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{_digest(text)}\n{text}")
        os.replace(new, path)
    except BaseException:
        os.unlink(new)
        raise


def _own_version() -> str:
    """What was counted, and against which reference list."""
    reference = sample_data() / "lake" / "tracks_reference.json"
    sources = (Path(__file__).with_name("counts.py"), reference)
    return "".join(sha256(path.read_bytes()).hexdigest() for path in sources)


def _digest(*texts: str) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()
