"""Firehose takes records: within the limits of AWS, into the stream's buffer."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from checkday.sandbox.overlay.age import is_young
from checkday.sandbox.overlay.firehose_buffer import Buffer, Stream
from checkday.sandbox.overlay.firehose_delivery import Delivery
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, good, refusal

_MOST_RECORDS = 500
_LARGEST_RECORD = 1000 * 1024
_LARGEST_BATCH = 4 * 1024 * 1024
_MOST_WAITING = 512 * 1024 * 1024
"""Bytes that wait because they cannot be delivered; beyond, a stream takes no more."""

_S3 = {"ExtendedS3", "S3"}
_OTHER_PROCESSORS = {"Lambda", "MetadataExtraction"}


_deliveries: list[Delivery] = []


def delivery() -> Delivery:
    """The one delivery of this server."""
    return _deliveries[0]


def resume(emulator: Emulator) -> None:
    _deliveries[:] = [Delivery(Buffer(), emulator)]
    delivery().resume()


async def flush_all(_emulator: Emulator) -> None:
    await delivery().flush_all()


async def _put_record(request: Request, emulator: Emulator) -> Answer:
    sent = [request.parameters.get("Record") or {}]
    found = _stream(request, emulator)
    if isinstance(found, Answer):
        return found
    if not _is_ours(found):
        return await emulator.ask(request)
    records = _decoded(sent)
    if isinstance(records, Answer):
        return records
    if not _take(found, records, emulator):
        return refusal("ServiceUnavailableException", _SLOW, 503)
    return good({"RecordId": _identity(), "Encrypted": _is_encrypted(found)})


async def _put_record_batch(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters.get("Records") or []
    found = _stream(request, emulator)
    if isinstance(found, Answer):
        return found
    if not 0 < len(sent) <= _MOST_RECORDS:
        return refusal("InvalidArgumentException", f"Records must hold 1 to {_MOST_RECORDS} records.")
    if not _is_ours(found):
        return await emulator.ask(request)
    records = _decoded(sent)
    if isinstance(records, Answer):
        return records
    taken = _take(found, records, emulator)
    one = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": _SLOW}
    return good(
        {
            "FailedPutCount": 0 if taken else len(records),
            "Encrypted": _is_encrypted(found),
            "RequestResponses": [{"RecordId": _identity()} if taken else one for _ in records],
        }
    )


_SLOW = "Slow down."


def _stream(request: Request, emulator: Emulator) -> Mapping[str, Any] | Answer:
    name = request.parameters.get("DeliveryStreamName", "")
    found = emulator.stream(name)
    if found is None or is_young(found["created_at"]):
        message = f"Firehose {name} under account {emulator.account} not found."
        return refusal("ResourceNotFoundException", message)
    if found["type"] != "DirectPut":
        message = f"This operation is not permitted on {found['type']} delivery stream type."
        return refusal("InvalidArgumentException", message)
    return found


def _is_ours(stream: Mapping[str, Any]) -> bool:
    """Whether we deliver: to S3, as it came. What transforms records is left to the emulator."""
    for destination in stream["destinations"]:
        settings = destination["config"]
        processing = settings.get("ProcessingConfiguration") or {}
        kinds = {one.get("Type") for one in processing.get("Processors") or []}
        transforms = processing.get("Enabled") and kinds & _OTHER_PROCESSORS
        if destination["type"] not in _S3 or transforms or _is_on(settings, "DataFormatConversion"):
            return False
        if _is_on(settings, "DynamicPartitioning"):
            return False
    return bool(stream["destinations"])


def _is_on(settings: Mapping[str, Any], feature: str) -> bool:
    return bool((settings.get(f"{feature}Configuration") or {}).get("Enabled"))


def _decoded(sent: Sequence[Mapping[str, Any]]) -> list[bytes] | Answer:
    try:
        records = [base64.b64decode(one["Data"], validate=True) for one in sent]
    except (KeyError, TypeError, AttributeError, binascii.Error):
        return refusal("SerializationException", "Record.Data must be there, in base64.")
    if any(len(record) > _LARGEST_RECORD for record in records):
        return refusal("InvalidArgumentException", "Record size exceeds the limit of 1000 KiB.")
    if sum(map(len, records)) > _LARGEST_BATCH:
        return refusal("InvalidArgumentException", "Records size exceeds 4 MB limit.")
    return records


def _take(stream: Mapping[str, Any], records: list[bytes], emulator: Emulator) -> bool:
    """Buffer the records; False if the stream holds too much that it cannot deliver."""
    where = Stream(emulator.account, emulator.region, stream["name"])
    found = delivery()
    if found.buffer.size(where) > _MOST_WAITING:
        return False
    dimensions = {"DeliveryStreamName": stream["name"]}
    emulator.count("AWS/Firehose:IncomingRecords", len(records), "Count", dimensions)
    emulator.count("AWS/Firehose:IncomingBytes", sum(map(len, records)), "Bytes", dimensions)
    found.add(where, records, stream["destinations"][0]["config"])
    return True


def _is_encrypted(stream: Mapping[str, Any]) -> bool:
    return (stream.get("encryption") or {}).get("Status") == "ENABLED"


def _identity() -> str:
    return secrets.token_urlsafe(96)


HANDLERS: Mapping[str, Handler] = {"PutRecord": _put_record, "PutRecordBatch": _put_record_batch}
