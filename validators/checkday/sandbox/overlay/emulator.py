"""Where the overlay meets ministack 1.5.33: the only module that knows the emulator's insides.

Its table of service handlers is the place for us: whoever reaches a handler has been identified and, with
`AUTH=true`, authorised by the emulator's own evaluator, for our operations exactly as for its own; and each
call is entered in its CloudTrail.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from botocore.loaders import Loader
from ministack import app
from ministack.core import router
from ministack.core.iam_evaluator import AuthError, EvalContext, enforce, evaluate_trust_policy
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import firehose, s3

from checkday.sandbox.overlay import HANDLERS
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request

_Parts = tuple[int, dict[str, str], Any]
_Own = Callable[[str, str, dict[str, str], bytes, dict[str, list[str]]], Awaitable[_Parts]]


def attach() -> None:
    """Put the overlay in front of the emulator's handlers."""
    own: dict[str, _Own] = dict(app.SERVICE_HANDLERS)
    emulator = Ministack(own)
    for service, handlers in HANDLERS.items():
        app.SERVICE_HANDLERS[service] = _overlaid(service, own[service], handlers, emulator)
    # To tell a service it lacks from nonsense it would read all of botocore's models: 4 s and 390 MB.
    router._KNOWN_AWS_SERVICE_NAMES = frozenset(Loader().list_available_services("service-2"))  # noqa: SLF001


def _overlaid(service: str, own: _Own, handlers: Mapping[str, Handler], emulator: Emulator) -> _Own:
    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> _Parts:
        request = Request(service, method, path, headers, body, query)
        handler = handlers.get(request.operation)
        if handler is None:
            return await own(method, path, headers, body, query)
        answer = await handler(request, emulator)
        return answer.status, answer.headers, answer.body

    return handle


class Ministack:
    """The emulator as the handlers see it; account and Region are those of the request being served."""

    def __init__(self, own: Mapping[str, _Own]) -> None:
        self._own = own

    @property
    def account(self) -> str:
        return str(get_account_id())

    @property
    def region(self) -> str:
        return str(get_region())

    async def ask(self, request: Request) -> Answer:
        return Answer(*await self._own[request.service](*_parts(request)))

    async def ask_as_service(self, request: Request) -> Answer:
        if request.service == "s3":
            return Answer(
                *await s3.handle_request(*_parts(request), enforce_bucket_region=False, internal=True)
            )
        return await self.ask(request)

    def denial(self, request: Request, action: str, resource: str, **context: str) -> str | None:
        if not app.AUTH:
            return None
        key = extract_access_key_id(request.headers, request.query)
        found = enforce(
            key, action, request.service, self.region, resource_arn=resource, service_context=context
        )
        if found is None or isinstance(found, AuthError):
            return found and str(found.message)
        who = f"User: {found.principal_arn} is not authorized to perform: {action} on resource: {resource}"
        if found.decision == "Deny":
            return f"{who} with an explicit deny in an identity-based policy"
        return f"{who} because no identity-based policy allows the {action} action"

    def trusts(self, policy: str, service: str, source: str) -> bool:
        # The evaluator lets root pass for any service: it is shown only the statements that name ours.
        statements = [
            one for one in _listed(json.loads(policy).get("Statement")) if service in _services(one)
        ]
        root = f"arn:aws:iam::{self.account}:root"
        circumstances = {
            "sts:externalid": self.account,
            "aws:sourceaccount": self.account,
            "aws:sourcearn": source,
        }
        context = EvalContext(
            principal_arn=root,
            principal_type="AWSService",
            principal_account=self.account,
            action="sts:AssumeRole",
            resource_arn="*",
            region=self.region,
            service_context=circumstances,
        )
        return bool(evaluate_trust_policy({"Statement": statements}, root, context))

    def stream_settings(self, name: str) -> Mapping[str, Any]:
        stream = firehose._streams.get(name)  # noqa: SLF001 - its own description leaves some of it out
        return stream["destinations"][0]["config"] if stream and stream["destinations"] else {}


def _parts(request: Request) -> tuple[str, str, dict[str, str], bytes, dict[str, list[str]]]:
    return request.method, request.path, dict(request.headers), request.body, dict(request.query)


def _services(statement: Mapping[str, Any]) -> list[Any]:
    principal = statement.get("Principal")
    return _listed(principal.get("Service")) if isinstance(principal, dict) else []


def _listed(value: Any) -> list[Any]:
    """What IAM lets one write bare when there is but one of it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
