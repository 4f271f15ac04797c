"""How soon the sandbox brings a table's change to a function: from PutItem's answer to the function's clock.

    python benchmarks/streams.py [CHANGES]

The function writes down when it was called. A figure counts only if every change arrived exactly once.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
import zipfile
from statistics import median
from typing import Any

import boto3

from checkday.sandbox import lifecycle

REGION, LIMIT_SECONDS = "ap-southeast-1", 1.0
TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
}
RIGHTS = {"Statement": {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}}
CODE = """
import time
import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    now = str(time.time())
    for record in event["Records"]:
        key = record["dynamodb"]["Keys"]["Id"]
        dynamodb.update_item(
            TableName="seen",
            Key={"Id": key},
            UpdateExpression="SET CalledAt = :now ADD Times :one",
            ExpressionAttributeValues={":now": {"N": now}, ":one": {"N": "1"}},
        )
"""


def main(changes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XDG_STATE_HOME": folder, "CHECKDAY_SANDBOX_CREATING": "0.2"}
        endpoint = lifecycle.up(port=None, region=REGION).endpoint
        try:
            wired(endpoint)
            delays = [delay(client(endpoint, "dynamodb"), str(number)) for number in range(changes)]
        finally:
            lifecycle.down()
    figures = f"median {median(delays):.2f} s, slowest {max(delays):.2f} s (<= {LIMIT_SECONDS:.0f})"
    print(f"{changes} changes: {figures}")
    assert max(delays) <= LIMIT_SECONDS


def client(endpoint: str, service: str) -> Any:
    keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    return boto3.client(service, region_name=REGION, endpoint_url=endpoint, **keys)


def wired(endpoint: str) -> None:
    """Two tables, a function, and the mapping from the first table's stream to it."""
    dynamodb, functions = client(endpoint, "dynamodb"), client(endpoint, "lambda")
    for name in ("source", "seen"):
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    iam = client(endpoint, "iam")
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="reader", PolicyName="tables", PolicyDocument=json.dumps(RIGHTS))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", CODE)
    functions.create_function(
        FunctionName="reader",
        Runtime="python3.13",
        Handler="index.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": packed.getvalue()},
    )
    stream = dynamodb.describe_table(TableName="source")["Table"]["LatestStreamArn"]
    mapping = functions.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=stream, StartingPosition="TRIM_HORIZON"
    )
    while functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] != "Enabled":
        time.sleep(0.1)
    delay(dynamodb, "warm")  # a function's first call starts it


def delay(dynamodb: Any, key: str) -> float:
    """Seconds from the answer of PutItem until the function had the change."""
    dynamodb.put_item(TableName="source", Item={"Id": {"S": key}})
    written, deadline = time.time(), time.monotonic() + 30
    while time.monotonic() < deadline:
        seen = dynamodb.get_item(TableName="seen", Key={"Id": {"S": key}}, ConsistentRead=True).get("Item")
        if seen:
            assert seen["Times"]["N"] == "1", seen
            return max(0.0, float(seen["CalledAt"]["N"]) - written)
        time.sleep(0.02)
    raise TimeoutError(key)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
