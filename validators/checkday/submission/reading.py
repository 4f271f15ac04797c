"""The instructor's side: files of a folder as hostile data. No name in it is ever a path of ours."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from checkday.errors import BadSetting
from checkday.submission import LARGEST, SCHEMA
from checkday.submission.chain import head
from checkday.submission.hostile import Refused, parsed
from checkday.submission.schema import problem

_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
_TAR = slice(257, 262)
_LINES = 2


class File(NamedTuple):
    """One entry of the folder: its name, only to be shown, and its content or why there is none."""

    name: str
    content: bytes | Refused


@dataclass(frozen=True, slots=True)
class Submission:
    """A file whose form is right; whose it is and what it is worth are other questions."""

    payload: dict[str, Any]
    digest: str
    """SHA-256 of the payload's bytes."""
    token: str | None

    @property
    def learner(self) -> str:
        return str(self.payload["learner"])

    @property
    def account(self) -> str:
        return str(self.payload["account"])

    @property
    def origin(self) -> str:
        return str(self.payload["origin"])

    @property
    def made(self) -> str:
        return str(self.payload["made"])

    @property
    def chain(self) -> list[str]:
        """The digests of the lines of the learner's Record."""
        return list(self.payload["record"]["chain"])


def files(folder: str) -> Iterator[File]:
    """Every file of the folder, by name, but for hidden ones; nothing is followed, nothing opened twice.

    Raises:
        BadSetting: there is no such folder, or it cannot be read.

    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise BadSetting("submission.no_folder", path=folder, reason=error.strerror or "") from error
    try:
        for name in sorted(os.listdir(descriptor)):
            if not name.startswith("."):
                yield File(name, _content(name, descriptor))
    finally:
        os.close(descriptor)


def read(content: bytes) -> Submission:
    """The submission in these bytes.

    Raises:
        Refused: they are none of ours, damaged, or changed since they were written.

    """
    lines = content.rstrip(b"\r\n").split(b"\n")
    if content.startswith(_ARCHIVES) or content[_TAR] == b"ustar":
        raise Refused("archive")
    if len(lines) != _LINES:
        raise Refused("wrong_schema" if b"checkday." in content else "damaged")
    first, last = (line.rstrip(b"\r") for line in lines)
    payload, seal = parsed(first), parsed(last)
    if not isinstance(payload, dict) or payload.get("schema") != SCHEMA:
        raise Refused("wrong_schema")
    for value, kind in ((payload, "payload"), (seal, "seal")):
        if (place := problem(value, kind)) is not None:
            raise Refused("bad_shape", place=place)
    digest = hashlib.sha256(first).hexdigest()
    if seal["sha256"] != digest:
        raise Refused("altered")
    _check(payload)
    return Submission(payload, digest, seal["token"])


def _content(name: str, folder: int) -> bytes | Refused:
    # Not blocking, or a pipe without a writer would be waited for; and looked at before anything is read.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO, errno.EMLINK}:
            return Refused("no_file")
        return Refused("unreadable", reason=error.strerror or "")
    try:
        return _bytes(descriptor)
    except OSError as error:
        return Refused("unreadable", reason=error.strerror or "")
    finally:
        os.close(descriptor)


def _bytes(descriptor: int) -> bytes | Refused:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        return Refused("no_file")
    content = b""
    if found.st_size <= LARGEST:
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(LARGEST + 1)
    if max(found.st_size, len(content)) > LARGEST:
        return Refused("too_large", kilobytes=LARGEST // 1024)
    return content


def _check(payload: dict[str, Any]) -> None:
    """What no schema says: the parts belong together, and times are times."""
    who = {(one["learner"], one["account"], one["origin"]) for one in payload["reports"]}
    if who - {(payload["learner"], payload["account"], payload["origin"])}:
        raise Refused("mixed")
    if head(payload["record"]["chain"]) != payload["record"]["head"]:
        raise Refused("altered")
    for time in (payload["made"], *(one["at"] for one in payload["record"]["entries"])):
        try:
            datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise Refused("bad_shape", place=f"time: {time}") from error
