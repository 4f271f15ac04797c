"""Glue's catalog: what is missing is said to be, and what was never set is left out, as AWS does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay import glue_crawlers
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, call, refusal


async def _read(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    return answer.saying(_set(answer.values)) if answer.good else answer


async def _read_database(request: Request, emulator: Emulator) -> Answer:
    return await _missing_database(request, emulator) or await _read(request, emulator)


async def _read_table(request: Request, emulator: Emulator) -> Answer:
    missing = await _missing_database(request, emulator) or await _missing_table(request, emulator)
    return missing or await _read(request, emulator)


async def _missing_database(request: Request, emulator: Emulator) -> Answer | None:
    name = request.parameters.get("DatabaseName", "")
    answer = await emulator.ask_as_service(call("glue", "GetDatabase", Name=name))
    return None if answer.good else refusal("EntityNotFoundException", f"Database {name} not found.")


async def _missing_table(request: Request, emulator: Emulator) -> Answer | None:
    database, name = (request.parameters.get(key, "") for key in ("DatabaseName", "TableName"))
    answer = await emulator.ask_as_service(call("glue", "GetTable", DatabaseName=database, Name=name))
    return None if answer.good else refusal("EntityNotFoundException", f"Table {name} not found.")


def _set(value: Any) -> Any:
    """The value without members that are null, and without descriptions and owners that nobody gave."""
    if isinstance(value, list):
        return [_set(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _set(inner)
        for name, inner in value.items()
        if inner is not None and not (inner == "" and name in {"Description", "Owner"})
    }


HANDLERS: Mapping[str, Handler] = {
    **glue_crawlers.HANDLERS,
    "GetDatabase": _read,
    "GetDatabases": _read,
    "GetTable": _read_database,
    "GetTables": _read_database,
    "GetPartition": _read_table,
    "GetPartitions": _read_table,
    "BatchGetPartition": _read_table,
    "CreatePartition": _read_table,
    "BatchCreatePartition": _read_table,
    "DeletePartition": _read_table,
}
