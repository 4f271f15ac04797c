"""Firehose: a stream is created only with a role and a bucket it can use, and it takes a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checkday.sandbox.overlay import firehose_send
from checkday.sandbox.overlay.age import is_young
from checkday.sandbox.overlay.firehose_buffer import Stream
from checkday.sandbox.overlay.firehose_delivery import SERVICE
from checkday.sandbox.overlay.roles import can_assume
from checkday.sandbox.overlay.s3 import bucket_exists
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, refusal

_SIZE_AND_INTERVAL = {"SizeInMBs": 5, "IntervalInSeconds": 300}
_OF_BOTH = (
    "RoleARN",
    "BucketARN",
    "Prefix",
    "ErrorOutputPrefix",
    "BufferingHints",
    "CompressionFormat",
    "EncryptionConfiguration",
    "CloudWatchLoggingOptions",
)
"""What the older description of an S3 destination has in common with the extended one."""

_LEFT_OUT = ("FileExtension", "CustomTimeZone")
"""What the emulator stores and does not describe."""


async def _create(request: Request, emulator: Emulator) -> Answer:
    targets = list(_targets(request.parameters))
    for target in targets:
        role = str(target.get("RoleARN", ""))
        denial = emulator.denial(request, "iam:PassRole", role, **{"iam:PassedToService": SERVICE})
        if denial is not None:
            return refusal("AccessDeniedException", denial)
    stream = _arn(request.parameters.get("DeliveryStreamName", ""), emulator)
    for target in targets:
        fault = await _fault(target, stream, emulator)
        if fault is not None:
            return refusal("InvalidArgumentException", fault)
    return await emulator.ask(request)


def _targets(parameters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every S3 bucket that the stream would write to, with the role it would write as."""
    for name in ("ExtendedS3DestinationConfiguration", "S3DestinationConfiguration"):
        settings = parameters.get(name)
        if isinstance(settings, dict):
            yield settings
            if isinstance(settings.get("S3BackupConfiguration"), dict):
                yield settings["S3BackupConfiguration"]


def _arn(name: str, emulator: Emulator) -> str:
    return f"arn:aws:firehose:{emulator.region}:{emulator.account}:deliverystream/{name}"


async def _fault(target: Mapping[str, Any], stream: str, emulator: Emulator) -> str | None:
    role, bucket = str(target.get("RoleARN", "")), str(target.get("BucketARN", ""))
    if not await can_assume(role, SERVICE, stream, emulator):
        return f"Firehose is unable to assume role {role}. Please check the role provided."
    if not await bucket_exists(bucket.rpartition(":::")[2], emulator):
        return f"Firehose is unable to find the S3 bucket {bucket}. Please check the bucket provided."
    return None


async def _describe(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    if not answer.good:
        return answer
    description = answer.values["DeliveryStreamDescription"]
    if is_young(description["CreateTimestamp"]):
        description["DeliveryStreamStatus"] = "CREATING"
    description.setdefault("DeliveryStreamEncryptionConfiguration", {"Status": "DISABLED"})
    kept = emulator.stream(description["DeliveryStreamName"]) or {"destinations": []}
    for destination, sent in zip(description["Destinations"], kept["destinations"], strict=False):
        _complete(destination, sent["config"])
    return answer.saying({"DeliveryStreamDescription": description})


def _complete(destination: dict[str, Any], sent: Mapping[str, Any]) -> None:
    """AWS describes an S3 destination twice, in the extended form and in the older one, with its defaults."""
    found = destination.get("ExtendedS3DestinationDescription") or destination.get("S3DestinationDescription")
    if found is None:
        return
    found["BufferingHints"] = {**_SIZE_AND_INTERVAL, **found["BufferingHints"]}
    found.setdefault("CloudWatchLoggingOptions", {"Enabled": False})
    found |= {name: sent[name] for name in _LEFT_OUT if name in sent}
    if "S3BackupConfiguration" in sent:
        backup = {**_DEFAULTS, **sent["S3BackupConfiguration"]}
        found["S3BackupDescription"] = backup
    destination["ExtendedS3DestinationDescription"] = found
    destination["S3DestinationDescription"] = {name: found[name] for name in _OF_BOTH if name in found}


_DEFAULTS = {
    "BufferingHints": _SIZE_AND_INTERVAL,
    "CompressionFormat": "UNCOMPRESSED",
    "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
    "CloudWatchLoggingOptions": {"Enabled": False},
}


async def _change(request: Request, emulator: Emulator) -> Answer:
    name = request.parameters.get("DeliveryStreamName", "")
    found = emulator.stream(name)
    if found is not None and is_young(found["created_at"]):
        message = f"Firehose {name} under account {emulator.account} is not in the ACTIVE state."
        return refusal("ResourceInUseException", message)
    return await emulator.ask(request)


async def _delete(request: Request, emulator: Emulator) -> Answer:
    """What the stream still holds is delivered first, if it can be."""
    stream = Stream(emulator.account, emulator.region, request.parameters.get("DeliveryStreamName", ""))
    delivery = firehose_send.delivery()
    await delivery.flush(stream)
    answer = await _change(request, emulator)
    if answer.good:
        delivery.buffer.forget(stream)
    return answer


HANDLERS: Mapping[str, Handler] = {
    **firehose_send.HANDLERS,
    "CreateDeliveryStream": _create,
    "DescribeDeliveryStream": _describe,
    "DeleteDeliveryStream": _delete,
    "UpdateDestination": _change,
    "StartDeliveryStreamEncryption": _change,
    "StopDeliveryStreamEncryption": _change,
}
