"""How QuickSight takes a call: whose account, with which rights, signed up or not, and in which edition."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

from checkday.sandbox.overlay import models
from checkday.sandbox.overlay.quicksight_store import Store, subscription
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request

_PAGE = 100
_TOKEN = re.compile(r"[0-9]{1,9}")
_ID = re.compile(r"[\w-]{1,512}")
_KINDS: Mapping[str, str] = {
    "AnalysisId": "analysis",
    "DashboardId": "dashboard",
    "DataSetId": "dataset",
    "DataSourceId": "datasource",
}
"""The members that name a resource, and what its ARN calls the kind."""

_LISTS = {"ListAnalyses": "analysis", "ListDashboards": "dashboard", "ListDataSets": "dataset"} | {
    "ListDataSources": "datasource"
}
_VISUAL = {"analysis", "dashboard"}


class Refused(Exception):
    """What QuickSight answers an error to."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Call:
    """A call that may be answered: what is said, and the resources of its account and Region."""

    said: Mapping[str, Any]
    store: Store
    emulator: Emulator
    request: Request

    def arn(self, kind: str, name: str) -> str:
        return arn(self.emulator, kind, name)

    def page(self, items: Sequence[Any], name: str) -> dict[str, Any]:
        """A part of a list as the answer has it."""
        token, size = str(self.said.get("NextToken") or "0"), self.said.get("MaxResults") or _PAGE
        if not _TOKEN.fullmatch(token) or int(token) > len(items):
            raise Refused("InvalidNextTokenException", "The NextToken value isn't valid.")
        if not 0 < size <= _PAGE:
            raise Refused("InvalidParameterValueException", f"MaxResults must be between 1 and {_PAGE}.")
        end = int(token) + size
        return {name: list(items[int(token) : end])} | ({"NextToken": str(end)} if end < len(items) else {})


Operation = Callable[[Call], Awaitable[dict[str, Any]]]


def arn(emulator: Emulator, kind: str, name: str) -> str:
    """The ARN of a resource of the caller's account and Region."""
    return f"arn:aws:quicksight:{emulator.region}:{emulator.account}:{kind}/{name}"


def for_account(operation: Operation, status: int = HTTPStatus.OK, *, subscribes: bool = False) -> Handler:
    """A handler of what concerns subscription and users, which only the identity Region answers."""

    def check(call: Call, _: str) -> None:
        account, region = call.emulator.account, call.emulator.region
        kept = subscription(account)
        if kept is None or subscribes or kept["ended"]:
            return
        if kept["region"] != region:
            home = kept["region"]
            message = (
                f"Operation is being called from endpoint {region}, but your identity region is {home}. "
                f"Please use the {home} endpoint."
            )
            raise Refused("AccessDeniedException", message)

    return _answering(operation, status, check)


def for_asset(operation: Operation, status: int = HTTPStatus.OK) -> Handler:
    """A handler of what concerns a resource: it needs a subscription, and often the right edition."""
    return _answering(operation, status, _check_edition)


def _check_edition(call: Call, name: str) -> None:
    account, kept = call.emulator.account, subscription(call.emulator.account)
    if kept is None or kept["ended"]:
        if _kind(name, call.said) in _VISUAL:
            message = f"Account {account} is not subscribed for QuickSight"
            raise Refused("UnsupportedUserEditionException", message)
        raise Refused(
            "ResourceNotFoundException", f"Directory information for account {account} is not found."
        )
    errors = {each.name for each in _model().operation_model(name).error_shapes}
    if kept["Edition"] == "STANDARD" and "UnsupportedUserEditionException" in errors:
        message = f"The operation {name} is not supported for the Standard edition of QuickSight"
        raise Refused("UnsupportedUserEditionException", message)


def _answering(operation: Operation, status: int, check: Callable[[Call, str], None]) -> Handler:
    async def handle(request: Request, emulator: Emulator) -> Answer:
        call = Call(request.parameters, Store(emulator.account, emulator.region), emulator, request)
        try:
            _check(call, request.operation)
            check(call, request.operation)
            return _answer(status, await operation(call))
        except Refused as refusal:
            shape = _model().shape_for(refusal.code)
            values = {"Message": str(refusal), "code": refusal.code}
            return _answer(shape.metadata["error"]["httpStatusCode"], values, refusal.code)

    return handle


def _check(call: Call, name: str) -> None:
    """Whose account, with which rights, and said as the model wants it."""
    denied = call.emulator.denial(call.request, f"quicksight:{name}", _resource(call, name))
    if denied is not None:
        raise Refused("AccessDeniedException", denied)
    if call.said.get("AwsAccountId") != call.emulator.account:
        message = "The account of the request is not that of the caller."
        raise Refused("AccessDeniedException", message)
    shape = cast("Shape", _model().operation_model(name).input_shape)
    report = ParamValidator().validate(call.said, shape)
    if report.has_errors():
        raise Refused("InvalidParameterValueException", report.generate_report())
    for member in _KINDS:
        if member in call.said and not _ID.fullmatch(call.said[member]):
            raise Refused("InvalidParameterValueException", f"{member} is not valid.")


def _kind(name: str, said: Mapping[str, Any]) -> str:
    return next((kind for member, kind in _KINDS.items() if member in said), _LISTS.get(name, ""))


def _resource(call: Call, name: str) -> str:
    for member, kind in _KINDS.items():
        if member in call.said:
            return call.arn(kind, call.said[member])
    return call.arn(_LISTS[name], "*") if name in _LISTS else "*"


def _answer(status: int, values: Mapping[str, Any], error: str = "") -> Answer:
    headers = {"Content-Type": "application/json"} | ({"x-amzn-errortype": error} if error else {})
    body = json.dumps({**values, "RequestId": str(uuid.uuid4())}, ensure_ascii=True).encode()
    return Answer(status, headers, body)


def _model() -> ServiceModel:
    return models.models("quicksight")[0]
