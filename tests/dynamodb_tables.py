"""A DynamoDB table of one test, and what tests do with it."""

from __future__ import annotations

import contextlib
from hashlib import sha256

import pytest
from botocore.exceptions import ClientError

KEYS = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
}
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}
INDEX = {
    "IndexName": "by-city",
    "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}
INDEXED = {
    "KeySchema": KEYS["KeySchema"],
    "AttributeDefinitions": [*KEYS["AttributeDefinitions"], {"AttributeName": "city", "AttributeType": "S"}],
    "GlobalSecondaryIndexes": [INDEX],
}


def provisioned(read, write):
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


class Dynamo:
    """The tables of one test, whose names begin with the test's own."""

    def __init__(self, client, until, test):
        self.client, self.until = client, until
        self.prefix = "t" + sha256(test.encode()).hexdigest()[:10]

    def name(self, short="source"):
        return f"{self.prefix}-{short}"

    def create(self, short="source", **settings):
        wanted = KEYS | ON_DEMAND | settings
        if "ProvisionedThroughput" in settings:
            del wanted["BillingMode"]
        self.client.create_table(TableName=self.name(short), **wanted)
        self.until(lambda: self.status(short) == "ACTIVE")
        return self.name(short)

    def describe(self, short="source"):
        return self.client.describe_table(TableName=self.name(short))["Table"]

    def status(self, short="source"):
        return self.describe(short)["TableStatus"]

    def arrived(self, short):
        """The description of a table that is being made, once it is there."""
        self.until(lambda: self.status(short) == "ACTIVE")
        return self.describe(short)

    def put(self, *keys, short="source", **attributes):
        for key in keys:
            item = {"id": {"S": key}, **{name: {"S": value} for name, value in attributes.items()}}
            self.client.put_item(TableName=self.name(short), Item=item)

    def delete(self, *keys, short="source"):
        for key in keys:
            self.client.delete_item(TableName=self.name(short), Key={"id": {"S": key}})

    def ids(self, short="source", **how):
        pages = self.client.get_paginator("scan").paginate(TableName=self.name(short), **how)
        return sorted(item["id"]["S"] for page in pages for item in page["Items"])

    def recover(self, on=True, short="source", **more):
        wanted = {"PointInTimeRecoveryEnabled": on, **more}
        answer = self.client.update_continuous_backups(
            TableName=self.name(short), PointInTimeRecoverySpecification=wanted
        )
        return answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]

    def window(self, short="source"):
        answer = self.client.describe_continuous_backups(TableName=self.name(short))
        return answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]

    def backup(self, name="first", short="source"):
        """The ARN of a backup that is there."""
        made = self.client.create_backup(TableName=self.name(short), BackupName=name)
        arn = made["BackupDetails"]["BackupArn"]
        self.until(lambda: self.backup_details(arn)["BackupStatus"] == "AVAILABLE")
        return arn

    def backup_details(self, arn):
        return self.client.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]

    def backups(self, short="source", **filters):
        answer = self.client.list_backups(TableName=self.name(short), **filters)
        return answer["BackupSummaries"]

    def leave(self, short):
        with contextlib.suppress(ClientError):
            self.client.delete_table(TableName=self.name(short))


def refused(code, call, **parameters):
    """The message with which a call is refused for this reason."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]
