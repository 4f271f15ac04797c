"""What clients ask of interactive sessions and their statements."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from checkday.sandbox.overlay.roles import can_assume
from checkday.sandbox.overlay.spark.records import key
from checkday.sandbox.overlay.spark.session import Session, clean
from checkday.sandbox.overlay.spark.sessions import DPU, LIVE, MOST_LIVE, Sessions, described
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, call, good, refusal

SERVICE = "glue.amazonaws.com"
_COMMANDS = ("glueetl", "gluestreaming")
_LONGEST_CODE = 68_000
_PAGE, _STATEMENTS_PAGE = 100, 50
_TWO_DAYS = 2880
_WORKERS, _FEWEST_WORKERS = 5, 2
_GIVEN = ("Description", "DefaultArguments", "Connections", "SecurityConfiguration", "SessionType")

_sessions: list[Sessions] = []


def resume(_emulator: Emulator) -> None:
    _sessions[:] = [Sessions()]


async def stop_all(_emulator: Emulator) -> None:
    await _sessions[0].stop_all()


async def _create(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    at = key("session", clean(sent.get("Id", "")), emulator)
    fault = (
        _invalid(sent)
        or _taken(_sessions[0].get(at), sent)
        or await role_fault(request, sent, "session", emulator)
    )
    if fault is not None:
        return fault
    if _sessions[0].full:
        message = f"Max concurrent sessions: {MOST_LIVE}. Stop one first."
        return refusal("ResourceNumberLimitExceededException", message)
    record = _record(sent)
    session = _sessions[0].create(at, record, emulator.role_keys(sent["Role"], "GlueJobRunnerSession"))
    if sent.get("Tags"):
        arn = _arn(sent["Id"], emulator)
        await emulator.ask_as_service(call("glue", "TagResource", ResourceArn=arn, TagsToAdd=sent["Tags"]))
    return good({"Session": described(session.record)})


def _invalid(sent: Mapping[str, Any]) -> Answer | None:
    worker, workers = sent.get("WorkerType", "G.1X"), sent.get("NumberOfWorkers", _WORKERS)
    command, minutes = sent.get("Command") or {}, (sent.get("IdleTimeout", 1), sent.get("Timeout", 1))
    both = "MaxCapacity" in sent and not {"WorkerType", "NumberOfWorkers"}.isdisjoint(sent)
    faults = {
        "An id and a role are needed.": not sent.get("Id") or not sent.get("Role"),
        f"Command name should be one of {', '.join(_COMMANDS)}.": command.get("Name") not in _COMMANDS,
        "Please do not set Max Capacity if using Worker Type and Number of Workers.": both,
        f"Worker type {clean(worker)} is not supported.": worker not in DPU,
        f"Number of workers must be at least {_FEWEST_WORKERS}.": workers < _FEWEST_WORKERS,
        "A timeout must be at least one minute.": min(minutes) < 1,
    }
    return next((_bad(message) for message, wrong in faults.items() if wrong), None)


def _taken(session: Session | None, sent: Mapping[str, Any]) -> Answer | None:
    if session is None:
        return None
    if session.record["_Sent"] != _comparable(sent):
        message = f"Session {sent['Id']} exists with other parameters."
        return refusal("IdempotentParameterMismatchException", message)
    return refusal("AlreadyExistsException", f"Session already created, sessionId={sent['Id']}")


async def role_fault(
    request: Request, sent: Mapping[str, Any], kind: str, emulator: Emulator
) -> Answer | None:
    """Why what is sent may not act as the role it names."""
    role = str(sent.get("Role", ""))
    denial = emulator.denial(request, "iam:PassRole", role, **{"iam:PassedToService": SERVICE})
    if denial is not None:
        return refusal("AccessDeniedException", denial)
    arn = f"arn:aws:glue:{emulator.region}:{emulator.account}:{kind}/{sent.get('Id', '')}"
    if not await can_assume(role, SERVICE, arn, emulator):
        return _bad(f"Role {role} should be given assume role permissions for Glue Service.")
    return None


def _record(sent: Mapping[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "Id": clean(sent["Id"]),
        "CreatedOn": time.time(),
        "Status": "PROVISIONING",
        "ErrorMessage": "",
        "Role": sent["Role"],
        "Command": {"PythonVersion": "3", **sent["Command"]},
        "Progress": 0.0,
        "GlueVersion": sent.get("GlueVersion", "5.0"),
        "IdleTimeout": sent.get("IdleTimeout", _TWO_DAYS),
        "_Timeout": sent.get("Timeout", _TWO_DAYS),
        "_Sent": _comparable(sent),
    }
    record |= {name: sent[name] for name in _GIVEN if name in sent}
    if "MaxCapacity" in sent:
        return record | {"MaxCapacity": float(sent["MaxCapacity"])}
    worker, workers = sent.get("WorkerType", "G.1X"), sent.get("NumberOfWorkers", _WORKERS)
    return record | {"WorkerType": worker, "NumberOfWorkers": workers, "MaxCapacity": workers * DPU[worker]}


def _comparable(sent: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if name not in {"RequestOrigin", "Tags"}}


async def _get(request: Request, emulator: Emulator) -> Answer:
    session = _sessions[0].get(key("session", request.parameters.get("Id", ""), emulator))
    return _unknown(request) if session is None else good({"Session": described(session.record)})


async def _list(request: Request, emulator: Emulator) -> Answer:
    wanted = request.parameters.get("Tags") or {}
    found = [
        described(session.record)
        for session in _sessions[0].within(emulator.account, emulator.region)
        if not wanted or wanted.items() <= (await _tags(session.record["Id"], emulator)).items()
    ]
    page, rest = _page(found, request.parameters, _PAGE)
    return good({"Ids": [each["Id"] for each in page], "Sessions": page, **rest})


async def _tags(name: str, emulator: Emulator) -> Mapping[str, str]:
    answer = await emulator.ask_as_service(call("glue", "GetTags", ResourceArn=_arn(name, emulator)))
    tags: Mapping[str, str] = answer.values.get("Tags", {}) if answer.good else {}
    return tags


async def _stop(request: Request, emulator: Emulator) -> Answer:
    name = request.parameters.get("Id", "")
    session = _sessions[0].get(key("session", name, emulator))
    if session is None:
        return _unknown(request)
    if session.record["Status"] not in {"PROVISIONING", "READY"}:
        return _wrong_state(session)
    session.stop()
    return good({"Id": name})


async def _delete(request: Request, emulator: Emulator) -> Answer:
    name = request.parameters.get("Id", "")
    at = key("session", name, emulator)
    if _sessions[0].get(at) is None:
        return _unknown(request)
    _sessions[0].forget(at)
    return good({"Id": name})


async def _run(request: Request, emulator: Emulator) -> Answer:
    session = _session(request, emulator)
    code = clean(request.parameters.get("Code", ""))
    if session is None:
        return _unknown(request)
    if len(code) > _LONGEST_CODE:
        message = (
            "1 validation error detected: Value at 'code' failed to satisfy constraint:"
            f" Member must have length less than or equal to {_LONGEST_CODE}"
        )
        return refusal("ValidationException", message)
    if session.record["Status"] != "READY":
        return _wrong_state(session)
    if session.busy:
        return refusal("SessionBusyException", "Too many statements are waiting in the session.")
    return good({"Id": session.run(code)})


async def _get_statement(request: Request, emulator: Emulator) -> Answer:
    session = _session(request, emulator)
    statement = session and session.statements.get(request.parameters.get("Id", -1))
    return good({"Statement": statement}) if statement else _unknown(request)


async def _list_statements(request: Request, emulator: Emulator) -> Answer:
    session = _session(request, emulator)
    if session is None:
        return _unknown(request)
    page, rest = _page(list(session.statements.values()), request.parameters, _STATEMENTS_PAGE)
    return good({"Statements": page, **rest})


async def _cancel(request: Request, emulator: Emulator) -> Answer:
    session, number = _session(request, emulator), request.parameters.get("Id", -1)
    if session is None or number not in session.statements:
        return _unknown(request)
    if session.record["Status"] not in LIVE:
        return _wrong_state(session)
    session.cancel(number)
    return good({})


def _session(request: Request, emulator: Emulator) -> Session | None:
    return _sessions[0].get(key("session", request.parameters.get("SessionId", ""), emulator))


def _arn(name: str, emulator: Emulator) -> str:
    return f"arn:aws:glue:{emulator.region}:{emulator.account}:session/{name}"


def _page(
    items: Sequence[Any], sent: Mapping[str, Any], default: int
) -> tuple[Sequence[Any], dict[str, str]]:
    token = str(sent.get("NextToken") or "0")
    start = int(token) if token.isdecimal() else 0
    end = start + int(sent.get("MaxResults") or default)
    return items[start:end], {"NextToken": str(end)} if end < len(items) else {}


def _bad(message: str) -> Answer:
    return refusal("InvalidInputException", message)


def _unknown(request: Request) -> Answer:
    sent = request.parameters
    name = clean(sent.get("SessionId", sent.get("Id", "")))
    what = f"Statement {sent.get('Id')} of session {name}" if "SessionId" in sent else f"Session {name}"
    return refusal("EntityNotFoundException", f"{what} not found")


def _wrong_state(session: Session) -> Answer:
    message = f"Session {session.record['Id']} is in {session.record['Status']} status."
    return refusal("IllegalSessionStateException", message)


HANDLERS: Mapping[str, Handler] = {
    "CreateSession": _create,
    "GetSession": _get,
    "ListSessions": _list,
    "StopSession": _stop,
    "DeleteSession": _delete,
    "RunStatement": _run,
    "GetStatement": _get_statement,
    "ListStatements": _list_statements,
    "CancelStatement": _cancel,
}
