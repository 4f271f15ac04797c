"""As much of DynamoDB as the loader meets, on loopback: it keeps what it took, and can misbehave."""

import json
import threading
from collections.abc import Callable
from typing import Any

from checkday.data.loads import LOADS
from loopback import ACCOUNT, REGION, Aws, Reply, _Handler

Puts = list[dict[str, Any]]
Deed = Callable[["TableAws", str, Puts], Reply | None]


class TableAws(Aws):
    """One account with the course's tables. `plan` holds what the next batches meet, in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = _TableHandler
        self.tables: dict[str, dict[str, Any]] = {f"fcj-an01-{what}": {} for what in LOADS}
        self.described: dict[str, Any] = {}
        self.batches: list[int] = []

    def batch(self, table: str, puts: Puts) -> Reply | None:
        with self.doing:
            self.batches.append(len(puts))
            deed = self.plan.pop(0) if self.plan else take
            return deed(self, table, puts)

    def keep(self, table: str, puts: Puts) -> None:
        for put in puts:
            item = put["PutRequest"]["Item"]
            keys = [name for name, _ in LOADS[table.removeprefix("fcj-an01-")].keys]
            self.tables[table][json.dumps([item[name] for name in keys])] = item

    def table(self, name: str) -> dict[str, Any]:
        keys = LOADS[name.removeprefix("fcj-an01-")].keys
        roles = zip(keys, ("HASH", "RANGE"), strict=False)
        return {
            "TableName": name,
            "TableArn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}",
            "TableStatus": "ACTIVE",
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": kind} for key, kind in keys],
            "KeySchema": [{"AttributeName": key, "KeyType": role} for (key, _), role in roles],
        } | self.described


def take(aws: TableAws, table: str, puts: Puts) -> Reply:
    """All of them."""
    aws.keep(table, puts)
    return 200, {"UnprocessedItems": {}}


def take_half(aws: TableAws, table: str, puts: Puts) -> Reply:
    """Every other one; DynamoDB did not come to the rest."""
    aws.keep(table, puts[::2])
    return 200, {"UnprocessedItems": {table: puts[1::2]} if puts[1:] else {}}


def take_none(_aws: TableAws, table: str, puts: Puts) -> Reply:
    """None of them, and no error."""
    return 200, {"UnprocessedItems": {table: puts}}


def take_silently(aws: TableAws, table: str, puts: Puts) -> None:
    """All of them, and the line breaks before the answer."""
    take(aws, table, puts)


def take_slowly(aws: TableAws, table: str, puts: Puts) -> Reply:
    """All of them, but the answer comes when the test says so."""
    reply = take(aws, table, puts)
    aws.reached.set()
    aws.go_on.wait(30)
    return reply


def refuse(code: str, status: int = 400) -> Deed:
    """None of them, for this reason."""
    return lambda *_: (status, {"__type": code, "message": "refused"})


class _TableHandler(_Handler):
    server: TableAws

    def do_POST(self) -> None:  # noqa: N802 - so the standard library wants it
        service, _, operation = self.headers.get("X-Amz-Target", "").partition(".")
        if not service.startswith("DynamoDB"):
            super().do_POST()
            return
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = {"DescribeTable": self._describe, "Scan": self._scan, "BatchWriteItem": self._batch}
        self._answer(known[operation](asked))

    def _describe(self, asked: dict[str, Any]) -> Reply:
        if asked["TableName"] not in self.server.tables:
            return 400, {"__type": "ResourceNotFoundException", "message": "gone"}
        return 200, {"Table": self.server.table(asked["TableName"])}

    def _scan(self, asked: dict[str, Any]) -> Reply:
        items = list(self.server.tables[asked["TableName"]].values())
        start = int(asked.get("ExclusiveStartKey", {}).get("at", {}).get("N", 0))
        page = items[start : start + 400]
        answer = {"Items": page, "Count": len(page), "ScannedCount": len(page)}
        if start + 400 < len(items):
            answer["LastEvaluatedKey"] = {"at": {"N": str(start + 400)}}
        return 200, answer

    def _batch(self, asked: dict[str, Any]) -> Reply | None:
        ((table, puts),) = asked["RequestItems"].items()
        return self.server.batch(table, puts)


def serving(aws: TableAws) -> threading.Thread:
    thread = threading.Thread(target=aws.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    return thread
