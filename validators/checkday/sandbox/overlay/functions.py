"""Lambda's functions: whose role they take, and how many of them may run at once."""

from __future__ import annotations

import os
from collections.abc import Mapping

from checkday.sandbox.overlay.event_mapping import invalid
from checkday.sandbox.overlay.roles import can_assume
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, refusal

SERVICE = "lambda.amazonaws.com"

QUOTA = int(os.environ.get("CHECKDAY_SANDBOX_CONCURRENCY", "1000"))
"""Functions that may run at once in an account and Region; new accounts of AWS often have 10."""

_LEAST_UNRESERVED = min(100, QUOTA)


async def _create(request: Request, emulator: Emulator) -> Answer:
    role = str(request.parameters.get("Role", ""))
    denial = emulator.denial(request, "iam:PassRole", role, **{"iam:PassedToService": SERVICE})
    if denial is not None:
        return refusal("AccessDeniedException", denial, 403)
    name = str(request.parameters.get("FunctionName", "")).rpartition(":")[2]
    arn = f"arn:aws:lambda:{emulator.region}:{emulator.account}:function:{name}"
    if not await can_assume(role, SERVICE, arn, emulator):
        return invalid("The role defined for the function cannot be assumed by Lambda.")
    return await _tidied(request, emulator)


_EMPTY = (
    *("KMSKeyArn", "RuntimeVersionConfig"),
    *("LastUpdateStatusReason", "LastUpdateStatusReasonCode", "StateReason", "StateReasonCode"),
)


async def _tidied(request: Request, emulator: Emulator) -> Answer:
    """The emulator's answer without the empty texts that Lambda leaves out."""
    answer = await emulator.ask(request)
    if not answer.good:
        return answer
    said = answer.values
    for one in (said, said.get("Configuration") or {}, *(said.get("Functions") or [])):
        for name in _EMPTY:
            if one.get(name) in ("", {"RuntimeVersionArn": ""}):
                del one[name]
    return answer.saying(said)


async def _reserve(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    name, wanted = str(sent["FunctionName"]).rpartition(":")[2], sent.get("ReservedConcurrentExecutions")
    if not isinstance(wanted, int) or wanted < 0:
        message = (
            f"1 validation error detected: Value '{wanted}' at 'reservedConcurrentExecutions' failed to"
            " satisfy constraint: Member must have value greater than or equal to 0"
        )
        return invalid(message)
    others = sum(number for other, number in emulator.sources.reserved().items() if other != name)
    if wanted and QUOTA - others - wanted < _LEAST_UNRESERVED:
        message = (
            "Specified ReservedConcurrentExecutions for function decreases account's"
            f" UnreservedConcurrentExecution below its minimum value of [{_LEAST_UNRESERVED}]."
        )
        return invalid(message)
    return await emulator.ask(request)


async def _account(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    if not answer.good:
        return answer
    said = answer.values
    said["AccountLimit"] |= {
        "ConcurrentExecutions": QUOTA,
        "UnreservedConcurrentExecutions": QUOTA - sum(emulator.sources.reserved().values()),
    }
    return answer.saying(said)


HANDLERS: Mapping[str, Handler] = {
    "CreateFunction": _create,
    **dict.fromkeys(
        (
            "GetFunction",
            "GetFunctionConfiguration",
            "ListFunctions",
            "PublishVersion",
            "UpdateFunctionCode",
            "UpdateFunctionConfiguration",
        ),
        _tidied,
    ),
    "PutFunctionConcurrency": _reserve,
    "GetAccountSettings": _account,
}
