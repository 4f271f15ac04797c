"""What of Day 7 a world of the sandbox may hold, made by the services themselves."""

import io
import json
import time
import zipfile

from worlds import LEARNER, REGION, REPLICA

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
CODE = "def handler(event, context):\n    return {}\n"


def named(what):
    return f"fcj-{LEARNER}-{what}"


def until(said, seconds=20):
    """What `said` says once it is true."""
    end = time.monotonic() + seconds
    while not (found := said()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.1)
    return found


def zipped(source=CODE):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("api.py", source)
    return packed.getvalue()


class Day7:
    """Makes things in one World; each call makes one."""

    def __init__(self, world):
        self.world = world

    def table(self, what, *keys, region=REGION, view=None, **more):
        stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}} if view else {}
        dynamodb = self.world.client("dynamodb", region)
        dynamodb.create_table(
            TableName=named(what),
            KeySchema=[
                {"AttributeName": key, "KeyType": role}
                for key, role in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            **{"BillingMode": "PAY_PER_REQUEST"} | stream | more,
        )
        until(lambda: dynamodb.describe_table(TableName=named(what))["Table"]["TableStatus"] == "ACTIVE")
        return self

    def replica(self, what="global"):
        dynamodb = self.world.client("dynamodb")
        updates = [{"Create": {"RegionName": REPLICA}}]
        dynamodb.update_table(TableName=named(what), ReplicaUpdates=updates)
        until(lambda: self._replicas(what) == ["ACTIVE"])
        return self

    def role(self, name):
        document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        made = self.world.client("iam").create_role(RoleName=named(name), AssumeRolePolicyDocument=document)
        return made["Role"]["Arn"]

    def function(self, what, role, region=REGION, **more):
        self.world.client("lambda", region).create_function(
            FunctionName=named(what),
            Role=role,
            Runtime="python3.13",
            Handler="api.handler",
            Code={"ZipFile": zipped()},
            **more,
        )
        return self

    def mapping(self, what, source, **more):
        described = self.world.client("dynamodb").describe_table(TableName=named(source))["Table"]
        wanted = {"StartingPosition": "TRIM_HORIZON", "EventSourceArn": described["LatestStreamArn"]} | more
        made = self.world.client("lambda").create_event_source_mapping(FunctionName=named(what), **wanted)
        return made["UUID"]

    def api(self, region=REGION):
        target = f"arn:aws:lambda:{region}:{self.world.account}:function:{named('api')}"
        self.world.client("apigatewayv2", region).create_api(
            Name=named("api"), ProtocolType="HTTP", Target=target, RouteKey="GET /{proxy+}"
        )
        return self

    def queue(self):
        self.world.client("sqs").create_queue(QueueName=named("dlq"))
        return self

    def _replicas(self, what):
        found = self.world.client("dynamodb").describe_table(TableName=named(what))["Table"]
        return [one["ReplicaStatus"] for one in found.get("Replicas", [])]
