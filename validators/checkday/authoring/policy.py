"""The read-only IAM policy: exactly the actions of the reads that checks may make."""

from __future__ import annotations

from collections import defaultdict
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ANY = ("*",)


def policy(reads: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """One statement for each service and list of resources."""
    groups: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for operations in reads.values():
        for read in operations.values():
            for action in actions(read):
                resources = tuple(sorted(read.get("on", _ANY)))
                groups[action.partition(":")[0], resources].add(action)
    return {"Version": "2012-10-17", "Statement": list(_statements(groups))}


def actions(read: Mapping[str, Any]) -> list[str]:
    """The IAM actions one read needs."""
    found = read.get("action", [])
    return [found] if isinstance(found, str) else list(found)


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
