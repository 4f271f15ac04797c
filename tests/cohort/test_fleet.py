"""Many accounts from one process: each with its own keys, and a broken one never stops the others."""

import socket
import threading
import time
from dataclasses import replace

import pytest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import ReadTimeoutError

from checkday.account.deadline import answered_by
from checkday.account.live import Patience
from checkday.account.shared import signing_as
from checkday.cohort.fleet import Fleet, Way
from checkday.cohort.look import Task, look, unpack
from checkday.errors import BadSetting
from checkday.roster import State
from cohort_endpoint import INSTRUCTOR, STS, XML_ERROR, instead_of_aws
from cohort_runs import learner, plan, verdicts


@pytest.fixture
def aws(monkeypatch):
    with instead_of_aws(monkeypatch) as server:
        yield server


def looked(*numbers, **changes):
    return {one.id: one for one in look(plan(**changes), [Task(learner(number)) for number in numbers])}


def test_every_request_of_an_account_carries_only_its_own_key(aws):
    found = looked(*range(1, 49))
    assert len(found) == 48
    own = aws.requests.pop(INSTRUCTOR)
    assert len(own) == 3 * 48  # without an ExternalId, with another one, with the right one
    assert all("AssumeRole" in one for one in own)
    assert set(aws.requests) == {f"KEY{number:012d}" for number in range(1, 49)}
    for key, requests in aws.requests.items():
        number = int(key.removeprefix("KEY"))
        named = [one for one in requests if "fcj-" in one]
        assert named
        assert all(f"fcj-le{number}-" in one for one in named)
        assert len(requests) == found[f"le{number}"].requests


def test_a_request_that_no_account_asked_for_fails(aws):
    with pytest.raises(LookupError):
        Fleet(Way()).clients.client("sts", "us-east-1").get_caller_identity()
    assert not aws.requests


def test_one_pool_of_connections_and_one_tls_context_for_all_clients(aws):
    clients = Fleet(Way()).clients
    made = [clients.client(service, "us-east-1") for service in ("s3", "sts", "glue", "dynamodb")]
    (transport,) = {one._endpoint.http_session for one in made}
    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) in transport._socket_options


@pytest.mark.parametrize(
    ("code", "cause"),
    [("AccessDenied", "role_denied"), ("Throttling", "throttled"), ("InternalFailure", "service_error")],
)
def test_a_role_that_cannot_be_taken_on(aws, code, cause):
    aws.roles[f"{2:012d}"] = code
    found = looked(1, 2, 3)
    assert found["le2"].state is State.UNREACHABLE
    assert found["le2"].cause == cause
    assert {one["code"] for one in unpack(found["le2"].report)["findings"]} == {cause}
    assert aws.assumed.count(f"{1:012d}") == 1


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId"])
def test_the_instructors_own_credentials_stop_the_run(aws, code):
    aws.roles[f"{1:012d}"] = code
    assert looked(1)["le1"].stop


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        ((200, "<html>log in</html>"), "bad_answer"),
        ((0, ""), "no_network"),
        ((503, XML_ERROR.format("ServiceUnavailable")), "service_error"),
    ],
)
def test_an_account_that_answers_garbage_or_nothing(aws, reply, cause):
    aws.says = lambda _service, _action, account: reply if account.endswith("2") else None
    found = looked(1, 2)
    assert (found["le2"].state, found["le2"].cause) == (State.UNREACHABLE, cause)
    assert found["le1"].cause == "denied"


def test_an_account_that_never_answers_is_given_up(aws, monkeypatch):
    monkeypatch.setattr("checkday.account.clients.READ_TIMEOUT", 0.2)
    monkeypatch.setattr("checkday.account.shared._TIMEOUT", (1, 0.2))
    silent = threading.Event()
    aws.says = lambda *_: silent.wait(20) and None
    found = looked(1)["le1"]
    silent.set()
    assert (found.state, found.cause) == (State.UNREACHABLE, "timeout")


@pytest.mark.parametrize("slow", ["an account's reads", "the way into it"])
def test_an_account_that_trickles_is_given_up_at_its_deadline(aws, monkeypatch, slow):
    """No byte is late, so no timeout of a read ever ends this."""
    looked(3)  # clients take time to make
    monkeypatch.setattr("checkday.cohort.fleet._PATIENCE", Patience(seconds=1, retries=40))
    aws.trickles = {f"{1:012d}"} if slow == "an account's reads" else {INSTRUCTOR}
    began = time.monotonic()
    found = looked(1, 2)
    assert 1 <= time.monotonic() - began < 3
    assert (found["le1"].state, found["le1"].cause) == (State.UNREACHABLE, "timeout")
    assert found["le2"].cause == ("denied" if slow == "an account's reads" else "timeout")


def test_an_object_that_trickles_is_cut_off_too(aws):
    client, keys = (
        Fleet(Way(aws=aws.url)).clients.client("s3", "us-east-1"),
        ReadOnlyCredentials("k", "s", None),
    )
    aws.says, aws.trickles, aws.pace = lambda *_: (200, "x" * 900), {"k"}, 0.004
    with signing_as(keys), answered_by(time.monotonic() + 15):
        body = client.get_object(Bucket="b", Key="k")["Body"]
    with answered_by(time.monotonic() + 0.3), pytest.raises(ReadTimeoutError):
        body.read()


def test_the_account_behind_a_role_must_be_that_of_the_roster(aws):
    who = "<Account>999999999999</Account><Arn>a</Arn><UserId>u</UserId>"
    text = STS.format("GetCallerIdentity", who)
    aws.says = lambda _service, action, _account: (200, text) if action == "GetCallerIdentity" else None
    assert looked(1)["le1"].cause == "wrong_account"


def test_an_account_has_a_budget_of_retries(aws):
    aws.says = lambda service, *_: None if service == "sts" else (400, '{"__type": "ThrottlingException"}')
    found = looked(1, days=(1, 2, 3, 4, 5, 6, 7))["le1"]
    assert found.cause == "throttled"
    sent = aws.requests["KEY000000000001"]
    assert found.requests == len(sent)
    # A few reads are the same in two Regions; without a budget each would be sent four times.
    assert 40 <= len(sent) - len(set(sent)) < 50


@pytest.mark.parametrize(
    ("trusts", "cause"),
    [
        (lambda *_: True, "opens_with_none"),
        (lambda _, external_id: external_id in {None, "x-1"}, "opens_with_none"),
        (lambda _, external_id: external_id is not None, "opens_with_other"),
    ],
    ids=["any", "none or its own", "any but none"],
)
def test_a_role_that_anybody_can_make_us_enter_is_not_graded(aws, trusts, cause):
    aws.trusts = lambda account, given: trusts(account, given) if account.endswith("2") else given == "x-1"
    found = looked(1, 2)
    assert (found["le2"].state, found["le2"].cause) == (State.UNREACHABLE, cause)
    assert "KEY000000000002" not in aws.requests
    assert found["le1"].cause == "denied"


def test_our_own_fault_is_counted_apart_and_the_next_goes_on(aws, monkeypatch):
    def broken(self, one):
        if one.id == "le2":
            raise ZeroDivisionError("ours")
        return real(self, one)

    real = Fleet.source
    monkeypatch.setattr(Fleet, "source", broken)
    found = looked(1, 2, 3)
    assert [one.state for one in found.values()] == [State.UNREACHABLE, State.INTERNAL, State.UNREACHABLE]
    assert "ZeroDivisionError" in found["le2"].facts["detail"]


def test_another_version_of_the_course_is_refused(aws):
    with pytest.raises(BadSetting, match="worker_version"):
        look(replace(plan(), course_version="sha256:other"), [])


def test_nothing_is_judged_where_only_collecting_was_asked(aws):
    assert looked(1, judge=False)["le1"].report is None


def test_blocked_everywhere_never_costs_a_point(aws):
    report = unpack(looked(1)["le1"].report)
    assert "failed" not in verdicts(report).values()
    assert report["mode"] == "grade"
