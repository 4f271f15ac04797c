"""HTTP APIs inside ministack 1.5.33: who may call, what may be called, and what a failed call says."""

from __future__ import annotations

import contextvars
import fnmatch
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id, get_region

from checkday.sandbox.overlay.emulator_modules import when_loaded

_SERVICE = "apigateway.amazonaws.com"
_SIGNED = "AWS4-HMAC-SHA256"
_INVOKE = {"lambda:InvokeFunction", "lambda:*", "*"}

_Parts = tuple[int, dict[str, str], bytes]

_calling: contextvars.ContextVar[bool] = contextvars.ContextVar("calling", default=False)
"""Whether a function runs for an HTTP API."""


def attach() -> None:
    """Hook into API Gateway and Lambda when the emulator loads them."""
    when_loaded("apigateway", _guard)
    when_loaded("lambda_svc", _word)


def _guard(gateway: Any) -> None:
    execute, invoke = gateway._handle_execute_in_scope, gateway._invoke_lambda_proxy  # noqa: SLF001

    async def executed(api: str, stage: str, path: str, method: str, headers: Any, *more: Any) -> _Parts:
        kind = gateway.route_authorization_type(api, stage, method, path)
        if kind == "AWS_IAM" and not _is_signed(headers, more[1] or {}):
            return _saying(HTTPStatus.FORBIDDEN, "Forbidden")
        found: _Parts = await execute(api, stage, path, method, headers, *more)
        return found

    async def invoked(
        integration: Mapping[str, Any], api: str, stage: str, path: str, method: str, *more: Any, **named: Any
    ) -> _Parts:
        function = gateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))  # noqa: SLF001
        source = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{api}/{stage}/{method}{path}"
        if not _may_invoke(function, source):
            return _saying(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")
        token = _calling.set(True)
        try:
            found: _Parts = await invoke(integration, api, stage, path, method, *more, **named)
        finally:
            _calling.reset(token)
        return found

    gateway._handle_execute_in_scope = executed  # noqa: SLF001
    gateway._invoke_lambda_proxy = invoked  # noqa: SLF001


def _is_signed(headers: Mapping[str, str], query: Mapping[str, Any]) -> bool:
    given = {name.lower(): value for name, value in (headers or {}).items()}
    return given.get("authorization", "").startswith(_SIGNED) or "X-Amz-Signature" in query


def _saying(status: HTTPStatus, message: str) -> _Parts:
    return int(status), {"Content-Type": "application/json"}, json.dumps({"message": message}).encode()


def _word(service: Any) -> None:
    respond = service.lambda_execute_result_to_api_proxy_response

    def responded(result: dict[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
        if not _calling.get() or not (result.get("throttle") or result.get("error")):
            found: tuple[dict[str, Any] | None, str | None] = respond(result)
            return found
        timed_out = "Task timed out" in json.dumps(result.get("body"), default=str)
        away = bool(result.get("throttle")) or timed_out
        status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.INTERNAL_SERVER_ERROR
        code, headers, body = _saying(status, status.phrase)
        return {"statusCode": code, "headers": headers, "body": body.decode()}, None

    service.lambda_execute_result_to_api_proxy_response = responded


def _may_invoke(function: str, source: str) -> bool:
    """Whether the function is there, and its policy lets API Gateway call it for this route."""
    service = app._get_module("lambda_svc")  # noqa: SLF001
    _, config, _ = service._get_func_record_for_ref_in_scope(  # noqa: SLF001
        function, account_id=get_account_id(), region=get_region()
    )
    if config is None:
        return False
    arn = function if function.startswith("arn:") else str(config["FunctionArn"])
    found = service.function_policy_for_arn(arn)
    statements = found[0].get("Statement") or [] if found else []
    return any(_allows(statement, source) for statement in statements)


def _allows(statement: Mapping[str, Any], source: str) -> bool:
    principal, action = statement.get("Principal"), statement.get("Action")
    services = principal.get("Service") if isinstance(principal, dict) else principal
    if statement.get("Effect") != "Allow" or _SERVICE not in _listed(services):
        return False
    if not _INVOKE & set(_listed(action)):
        return False
    conditions = statement.get("Condition") or {}
    facts = {"aws:sourcearn": source, "aws:sourceaccount": get_account_id()}
    return all(
        any(fnmatch.fnmatchcase(facts.get(key.lower(), ""), str(one)) for one in _listed(values))
        for condition in conditions.values()
        for key, values in condition.items()
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
