"""What the checks of several days ask of Lambda's functions and of what feeds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.checks.metrics import summed
from checkday.lab import Event, Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import (
        EventSourceMappingConfigurationTypeDef,
        FunctionConfigurationTypeDef,
    )

_WAIT = 20
_PLACE_OF_NAME = 6
"""In arn:aws:lambda:REGION:ACCOUNT:function:NAME, which may go on with a version."""


def ready_function(lab: Lab, what: str, region: str) -> FunctionConfigurationTypeDef:
    """One of the learner's functions, which must be there and able to run."""
    name = lab.name(what)
    answer = lab.find(lab.at(region).lambda_.get_function_configuration, FunctionName=name)
    if answer is None:
        raise NotYet("no_function", function=name, region=region)
    found: FunctionConfigurationTypeDef = answer  # type: ignore[assignment]  # the same, as another type
    if found.get("State") == "Pending" or found.get("LastUpdateStatus") == "InProgress":
        raise Pending("starting", _WAIT, name=name)
    if "Failed" in {found.get("State"), found.get("LastUpdateStatus")}:
        reason = found.get("StateReason") or found.get("LastUpdateStatusReason", "-")
        raise NotYet("failed", function=name, reason=reason)
    return found


def mappings_of(lab: Lab, what: str) -> list[EventSourceMappingConfigurationTypeDef]:
    """What feeds one of the learner's functions."""
    found = lab.aws.lambda_.list_event_source_mappings()["EventSourceMappings"]
    return [one for one in found if named_in(one.get("FunctionArn", "")) == lab.name(what)]


def named_in(arn: str) -> str:
    """The function's name in its ARN; empty for anything else."""
    parts = arn.split(":")
    return parts[_PLACE_OF_NAME] if len(parts) > _PLACE_OF_NAME else ""


def function_made(lab: Lab, what: str, region: str) -> Event | None:
    """The making of one of the learner's functions."""
    return lab.history.first("lambda", "CreateFunction", {"functionName": lab.name(what)}, region=region)


def has_worked(lab: Lab, what: str, region: str) -> bool:
    """Whether CloudWatch counted calls of the function that did not fail."""
    called, failed = (
        summed(lab, region, "AWS/Lambda", metric, FunctionName=lab.name(what)).total
        for metric in ("Invocations", "Errors")
    )
    return called > failed
