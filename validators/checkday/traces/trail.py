"""Questions to CloudTrail's event history: who made what, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checkday.account import Account, Look
from checkday.account.answers import canonical
from checkday.account.events import UNREADABLE, Event, restored
from checkday.model import Blocked

_SERVICE = ".amazonaws.com"
_BY_SOURCE = {"quicksight"}
"""Services whose console leaves events that do not say whether they read or write."""


class Trail:
    """The management events of one account, as one check sees them; `looks` is the trail of its reads."""

    def __init__(self, account: Account, looks: set[Look], *, region: str, until: datetime) -> None:
        self._account, self._looks, self._region, self._until = account, looks, region, until

    def events(
        self, service: str, name: str, where: Mapping[str, Any] | None = None, *, region: str | None = None
    ) -> list[Event]:
        """The successful calls of this name in one Region, oldest first.

        `where` names parameters of the request, by dotted path, with the values they must have.

        Raises:
            Blocked: the history cannot be read, or not far or well enough to say that there is no such call.

        """
        region = region or self._region
        whole = ("EventSource", service + _SERVICE) if service in _BY_SOURCE else None
        for attribute in (whole, ("EventName", name)):
            answer = self._answer(region, attribute)
            events = [restored(one) for one in answer["Events"]]
            found = [one for one in events if self._is(one, service, name, where)]
            if found:
                return found
            if any(self._may_be(one, service, name) for one in events):
                raise Blocked("trail_unclear", region=region, event=name)
            if not answer["Truncated"]:
                return []
        raise Blocked("trail_cut", region=region)

    def first(
        self, service: str, name: str, where: Mapping[str, Any] | None = None, *, region: str | None = None
    ) -> Event | None:
        """The oldest of `events`, or None if there is none."""
        return next(iter(self.events(service, name, where, region=region)), None)

    def _answer(self, region: str, attribute: tuple[str, str] | None) -> dict[str, Any]:
        asked = {"Account": self._owner, "Until": self._until.isoformat(), "Attribute": attribute}
        return self._read(Look(region, "cloudtrail", "lookup_events", canonical(asked)))

    def _read(self, look: Look) -> dict[str, Any]:
        self._looks.add(look)
        return self._account.response(look)

    def _is(self, event: Event, service: str, name: str, where: Mapping[str, Any] | None) -> bool:
        return (
            not event.error
            and event.source == service + _SERVICE
            and _is_named(event, name)
            and event.account == self._owner
            and all(event.parameter(path) == value for path, value in (where or {}).items())
        )

    @staticmethod
    def _may_be(event: Event, service: str, name: str) -> bool:
        """Of what cannot be read nobody can say that it is not the call."""
        unreadable = event.error == UNREADABLE and event.source in {"", service + _SERVICE}
        return unreadable and _is_named(event, name)

    @property
    def _owner(self) -> str:
        identity = self._read(Look(self._region, "sts", "get_caller_identity", canonical({})))
        return str(identity["Account"])


def _is_named(event: Event, name: str) -> bool:
    """Lambda dates the names of its events: CreateFunction20150331."""
    return re.fullmatch(rf"{name}\d*(v\d+)?", event.name) is not None
