"""The grader's role in a learner's account: who may take it on, and the little that it may do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checkday.enroll import external_ids
from checkday.names import TAG
from checkday.resources import generated

PATH = "/checkday/"
READS = "reads"
FENCE = "nothing-else"
"""The role's two policies; the first one's name goes on with the digest of what is in it."""

INSTRUCTOR = "checkday-instructor"
"""What the instructor's role is called, unless it is called otherwise."""

SESSION_SECONDS = 3600
"""The longest session: a run takes minutes."""

LARGEST = 10_240
"""Characters of all inline policies of a role together, white space not counted (IAM's quota)."""

CONTENT = frozenset(
    {
        "athena:GetQueryResults",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "glue:ListStatements",
        "lambda:GetFunctionConfiguration",
        "s3:GetObject",
    }
)
"""What reads what somebody put into a resource, rather than how it is set up: fenced in by resource too."""

_NAME = "grader-"
ROLE_NAME = r"[\w+=,.@-]+(/[\w+=,.@-]+)*"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Instructor:
    """Who may take on the role: one role of one account, with its path if it has one."""

    account: str
    role: str = INSTRUCTOR


def name(learner: str) -> str:
    """The role's name, known before the learner has done anything."""
    return _NAME + learner


def arn(account: str, learner: str) -> str:
    """The role's ARN."""
    return f"arn:aws:iam::{account}:role{PATH}{name(learner)}"


def reads() -> Document:
    """The policy that is made of the calls of the checks."""
    found: Document = json.loads(generated("policy.json").read_text(encoding="utf-8"))
    return found


def reads_name(policy: Mapping[str, Any]) -> str:
    """The name of the policy in the role: another content has another name, so that an old stack shows."""
    return f"{READS}-{hashlib.sha256(_minified(policy).encode()).hexdigest()[:12]}"


def fence(policy: Mapping[str, Any]) -> Document:
    """What denies all else, whatever is attached to the role later: a denial wins over every allowance."""
    actions = sorted({action for one in policy["Statement"] for action in one["Action"]})
    statements = [
        {"Sid": "NothingElse", "Effect": "Deny", "NotAction": actions, "Resource": "*"},
        *_content(policy),
    ]
    return {"Version": policy["Version"], "Statement": statements}


def size(*policies: Mapping[str, Any]) -> int:
    """Characters that IAM counts."""
    return sum(len(_minified(policy)) for policy in policies)


def template(policy: Mapping[str, Any], instructor: Instructor | None = None) -> Document:
    """The CloudFormation template of the role, as data."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _DESCRIPTION,
        "Parameters": _parameters(instructor),
        "Resources": {"GraderRole": {"Type": "AWS::IAM::Role", "Properties": _role(policy)}},
        "Outputs": {
            "RoleArn": {
                "Description": "The role that the instructor's grader takes on.",
                "Value": {"Fn::GetAtt": ["GraderRole", "Arn"]},
            }
        },
    }


def instructor_policy() -> Document:
    """What the instructor's own role needs, and no more."""
    statement = {
        "Sid": "TakeOnTheGradersRoles",
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": f"arn:aws:iam::*:role{PATH}{_NAME}*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


_DESCRIPTION = (
    "Seven Days of Data on AWS: a role by which your instructor reads what you built, and changes nothing. "
    "Free of charge. Delete this stack to take the right away again."
)


def _content(policy: Mapping[str, Any]) -> Iterator[Document]:
    for one in policy["Statement"]:
        actions = sorted(CONTENT.intersection(one["Action"]))
        if actions:
            sid = f"Only{one['Sid']}Here"
            yield {"Sid": sid, "Effect": "Deny", "Action": actions, "NotResource": one["Resource"]}


def _role(policy: Mapping[str, Any]) -> Document:
    documents = {reads_name(policy): policy, FENCE: fence(policy)}
    tags = {**TAG, "Learner": {"Ref": "LearnerId"}}
    return {
        "RoleName": {"Fn::Sub": _NAME + "${LearnerId}"},
        "Path": PATH,
        "Description": "Read-only: grades Seven Days of Data on AWS.",
        "MaxSessionDuration": SESSION_SECONDS,
        "AssumeRolePolicyDocument": _trust(),
        "Policies": [{"PolicyName": key, "PolicyDocument": value} for key, value in documents.items()],
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


def _trust() -> Document:
    # Named as principal, the role would be kept by its inner id, and one made again would be another.
    role = "arn:aws:iam::${InstructorAccountId}:role/${InstructorRoleName}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${InstructorAccountId}:root"}},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "ArnEquals": {"aws:PrincipalArn": {"Fn::Sub": role}},
                    "StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}},
                },
            }
        ],
    }


def _parameters(instructor: Instructor | None) -> Document:
    account = {"Default": instructor.account} if instructor else {}
    role = {"Default": instructor.role} if instructor else {}
    return {
        "InstructorAccountId": _parameter("The instructor's AWS account.", r"\d{12}", **account),
        "InstructorRoleName": _parameter("The instructor's role, with its path if any.", ROLE_NAME, **role),
        # No NoEcho: quick-create links leave such parameters empty, and the role's trust shows it anyway.
        "ExternalId": _parameter(
            "Yours alone; your instructor sent it to you.",
            external_ids.PATTERN,
            MinLength=external_ids.SHORTEST,
            MaxLength=external_ids.LONGEST,
        ),
        "LearnerId": _parameter("Your learner id, for example an01.", r"[a-z][a-z0-9]*(-[a-z0-9]+)*"),
    }


def _parameter(description: str, pattern: str, **more: Any) -> Document:
    return {"Type": "String", "Description": description, "AllowedPattern": f"^{pattern}$", **more}


def _minified(policy: Mapping[str, Any]) -> str:
    return json.dumps(policy, separators=(",", ":"))
