"""An event source mapping of a stream: what may be asked of it, and what is said of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import StructureShape

from checkday.sandbox.overlay import age, models
from checkday.sandbox.overlay.sources import Following
from checkday.sandbox.overlay.wire import Answer, refusal

DEFAULTS: Mapping[str, Any] = {
    "BatchSize": 100,
    "BisectBatchOnFunctionError": False,
    "DestinationConfig": {"OnFailure": {}},
    "FunctionResponseTypes": [],
    "MaximumBatchingWindowInSeconds": 0,
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "ParallelizationFactor": 1,
    "TumblingWindowInSeconds": 0,
}

_RANGES: Mapping[str, tuple[int, int]] = {
    "BatchSize": (1, 10_000),
    "MaximumBatchingWindowInSeconds": (0, 300),
    "MaximumRecordAgeInSeconds": (-1, 604_800),
    "MaximumRetryAttempts": (-1, 10_000),
    "ParallelizationFactor": (1, 10),
}
_LEAST_AGE = 60
_POSITIONS = ("TRIM_HORIZON", "LATEST")


def fault(sent: Mapping[str, Any], *, new: bool) -> Answer | None:
    """Why a mapping cannot be made or changed like this; None if it can."""
    message = next(_faults(sent, new=new), None)
    return None if message is None else invalid(message)


def invalid(message: str) -> Answer:
    """Lambda's answer to a parameter that it does not take."""
    return refusal("InvalidParameterValueException", message)


def _faults(sent: Mapping[str, Any], *, new: bool) -> Iterator[str]:
    for name, (least, most) in _RANGES.items():
        value = sent.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or not least <= value <= most:
            word, limit = ("less", most) if isinstance(value, int) and value > most else ("greater", least)
            yield (
                f"1 validation error detected: Value '{value}' at '{name[0].lower()}{name[1:]}' failed to"
                f" satisfy constraint: Member must have value {word} than or equal to {limit}"
            )
    if 0 <= sent.get("MaximumRecordAgeInSeconds", -1) < _LEAST_AGE:
        yield "MaximumRecordAgeInSeconds must be -1, or greater than or equal to 60."
    if sent.get("TumblingWindowInSeconds"):
        yield "The sandbox knows no tumbling windows."
    if new and sent.get("StartingPosition") not in _POSITIONS:
        yield "StartingPosition must be TRIM_HORIZON or LATEST for a stream of DynamoDB."


def state(mapping: Following) -> str:
    """What the mapping is about, for a moment after each change."""
    doing = str(mapping["_doing"])
    if doing == "Deleting" or age.is_young(mapping["LastModified"]):
        return doing
    return "Enabled" if mapping["Enabled"] else "Disabled"


def is_gone(mapping: Following) -> bool:
    """Whether it was deleted a moment ago."""
    return mapping.get("_doing") == "Deleting" and not age.is_young(mapping["LastModified"])


def is_busy(mapping: Following) -> bool:
    """Whether a change of it goes on, so that no other can be asked for."""
    return state(mapping) not in {"Enabled", "Disabled"}


def change(mapping: Following, doing: str) -> None:
    """Note what is being done to it from now on."""
    mapping |= {"_doing": doing, "LastModified": time.time(), "StateTransitionReason": "User action"}


def described(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping as Lambda describes it."""
    shape = models.models("lambda")[0].shape_for("EventSourceMappingConfiguration")
    known = shape.members if isinstance(shape, StructureShape) else {}
    told = {name: value for name, value in mapping.items() if name in known and value is not None}
    if "_doing" in mapping:
        told["State"] = state({**mapping})
    return told
