"""CloudTrail's event history as `LookupEvents` shows it: newest first, in pages, by one attribute at most."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from checkday.sandbox.overlay.cloudtrail_history import ATTRIBUTES, Look, Place, history
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, good, refusal

_PAGE = 50
_MOST = 2**62


class _Invalid(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def _lookup(request: Request, emulator: Emulator) -> Answer:
    said = request.parameters
    try:
        return good(_page(said, emulator))
    except _Invalid as error:
        return refusal(error.code, str(error))


def _page(said: Mapping[str, Any], emulator: Emulator) -> dict[str, Any]:
    size = said.get("MaxResults", _PAGE)
    if not isinstance(size, int) or not 0 < size <= _PAGE:
        raise _Invalid("InvalidMaxResultsException", f"MaxResults must be between 1 and {_PAGE}.")
    look, mark = _look(said, emulator), _mark(said)
    after = _unpacked(said["NextToken"], mark) if "NextToken" in said else None
    # Events of Insights, the only other category, there are none.
    found = [] if "EventCategory" in said else history().page(look, after, size + 1)
    answer: dict[str, Any] = {"Events": [shown for _, shown in found[:size]]}
    return answer | ({"NextToken": _packed(found[size - 1][0], mark)} if len(found) > size else {})


def _look(said: Mapping[str, Any], emulator: Emulator) -> Look:
    start, end = _time(said.get("StartTime")), _time(said.get("EndTime"))
    if start is not None and end is not None and start > end:
        raise _Invalid("InvalidTimeRangeException", "The start time must be before the end time.")
    if said.get("EventCategory", "insight") != "insight":
        raise _Invalid("InvalidEventCategoryException", "The event category is not valid.")
    return Look(emulator.account, emulator.region, start, end, _attribute(said.get("LookupAttributes") or []))


def _time(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise _Invalid("InvalidTimeRangeException", "The time is not valid.") from error


def _attribute(given: Any) -> tuple[str, str] | None:
    if not given:
        return None
    one = given[0] if isinstance(given, list) and len(given) == 1 else None
    if not isinstance(one, dict) or one.get("AttributeKey") not in ATTRIBUTES:
        raise _Invalid("InvalidLookupAttributesException", "You can specify one valid lookup attribute.")
    return str(one["AttributeKey"]), str(one.get("AttributeValue", ""))


def _mark(said: Mapping[str, Any]) -> str:
    """What the question is, apart from the page: a token is good for this one only."""
    asked = {name: said.get(name) for name in ("LookupAttributes", "StartTime", "EndTime", "EventCategory")}
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def _packed(place: Place, mark: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([*place, mark]).encode()).decode()


def _unpacked(token: Any, mark: str) -> Place:
    try:
        at, number, marked = json.loads(base64.urlsafe_b64decode(str(token).encode()))
        place = Place(*(max(0, min(int(each), _MOST)) for each in (at, number)))
    except (ValueError, TypeError, OverflowError) as error:
        raise _Invalid("InvalidNextTokenException", "The token is not valid.") from error
    if marked != mark:
        message = "A token must be used with the parameters of the call that it came from."
        raise _Invalid("InvalidNextTokenException", message)
    return place


HANDLERS: Mapping[str, Handler] = {"LookupEvents": _lookup}
