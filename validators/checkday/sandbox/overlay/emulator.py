"""Where the overlay meets ministack 1.5.33; its insides are known here, in `callers` and in `emulator_*`.

Its table of service handlers is the place for us: whoever reaches a handler has been identified and, with
`AUTH=true`, authorised by the emulator's own evaluator, for our operations exactly as for its own; only what
a service of ours alone does must be asked by itself. A witness sees every call with its answer.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from ministack import app
from ministack.core import router
from ministack.core.iam_evaluator import AuthError, EvalContext, enforce, evaluate_trust_policy
from ministack.core.persistence import save_all
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.core.router import extract_access_key_id
from ministack.services import cloudwatch, firehose, glue, iam, s3

from checkday.sandbox.overlay import (
    HANDLERS,
    STARTS,
    STOPS,
    WITNESS,
    callers,
    emulator_functions,
    emulator_http,
    emulator_metrics,
    emulator_principals,
    emulator_rights,
    emulator_sources,
)
from checkday.sandbox.overlay.emulator_metrics import Sums
from checkday.sandbox.overlay.emulator_sources import MinistackSources
from checkday.sandbox.overlay.emulator_tables import MinistackTables
from checkday.sandbox.overlay.managed_policies import POLICIES
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, Stored, refusal

_Parts = tuple[int, dict[str, str], Any]
_Own = Callable[[str, str, dict[str, str], bytes, dict[str, list[str]]], Awaitable[_Parts]]


def attach(touch: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """Put the overlay in front of the emulator's handlers; what it returns is called before the end.

    `touch` is called when something has changed that no request has.
    """
    own: dict[str, _Own] = dict(app.SERVICE_HANDLERS)
    emulator = Ministack(own, touch)
    emulator_sources.attach()
    emulator_principals.attach()
    for service, handlers in HANDLERS.items():
        app.SERVICE_HANDLERS[service] = _overlaid(service, own.get(service, _unknown), handlers, emulator)
    for name, policy in POLICIES.items():
        record = iam._make_aws_managed_record(name, json.dumps(policy))  # noqa: SLF001
        iam._aws_managed_policies[record["Arn"]] = record  # noqa: SLF001
    _start_with(emulator)
    _witness(emulator)
    emulator_functions.attach()
    emulator_http.attach()
    emulator_rights.attach()
    # To tell a service it lacks from nonsense it would read all of botocore's models: 4 s and 390 MB.
    router._KNOWN_AWS_SERVICE_NAMES = frozenset(Loader().list_available_services("service-2"))  # noqa: SLF001

    async def stop() -> None:
        for each in STOPS:
            await each(emulator)

    return stop


def _start_with(emulator: Emulator) -> None:
    load = app._load_persisted_state  # noqa: SLF001

    def load_and_start() -> None:
        load()
        for each in STARTS:
            each(emulator)

    app._load_persisted_state = load_and_start  # noqa: SLF001


def _witness(emulator: Emulator) -> None:
    dispatch = app._dispatch_service_request  # noqa: SLF001

    async def witnessed(  # noqa: PLR0917 - the emulator's own parameters
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]], number: str
    ) -> _Parts:
        parts: _Parts = await dispatch(method, path, headers, body, query, number)
        asked = app._routing_params(method, path, headers, body, query)  # noqa: SLF001
        service = router.detect_service(method, path, headers, asked)
        WITNESS(Request(service, method, path, headers, body, query), Answer(*parts), emulator)
        return parts

    app._dispatch_service_request = witnessed  # noqa: SLF001


async def _unknown(method: str, path: str, *_: object) -> _Parts:
    """The answer of a service that the emulator lacks, to what the overlay has no handler for."""
    found = refusal("UnknownOperationException", f"The sandbox does not know {method} {path}.", 404)
    return found.status, found.headers, found.body


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

    def __init__(self, own: Mapping[str, _Own], touch: Callable[[], None]) -> None:
        self._own = own
        self.touch = touch
        self.tables = MinistackTables()
        self.sources = MinistackSources()

    @property
    def account(self) -> str:
        return str(get_account_id())

    @property
    def region(self) -> str:
        return str(get_region())

    def caller(self, request: Request) -> Mapping[str, Any]:
        return callers.identity(extract_access_key_id(request.headers, request.query), self.account)

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

    def stream(self, name: str) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = firehose._streams.get(name)  # noqa: SLF001
        return found

    def crawlers(self) -> MutableMapping[str, dict[str, Any]]:
        found: MutableMapping[str, dict[str, Any]] = glue._crawlers  # noqa: SLF001
        return found

    def work_groups(self) -> MutableMapping[str, dict[str, Any]]:
        from ministack.services import athena  # noqa: PLC0415 - it imports DuckDB: only when it is needed

        athena._ensure_default_workgroup()  # noqa: SLF001
        groups: MutableMapping[str, dict[str, Any]] = athena._workgroups  # noqa: SLF001
        return groups

    def places(self) -> set[tuple[str, str]]:
        return {key[:2] for key, _ in glue._crawlers.all_items()}  # noqa: SLF001

    def acting(self, account: str, region: str) -> AbstractContextManager[object]:
        scope: AbstractContextManager[object] = request_scope(account, region)
        return scope

    def role_denial(self, role: str, action: str, resource: str, **context: str) -> str | None:
        if not app.AUTH:
            return None
        if callers.role_allows((self.account, self.region), role, action, resource, context):
            return None
        who = callers.role_session_arn(self.account, role, "sandbox")
        return f"User: {who} is not authorized to perform: {action} on resource: {resource}"

    def role_keys(self, role: str, session: str) -> Mapping[str, str]:
        return callers.keys(self.account, role, session)

    def role_caller(self, role: str, session: str) -> Mapping[str, Any]:
        return callers.acting_as(self.account, role, session)

    def objects(self, bucket: str, prefix: str) -> Sequence[Stored] | None:
        # Asking for the list in pages would sort the whole bucket anew for each of them.
        found = s3._buckets.get(bucket)  # noqa: SLF001
        if found is None:
            return None
        items = list(found["objects"].items())
        return sorted(Stored(key, int(item["size"])) for key, item in items if key.startswith(prefix))

    def piece(self, bucket: str, key: str, start: int, length: int) -> bytes:
        # A range asked of the emulator has it read the whole object, which may be larger than memory.
        found = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)  # noqa: SLF001
        path = s3._object_disk_path(bucket, key)  # noqa: SLF001
        if found is None:
            return b""
        if found.get("body") is not None:
            return bytes(found["body"][start : start + length])
        try:
            with Path(path).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except OSError:
            return b""

    def count(self, metric: str, value: float, unit: str, dimensions: Mapping[str, str]) -> None:
        emulator_metrics.add(metric, (1, value, value, value), unit, dimensions)

    def summarise(self, metric: str, sums: Sums, unit: str, dimensions: Mapping[str, str]) -> None:
        emulator_metrics.add(metric, sums, unit, dimensions)

    def keep(self, *services: str) -> None:
        modules = {"cloudwatch": cloudwatch, "glue": glue}
        save_all({name: modules[name].get_state for name in services})


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
