"""The account that the benchmark grades: recorded once, and wrong as soon as a check asks something new."""

from pathlib import Path

import pytest

from checkday import curriculum
from checkday.account import models
from checkday.account.reads import operations
from checkday.cohort import look as looking
from checkday.cohort.look import Task, look, unpack
from checkday.roster import Learner, State
from cohort_runs import plan

DAYS = tuple(curriculum.days())
MILESTONES = curriculum.load(DAYS).milestones
RECORD = "record it again: python benchmarks/cohort_record.py"
HEAD = (
    "HEAD /fcj-{0}-lake-{1}-ap-southeast-1 HTTP/1.1\r\n"
    "Authorization: AWS4-HMAC-SHA256 Credential=KEY{1}/20261125/ap-southeast-1/s3/aws4_request\r\n"
)


@pytest.fixture(autouse=True)
def scripts(monkeypatch):
    """The benchmarks are scripts, not a package."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture
def aws(monkeypatch):
    from cohort_watch import canned  # noqa: PLC0415

    with canned() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
        models.build(operations())
        looking._made.cache_clear()  # a client keeps the endpoint that it was made for
        yield server
        looking._made.cache_clear()


def test_the_recorded_account_passes_all_that_is_not_handed_in_or_cleaned_up(aws):
    from cohort_server import ASSUMED  # noqa: PLC0415
    from cohort_wire import account_of, learner_of, role_of  # noqa: PLC0415

    account = next(one for one in map(account_of, range(46_656)) if learner_of(one) == "an01")
    (found,) = look(plan(DAYS), [Task(Learner("an01", "An", account, role_of(account), "x-1"))])
    seen = aws.seen()
    assert found.state is State.GOOD
    assert not seen.strangers, RECORD
    assert seen.asked == {account: found.requests + ASSUMED}  # no report counts its AssumeRole
    findings = [one for one in unpack(found.report)["findings"] if MILESTONES[one["id"]].lasts != "absence"]
    assert {one["cause"] or one["verdict"] for one in findings} == {"passed", "not_submitted"}, RECORD
    assert sum(one["verdict"] == "passed" for one in findings) > 50


def test_whoever_asks_about_another_learner_is_a_stranger():
    from cohort_server import Canned  # noqa: PLC0415
    from cohort_wire import account_of  # noqa: PLC0415

    server, account = Canned(), account_of(1)
    assert b" 501 " in server.answer(HEAD.format("an01", account), b"")
    assert b" 200 " in server.answer(HEAD.format("a001", account), b"")
    assert len(server.strangers) == 1
