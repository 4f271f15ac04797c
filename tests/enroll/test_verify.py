"""`enroll --verify`: a role that others can make us enter is refused; what could not be tried is no proof."""

import csv
import json

import pytest

from checkday.cli import verifying
from checkday.cohort.fleet import Fleet, Way
from checkday.cohort.verifying import Standing, verify
from checkday.roster import reading
from cohort_endpoint import INSTRUCTOR, STS, XML_ERROR, Endpoint

AN, BI, CHI = (f"{name},X,{at:012d}" for at, name in enumerate(("an01", "bi02", "chi"), start=1))


@pytest.fixture(scope="module")
def endpoint():
    """One server and one set of clients: making them is what takes time."""
    with Endpoint() as server:
        server.fleet = Fleet(Way(aws=server.url))
        yield server


@pytest.fixture
def aws(endpoint, monkeypatch):
    """AWS, where nobody has asked for anything yet."""
    monkeypatch.setattr("checkday.cohort.fleet.time.sleep", lambda _: None)
    monkeypatch.setattr("checkday.account.live.time.sleep", lambda _: None)
    monkeypatch.setattr(verifying, "Fleet", lambda _: endpoint.fleet)
    endpoint.roles.clear()
    endpoint.requests.clear()
    endpoint.says = lambda *_: None
    return endpoint


@pytest.fixture
def enrolled(enroll, aws):
    """Three learners whose roles are right, and how to verify them."""
    enroll(AN, BI, CHI)
    own = {one.account: one.external_id for one in reading.read(str(enroll.folder / "roster.yaml")).learners}
    aws.trusts = lambda account, given: own[account] == given
    aws.own = own
    return lambda *more: enroll.run(enroll.folder / "roster.yaml", "--verify", *more)


def wrong(aws, account, trusts):
    right = aws.trusts
    aws.trusts = lambda asked, given: trusts(given) if asked == account else right(asked, given)


def table(enroll):
    with (enroll.folder / "verification.csv").open(newline="") as file:
        return {row["id"]: (row["standing"], row["cause"]) for row in csv.DictReader(file)}


def tried(aws):
    return len(aws.requests[INSTRUCTOR])


def test_roles_that_are_right(aws, enrolled, enroll):
    code, out, _ = enrolled()
    assert code == 0
    assert "3 of 3 roles are as they should be" in out
    assert set(table(enroll).values()) == {("good", "")}
    assert not any(one in out for one in aws.own.values())
    assert not any(one in (enroll.folder / "verified.jsonl").read_text() for one in aws.own.values())


@pytest.mark.parametrize(
    ("trusts", "cause"),
    [
        (lambda _: True, "opens_with_none"),
        (lambda given: given is None or given.startswith("fcj-"), "opens_with_none"),
        (lambda given: given is not None, "opens_with_other"),
    ],
    ids=["anybody", "also without", "any id"],
)
def test_a_role_that_is_open_is_refused(aws, enrolled, enroll, trusts, cause):
    wrong(aws, f"{2:012d}", trusts)
    code, out, _ = enrolled()
    assert code == 1
    assert table(enroll) == {"an01": ("good", ""), "bi02": ("wrong", cause), "chi": ("good", "")}
    assert "bi02: wrong: The role arn:aws:iam::000000000002:role/checkday/grader-bi02 lets us in" in out
    assert "KEY000000000002" not in aws.requests


def test_an_id_with_a_typo_is_blocked_and_says_what_to_look_at(aws, enrolled, enroll):
    wrong(aws, f"{2:012d}", lambda given: given == aws.own[f"{2:012d}"] + "x")
    code, out, _ = enrolled()
    assert code == 4
    assert table(enroll)["bi02"] == ("blocked", "role_denied")
    assert "External ID" in out


@pytest.mark.parametrize(
    ("error", "cause"), [("Throttling", "throttled"), ("InternalFailure", "service_error")]
)
def test_a_refusal_that_is_none_proves_nothing(aws, enrolled, enroll, error, cause):
    aws.roles[f"{2:012d}"] = error
    assert enrolled()[0] == 4
    assert table(enroll)["bi02"] == ("blocked", cause)


def test_another_account_behind_the_role(aws, enrolled, enroll):
    who = STS.format("GetCallerIdentity", "<Account>999999999999</Account><Arn>a</Arn><UserId>u</UserId>")
    aws.says = lambda _, action, at: (200, who) if action == "GetCallerIdentity" and at[-1] == "2" else None
    assert enrolled()[0] == 1
    assert table(enroll)["bi02"] == ("wrong", "wrong_account")


def test_a_second_call_tries_only_what_was_not_right(aws, enrolled, enroll):
    aws.roles[f"{2:012d}"] = "AccessDenied"
    enrolled()
    aws.roles.clear()
    before = tried(aws)
    code, out, _ = enrolled()
    assert code == 0
    assert "Trying 1 of 3 roles" in out
    again = aws.requests[INSTRUCTOR][before:]
    assert again
    assert all("000000000002" in one for one in again)
    assert set(table(enroll).values()) == {("good", "")}


def test_all_are_tried_again_if_asked(aws, enrolled):
    enrolled()
    before = tried(aws)
    enrolled("--again")
    assert tried(aws) == 2 * before


def test_a_killed_call_lost_at_most_the_line_it_was_writing(aws, enrolled, enroll):
    enrolled()
    notes = enroll.folder / "verified.jsonl"
    lines = notes.read_text().splitlines()
    notes.write_text("\n".join((*lines[:2], lines[2][:20], '"x"')))
    assert "Trying 1 of 3 roles" in enrolled()[1]
    assert [json.loads(one)["standing"] for one in lines] == ["good"] * 3


def test_the_instructors_own_credentials_stop_it_all(aws, enrolled):
    aws.roles[f"{1:012d}"] = "ExpiredToken"
    code, _, err = enrolled()
    assert code == 4
    assert "no good any more (expired)" in err


def test_a_role_that_does_not_show_itself_is_good_and_that_is_told(enrolled):
    code, out, _ = enrolled()
    assert code == 0
    assert out.count("what else the role grader-") == 3


def test_a_role_renamed_or_deleted_once_it_was_entered(aws, enrolled, enroll):
    aws.says = lambda service, *_: (404, XML_ERROR.format("NoSuchEntity")) if service == "iam" else None
    assert enrolled()[0] == 4
    assert set(table(enroll).values()) == {("blocked", "role_denied")}


LISTS = {
    "ListRolePolicies": "<PolicyNames>{}</PolicyNames><IsTruncated>false</IsTruncated>",
    "ListAttachedRolePolicies": "<AttachedPolicies>{}</AttachedPolicies><IsTruncated>false</IsTruncated>",
}
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
ATTACHED = f"<member><PolicyName>AdministratorAccess</PolicyName><PolicyArn>{ADMIN}</PolicyArn></member>"


@pytest.mark.parametrize(
    ("inline", "attached", "notes"),
    [
        (("reads-1", "nothing-else"), "", []),
        (("reads-0", "nothing-else"), "", ["old_template"]),
        (("reads-1",), ATTACHED, ["no_fence", "more_policies"]),
    ],
)
def test_what_else_a_role_allows_is_told(aws, enrolled, enroll, inline, attached, notes):
    lists = {
        "ListRolePolicies": "".join(f"<member>{name}</member>" for name in inline),
        "ListAttachedRolePolicies": attached,
    }

    def says(_, action, __):
        if action in lists:
            return 200, STS.format(action, LISTS[action].format(lists[action]))
        return None

    aws.says = says
    one = reading.read(str(enroll.folder / "roster.yaml")).learners[0]
    found = verify(aws.fleet, one, "reads-1", "nothing-else")
    assert found.standing is Standing.GOOD
    assert [key for key, _ in found.notes] == notes
    assert all(fact in {"grader-an01", ADMIN} for _, fact in found.notes)
