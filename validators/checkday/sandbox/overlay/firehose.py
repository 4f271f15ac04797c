"""Firehose: a stream is created only with a role and a bucket it can use, and it takes a moment."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlencode

from checkday.sandbox.overlay.s3 import bucket_exists
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, refusal

_SERVICE = "firehose.amazonaws.com"
_CREATING = float(os.environ.get("CHECKDAY_SANDBOX_CREATING", "1.5"))
"""Seconds; on AWS it is rather a minute."""

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)")
_TRUST = re.compile(rb"<AssumeRolePolicyDocument>(.*?)</AssumeRolePolicyDocument>", re.DOTALL)

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
        denial = emulator.denial(request, "iam:PassRole", role, **{"iam:PassedToService": _SERVICE})
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
    if not await _can_assume(role, stream, emulator):
        return f"Firehose is unable to assume role {role}. Please check the role provided."
    if not await bucket_exists(bucket.rpartition(":::")[2], emulator):
        return f"Firehose is unable to find the S3 bucket {bucket}. Please check the bucket provided."
    return None


async def _can_assume(role: str, stream: str, emulator: Emulator) -> bool:
    found = _ROLE.fullmatch(role)
    if found is None or found[1] != emulator.account:
        return False
    body = urlencode({"Action": "GetRole", "RoleName": found[2]}).encode()
    trust = _TRUST.search((await emulator.ask_as_service(Request("iam", "POST", "/", body=body))).body)
    return trust is not None and emulator.trusts(unquote(trust[1].decode()), _SERVICE, stream)


async def _describe(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    if not answer.good:
        return answer
    description = answer.values["DeliveryStreamDescription"]
    if _young(description):
        description["DeliveryStreamStatus"] = "CREATING"
    description.setdefault("DeliveryStreamEncryptionConfiguration", {"Status": "DISABLED"})
    sent = emulator.stream_settings(description["DeliveryStreamName"])
    for destination in description["Destinations"]:
        _complete(destination, sent)
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


def _young(description: Mapping[str, Any]) -> bool:
    """Whether the stream is still being created. Its age tells, so nothing need be remembered for it."""
    return bool(time.time() - description["CreateTimestamp"] < _CREATING)


async def _send(request: Request, emulator: Emulator) -> Answer:
    if await _is_creating(request, emulator):
        name = request.parameters["DeliveryStreamName"]
        message = f"Firehose {name} under account {emulator.account} not found."
        return refusal("ResourceNotFoundException", message)
    return await emulator.ask(request)


async def _change(request: Request, emulator: Emulator) -> Answer:
    if await _is_creating(request, emulator):
        name = request.parameters["DeliveryStreamName"]
        message = f"Firehose {name} under account {emulator.account} is not in the ACTIVE state."
        return refusal("ResourceInUseException", message)
    return await emulator.ask(request)


async def _is_creating(request: Request, emulator: Emulator) -> bool:
    body = json.dumps({"DeliveryStreamName": request.parameters.get("DeliveryStreamName", "")}).encode()
    target = {"x-amz-target": "Firehose_20150804.DescribeDeliveryStream"}
    answer = await emulator.ask_as_service(Request("firehose", "POST", "/", headers=target, body=body))
    return answer.good and _young(answer.values["DeliveryStreamDescription"])


HANDLERS: Mapping[str, Handler] = {
    "CreateDeliveryStream": _create,
    "DescribeDeliveryStream": _describe,
    "PutRecord": _send,
    "PutRecordBatch": _send,
    "DeleteDeliveryStream": _change,
    "UpdateDestination": _change,
    "StartDeliveryStreamEncryption": _change,
    "StopDeliveryStreamEncryption": _change,
}
