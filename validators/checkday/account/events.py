"""An event of CloudTrail, cut down to what a proof needs: everything in it was chosen by its caller."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

_LARGEST = 256 * 1024
"""Bytes of one event at most: the CloudTrail user guide."""

_LONGEST, _MOST, _DEEPEST = 1024, 40, 6
_SECRET = {"environment", "code", "assumeRolePolicyDocument", "policyDocument", "accessKeyId", "queryString"}
"""Parameters that may hold secrets or other people's business, and prove nothing."""

UNREADABLE = "Unreadable"


@dataclass(frozen=True, slots=True)
class Event:
    """One management event; `time` is UTC in ISO 8601, names in `parameters` are CloudTrail's own."""

    id: str
    time: str
    name: str
    source: str
    region: str
    account: str
    principal: str
    error: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    response: Mapping[str, Any] = field(default_factory=dict)

    def parameter(self, path: str) -> Any:
        """What stands at a dotted path of the request, for example `databaseInput.name`; None if nothing."""
        return _at(self.parameters, path)

    def answered(self, path: str) -> Any:
        """What stands at a dotted path of the response; None if nothing."""
        return _at(self.response, path)


_FIELDS = {one.name for one in fields(Event)}
_NESTED = {"parameters", "response"}


def reduced(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of one entry of LookupEvents, fit for JSON; of one that cannot be read, only its name."""
    told = _told(entry.get("CloudTrailEvent"))
    readable = isinstance(told.get("eventName"), str)
    who, response = told.get("userIdentity"), told.get("responseElements")
    return {
        "id": str(entry.get("EventId", told.get("eventID", "")))[:_LONGEST],
        "time": _time(entry.get("EventTime")),
        "name": str(told.get("eventName", entry.get("EventName", "")))[:_LONGEST],
        "source": str(told.get("eventSource", entry.get("EventSource", "")))[:_LONGEST],
        "region": str(told.get("awsRegion", ""))[:_LONGEST],
        "account": str(told.get("recipientAccountId", ""))[:_LONGEST],
        "principal": str(who.get("arn", "") if isinstance(who, dict) else "")[:_LONGEST],
        "error": str(told.get("errorCode", ""))[:_LONGEST] if readable else UNREADABLE,
        "parameters": _parameters(told),
        "response": _kept(response, 0) if isinstance(response, dict) else {},
    }


def is_reduced(entry: Any) -> bool:
    """Whether this is what `reduced` makes, rather than what a damaged or forged file holds."""
    return (
        isinstance(entry, dict)
        and entry.keys() == _FIELDS
        and all(isinstance(entry[name], dict if name in _NESTED else str) for name in _FIELDS)
    )


def restored(entry: Mapping[str, Any]) -> Event:
    """The event that `reduced` kept."""
    return Event(**entry)


def _told(text: Any) -> dict[str, Any]:
    try:
        value = json.loads(text) if isinstance(text, str) and len(text) <= _LARGEST else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _parameters(told: Mapping[str, Any]) -> Any:
    """A service event (a click in the QuickSight console) has its parameters in another place."""
    given = told.get("requestParameters")
    details = told.get("serviceEventDetails")
    if not isinstance(given, dict) and isinstance(details, dict):
        given = details.get("eventRequestDetails")
    return _kept(given, 0) if isinstance(given, dict) else {}


def _kept(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, dict) and depth < _DEEPEST:
        known = [(str(key)[:_LONGEST], inner) for key, inner in value.items() if key not in _SECRET]
        return {key: _kept(inner, depth + 1) for key, inner in known[:_MOST]}
    if isinstance(value, list) and depth < _DEEPEST:
        return [_kept(inner, depth + 1) for inner in value[:_MOST]]
    return value if isinstance(value, (bool, int, float)) else None


def _time(moment: Any) -> str:
    if not isinstance(moment, datetime):
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
