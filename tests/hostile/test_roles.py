"""A role that was there when we came and is deleted while we look: what was not seen is open, never zero."""

import pytest

from checkday.cohort.look import Task, look, unpack
from checkday.roster import State
from cohort_endpoint import STS, XML_ERROR, instead_of_aws
from cohort_runs import learner, plan

BUCKETS = (
    '<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>x</ID></Owner><Buckets>'
    "<Bucket><Name>fcj-le1-lake-000000000001-ap-southeast-1</Name>"
    "<CreationDate>2026-01-15T08:00:00Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>"
)
INVALID = {"s3": "InvalidAccessKeyId", "iam": "InvalidClientTokenId", "sts": "InvalidClientTokenId"}


@pytest.fixture
def aws(monkeypatch):
    with instead_of_aws(monkeypatch) as server:
        yield server


def refused(service):
    if service in INVALID:
        return 403, XML_ERROR.format(INVALID[service])
    return 400, '{"__type": "UnrecognizedClientException", "message": "no"}'


@pytest.mark.parametrize("alive", [1, 2, 5])
def test_a_role_deleted_while_we_look(aws, alive):
    asked = []

    def says(service, action, account):
        asked.append(action)
        if len(asked) > alive:
            return refused(service)
        if action == "GetCallerIdentity":
            return 200, STS.format(action, f"<Account>{account}</Account><Arn>a</Arn><UserId>u</UserId>")
        return (200, BUCKETS) if service == "s3" else None

    aws.says = says
    (found,) = look(plan(days=(1, 5)), [Task(learner(1))])
    findings = unpack(found.report)["findings"]
    assert found.state in {State.UNREACHABLE, State.GOOD}
    assert len(asked) > alive
    assert {one["verdict"] for one in findings} <= {"passed", "blocked"}
    assert [one["id"] for one in findings if one["points"] is not None] == ["day1.account"]
    assert {one["cause"] for one in findings if one["verdict"] == "blocked"} <= {
        "credentials",
        "denied",
        "bad_answer",
        "not_submitted",
    }
