"""No policy of a day grows unseen: what it allows beyond the commands of its pages is listed, by reason."""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from checkday.account.reads import reads
from learners import DAYS, policy
from pages import SHARED

LISTED = json.loads(Path(__file__).with_name("beyond_commands.json").read_text())
"""Day -> reason -> actions. `console`: the same step done by hand, in the Console. `around`: what AWS asks
besides the operation's own action: tags at creation, a role handed over, a key, the storage of a vault."""

CALLS = re.compile(
    r"\b(?:aws ([a-z0-9]+) +(?:wait +)?([a-z][a-z0-9-]+)|workshop data (send|load)|queues ([a-z-]+))\b"
)
"""`queues`: Day 7's short way to say `aws sqs`."""
SAID_OTHERWISE = {
    "s3.cp": "s3:GetObject s3:PutObject",
    "s3.ls": "s3:ListBucket",
    "s3.mb": "s3:CreateBucket",
    "s3.rb": "s3:DeleteBucket s3:DeleteObject s3:ListBucket",
    "s3.rm": "s3:DeleteObject s3:ListBucket",
    "s3api.delete-objects": "s3:DeleteObject s3:DeleteObjectVersion",
    "s3api.head-bucket": "s3:ListBucket",
    "s3api.list-objects-v2": "s3:ListBucket",
    "s3api.list-object-versions": "s3:ListBucketVersions",
    "s3api.get-public-access-block": "s3:GetBucketPublicAccessBlock",
    "s3api.put-public-access-block": "s3:PutBucketPublicAccessBlock",
    "budgets.create-budget": "budgets:ModifyBudget",
    "budgets.describe-budget": "budgets:ViewBudget",
    "dynamodb.transact-write-items": "dynamodb:PutItem dynamodb:UpdateItem dynamodb:ConditionCheckItem",
    "iam.role-exists": "iam:GetRole",
    "iam.policy-exists": "iam:GetPolicy",
    "lambda.function-active": "lambda:GetFunctionConfiguration",
    "workshop.send": "firehose:PutRecordBatch s3:PutObject",
    "workshop.load": "dynamodb:BatchWriteItem",
    # Athena reads, writes and deletes in the name of who asks it.
    "athena.start-query-execution": "athena:StartQueryExecution s3:AbortMultipartUpload "
    "s3:ListBucketMultipartUploads s3:ListMultipartUploadParts s3:GetBucketLocation glue:CreateTable "
    "glue:DeleteTable",
}
SERVICES = {"s3api": "s3", "apigatewayv2": "apigateway"}
METHODS = {"get": "GET", "create": "POST", "delete": "DELETE", "update": "PATCH"}


def commanded(day):
    """The actions behind the commands on the pages of this day."""
    folders = [SHARED / f"cmd/day{day}", *([SHARED / "cmd/prepare"] if day == 1 else [])]
    text = "".join(path.read_text() for folder in folders for path in sorted(folder.glob("*.sh")))
    for service, operation, own, queue in CALLS.findall(text):
        yield from action(service or ("sqs" if queue else "workshop"), operation or own or queue)


def action(service, operation):
    if (named := SAID_OTHERWISE.get(f"{service}.{operation}")) is not None:
        return named.split()
    if service == "apigatewayv2":
        return [f"apigateway:{METHODS[operation.partition('-')[0]]}"]
    name = "".join(part.capitalize() for part in operation.split("-"))
    return [f"{SERVICES.get(service, service)}:{name}"]


def beyond(day):
    """What the policy allows and neither a command nor a check asks for."""
    asked = {*commanded(day), *(one for read in reads().values() for one in read.actions)}
    for statement in policy(day)["Statement"]:
        allowed = statement["Action"]
        for pattern in [allowed] if isinstance(allowed, str) else allowed:
            if not any(fnmatchcase(one, pattern) for one in asked):
                yield pattern


@pytest.mark.parametrize("day", DAYS)
def test_what_a_policy_allows_beyond_the_commands_is_listed(day):
    listed = LISTED[f"day{day}"]
    assert sorted(set(beyond(day))) == sorted([*listed["around"], *listed["console"]])
    assert not set(listed["around"]) & set(listed["console"])
