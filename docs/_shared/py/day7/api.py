"""The API of the library: everybody may read, only who has the key may write.

It is its own gate: API Gateway asks it first whether a call may pass (REQUEST), and then brings the call.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote

import boto3

TABLE = os.environ.get("TABLE", "")
TABLE_REGION = os.environ.get("TABLE_REGION", "")
"""Where the table is that this function uses: its own Region, so that each Region works without the other."""

REGION = os.environ.get("AWS_REGION", "")
OWNER = os.environ.get("OWNER", "")
KEY = os.environ.get("API_KEY", "")
"""What a caller has to show to write. Without one nobody may."""

LONGEST = 100
FARTHEST = 1_000_000

Answer = dict[str, Any]


def handler(event: dict[str, Any], _context: object = None) -> Answer:
    """Whether a call may pass, or the answer to it."""
    if event.get("type") == "REQUEST":
        return {"isAuthorized": may_write(event.get("headers") or {})}
    method = event["requestContext"]["http"]["method"]
    first, *keys = [unquote(part) for part in event["rawPath"].strip("/").split("/")]
    if method == "GET" and first == "ping" and not keys:
        return answer(200, {"region": REGION})
    if first != "items" or len(keys) not in {1, 2} or not all(0 < len(key) <= LONGEST for key in keys):
        return answer(404, {"message": "no such path"})
    if method == "GET":
        return look(keys)
    if method == "PUT" and len(keys) == 2:
        return write(keys, event)
    return answer(405, {"message": "GET or PUT"})


def may_write(headers: dict[str, str]) -> bool:
    """Whether the caller shows the key, compared in a time that tells nothing of it."""
    shown = {name.lower(): value for name, value in headers.items()}.get("authorization", "")
    return bool(KEY) and hmac.compare_digest(shown.encode(), f"Bearer {KEY}".encode())


def look(keys: list[str]) -> Answer:
    """One item, or all items of one partition key."""
    table = client()
    if len(keys) == 2:
        found = table.get_item(TableName=TABLE, Key=key_of(keys)).get("Item")
        return answer(200, plain(found)) if found else answer(404, {"message": "no such item"})
    page = table.query(
        TableName=TABLE,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": keys[0]}},
        Limit=100,
    )
    return answer(200, [plain(item) for item in page["Items"]])


def write(keys: list[str], event: dict[str, Any]) -> Answer:
    """Set where somebody is in a film, and say which Region wrote it."""
    # API Gateway lets nobody pass without the key. A route that somebody adds without a gate must not either.
    if not may_write(event.get("headers") or {}):
        return answer(403, {"message": "the key is missing or wrong"})
    position = position_in(body_of(event))
    if position is None:
        return answer(400, {"message": f'the body must be {{"pos": NUMBER}}, from 0 to {FARTHEST}'})
    table = client()
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {":pos": str(position), ":by": REGION, ":into": table.meta.region_name, ":at": now, ":owner": OWNER}
    kinds = {":pos": "N"}
    changed = table.update_item(
        TableName=TABLE,
        Key=key_of(keys),
        UpdateExpression="SET pos = :pos, #by = :by, #into = :into, #at = :at, #owner = :owner",
        ExpressionAttributeNames={"#by": "by", "#into": "into", "#at": "at", "#owner": "owner"},
        ExpressionAttributeValues={name: {kinds.get(name, "S"): value} for name, value in told.items()},
        ReturnValues="ALL_NEW",
    )
    return answer(200, plain(changed["Attributes"]))


def body_of(event: dict[str, Any]) -> str:
    """What the caller sent. API Gateway packs whatever is not called JSON or text into base64."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:
        return ""


def position_in(body: str) -> Decimal | None:
    """The number that the body holds; None for everything else."""
    try:
        told = json.loads(body, parse_float=Decimal, parse_int=Decimal, parse_constant=Decimal)
        position = told["pos"]
    except (InvalidOperation, KeyError, RecursionError, TypeError, ValueError):
        return None
    is_number = isinstance(position, Decimal) and position.is_finite()
    return position if is_number and 0 <= position <= FARTHEST and position == int(position) else None


def client() -> Any:
    """DynamoDB where the table is."""
    return boto3.client("dynamodb", region_name=TABLE_REGION or REGION)


def key_of(keys: list[str]) -> dict[str, dict[str, str]]:
    """The two keys as DynamoDB takes them."""
    return {"PK": {"S": keys[0]}, "SK": {"S": keys[1]}}


def plain(item: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The item without its types; numbers stay the texts that they are."""
    return {name: next(iter(value.values())) for name, value in sorted(item.items())}


def answer(status: int, content: Any) -> Answer:
    """The answer as API Gateway takes it."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json; charset=utf-8"},
        "body": json.dumps(content, ensure_ascii=False, default=str),
    }
