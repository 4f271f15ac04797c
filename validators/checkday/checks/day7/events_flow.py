"""Day 7, the flow of events: streams, what feeds which function, and where what fails goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.checks.functions import function_made, has_worked, mappings_of, named_in, ready_function
from checkday.checks.indexes import existing_table
from checkday.checks.items import table
from checkday.checks.metrics import summed
from checkday.checks.roles import assumable_role
from checkday.checks.traces import shown, tables_made
from checkday.lab import Event, Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from collections.abc import Collection

    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

_BOTH = "NEW_AND_OLD_IMAGES"
_VIEWS = {"state": {_BOTH}, "reduce": {"NEW_IMAGE", _BOTH}}
_NEXT = {"map": ("state", "reduce"), "reduce": ("reduce", "aggregate")}
"""Function -> the table whose stream it reads, and the table that it writes."""

_REPORT = "ReportBatchItemFailures"
_WAIT = 20
_FEWEST = 100
"""Executions at once that an account must leave to all functions without a reservation."""


def state_stream(lab: Lab) -> Evidence:
    """The state's stream tells of each change what was there before and after."""
    return _stream(lab, "state")


def state_stream_trace(lab: Lab) -> Evidence | None:
    """Such a stream was turned on, with the table or later."""
    return _stream_made(lab, "state")


def reduce_stream(lab: Lab) -> Evidence:
    """The stream of the messages tells what each of them holds."""
    return _stream(lab, "reduce")


def reduce_stream_trace(lab: Lab) -> Evidence | None:
    """Such a stream was turned on, with the table or later."""
    return _stream_made(lab, "reduce")


def map_function(lab: Lab) -> Evidence:
    """The function that maps can run."""
    return _function(lab, "map")


def map_function_trace(lab: Lab) -> Evidence | None:
    """It was made, and calls of it succeeded."""
    return _function_worked(lab, "map")


def reduce_function(lab: Lab) -> Evidence:
    """The function that reduces can run."""
    return _function(lab, "reduce")


def reduce_function_trace(lab: Lab) -> Evidence | None:
    """It was made, and calls of it succeeded."""
    return _function_worked(lab, "reduce")


def map_mapping(lab: Lab) -> Evidence:
    """The state's stream feeds the function that maps, and messages come of it."""
    return _fed(lab, "map")


def map_mapping_trace(lab: Lab) -> Evidence | None:
    """A mapping was made that feeds it with the state's stream."""
    return _mapping_made(lab, "map")


def reduce_mapping(lab: Lab) -> Evidence:
    """The stream of the messages feeds the function that reduces, and totals come of it."""
    return _fed(lab, "reduce")


def reduce_mapping_trace(lab: Lab) -> Evidence | None:
    """A mapping was made that feeds it with the messages' stream."""
    return _mapping_made(lab, "reduce")


def reduce_role(lab: Lab) -> Evidence:
    """Lambda may take on the role, and it has the rights: the totals are written under it."""
    found = ready_function(lab, "reduce", lab.region)
    role = assumable_role(lab, found.get("Role", "-").rpartition("/")[2], "lambda.amazonaws.com")
    for one in mappings_of(lab, "reduce"):
        if (reason := one.get("LastProcessingResult", "")).startswith(
            "PROBLEM"
        ) and "call failed" not in reason:
            raise NotYet("denied", role=role["role"], reason=reason)
    if _is_empty(lab, "aggregate"):
        raise NotYet("no_effect", role=role["role"], table=lab.name("aggregate"))
    return {"role": role["role"]}


def reduce_role_trace(lab: Lab) -> Evidence | None:
    """The function was made with a role, and calls of it succeeded."""
    return _function_worked(lab, "reduce")


def reduce_serial(lab: Lab) -> Evidence:
    """The function that reduces runs once at a time, as far as the account's quota lets it be told so."""
    name = ready_function(lab, "reduce", lab.region).get("FunctionName", "-")
    found = lab.find(lab.aws.lambda_.get_function_concurrency, FunctionName=name)
    reserved = found.get("ReservedConcurrentExecutions") if found else None
    if reserved == 1:
        return {"function": name, "reserved": 1}
    if reserved == 0:
        raise NotYet("still_throttled", function=name)
    if reserved is not None:
        raise NotYet("wrong_number", function=name, actual=reserved)
    quota = lab.aws.lambda_.get_account_settings()["AccountLimit"].get("ConcurrentExecutions", 0)
    if quota > _FEWEST:
        raise NotYet("unreserved", function=name)
    if any(one.get("ParallelizationFactor", 1) > 1 for one in mappings_of(lab, "reduce")):
        raise NotYet("parallel", function=name, quota=quota)
    return lab.other_path(function=name, reserved=0)


def reduce_serial_trace(lab: Lab) -> Evidence | None:
    """One execution was reserved for it."""
    where = {"functionName": lab.name("reduce")}
    events = lab.history.events("lambda", "PutFunctionConcurrency", where)
    made = shown(lab, events, lambda one: one.parameter("reservedConcurrentExecutions") == 1)
    if made is None:
        return None
    return {"function": lab.name("reduce"), "reserved": 1, "event": made.id, "at": made.time}


def dead_letter(lab: Lab) -> Evidence:
    """What a function cannot digest goes into the queue after the last try, and something has gone there."""
    name = lab.name("dlq")
    found = lab.find(lab.aws.sqs.get_queue_url, QueueName=name)
    url = found["QueueUrl"] if found else ""
    told = lab.find(lab.aws.sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["All"]) if url else None
    if told is None:
        raise NotYet("no_queue", queue=name)
    wanted = told["Attributes"].get("QueueArn", "-")
    for what in _NEXT:
        for one in mappings_of(lab, what) or [{}]:
            actual = one.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")
            if actual != wanted:
                raise NotYet("no_destination", function=lab.name(what), actual=actual or "-", wanted=wanted)
    waiting = told["Attributes"].get("ApproximateNumberOfMessages", "0")
    being_read = told["Attributes"].get("ApproximateNumberOfMessagesNotVisible", "0")
    count = int(waiting) + int(being_read)
    if not count:
        raise NotYet("empty", queue=name)
    return {"queue": name, "messages": count}


def dead_letter_trace(lab: Lab) -> Evidence | None:
    """The queue was made, and messages were put into it."""
    name = lab.name("dlq")
    made = lab.history.first("sqs", "CreateQueue", {"queueName": name})
    sent = summed(lab, lab.region, "AWS/SQS", "NumberOfMessagesSent", QueueName=name).total
    event = shown(lab, [made] if made else [], lambda _: sent > 0)
    if event is None:
        return None
    return {"queue": name, "messages": int(sent), "event": event.id, "at": event.time}


def _stream(lab: Lab, what: str) -> Evidence:
    name, found = lab.name(what), existing_table(lab, what)
    told = found.get("StreamSpecification")
    if not told or not told["StreamEnabled"]:
        raise NotYet("off", table=name)
    if (view := told.get("StreamViewType", "-")) not in _VIEWS[what]:
        raise NotYet("view", table=name, actual=view, wanted=" / ".join(sorted(_VIEWS[what])))
    return {"stream": found.get("LatestStreamArn", "-"), "view": view}


def _stream_made(lab: Lab, what: str) -> Evidence | None:
    later = lab.history.events("dynamodb", "UpdateTable", {"tableName": lab.name(what)})
    made = [
        one for one in (*tables_made(lab, what), *later) if one.parameter("streamSpecification.streamEnabled")
    ]
    event = shown(lab, made, lambda one: one.parameter("streamSpecification.streamViewType") in _VIEWS[what])
    if event is None:
        return None
    arn = str(event.answered("tableDescription.latestStreamArn") or "-")
    view = event.parameter("streamSpecification.streamViewType")
    return {"stream": arn, "view": view, "event": event.id, "at": event.time}


def _function(lab: Lab, what: str) -> Evidence:
    found = ready_function(lab, what, lab.region)
    return {"function": lab.name(what), "role": found.get("Role", "-")}


def _function_worked(lab: Lab, what: str) -> Evidence | None:
    made = function_made(lab, what, lab.region)
    event = shown(lab, [made] if made else [], lambda _: has_worked(lab, what, lab.region))
    if event is None:
        return None
    role = str(event.parameter("role") or "-")
    return {"function": lab.name(what), "role": role, "event": event.id, "at": event.time}


def _fed(lab: Lab, what: str) -> Evidence:
    """The mapping of the stream as it is now: it is on, careful, and has had an effect."""
    ready_function(lab, what, lab.region)
    mapping = _mapping(lab, what)
    state, result = mapping.get("State", "-"), mapping.get("LastProcessingResult", "")
    facts = {"function": lab.name(what)}
    if state in {"Creating", "Enabling", "Updating"}:
        raise Pending("starting", _WAIT, name=lab.name(what))
    if state != "Enabled":
        raise NotYet("disabled", state=state, **facts)
    if result.startswith("PROBLEM") and "call failed" not in result:
        raise NotYet("problem", reason=result, **facts)
    _check_careful(mapping, facts["function"])
    if _is_empty(lab, _NEXT[what][1]):
        raise _no_effect(lab, what, mapping)
    return {"function": lab.name(what), "mapping": mapping.get("UUID", "-")}


def _mapping(lab: Lab, what: str) -> EventSourceMappingConfigurationTypeDef:
    source = _NEXT[what][0]
    wanted = (table(lab, source) or {}).get("LatestStreamArn", "-")
    ours = mappings_of(lab, what)
    right = [one for one in ours if one.get("EventSourceArn") == wanted]
    if right:
        return right[0]
    if not ours:
        raise NotYet("no_mapping", function=lab.name(what), table=lab.name(source))
    actual = ours[0].get("EventSourceArn", "-")
    if f":table/{lab.name(source)}/stream/" in actual:
        raise NotYet("old_stream", function=lab.name(what), actual=actual, wanted=wanted)
    raise NotYet("wrong_stream", function=lab.name(what), actual=actual, wanted=wanted)


def _check_careful(mapping: EventSourceMappingConfigurationTypeDef, function: str) -> None:
    """A record that nobody understands must not stop the others until it is a day old."""
    if _REPORT not in mapping.get("FunctionResponseTypes", []):
        raise NotYet("no_report", function=function, wanted=_REPORT)
    if not mapping.get("BisectBatchOnFunctionError"):
        raise NotYet("no_bisect", function=function)
    if mapping.get("MaximumRetryAttempts", -1) < 0:
        raise NotYet("no_limit", function=function)


def _no_effect(lab: Lab, what: str, mapping: EventSourceMappingConfigurationTypeDef) -> NotYet | Pending:
    """Why nothing has come of a mapping that is on."""
    source, target = _NEXT[what]
    facts = {"function": lab.name(what), "table": lab.name(target)}
    result = mapping.get("LastProcessingResult", "")
    if _is_empty(lab, source):
        return NotYet("nothing_sent", table=lab.name(source))
    if result.startswith("PROBLEM"):
        return NotYet("failing", reason=result, **facts)
    if mapping.get("StartingPosition") == "LATEST":
        return NotYet("latest_missed", **facts)
    if result == "OK":
        return NotYet("swallowed", **facts)
    return Pending("working", _WAIT, **facts)


def _is_empty(lab: Lab, what: str) -> bool:
    found = lab.find(lab.aws.dynamodb.scan, TableName=lab.name(what), Limit=1, ConsistentRead=True)
    return not found or not found["Count"]


def _mapping_made(lab: Lab, what: str) -> Evidence | None:
    events = lab.history.events("lambda", "CreateEventSourceMapping")
    ours = [one for one in events if _function_of(one) == lab.name(what)]
    event = shown(lab, ours, lambda one: _is_fed_by(one, lab.name(_NEXT[what][0])))
    if event is None:
        return None
    number = str(event.answered("uUID") or event.answered("uuid") or "-")
    return {"function": lab.name(what), "mapping": number, "event": event.id, "at": event.time}


def _function_of(event: Event) -> str:
    told = str(event.parameter("functionName") or "")
    return named_in(told) or told


def _is_fed_by(event: Event, source: str) -> bool:
    types: Collection[str] = event.parameter("functionResponseTypes") or ()
    return f":table/{source}/stream/" in str(event.parameter("eventSourceArn") or "") and _REPORT in types
