"""Every read of the list under every fault: the answer names a cause, and is neither content nor absence.

What a check then makes of it is tested where the checks are (tests/checks/test_faults.py).
"""

from datetime import UTC, datetime

import botocore.session
import pytest

from checkday.account import Look, models
from checkday.account.answers import canonical
from checkday.account.live import Live
from checkday.account.reads import camel, causes, operations, reads
from wire import cut, garble, refuse

MODELS = botocore.session.Session()
XML = {"s3", "iam", "sts"}
SPELLINGS = {
    "denied": {
        "s3": "AccessDenied",
        "iam": "AccessDenied",
        "sts": "AccessDenied",
        "": "AccessDeniedException",
    },
    "throttled": {"s3": "SlowDown", "iam": "Throttling", "sts": "Throttling", "": "ThrottlingException"},
    "expired": {
        "s3": "ExpiredToken",
        "iam": "ExpiredToken",
        "sts": "ExpiredToken",
        "": "ExpiredTokenException",
    },
    "credentials": {
        "s3": "InvalidAccessKeyId",
        "iam": "InvalidClientTokenId",
        "sts": "InvalidClientTokenId",
        "": "UnrecognizedClientException",
    },
    "plan": {"": "SubscriptionRequiredException"},
    "service_error": {"": "InternalFailure"},
}
STATUS = {"denied": 403, "credentials": 403, "service_error": 500}


def refused(fault):
    codes = SPELLINGS[fault]

    def inject(source, service, call):
        code = codes.get(service, codes[""])
        refuse(source, service, call, code, status=STATUS.get(fault, 400))

    return inject


FAULTS = {
    **{fault: refused(fault) for fault in SPELLINGS},
    "no_network": cut,
    "timeout": lambda source, service, call: cut(source, service, call, slow=True),
    "bad_answer": garble,
}
HEAD = {("s3", "head_bucket")}
"""Has no body in which an error could be named: a bare 400 may be anything."""


def least(shape):
    """The smallest value that this shape takes."""
    kind = shape.type_name
    if kind == "structure":
        names = shape.required_members or list(shape.members)[:1]
        return {name: least(shape.members[name]) for name in names}
    if kind == "list":
        return [least(shape.member)]
    if kind == "map":
        return {"x": least(shape.value)}
    if kind == "timestamp":
        return datetime(2026, 1, 15, tzinfo=UTC)
    plain = {"integer": 1, "long": 1, "boolean": True, "blob": b"x", "double": 1.0, "float": 1.0}
    plain |= {"string": text_of(shape)} if kind == "string" else {}
    return plain[kind]


def text_of(shape):
    return (shape.enum or ["fcj-an01-box".ljust(shape.metadata.get("min", 1), "x")])[0]


def look_of(service, operation):
    model = MODELS.get_service_model(service).operation_model(camel(operation))
    needed = model.input_shape.required_members if model.input_shape else []
    parameters = {name: least(model.input_shape.members[name]) for name in needed}
    if service == "quicksight":
        parameters["AwsAccountId"] = "111122223333"
    return Look("ap-southeast-1", service, operation, canonical(parameters))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_is_content_and_none_is_absence(monkeypatch, fault):
    monkeypatch.setattr("checkday.account.live.time.sleep", lambda _: None)
    models.ready(operations()) or models.build(operations())  # clients then cost a fifth
    source, said = Live(endpoint="http://127.0.0.1:9", credentials=("111122223333", "testing")), {}
    for service, operation in reads():  # all of them first: a client knows what was there when it was made
        FAULTS[fault](source, service, camel(operation))
    for service, operation in reads():
        answer = source._fetch(look_of(service, operation))
        assert answer.absent is None
        assert not answer.pages
        said[service, operation] = answer.cause
    assert said.keys() == reads().keys()
    allowed = {fault, "service_error"} if fault == "bad_answer" else {fault}
    assert {read: cause for read, cause in said.items() if cause not in allowed and read not in HEAD} == {}
    assert all(said.values())


def test_every_cause_that_a_refusal_can_have_is_among_the_faults():
    apart = {"clock", "edition"}  # tested by name, each where it can happen
    assert set(causes().values()) == {*FAULTS, *apart} - {"no_network", "bad_answer"}
