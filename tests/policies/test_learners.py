"""The learner's own policy of a day: enough for its pages, as every run of them shows, and not for the next.

The shared run of the pages' commands (`printed`, `cleaned_by_pages`) is done by users with these policies.
"""

import json

import pytest
from botocore.exceptions import ClientError

from learners import DAYS, Learners, held, policy
from worlds import World

MANAGED_POLICY = 6144

NEXT = {
    1: ("glue", "create_database", {"DatabaseInput": {"Name": "fcj_an01_next"}}),
    2: ("glue", "delete_session", {"Id": "fcj-an01-session"}),
    3: ("glue", "delete_database", {"Name": "fcj_an01_db"}),
    4: ("dynamodb", "delete_table", {"TableName": "fcj-an01-catalog"}),
    5: ("dynamodb", "create_backup", {"TableName": "fcj-an01-catalog", "BackupName": "fcj-an01-next"}),
    6: ("sqs", "create_queue", {"QueueName": "fcj-an01-next"}),
}
"""What a page of the day after does; the day's own policy must not."""

AGAINST_ALL = {
    "another's bucket": ("s3", "list_objects_v2", {"Bucket": "somebody-elses"}),
    "a table of another name": ("dynamodb", "delete_table", {"TableName": "payroll"}),
    "a right for oneself": (
        "iam",
        "attach_user_policy",
        {"UserName": "all-1234567", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
    ),
    "a role of another name": (
        "iam",
        "create_role",
        {"RoleName": "admin", "AssumeRolePolicyDocument": json.dumps({"Statement": []})},
    ),
}


@pytest.fixture(scope="module")
def learners(sandbox):
    return Learners(World(sandbox), "all")


def denial(learners, days, service, operation, parameters):
    with pytest.raises(ClientError) as caught:
        getattr(learners.client(service, days), operation)(**parameters)
    error = caught.value.response["Error"]
    assert error["Code"] in {"AccessDenied", "AccessDeniedException"}
    return error["Message"]


@pytest.mark.parametrize("day", NEXT)
def test_the_next_day_s_commands_are_refused(learners, day):
    service, operation, _ = NEXT[day]
    action = "".join(part.capitalize() for part in operation.split("_"))
    assert f"{service}:{action}" in denial(learners, held(day), *NEXT[day])


@pytest.mark.parametrize("what", AGAINST_ALL)
def test_even_all_policies_together_reach_the_course_only(learners, what):
    denial(learners, DAYS, *AGAINST_ALL[what])


@pytest.mark.parametrize("day", DAYS)
def test_each_fits_a_managed_policy(day):
    assert len(json.dumps(policy(day), separators=(",", ":"))) <= MANAGED_POLICY


@pytest.mark.parametrize("day", DAYS)
def test_no_policy_names_an_action_twice_for_the_same_resource(day):
    rights = []
    for one in policy(day)["Statement"]:
        for action in [one["Action"]] if isinstance(one["Action"], str) else one["Action"]:
            resources = [one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"]
            rights += [(action, each, json.dumps(one.get("Condition"))) for each in resources]
    assert len(rights) == len(set(rights))
