"""Accounts with the tables of Day 5: made, loaded and worked with call by call."""

import json
import time
from typing import Any, Self

from checkday import resources
from worlds import LEARNER, REGION, World

KEYS = {
    "catalog": [("Id", "N")],
    "forum": [("Name", "S")],
    "thread": [("ForumName", "S"), ("Subject", "S")],
    "reply": [("Id", "S"), ("ReplyDateTime", "S")],
}
INDEX = [("PostedBy", "HASH"), ("ReplyDateTime", "RANGE")]
FORUM, THREAD = "Xe đạp cuối tuần", "Chào hỏi và giới thiệu"
OWN_THREAD = {"ForumName": {"S": FORUM}, "Subject": {"S": THREAD}}
OWN_ITEM = {
    "Id": {"N": "201"},
    "Owner": {"S": LEARNER},
    "Price": {"N": "45000"},
    "Tags": {"SS": ["giấy tái chế", "hàng mới"]},
}


def sample(what: str) -> list[dict[str, Any]]:
    return json.loads((resources.sample_data() / "ddb" / f"{what}.json").read_text())


def named(what: str) -> str:
    return f"fcj-{LEARNER}-{what}"


class Tables(World):
    """A World with DynamoDB's tables."""

    def tables(self, *which: str) -> Self:
        for what in which or KEYS:
            self.table(what, settle=False)
        for what in which or KEYS:
            self.settle(named(what))
        return self

    def table(
        self,
        what: str,
        *,
        name: str | None = None,
        keys: list[tuple[str, str]] | None = None,
        units: int | None = None,
        region: str = REGION,
        settle: bool = True,
    ) -> Self:
        keys, name = keys or KEYS[what], name or named(what)
        capacity: dict[str, Any] = {"BillingMode": "PAY_PER_REQUEST"}
        if units:
            capacity = {"ProvisionedThroughput": {"ReadCapacityUnits": units, "WriteCapacityUnits": units}}
        roles = zip(keys, ("HASH", "RANGE"), strict=False)
        self.client("dynamodb", region).create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in keys],
            KeySchema=[{"AttributeName": key, "KeyType": role} for (key, _), role in roles],
            **capacity,
        )
        if settle:
            self.settle(name, region)
        return self

    def settle(self, name: str, region: str = REGION) -> None:
        client, until = self.client("dynamodb", region), time.monotonic() + 20
        while time.monotonic() < until:
            table = client.describe_table(TableName=name)["Table"]
            states = [one["IndexStatus"] for one in table.get("GlobalSecondaryIndexes", [])]
            if {table["TableStatus"], *states} == {"ACTIVE"}:
                return
            time.sleep(0.02)
        raise AssertionError(f"{name} never became ACTIVE")

    def recover(self, *which: str) -> Self:
        for what in which or KEYS:
            self.client("dynamodb").update_continuous_backups(
                TableName=named(what), PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
            )
        return self

    def load(self, *which: str, most: int = 25) -> Self:
        """The sample; of each 25 items only the first `most`."""
        for what in which or KEYS:
            items = sample(what)
            for start in range(0, len(items), 25):
                puts = [{"PutRequest": {"Item": item}} for item in items[start : start + most]]
                self.client("dynamodb").batch_write_item(RequestItems={named(what): puts})
        return self

    def write(self, what: str, item: dict[str, Any]) -> Self:
        self.client("dynamodb").put_item(TableName=named(what), Item=item)
        return self

    def change(self, what: str, key: dict[str, Any], change: dict[str, Any]) -> Self:
        found = self.client("dynamodb").get_item(TableName=named(what), Key=key)["Item"]
        return self.write(what, found | change)

    def reply(self, moment: str = "2026-01-20T01:00:00Z", poster: str = LEARNER) -> Self:
        """A reply in the thread that the sample leaves empty."""
        key = {"Id": {"S": f"{FORUM}#{THREAD}"}, "ReplyDateTime": {"S": moment}}
        return self.write("reply", key | {"PostedBy": {"S": poster}})

    def index(
        self,
        *,
        name: str = "by-poster",
        keys: list[tuple[str, str]] = INDEX,
        projection: str = "ALL",
        settle: bool = True,
    ) -> Self:
        create = {
            "IndexName": name,
            "KeySchema": [{"AttributeName": key, "KeyType": role} for key, role in keys],
            "Projection": {"ProjectionType": projection},
        }
        self.client("dynamodb").update_table(
            TableName=named("reply"),
            # moto forgets the table's own keys when they are not sent again.
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": "S"}
                for key in dict.fromkeys(("Id", "ReplyDateTime", *(name for name, _ in keys)))
            ],
            GlobalSecondaryIndexUpdates=[{"Create": create}],
        )
        if settle:
            self.settle(named("reply"))
        return self

    def described(self, what: str, status: str, **indexes: Any) -> dict[str, Any]:
        """A DescribeTable answer of this table, in another state."""
        found = self.client("dynamodb").describe_table(TableName=named(what))["Table"]
        return {"Table": found | {"TableStatus": status} | indexes}
