"""Three linters over everything that enrolment writes; each finding that is ignored says why."""

import json
import warnings

import pytest
from cfnlint.api import ManualArgs, lint
from policy_sentry.analysis.analyze import analyze_by_access_level
from policy_sentry.querying.all import get_all_actions

from checkday.enroll import grader, prepared
from checkday.enroll.folder import as_yaml
from checkday.enroll.grader import Instructor

with warnings.catch_warnings(action="ignore", category=ResourceWarning):
    from parliament import analyze_policy_string  # it leaves its own files open

READS = grader.reads()
ALLOWED = {action for one in READS["Statement"] for action in one["Action"]}
TEMPLATES = {
    "template.yaml": grader.template(READS, Instructor("111122223333")),
    "template-school.yaml": prepared.template(),
}
VALUES = {
    "LearnerId": "an01",
    "AWS::AccountId": "123456789012",
    "Region": "eu-west-1",
    "ReplicaRegion": "us-east-1",
}
UNLISTED = {"quicksight:DescribeDashboardDefinition"}
"""In botocore, and in no list of actions that a linter has: see docs/decisions/0015."""
NEWER = {"freetier:GetAccountPlanState"}
"""In policy_sentry's list; that of parliament is older."""
LIST_ONLY = {"account", "freetier", "quicksight"}
"""Lists of QuickSight can be limited to a user, who is another one in every account."""


def plain(value):
    """A value of the template with its parameters filled in."""
    if isinstance(value, dict):
        text = value.get("Fn::Sub")
        if text is not None:
            for name, filled in VALUES.items():
                text = text.replace(f"${{{name}}}", filled)
            return text
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def documents():
    yield "instructor", grader.instructor_policy()
    for file, template in TEMPLATES.items():
        for name, resource in template["Resources"].items():
            properties = plain(resource["Properties"])
            found = [(one["PolicyName"], one["PolicyDocument"]) for one in properties.get("Policies", ())]
            if "PolicyDocument" in properties:
                found.append(("managed", properties["PolicyDocument"]))
            yield from ((f"{file} {name} {own}", document) for own, document in found)


DOCUMENTS = dict(documents())


def test_cfn_lint_finds_nothing():
    regions = ManualArgs(regions=["ap-southeast-1", "us-east-1"])
    found = [match for text in TEMPLATES.values() for match in lint(as_yaml(text), config=regions)]
    ignored = {f"'{one.partition(':')[2].lower()}'" for one in UNLISTED}
    assert [
        one for one in found if one.rule.id != "W3037" or one.message.partition(" ")[0] not in ignored
    ] == []


def test_cfn_lint_would_find_something():
    broken = json.loads(json.dumps(TEMPLATES["template.yaml"]))
    broken["Resources"]["GraderRole"]["Properties"]["MaxSessionDuration"] = 1
    assert lint(as_yaml(broken), config=ManualArgs(regions=["us-east-1"]))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_parliament_finds_nothing(name):
    found = analyze_policy_string(json.dumps(DOCUMENTS[name])).findings
    assert [one for one in found if not ignored(one)] == []


def ignored(finding):
    if finding.issue == "RESOURCE_STAR":
        return all(one.partition(":")[0] in LIST_ONLY for one in finding.detail)
    return finding.issue == "UNKNOWN_ACTION" and str(finding.detail).split()[-1] in UNLISTED | NEWER


def test_every_action_is_one_that_exists():
    known = {one.lower() for one in get_all_actions()}
    named = {
        action
        for document in DOCUMENTS.values()
        for one in document["Statement"]
        for action in listed(one.get("Action", one.get("NotAction")))
    }
    assert len(named) > 80
    assert {one for one in named if one.lower() not in known} == UNLISTED


@pytest.mark.parametrize("level", ["Write", "Permissions management", "Tagging"])
def test_the_grader_may_only_read(level):
    assert analyze_by_access_level(READS, level) == []


def test_the_fence_denies_whatever_is_not_allowed():
    nothing_else, *content = grader.fence(READS)["Statement"]
    assert (nothing_else["Effect"], set(nothing_else["NotAction"]), nothing_else["Resource"]) == (
        "Deny",
        ALLOWED,
        "*",
    )
    fenced = {action: one["NotResource"] for one in content for action in one["Action"]}
    assert fenced.keys() == grader.CONTENT
    lake = "arn:aws:s3:::fcj-*-lake-*"
    assert fenced["s3:GetObject"] == [f"{lake}/data/*", f"{lake}/query_results/*"]
    assert all(":fcj-" in arn or "/fcj-" in arn for arns in fenced.values() for arn in arns)


def test_both_policies_fit_into_the_role():
    assert grader.size(READS, grader.fence(READS)) < grader.LARGEST


def test_a_policy_of_another_content_has_another_name():
    changed = json.loads(json.dumps(READS))
    changed["Statement"][0]["Action"].append("s3:ListAllMyBuckets")
    assert grader.reads_name(changed) != grader.reads_name(READS)


def listed(value):
    return [value] if isinstance(value, str) else value
