"""What AWS answered to one read, in a form that can be kept, compared and judged again."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checkday.model import Blocked, Sighting

Response = dict[str, Any]


class Absent(Exception):
    """AWS answered that the thing is not there."""


@dataclass(frozen=True, slots=True)
class Look:
    """One distinct read: asked once a run, however many checks want it."""

    region: str
    service: str
    operation: str
    parameters: str
    """Canonical JSON."""

    @property
    def call(self) -> str:
        """The name in AWS's own spelling, for example `s3:ListObjectsV2`."""
        return f"{self.service}:{''.join(part.capitalize() for part in self.operation.split('_'))}"


@dataclass(frozen=True, slots=True)
class Page:
    response: Response
    request_id: str
    at: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The pages of one read, or why there are none. `sent` counts the requests it took."""

    look: Look
    pages: Sequence[Page] = ()
    absent: str | None = None
    cause: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    sent: int = 1
    _sighted: list[Sighting] = field(init=False, repr=False, compare=False, default_factory=list)

    def sightings(self) -> list[Sighting]:
        """What stands in a report of it; made once, as many milestones rest on the same answer."""
        if not self._sighted:
            look = self.look
            self._sighted[:] = [
                Sighting(look.call, look.region, page.request_id, page.at, digest(page.response))
                for page in self.pages
            ]
        return self._sighted

    def response(self, items: str | None) -> Response:
        """One response, its pages joined at the key `items`.

        Raises:
            Absent: the thing is not there.
            Blocked: the look failed.

        """
        if self.cause is not None:
            raise Blocked(self.cause, **self.facts)
        if self.absent is not None:
            raise Absent(self.absent)
        merged = dict(self.pages[0].response)
        if items is not None:
            merged[items] = [item for page in self.pages for item in page.response.get(items, ())]
        if isinstance(merged.get("Body"), bytes):
            merged["Body"] = io.BytesIO(merged["Body"])
        return merged


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, times and bytes spelled out."""
    return json.dumps(value, default=_spelled, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def digest(response: Response) -> str:
    return "sha256:" + hashlib.sha256(canonical(response).encode()).hexdigest()


def restored(value: dict[str, Any]) -> Any:
    """The object hook that undoes `canonical`."""
    if value.keys() == {"$time"}:
        return datetime.fromisoformat(value["$time"])
    if value.keys() == {"$bytes"}:
        return base64.b64decode(value["$bytes"], validate=True)
    return value


def _spelled(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(type(value).__name__)
