"""The read-only IAM policies: exactly the actions of the reads that checks may make."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from string import ascii_uppercase
from typing import Any

LONGEST_SESSION_POLICY = 2048
"""Characters that AssumeRole takes as a session policy."""

_ANY_DAY = {"sts", "cloudtrail"}
"""Asked on whichever day is judged: their group is needed in any case."""

_VERSION = "2012-10-17"
_ANY = ("*",)

Reads = Mapping[str, Mapping[str, Mapping[str, Any]]]
Parts = dict[tuple[str, ...], set[str]]
"""Resources -> the actions on them."""


def policy(reads: Reads) -> dict[str, Any]:
    """One statement for each service and list of resources."""
    groups: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for operations in reads.values():
        for read in operations.values():
            for action in actions(read):
                resources = tuple(sorted(read.get("on", _ANY)))
                groups[action.partition(":")[0], resources].add(action)
    return {"Version": _VERSION, "Statement": list(_statements(groups))}


def session_policies(reads: Reads) -> list[dict[str, Any]]:
    """The same actions as a few session policies, each for whole services and small enough for AssumeRole.

    A session may do what both its role and its policy allow: with these, a role that allows too much is
    still only read. Each service comes into the first group with room, in the order of reads.yaml, which
    begins with those of the first days.

    Raises:
        ValueError: the reads of one service alone are too many.

    """
    groups: list[tuple[list[str], Parts]] = []
    for service in sorted(reads, key=lambda one: one not in _ANY_DAY):
        own = _parts(reads[service].values())
        for services, parts in groups:
            if _length(both := _joined(parts, own)) <= LONGEST_SESSION_POLICY:
                services.append(service)
                parts.update(both)
                break
        else:
            if _length(own) > LONGEST_SESSION_POLICY:
                raise ValueError(service)
            groups.append(([service], own))
    return [{"services": services, "policy": _session(parts)} for services, parts in groups]


def actions(read: Mapping[str, Any]) -> list[str]:
    """The IAM actions one read needs."""
    found = read.get("action", [])
    return [found] if isinstance(found, str) else list(found)


def _parts(operations: Iterable[Mapping[str, Any]]) -> Parts:
    found: Parts = {}
    for read in operations:
        for action in actions(read):
            found.setdefault(tuple(sorted(read.get("on", _ANY))), set()).add(action)
    return found


def _joined(one: Parts, other: Parts) -> Parts:
    return {where: one.get(where, set()) | other.get(where, set()) for where in (*one, *other)}


def _session(parts: Parts) -> dict[str, Any]:
    """Without names of statements: each character counts."""
    statements = [
        {"Effect": "Allow", "Action": sorted(found), "Resource": list(where)}
        for where, found in sorted(parts.items())
    ]
    return {"Version": _VERSION, "Statement": statements}


def _length(parts: Parts) -> int:
    return len(json.dumps(_session(parts), separators=(",", ":")))


def _statements(groups: Mapping[tuple[str, tuple[str, ...]], set[str]]) -> Iterator[dict[str, Any]]:
    services = [service for service, _ in sorted(groups)]
    seen: dict[str, int] = defaultdict(int)
    for service, resources in sorted(groups):
        letter = ascii_uppercase[seen[service]] if services.count(service) > 1 else ""
        seen[service] += 1
        yield {
            "Sid": f"{service.title().replace('-', '')}{letter}",
            "Effect": "Allow",
            "Action": sorted(groups[service, resources]),
            "Resource": "*" if resources == _ANY else list(resources),
        }
