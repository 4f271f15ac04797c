"""Events: every management call and what came of it, of learners and of services that act for them."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from checkday.sandbox.overlay import cloudtrail_names as names
from checkday.sandbox.overlay import cloudtrail_parameters as parameters
from checkday.sandbox.overlay import models
from checkday.sandbox.overlay.cloudtrail_history import history
from checkday.sandbox.overlay.wire import Answer, Emulator, Request

_NOBODY = {
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
"""Errors of calls that cannot be laid to anyone's charge."""

_DENIED = {"AccessDenied", "AccessDeniedException"}
_XML = re.compile(r"<(Code|Message)>(.*?)</\1>", re.DOTALL)
_LONGEST_MESSAGE = 1024


def record(request: Request, answer: Answer, emulator: Emulator) -> None:
    """Enter a call of a client, if it is a management event and known whose."""
    if not _concerns(request):
        return
    identity = emulator.caller(request)
    if identity.get("accessKeyId"):
        _enter(request, answer, emulator, identity, request.headers.get("user-agent", ""))


def record_for(
    service: str, request: Request, answer: Answer, emulator: Emulator, identity: Mapping[str, Any]
) -> None:
    """Enter a call that an AWS service made on behalf of someone or as a role."""
    identity = {name: value for name, value in identity.items() if name != "accessKeyId"}
    _enter(request, answer, emulator, {**identity, "invokedBy": service}, service)


def _concerns(request: Request) -> bool:
    """A first look that costs little: most calls of a busy sandbox are about data."""
    if request.service == "s3":
        return "/" not in request.path.strip("/") and not request.path.startswith("/_")
    return not names.is_data(request.service, request.headers.get("x-amz-target", "").rpartition(".")[2])


def _enter(
    request: Request, answer: Answer, emulator: Emulator, identity: Mapping[str, Any], agent: str
) -> None:
    found = models.find(request)
    if found is None or names.is_data(request.service, found.operation.name):
        return
    code, message = _error(answer)
    if code in _NOBODY:
        return
    now, name = time.time(), names.event_name(request.service, found.operation)
    reads = names.reads(name)
    # What was denied is entered without what was asked; what only reads, without what was read.
    said = None if code in _DENIED else parameters.asked(found, request)
    event = _event(emulator, identity, agent, request.service, name) | {
        "requestParameters": said,
        "responseElements": None if reads or code else parameters.came(found, answer),
        "readOnly": reads,
    }
    if "x-amzn-requestid" in answer.headers:
        event["requestID"] = answer.headers["x-amzn-requestid"]
    if code:
        event |= {"errorCode": "AccessDenied" if code in _DENIED else code, "errorMessage": message}
    history().add(event, now, names.resources(request.service, said or {}))


def record_act(
    service: str, name: str, said: Mapping[str, Any], emulator: Emulator, identity: Mapping[str, Any]
) -> None:
    """Enter what a service did by an operation that clients cannot call."""
    event = _event(emulator, identity, identity.get("invokedBy", ""), service, name)
    history().add(event | {"requestParameters": said}, time.time(), names.resources(service, said))


def _event(
    emulator: Emulator, identity: Mapping[str, Any], agent: str, service: str, name: str
) -> dict[str, Any]:
    """An event that just happened, as far as it does not depend on what was asked and answered."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {key: value for key, value in identity.items() if value != ""},
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "eventSource": names.event_source(service),
        "eventName": name,
        "awsRegion": names.region(service, emulator.region),
        "sourceIPAddress": identity.get("invokedBy", "127.0.0.1"),
        "userAgent": agent,
        "requestParameters": None,
        "responseElements": None,
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": emulator.account,
        "eventCategory": "Management",
    }


def _error(answer: Answer) -> tuple[str, str]:
    """An error's code and message in any protocol; both empty if the call went well."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return "", ""
    body = answer.body if isinstance(answer.body, bytes) else str(answer.body or "").encode()
    if body.lstrip().startswith(b"<"):
        found = dict(_XML.findall(body.decode(errors="replace")))
        code, message = found.get("Code", ""), found.get("Message", "")
    else:
        said = models.loaded(body)
        kind = next(
            (value for name, value in answer.headers.items() if name.lower() == "x-amzn-errortype"), ""
        )
        code = str(kind or said.get("__type") or said.get("code") or "")
        message = str(said.get("message") or said.get("Message") or "")
    code = code.partition(":")[0].rpartition("#")[2]
    return code or str(answer.status), message[:_LONGEST_MESSAGE]
