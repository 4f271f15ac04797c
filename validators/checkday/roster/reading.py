"""A roster file, YAML or CSV, read as text alone: nothing in it is run, and every fault in it is told."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from checkday.errors import BadSetting
from checkday.roster import Learner, Roster
from checkday.roster.rows import Flaw, Row, from_csv, from_yaml
from checkday.roster.ruling import Fault, Rules

SHOWN = 20
"""Faults that are told one by one; of the others only how many there are."""

_LARGEST = 64 * 1024 * 1024
_CSV = {".csv", ".tsv", ".txt"}


class BadRoster(BadSetting):
    """The rows of a roster cannot be used; `faults` holds the first of them, `more` counts the others."""

    def __init__(
        self, key: str, /, *, faults: tuple[Fault, ...] = (), more: int = 0, **facts: object
    ) -> None:
        super().__init__(key, **facts)
        self.faults, self.more = faults, more


def read(path: str) -> Roster:
    """The roster in the file.

    Raises:
        BadRoster: the file is missing, too large, in another encoding, damaged, or rows of it are wrong.

    """
    text = _text(path)
    rules, learners = Rules(), []
    head, rows = _rows(path, text)
    try:
        for row in rows:
            learner = rules.learner(row)
            if learner is not None:
                learners.append(learner)
    except Flaw as error:
        raise BadRoster(error.key, path=path, **error.facts) from error
    if rules.count:
        raise BadRoster(
            "roster.faults",
            path=path,
            count=rules.count,
            faults=tuple(rules.faults[:SHOWN]),
            more=max(0, rules.count - SHOWN),
        )
    if not learners:
        raise BadRoster("roster.empty", path=path)
    return numbered(head.get("cohort") or Path(path).stem, learners, head.get("course_version"))


def numbered(cohort: str, learners: list[Learner], course_version: str | None = None) -> Roster:
    """The roster of these learners with its digest."""
    digest = hashlib.sha256(json.dumps([cohort, course_version]).encode())
    for one in learners:
        digest.update(json.dumps(list(asdict(one).values())).encode())
    return Roster(cohort, tuple(learners), course_version, f"sha256:{digest.hexdigest()}")


def _rows(path: str, text: str) -> tuple[dict[str, str], Iterator[Row]]:
    try:
        if Path(path).suffix.lower() in _CSV:
            return {}, from_csv(text)
        return from_yaml(text)
    except Flaw as error:
        raise BadRoster(error.key, path=path, **error.facts) from error


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise BadRoster("roster.unreadable", path=path, reason=error.strerror or "") from error
    if len(content) > _LARGEST:
        raise BadRoster("roster.too_large", path=path, megabytes=_LARGEST // 1024 // 1024)
    # Excel's "Unicode Text" is UTF-16, and its "CSV UTF-8" begins with a mark.
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise BadRoster("roster.encoding", path=path, row=row) from error
