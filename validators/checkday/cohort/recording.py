"""What is kept of one look at an account: compressed, without secrets, and never larger than a bound."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from checkday import resources, snapshot
from checkday.account.answers import Answer, canonical
from checkday.snapshot import Snapshot

FOLDER = "snapshots"
LARGEST = 8 * 1024 * 1024
"""Bytes of one snapshot before it is compressed. Secrets are left out on arrival: `drops` in reads.yaml."""


def packed(taken: Snapshot, largest: int = LARGEST) -> tuple[Snapshot, bytes]:
    """What is kept of the snapshot, and the content of its file.

    The largest answers of one that would be too large are left out: what they were for stays open.
    """
    text = snapshot.text(taken)
    if len(text) > largest:
        taken = _cut(taken, len(text) - largest)
        text = snapshot.text(taken)
    return taken, gzip.compress(text, compresslevel=6, mtime=0)


def file_of(learner: str, taken: str) -> str:
    """Its file, relative to the run's folder; `taken` as 2026-11-25T12:00:00Z."""
    moment = datetime.fromisoformat(taken).strftime("%Y%m%dT%H%M%SZ")
    return f"{FOLDER}/{learner}.{moment}.json.gz"


def keep(file: Path, content: bytes) -> None:
    """Write a snapshot's file; when this returns it is on the disk, as the row that names it will be.

    Raises:
        OSError: the disk is full, or gone.

    """
    resources.put(str(file), content)
    for place in (file, file.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _cut(taken: Snapshot, over: int) -> Snapshot:
    sizes = {look: _size(answer) for look, answer in taken.answers.items()}
    answers = dict(taken.answers)
    for look in sorted(sizes, key=lambda one: sizes[one], reverse=True):
        if over <= 0:
            break
        over -= sizes[look]
        answers[look] = Answer(look, cause="too_long", facts={"call": look.call}, sent=answers[look].sent)
    return replace(taken, answers=answers)


def _size(answer: Answer) -> int:
    return sum(len(canonical(page.response)) for page in answer.pages)
