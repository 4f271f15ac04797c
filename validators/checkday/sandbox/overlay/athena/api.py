"""The operations on query executions."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from checkday.sandbox.overlay.athena import results
from checkday.sandbox.overlay.athena.answers import Invalid, answering
from checkday.sandbox.overlay.athena.buckets import Buckets, Denied, NoBucket, NoObject, split
from checkday.sandbox.overlay.athena.history import Execution
from checkday.sandbox.overlay.athena.runner import Runner
from checkday.sandbox.overlay.wire import Emulator, Handler, Request

PRIMARY = "primary"
_PAGE, _LONGEST_PAGE = 50, 1000
_ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
_WRITING = {"CREATE_TABLE_AS_SELECT", "INSERT", "UNLOAD"}

_NO_LOCATION = (
    "No output location provided. An output location is required either through the Workgroup result "
    "configuration setting or as an API input."
)


@cache
def runner() -> Runner:
    """One for the server; made when the first query comes."""
    return Runner()


async def stop_all(_emulator: Emulator) -> None:
    if runner.cache_info().currsize:
        await runner().close()


async def _start(request: Request, emulator: Emulator) -> dict[str, Any]:
    said = request.parameters
    history = runner().history
    token = said.get("ClientRequestToken")
    known = history.by_token(emulator.account, emulator.region, token) if token else None
    if known is not None:
        if known.shown["Query"] != said.get("QueryString"):
            raise Invalid("Idempotent parameters do not match", "IDEMPOTENT_PARAMETERS_MISMATCH")
        return {"QueryExecutionId": known.id}
    group = emulator.work_groups().get(said.get("WorkGroup") or PRIMARY)
    if group is None or group["State"] != "ENABLED":
        state = "not found" if group is None else "disabled"
        raise Invalid(f"WorkGroup {said.get('WorkGroup') or PRIMARY} is {state}.")
    text = str(said.get("QueryString") or "")
    kind, substatement = await asyncio.to_thread(_kind_of, text)
    execution = _execution(said, group, emulator, kind, substatement)
    if not execution.kept["managed"] and not await Buckets(request, emulator).exists(
        execution.kept["output"]
    ):
        raise Invalid(f"Unable to verify/create output bucket {split(execution.kept['output'])[0]}")
    runner().start(execution, request, emulator)
    return {"QueryExecutionId": execution.id}


def _kind_of(text: str) -> tuple[str, str]:
    """What the statement is; the parser is imported with the first query."""
    from checkday.sandbox.overlay.athena.sql import statements  # noqa: PLC0415
    from checkday.sandbox.overlay.athena.sql.errors import Malformed  # noqa: PLC0415

    try:
        statement: Any = statements.parse(text)
    except Malformed as error:
        raise Invalid(str(error), "MALFORMED_QUERY") from error
    return statement.kind, statement.substatement


def _execution(
    said: Mapping[str, Any], group: Mapping[str, Any], emulator: Emulator, kind: str, substatement: str
) -> Execution:
    configuration = group["Configuration"]
    enforced = bool(configuration.get("EnforceWorkGroupConfiguration"))
    managed = bool((configuration.get("ManagedQueryResultsConfiguration") or {}).get("Enabled"))
    own, client = configuration.get("ResultConfiguration") or {}, said.get("ResultConfiguration") or {}
    chosen = own if enforced else {**own, **client}
    output = "" if managed else _folder(chosen.get("OutputLocation"))
    number, writes = str(uuid.uuid4()), substatement in _WRITING
    context = {"Catalog": "awsdatacatalog", **(said.get("QueryExecutionContext") or {})}
    shown: dict[str, Any] = {
        "QueryExecutionId": number,
        "Query": said["QueryString"],
        "StatementType": kind,
        "SubstatementType": substatement,
        "QueryExecutionContext": {name: str(value).lower() for name, value in context.items()},
        "Status": {"State": "QUEUED", "SubmissionDateTime": time.time()},
        "Statistics": {"DataScannedInBytes": 0},
        "WorkGroup": group["Name"],
        "EngineVersion": {**_ENGINE, **(configuration.get("EngineVersion") or {})},
    }
    result = f"{output}{number}" + ("" if writes else ".csv" if kind == "DML" else ".txt")
    shown["ResultConfiguration"] = {} if managed else {**chosen, "OutputLocation": result}
    if managed:
        shown["ManagedQueryResultsConfiguration"] = configuration["ManagedQueryResultsConfiguration"]
    for name in ("ResultReuseConfiguration", "ExecutionParameters"):
        shown |= {name: said[name]} if name in said else {}
    kept = {
        "output": output,
        "result": result,
        "managed": managed,
        "writes": writes,
        "cutoff": configuration.get("BytesScannedCutoffPerQuery"),
        "job": {
            "text": said["QueryString"],
            "query_id": number,
            "database": shown["QueryExecutionContext"].get("Database", "default"),
            "output": output,
            "parameters": said.get("ExecutionParameters") or [],
            "enforced": enforced and not managed,
        },
    }
    return Execution(emulator.account, emulator.region, shown, kept, said.get("ClientRequestToken"))


def _folder(location: str | None) -> str:
    if not location:
        raise Invalid(_NO_LOCATION)
    try:
        split(location)
    except ValueError as error:
        raise Invalid(f"outputLocation is not a valid S3 path. Invalid S3 path: {error}") from error
    return f"{location.rstrip('/')}/"


def _found(number: object, emulator: Emulator) -> Execution:
    found = runner().history.get(emulator.account, emulator.region, str(number))
    if found is None:
        raise Invalid(f"QueryExecution {number} was not found")
    return found


async def _get(request: Request, emulator: Emulator) -> dict[str, Any]:
    return {"QueryExecution": _found(request.parameters.get("QueryExecutionId"), emulator).shown}


async def _get_many(request: Request, emulator: Emulator) -> dict[str, Any]:
    numbers = request.parameters.get("QueryExecutionIds") or []
    if not 0 < len(numbers) <= _PAGE:
        raise Invalid(f"1 validation error detected: between 1 and {_PAGE} QueryExecutionIds are allowed")
    found = {one: runner().history.get(emulator.account, emulator.region, one) for one in numbers}
    return {
        "QueryExecutions": [one.shown for one in found.values() if one is not None],
        "UnprocessedQueryExecutionIds": [
            {
                "QueryExecutionId": number,
                "ErrorCode": "INVALID_INPUT",
                "ErrorMessage": f"QueryExecution {number} was not found",
            }
            for number, one in found.items()
            if one is None
        ],
    }


async def _list(request: Request, emulator: Emulator) -> dict[str, Any]:
    said = request.parameters
    name = said.get("WorkGroup") or PRIMARY
    if name not in emulator.work_groups():
        raise Invalid(f"WorkGroup {name} is not found.")
    size = min(said.get("MaxResults") or _PAGE, _PAGE)
    after = _unpacked(said["NextToken"]) if "NextToken" in said else None
    found = runner().history.page(emulator.account, emulator.region, name, after, size + 1)
    answer: dict[str, Any] = {"QueryExecutionIds": [number for _, number in found[:size]]}
    return answer | ({"NextToken": _packed(found[size - 1])} if len(found) > size else {})


def _packed(place: tuple[float, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _unpacked(token: str) -> tuple[float, str]:
    try:
        submitted, number = json.loads(base64.urlsafe_b64decode(token.encode()))
        return float(submitted), str(number)
    except (ValueError, TypeError) as error:
        raise Invalid("Invalid token") from error


async def _rows(request: Request, emulator: Emulator) -> dict[str, Any]:
    said = request.parameters
    execution = _found(said.get("QueryExecutionId"), emulator)
    if not execution.over:
        raise Invalid(f"Query has not yet finished. Current state: {execution.state}", "INVALID_QUERY_STATE")
    if execution.state != "SUCCEEDED":
        message = f"Query did not finish successfully. Final query state: {execution.state}"
        raise Invalid(message, "INVALID_QUERY_STATE")
    kept = execution.kept
    rows: list[dict[str, Any]] = []
    token: str | None = None
    if not kept["writes"]:
        size = min(said.get("MaxResults") or _LONGEST_PAGE, _LONGEST_PAGE)
        try:
            rows, token = await results.Rows(execution, Buckets(request, emulator)).page(
                said.get("NextToken"), size
            )
        except (NoObject, NoBucket, FileNotFoundError) as error:
            raise Invalid("Could not find results") from error
        except Denied as error:
            raise Invalid(f"Access denied when reading {error.path}: {error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise Invalid("Invalid token") from error
    metadata = {"ColumnInfo": results.column_info(kept["columns"])}
    answer = {"UpdateCount": kept["rows"] if kept["writes"] else 0}
    answer["ResultSet"] = {"Rows": rows, "ResultSetMetadata": metadata}
    return answer | ({"NextToken": token} if token else {})


async def _stop(request: Request, emulator: Emulator) -> dict[str, Any]:
    execution = _found(request.parameters.get("QueryExecutionId"), emulator)
    await runner().stop(execution.id)
    return {}


async def _statistics(request: Request, emulator: Emulator) -> dict[str, Any]:
    execution = _found(request.parameters.get("QueryExecutionId"), emulator)
    shown = execution.shown["Statistics"]
    timeline = {name: value for name, value in shown.items() if name.endswith("InMillis")}
    rows = {"InputBytes": shown["DataScannedInBytes"]}
    if execution.state == "SUCCEEDED":
        kept = execution.kept
        rows |= {"InputRows": kept.get("rows_read", 0)}
        rows |= {"OutputRows": kept["rows"], "OutputBytes": kept["bytes"]}
    return {"QueryRuntimeStatistics": {"Timeline": timeline, "Rows": rows}}


HANDLERS: Mapping[str, Handler] = {
    name: answering(operation)
    for name, operation in {
        "StartQueryExecution": _start,
        "GetQueryExecution": _get,
        "BatchGetQueryExecution": _get_many,
        "ListQueryExecutions": _list,
        "GetQueryResults": _rows,
        "StopQueryExecution": _stop,
        "GetQueryRuntimeStatistics": _statistics,
    }.items()
}
