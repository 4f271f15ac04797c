"""What becomes of a batch of records: done, tried again, halved, or given up."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from checkday.sandbox.overlay.sources import Change, Following, Outcome

_FOREVER = -1


class Batch(NamedTuple):
    """Records that go to the function together; `tries` failed, `calls` were made."""

    records: Sequence[Change]
    tries: int = 0
    calls: int = 0


class Fate(NamedTuple):
    """How many records of a batch are done, what is tried next, and whether the rest is given up."""

    done: int
    again: Sequence[Batch]
    given_up: Batch | None = None


def fate(batch: Batch, outcome: Outcome, mapping: Following) -> Fate:
    """What follows from the function's answer. Splitting a batch is not counted as a retry."""
    size, halve = len(batch.records), bool(mapping["BisectBatchOnFunctionError"])
    good = _good(batch, outcome, mapping)
    if good == size:
        return Fate(size, [])
    rest = batch.records[good:]
    if halve and good:
        return Fate(good, [Batch(rest, batch.tries, batch.calls)])
    if halve and size > 1:
        middle = size // 2
        return Fate(0, [Batch(part, batch.tries, batch.calls) for part in (rest[:middle], rest[middle:])])
    left = Batch(rest, batch.tries + 1, batch.calls)
    most = int(mapping["MaximumRetryAttempts"])
    if most != _FOREVER and left.tries > most:
        return Fate(good, [], left)
    return Fate(good, [left])


def _good(batch: Batch, outcome: Outcome, mapping: Following) -> int:
    """How many records at the beginning need not be tried again."""
    size = len(batch.records)
    if outcome.failed:
        return 0
    if "ReportBatchItemFailures" not in mapping["FunctionResponseTypes"]:
        return size
    said = outcome.said
    failures = said.get("batchItemFailures") if isinstance(said, Mapping) else None
    if not failures:
        return size
    places = {record["dynamodb"]["SequenceNumber"]: place for place, record in enumerate(batch.records)}
    named = [one.get("itemIdentifier") if isinstance(one, Mapping) else None for one in failures]
    return min(places.get(name, 0) if isinstance(name, str) else 0 for name in named)


def too_old(batch: Batch, mapping: Following) -> tuple[Batch | None, Batch]:
    """The records at the beginning that are older than the mapping lets them be, and the others."""
    most = int(mapping["MaximumRecordAgeInSeconds"])
    if most == _FOREVER:
        return None, batch
    since = time.time() - most
    count = next(
        (place for place, one in enumerate(batch.records) if _created(one) >= since), len(batch.records)
    )
    if not count:
        return None, batch
    return batch._replace(records=batch.records[:count]), batch._replace(records=batch.records[count:])


def given_up_message(batch: Batch, mapping: Following, condition: str) -> str:
    """What a queue or a topic is told of records that were given up: where they are, not what they are."""
    first, last = batch.records[0], batch.records[-1]
    message: dict[str, Any] = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": mapping["FunctionArn"],
            "condition": condition,
            "approximateInvokeCount": batch.calls,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _moment(time.time()),
        "DDBStreamBatchInfo": {
            "shardId": "shardId-00000000000000000000-00000000",
            "startSequenceNumber": first["dynamodb"]["SequenceNumber"],
            "endSequenceNumber": last["dynamodb"]["SequenceNumber"],
            "approximateArrivalOfFirstRecord": _moment(_created(first)),
            "approximateArrivalOfLastRecord": _moment(_created(last)),
            "batchSize": len(batch.records),
            "streamArn": mapping["EventSourceArn"],
        },
    }
    if not batch.calls:
        del message["responseContext"]
    return json.dumps(message)


def _created(record: Change) -> float:
    return float(record["dynamodb"]["ApproximateCreationDateTime"])


def _moment(at: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
    return f"{whole}.{int(at * 1000) % 1000:03d}Z"
