"""Each account is asked with sessions that may do no more than our reads, taken on when first needed."""

import json
from collections import Counter

import pytest

from checkday import curriculum
from checkday.account.reads import reads
from checkday.authoring.policy import LONGEST_SESSION_POLICY, policy, session_policies
from checkday.cohort import fleet
from checkday.cohort.look import Task, look
from checkday.resources import generated
from checkday.roster import State
from cohort_endpoint import INSTRUCTOR, instead_of_aws
from cohort_runs import learner, plan

GROUPS = json.loads(generated("session_policies.json").read_text())
WHOLE = json.loads(generated("policy.json").read_text())
DAYS = tuple(curriculum.days())
LATER = (5,)
"""A day that needs the second session."""


@pytest.fixture
def aws(monkeypatch):
    with instead_of_aws(monkeypatch) as server:
        yield server


def rights(document):
    """What a policy allows: (action, resource)."""
    for statement in document["Statement"]:
        resources = statement["Resource"]
        for action in statement["Action"]:
            yield from ((action, one) for one in ([resources] if isinstance(resources, str) else resources))


def test_each_fits_an_assumerole():
    sizes = [len(json.dumps(one["policy"], separators=(",", ":"))) for one in GROUPS]
    assert max(sizes) <= LONGEST_SESSION_POLICY


def test_together_they_allow_what_the_published_policy_does():
    together = [right for one in GROUPS for right in rights(one["policy"])]
    assert set(together) == set(rights(WHOLE))
    assert len(together) == len(set(together))


def test_each_action_is_in_one_group_that_of_its_service():
    home = {service: number for number, one in enumerate(GROUPS) for service in one["services"]}
    allowed = Counter()
    for number, one in enumerate(GROUPS):
        for action in {action for action, _ in rights(one["policy"])}:
            allowed[action] += 1
            assert {home[service] for (service, _), read in reads().items() if action in read.actions} == {
                number
            }
    assert set(allowed.values()) == {1}
    assert len(home) == sum(len(one["services"]) for one in GROUPS)


def test_reads_of_one_service_that_need_too_much_room_are_refused():
    many = {f"r{number}": {"action": f"s3:{'x' * 60}{number}"} for number in range(40)}
    with pytest.raises(ValueError, match="s3"):
        session_policies({"s3": many})
    assert policy({"s3": many})


@pytest.mark.parametrize(("days", "sessions"), [((1, 2, 3), 1), (DAYS, 2)])
def test_an_account_costs_one_session_for_the_first_days_and_two_for_all(aws, days, sessions):
    found = look(plan(days), [Task(learner(number)) for number in (1, 2)])
    assert {one.cause for one in found} == {"denied"}
    assert Counter(aws.assumed) == dict.fromkeys([f"{1:012d}", f"{2:012d}"], sessions)
    asked = aws.requests[INSTRUCTOR]
    assert all("DurationSeconds=900" in one and "Policy=%7B%22Version" in one for one in asked)


def test_a_session_that_is_about_to_end_is_taken_on_anew(aws, monkeypatch):
    look(plan(), [Task(learner(1))])
    usual, aws.assumed[:] = len(aws.assumed), []
    monkeypatch.setattr(fleet, "_SPARE", 10**10)  # the endpoint's sessions last until 2099
    look(plan(), [Task(learner(1))])
    assert usual == 1
    assert len(aws.assumed) > 5


def refusing(aws, code):
    """Let the role be gone as soon as one session was given."""

    def say(_service, action, account):
        if action == "GetCallerIdentity":
            aws.roles[account] = code

    aws.says = say


def test_a_role_that_is_gone_half_way_leaves_the_account_for_the_next_run(aws):
    refusing(aws, "AccessDenied")
    found = look(plan(LATER), [Task(learner(1))])[0]
    assert (found.state, found.cause) == (State.UNREACHABLE, "role_denied")
    assert found.facts["role"].endswith(":role/grader")
    assert len(aws.assumed) == 2  # a refusal stands: it is not asked again for each read


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId"])
def test_the_instructor_s_keys_that_end_half_way_stop_the_run(aws, code):
    refusing(aws, code)
    assert look(plan(LATER), [Task(learner(1))])[0].stop
