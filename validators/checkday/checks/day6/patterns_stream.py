"""Day 6, the stream: a function copies every change of the log, deletions as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkday.checks.indexes import existing_table
from checkday.checks.items import Item, item, table
from checkday.checks.traces import shown, tables_made
from checkday.lab import Event, Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

_DAY = 6
_VIEWS = {"NEW_IMAGE", "NEW_AND_OLD_IMAGES"}
_REPORT = "ReportBatchItemFailures"
_WAIT = 20

_DELETED: Item = {"PK": {"S": "request#20001"}}
_CHANGED: Item = {"PK": {"S": "request#20002"}}
_EXACT: Item = {"PK": {"S": "request#20003"}}
"""Items of the stream's part: the first is deleted, the second gets a note, the third stays as it is."""

_MOST_PAGES = 4
"""Of a megabyte each: several times what the stream's part fills."""


def stream(lab: Lab) -> Evidence:
    """The log's table writes its changes to a stream, each with the new item."""
    name, found = lab.name("log"), existing_table(lab, "log")
    told = found.get("StreamSpecification")
    if not told or not told["StreamEnabled"]:
        raise NotYet("off", table=name)
    if (view := told.get("StreamViewType", "-")) not in _VIEWS:
        raise NotYet("view", table=name, actual=view, wanted="NEW_AND_OLD_IMAGES")
    return {"stream": found.get("LatestStreamArn", "-"), "view": view}


def stream_trace(lab: Lab) -> Evidence | None:
    """A stream with new items was turned on, with the table or later."""
    later = lab.history.events("dynamodb", "UpdateTable", {"tableName": lab.name("log")})
    on = [
        one
        for one in (*tables_made(lab, "log"), *later)
        if one.parameter("streamSpecification.streamEnabled")
    ]
    made = shown(lab, on, lambda one: one.parameter("streamSpecification.streamViewType") in _VIEWS)
    if made is None:
        return None
    arn = str(made.answered("tableDescription.latestStreamArn") or "-")
    view = made.parameter("streamSpecification.streamViewType")
    return {"stream": arn, "view": view, "event": made.id, "at": made.time}


def replicator(lab: Lab) -> Evidence:
    """The function is fed by the stream as it is now, without complaint, and says which records failed."""
    name = lab.name("copy")
    found = lab.find(lab.aws.lambda_.get_function_configuration, FunctionName=name)
    if found is None:
        raise NotYet("missing", function=name)
    if found.get("State") == "Pending" or found.get("LastUpdateStatus") == "InProgress":
        raise Pending("starting", _WAIT, name=name)
    if "Failed" in {found.get("State"), found.get("LastUpdateStatus")}:
        reason = found.get("StateReason") or found.get("LastUpdateStatusReason", "-")
        raise NotYet("failed", function=name, reason=reason)
    mapping = _mapping(lab, name)
    _check_mapping(mapping, name)
    role = found.get("Role", "-").rpartition("/")[2]
    return {"function": name, "mapping": mapping.get("UUID", "-"), "role": role}


def replicator_trace(lab: Lab) -> Evidence | None:
    """The function was made, and a mapping that feeds it with the log's stream and hears of failures."""
    made = lab.history.first("lambda", "CreateFunction", {"functionName": lab.name("copy")})
    fed = shown(lab, lab.history.events("lambda", "CreateEventSourceMapping"), lambda one: _feeds(lab, one))
    if made is None or fed is None:
        return None
    role = str(made.parameter("role") or "-").rpartition("/")[2]
    return {
        "function": lab.name("copy"),
        "mapping": str(fed.answered("uUID") or fed.answered("uuid") or "-"),
        "role": role,
        "event": fed.id,
        "at": fed.time,
    }


def replica_items(lab: Lab) -> Evidence:
    """The copy holds what was written since the stream listens: changed, deleted and exact as in the log."""
    name = lab.name("log_copy")
    if table(lab, "log_copy") is None:
        raise NotYet("no_copy", table=name)
    wanted, actual = lab.golden["patterns"]["there"]["stream"] - 1, _size_of(lab, name)
    if actual == 0:
        raise NotYet("empty", table=name, wanted=wanted)
    if item(lab, "log", _DELETED) is not None or item(lab, "log", _CHANGED) is None:
        raise NotYet("not_tried", table=lab.name("log"), key=_DELETED["PK"]["S"])
    if item(lab, "log_copy", _DELETED) is not None:
        raise NotYet("not_deleted", table=name, key=_DELETED["PK"]["S"])
    if actual < wanted:
        raise NotYet("partial", table=name, actual=actual, wanted=wanted)
    _check_same(lab, _EXACT, "inexact")
    _check_same(lab, _CHANGED, "unchanged")
    if (note := (item(lab, "log_copy", _CHANGED) or {}).get("Note", {}).get("S", "-")) != lab.learner:
        raise NotYet("no_note", table=name, key=_CHANGED["PK"]["S"], actual=note, wanted=lab.learner)
    return {"items": actual}


def decision(lab: Lab) -> Evidence:
    """Enough of the quiz's questions are answered right: which pattern for what, and at which price."""
    score = lab.score(_DAY)
    if score is None:
        raise NotYet("not_answered", day=_DAY)
    if score.right < score.wanted:
        raise NotYet("wrong_answers", right=score.right, total=score.total, wanted=score.wanted, day=_DAY)
    return {"right": score.right, "total": score.total}


def _mapping(lab: Lab, name: str) -> EventSourceMappingConfigurationTypeDef:
    """The function's own mapping, and among several the one of the stream as it is now."""
    source = (table(lab, "log") or {}).get("LatestStreamArn", "-")
    found = lab.aws.lambda_.list_event_source_mappings()["EventSourceMappings"]
    ours = [one for one in found if one.get("FunctionArn", "").split(":")[6:7] == [name]]
    right = next((one for one in ours if one.get("EventSourceArn") == source), None)
    if right is not None:
        return right
    if not ours:
        raise NotYet("no_mapping", function=name, table=lab.name("log"))
    actual = ours[0].get("EventSourceArn", "-")
    if f":table/{lab.name('log')}/stream/" in actual:
        raise NotYet("old_stream", function=name, actual=actual, wanted=source)
    raise NotYet("wrong_stream", function=name, actual=actual, wanted=source)


def _check_mapping(mapping: EventSourceMappingConfigurationTypeDef, name: str) -> None:
    state, result = mapping.get("State", "-"), mapping.get("LastProcessingResult", "")
    if state in {"Creating", "Enabling", "Updating"}:
        raise Pending("starting", _WAIT, name=name)
    if state != "Enabled":
        raise NotYet("disabled", function=name, state=state)
    if result.startswith("PROBLEM"):
        raise NotYet("problem", function=name, reason=result)
    if _REPORT not in mapping.get("FunctionResponseTypes", []):
        raise NotYet("no_report", function=name, wanted=_REPORT)


def _feeds(lab: Lab, event: Event) -> bool:
    function = str(event.parameter("functionName") or "").rpartition(":")[2]
    source = str(event.parameter("eventSourceArn") or "")
    return (
        function == lab.name("copy")
        and f":table/{lab.name('log')}/stream/" in source
        and _REPORT in (event.parameter("functionResponseTypes") or ())
    )


def _check_same(lab: Lab, key: Item, code: str) -> None:
    """An item of the copy is the log's, attribute by attribute, to the last digit."""
    original, copy = item(lab, "log", key) or {}, item(lab, "log_copy", key) or {}
    for attribute, value in original.items():
        if copy.get(attribute) != value:
            raise NotYet(
                code,
                key=key["PK"]["S"],
                attribute=attribute,
                wanted=_told(value),
                actual=_told(copy.get(attribute)),
            )


def _told(value: object) -> str:
    return (
        " ".join(f"{kind} {content}" for kind, content in value.items()) if isinstance(value, dict) else "-"
    )


def _size_of(lab: Lab, name: str) -> int:
    """How many items a table of a reasonable size holds."""
    found = 0
    start: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        page = lab.find(lab.aws.dynamodb.scan, TableName=name, Select="COUNT", **start)
        found += page["Count"] if page else 0
        if not page or "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    return found
