"""The table of reads, as compiled from reads.yaml, and the causes, from causes.yaml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from checkday.resources import generated


@dataclass(frozen=True, slots=True)
class Pages:
    """How a list goes on: the parameter `token` takes what the key `next` of the answer holds."""

    token: str
    next: str
    items: str


@dataclass(frozen=True, slots=True)
class Read:
    """One operation a check may call."""

    call: str
    actions: tuple[str, ...]
    absent: frozenset[str]
    answers: tuple[str, ...]
    pages: Pages | None
    drops: frozenset[str] = frozenset()


@cache
def reads() -> Mapping[tuple[str, str], Read]:
    """(service, operation in snake case) -> what is known of it."""
    return {
        (service, operation): _read(service, operation, entry)
        for service, operations in _compiled("reads.json").items()
        for operation, entry in operations.items()
    }


@cache
def operations() -> Mapping[str, frozenset[str]]:
    """Service -> its operations in AWS's spelling: what the guard lets through."""
    names: dict[str, set[str]] = {}
    for (service, _), read in reads().items():
        names.setdefault(service, set()).add(read.call.partition(":")[2])
    return {service: frozenset(calls) for service, calls in names.items()}


@cache
def causes() -> Mapping[str, str]:
    """AWS's error code -> our cause."""
    found: dict[str, str] = _compiled("causes.json")
    return found


def camel(operation: str) -> str:
    """`list_objects_v2` -> `ListObjectsV2`."""
    return "".join(part.capitalize() for part in operation.split("_"))


def _read(service: str, operation: str, entry: dict[str, Any]) -> Read:
    action = entry.get("action", [])
    pages = entry.get("pages")
    return Read(
        call=f"{service}:{camel(operation)}",
        actions=(action,) if isinstance(action, str) else tuple(action),
        absent=frozenset(entry.get("absent", ())),
        answers=tuple(entry.get("answers", ())),
        pages=Pages(**pages) if pages else None,
        drops=frozenset(entry.get("drops", ())),
    )


def _compiled(name: str) -> Any:
    return json.loads(generated(name).read_text(encoding="utf-8"))
