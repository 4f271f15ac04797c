"""Lambda functions, what sets them off, and what they have logged."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from starlette.responses import Response

from checkday.console.problems import Lost
from checkday.console.visit import Visit

_PAGE = 50
_MOST_STREAMS = 20
_MOST_LINES = 200


def functions(visit: Visit) -> Response:
    """The functions of the Region."""
    after = visit.asked.get("after")
    answer = visit.client("lambda").list_functions(MaxItems=_PAGE, **({"Marker": after} if after else {}))
    return visit.page("functions.html", functions=answer["Functions"], after=answer.get("NextMarker"))


def function(visit: Visit) -> Response:
    """One function; of its variables only the names, for their values may be secret."""
    name = visit.need("function")
    found = _ask(visit, "lambda", "get_function_configuration", FunctionName=name)
    mappings = visit.client("lambda").list_event_source_mappings(FunctionName=name, MaxItems=_PAGE)
    return visit.page(
        "function.html",
        function=found,
        variables=sorted(found.get("Environment", {}).get("Variables", {})),
        mappings=mappings["EventSourceMappings"],
        streams=_streams(visit, name),
    )


def log(visit: Visit) -> Response:
    """What one log stream of a function holds, newest page first."""
    name, stream, after = visit.need("function"), visit.need("stream"), visit.asked.get("after")
    start = {"nextToken": after} if after else {}
    answer = _ask(
        visit,
        "logs",
        "get_log_events",
        logGroupName=_group(name),
        logStreamName=stream,
        limit=_MOST_LINES,
        startFromHead=False,
        **start,
    )
    older = answer.get("nextBackwardToken")
    more = older if answer["events"] and older != after else None
    return visit.page("log.html", function=name, stream=stream, lines=answer["events"], after=more)


def _streams(visit: Visit, name: str) -> list[dict[str, Any]]:
    try:
        answer = _ask(
            visit,
            "logs",
            "describe_log_streams",
            logGroupName=_group(name),
            orderBy="LastEventTime",
            descending=True,
            limit=_MOST_STREAMS,
        )
    except Lost:  # a function that has never run has no log group
        return []
    found: list[dict[str, Any]] = answer["logStreams"]
    return found


def _group(name: str) -> str:
    return f"/aws/lambda/{name}"


def _ask(visit: Visit, service: str, operation: str, **parameters: Any) -> Any:
    try:
        return getattr(visit.client(service), operation)(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            raise Lost from error
        raise
