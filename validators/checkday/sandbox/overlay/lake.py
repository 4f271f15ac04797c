"""The objects of a lake, as services that read one see them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from checkday.sandbox.overlay.wire import Stored

_PATH = re.compile(r"s3[an]?://([^/]+)/?(.*)", re.DOTALL)
_GLOB = re.compile(r"\*\*|\*|\?|\[[^\]]*\]|\{[^}]*\}")


class Place(NamedTuple):
    """A bucket, and a prefix in it: empty, or ending with a slash."""

    bucket: str
    prefix: str

    @property
    def address(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def place(path: str) -> Place | None:
    """What `s3://bucket/folder` names, with or without a slash at the end; None if it names nothing."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    return Place(found[1], found[2].rstrip("/") + "/" if found[2].strip("/") else "")


def visible(objects: Iterable[Stored], prefix: str, exclusions: Sequence[str] = ()) -> list[Stored]:
    """Those that hold data: no folder markers, nothing empty, hidden or excluded."""
    patterns = [re.compile(_expression(each), re.DOTALL) for each in exclusions]
    return [
        each
        for each in objects
        if each.size > 0
        and not each.key.endswith("/")
        and not _is_hidden(each.key[len(prefix) :])
        and not any(pattern.fullmatch(each.key[len(prefix) :]) for pattern in patterns)
    ]


def _is_hidden(path: str) -> bool:
    return any(part.startswith(("_", ".")) for part in path.split("/"))


def _expression(pattern: str) -> str:
    """A crawler's exclude pattern as a regular expression: only `**` crosses folders."""
    ends, parts = 0, []
    for found in _GLOB.finditer(pattern):
        parts += [re.escape(pattern[ends : found.start()]), _wild(found[0])]
        ends = found.end()
    return "".join(parts) + re.escape(pattern[ends:])


def _wild(glob: str) -> str:
    if glob in {"**", "*", "?"}:
        return {"**": ".*", "*": "[^/]*", "?": "[^/]"}[glob]
    inner = glob[1:-1]
    if glob[0] == "{":
        return f"(?:{'|'.join(_expression(each) for each in inner.split(','))})"
    negated, inner = (inner[:1] == "!", inner.lstrip("!"))
    return f"[{'^' if negated else ''}{re.escape(inner).replace(chr(92) + '-', '-')}]" if inner else "(?!)"
