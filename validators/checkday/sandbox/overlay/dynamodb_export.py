"""DynamoDB's export to S3: the table as it was at a moment, in objects with their manifests."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from checkday.sandbox.overlay.age import CREATING, is_young
from checkday.sandbox.overlay.dynamodb_history import history
from checkday.sandbox.overlay.dynamodb_recovery import BAD_TIME, NOT_ENABLED, latest
from checkday.sandbox.overlay.s3 import bucket_exists
from checkday.sandbox.overlay.store import connection
from checkday.sandbox.overlay.tables import Row, Table
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, good, refusal

_TABLE = """
CREATE TABLE IF NOT EXISTS exports (
    arn TEXT PRIMARY KEY, account TEXT, region TEXT, created REAL, description TEXT
);
"""
_LONGEST_LIST = 25
_GIVEN = ("ClientToken", "S3BucketOwner", "S3Prefix", "S3SseAlgorithm", "S3SseKmsKeyId")

Description = dict[str, Any]


async def _start(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    table = emulator.tables.get(str(sent.get("TableArn", "")))
    if table is None:
        return refusal("TableNotFoundException", f"Table not found: {sent.get('TableArn')}")
    window = history().window(table)
    if window is None:
        message = NOT_ENABLED.format(table["TableName"])
        return refusal("PointInTimeRecoveryUnavailableException", message)
    if "INCREMENTAL_EXPORT" in sent.values() or "ION" in sent.values():
        return refusal("ValidationException", "The sandbox exports whole tables, as DynamoDB JSON.")
    known = _with_token(sent.get("ClientToken"), emulator)
    if known is not None:
        return good({"ExportDescription": known})
    moment = float(sent.get("ExportTime", time.time()))
    if "ExportTime" in sent and not int(window.earliest) <= moment <= latest(window):
        return refusal("InvalidExportTimeException", BAD_TIME.replace("Restore", "Export", 1))
    description = await _exported(request, table, moment, emulator)
    _keep(description, emulator)
    return good({"ExportDescription": _described(description)})


async def _exported(request: Request, table: Table, moment: float, emulator: Emulator) -> Description:
    """Write the objects; why that is not possible is for the description to say."""
    sent, now = request.parameters, time.time()
    description: Description = {
        "ExportArn": f"{table['TableArn']}/export/{int(now * 1000):014}-{secrets.token_hex(4)}",
        "StartTime": now,
        "TableArn": table["TableArn"],
        "TableId": table["TableId"],
        "ExportTime": moment,
        "S3Bucket": sent["S3Bucket"],
        "ExportFormat": "DYNAMODB_JSON",
        "ExportType": "FULL_EXPORT",
        **{name: sent[name] for name in _GIVEN if name in sent},
    }
    folder = _folder(description)
    where = f"arn:aws:s3:::{sent['S3Bucket']}/{folder}manifest-summary.json"
    denial = emulator.denial(request, "s3:PutObject", where)
    if denial is not None:
        return description | {"FailureCode": "S3AccessDenied", "FailureMessage": denial}
    if not await bucket_exists(sent["S3Bucket"], emulator):
        missing = "The specified bucket does not exist"
        return description | {"FailureCode": "S3NoSuchBucket", "FailureMessage": missing}
    rows = list(history().rows(table, moment))
    size = sum(emulator.tables.size(row.item or {}) for row in rows)
    description |= {"ItemCount": len(rows), "BilledSizeBytes": size}
    objects = await asyncio.to_thread(lambda: dict(_objects(description, rows)))
    for key, body in objects.items():
        put = Request("s3", "PUT", f"/{sent['S3Bucket']}/{folder}{key}", body=body)
        if not (await emulator.ask_as_service(put)).good:
            failed = "The objects could not be written."
            return description | {"FailureCode": "S3InternalError", "FailureMessage": failed}
    return description | {"ExportManifest": f"{folder}manifest-summary.json"}


def _folder(description: Description) -> str:
    prefix = str(description.get("S3Prefix", "")).rstrip("/")
    identity = description["ExportArn"].rpartition("/")[2]
    return f"{prefix}/AWSDynamoDB/{identity}/".lstrip("/")


def _objects(description: Description, rows: list[Row]) -> Iterator[tuple[str, bytes]]:
    """The objects of an export by what follows its folder; the summary comes last, as its end."""
    folder, name = _folder(description), f"data/{secrets.token_hex(13)}.json.gz"
    lines = (json.dumps({"Item": row.item}, ensure_ascii=False, separators=(",", ":")) for row in rows)
    data = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
    yield "_started", b""
    yield name, data
    digest = hashlib.md5(data, usedforsecurity=False)
    file = {
        "itemCount": len(rows),
        "md5Checksum": base64.b64encode(digest.digest()).decode(),
        "etag": digest.hexdigest(),
        "dataFileS3Key": folder + name,
    }
    yield from _with_sum("manifest-files", json.dumps(file).encode() + b"\n")
    yield from _with_sum("manifest-summary", json.dumps(_summary(description, folder)).encode())


def _with_sum(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    yield f"{name}.json", body
    yield f"{name}.md5", base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest())


def _summary(description: Description, folder: str) -> Mapping[str, Any]:
    return {
        "version": "2020-06-30",
        "exportArn": description["ExportArn"],
        "startTime": _text(description["StartTime"]),
        "endTime": _text(time.time()),
        "tableArn": description["TableArn"],
        "tableId": description["TableId"],
        "exportTime": _text(description["ExportTime"]),
        "s3Bucket": description["S3Bucket"],
        "s3Prefix": description.get("S3Prefix"),
        "s3SseAlgorithm": description.get("S3SseAlgorithm", "AES256"),
        "s3SseKmsKeyId": description.get("S3SseKmsKeyId"),
        "manifestFilesS3Key": f"{folder}manifest-files.json",
        "billedSizeBytes": description["BilledSizeBytes"],
        "itemCount": description["ItemCount"],
        "outputFormat": "DYNAMODB_JSON",
        "exportType": "FULL_EXPORT",
    }


def _text(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _described(description: Description) -> Description:
    """What is said of an export by now: for a moment it is under way."""
    if is_young(description["StartTime"]):
        end = ("ExportManifest", "ItemCount", "BilledSizeBytes", "FailureCode", "FailureMessage")
        said = {name: value for name, value in description.items() if name not in end}
        return said | {"ExportStatus": "IN_PROGRESS"}
    status = "FAILED" if "FailureCode" in description else "COMPLETED"
    return description | {"ExportStatus": status, "EndTime": description["StartTime"] + CREATING}


def _keep(description: Description, emulator: Emulator) -> None:
    place = (emulator.account, emulator.region)
    row = (description["ExportArn"], *place, description["StartTime"], json.dumps(description))
    _database().execute("INSERT INTO exports VALUES (?, ?, ?, ?, ?)", row)


def _every(emulator: Emulator) -> list[Description]:
    found = _database().execute(
        "SELECT description FROM exports WHERE account = ? AND region = ? ORDER BY created",
        (emulator.account, emulator.region),
    )
    return [_described(json.loads(text)) for (text,) in found]


def _database() -> Any:
    found = connection()
    found.executescript(_TABLE)
    return found


def _with_token(token: str | None, emulator: Emulator) -> Description | None:
    same = (one for one in _every(emulator) if token is not None and one.get("ClientToken") == token)
    return next(same, None)


async def _describe(request: Request, emulator: Emulator) -> Answer:
    arn = request.parameters.get("ExportArn")
    found = next((one for one in _every(emulator) if one["ExportArn"] == arn), None)
    if found is None:
        return refusal("ExportNotFoundException", f"Export not found: {arn}")
    return good({"ExportDescription": found})


async def _list(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    start, most = str(sent.get("NextToken", "0")), sent.get("MaxResults", _LONGEST_LIST)
    found = [one for one in _every(emulator) if sent.get("TableArn") in {None, one["TableArn"]}]
    if not start.isdecimal() or not 1 <= most <= _LONGEST_LIST:
        return refusal("ValidationException", "Invalid NextToken or MaxResults.")
    end = int(start) + most
    shown = ("ExportArn", "ExportStatus", "ExportType")
    page = [{name: one[name] for name in shown} for one in found[int(start) : end]]
    return good({"ExportSummaries": page} | ({"NextToken": str(end)} if end < len(found) else {}))


HANDLERS: Mapping[str, Handler] = {
    "ExportTableToPointInTime": _start,
    "DescribeExport": _describe,
    "ListExports": _list,
}
