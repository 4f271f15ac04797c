"""What the role of a function needs so that the function can follow a stream."""

from __future__ import annotations

from checkday.sandbox.overlay.sources import Following
from checkday.sandbox.overlay.wire import Emulator

_READS = ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")
_SENDS = {"sqs": "SendMessage", "sns": "Publish"}


def lacking(mapping: Following, emulator: Emulator) -> str | None:
    """What is said if the role may not read the stream or send to the destination; None if it may."""
    target, role = destination(mapping), emulator.sources.role(mapping)
    action = _SENDS.get(service_of(target))
    if action and role and emulator.role_denial(role, f"{service_of(target)}:{action}", target):
        kind = service_of(target).upper()
        return f"The provided execution role does not have permissions to call {action} on {kind}"
    return unreadable(mapping, emulator)


def unreadable(mapping: Following, emulator: Emulator) -> str | None:
    """What is said if the role may not read the stream; None if it may."""
    role, stream = emulator.sources.role(mapping), mapping["EventSourceArn"]
    if role is None or not any(
        emulator.role_denial(role, f"dynamodb:{read}", "*" if read == "ListStreams" else stream)
        for read in _READS
    ):
        return None
    actions = f"{', '.join(_READS[:-1])}, and {_READS[-1]}"
    return (
        f"Cannot access stream {stream}. Please ensure the role can perform the {actions} Actions on your"
        " stream in IAM."
    )


def destination(mapping: Following) -> str:
    """The queue or topic that is told of records given up, or ""."""
    return str(((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or "")


def service_of(arn: str) -> str:
    """The service that an ARN belongs to."""
    return arn.split(":")[2] if arn.startswith("arn:") else ""
