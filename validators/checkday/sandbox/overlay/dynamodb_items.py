"""DynamoDB's items: what is being restored cannot be read or written yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checkday.sandbox.overlay import dynamodb_restore
from checkday.sandbox.overlay.dynamodb_history import history
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, refusal

_OF_ONE_TABLE = ("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan")
_OF_MANY = ("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems")
_STATEMENTS = ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction")


async def _serve(request: Request, emulator: Emulator) -> Answer:
    for name in _named(request.parameters):
        table = emulator.tables.get(name)
        if table is not None and dynamodb_restore.is_restoring(table):
            return refusal("ResourceNotFoundException", "Requested resource not found")
    answer = await emulator.ask(request)
    history().write()
    return answer


def _named(sent: Mapping[str, Any]) -> Iterator[str]:
    """The tables that a request is about."""
    if isinstance(sent.get("TableName"), str):
        yield sent["TableName"]
    if isinstance(sent.get("RequestItems"), dict):
        yield from sent["RequestItems"]
    for one in sent.get("TransactItems") or []:
        for action in one.values() if isinstance(one, dict) else ():
            if isinstance(action, dict) and isinstance(action.get("TableName"), str):
                yield action["TableName"]


HANDLERS: Mapping[str, Handler] = dict.fromkeys((*_OF_ONE_TABLE, *_OF_MANY, *_STATEMENTS), _serve)
