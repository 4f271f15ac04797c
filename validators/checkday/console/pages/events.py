"""CloudTrail's event history: who called what, newest first."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from checkday.console.showing import escaped
from checkday.console.visit import Visit

_PAGE = 50


def events(visit: Visit) -> Response:
    """The events that changed something, or all, or those of one name."""
    name, kind, after = (
        visit.asked.get("name", "").strip(),
        visit.asked.get("kind", ""),
        visit.asked.get("after"),
    )
    wanted: list[dict[str, str]] = []  # LookupEvents takes one attribute
    if name:
        wanted = [{"AttributeKey": "EventName", "AttributeValue": name}]
    elif kind != "all":
        wanted = [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]
    answer = visit.client("cloudtrail").lookup_events(
        LookupAttributes=wanted, MaxResults=_PAGE, **({"NextToken": after} if after else {})
    )
    found = [(event, _detail(event.get("CloudTrailEvent", "{}"))) for event in answer["Events"]]
    return visit.page("events.html", events=found, name=name, kind=kind, after=answer.get("NextToken"))


def _detail(text: str) -> dict[str, str]:
    """What the list shows of the event's own JSON: the request, and how it failed."""
    try:
        found: Any = json.loads(text)
    except ValueError:
        return {}
    asked, error = found.get("requestParameters"), found.get("errorCode")
    return {
        "request": escaped(json.dumps(asked, ensure_ascii=False, indent=2)) if asked else "",
        "error": str(error or ""),
    }
