"""Accounts of Day 6, their tables kept in memory: every answer is checked against botocore's output model."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self

from checkday.data.loads import LOADS
from checkday.engine.golden import Golden
from wire import Refused, reply
from worlds import LEARNER, REGION, World

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=2)
GOLDEN = Golden(LEARNER)["patterns"]
KEYS = {
    "log": ["PK"],
    "log-copy": ["PK"],
    "throttle": ["PK"],
    "staff": ["PK", "SK"],
    "invoice": ["PK", "SK"],
    "catalog": ["Id"],
    "catalog-od": ["Id"],
    "catalog-pitr": ["Id"],
}
INDEXES = {
    "by-shard": ("ShardKey", "StatusTime"),
    "by-sort-key": ("SK", "Name"),
    "managers": ("IsManager", "Name"),
    "by-city": ("City", "DistrictDept"),
    "by-part": ("SK", "PK"),
}
OF_TABLE = {"log": ["by-shard"], "staff": ["by-sort-key", "managers", "by-city"], "invoice": ["by-part"]}
SENTINEL = {"Id": {"N": "301"}, "Owner": {"S": LEARNER}}


@cache
def sample(load: str) -> tuple[dict[str, Any], ...]:
    return tuple(LOADS[load].items())


def named(what: str) -> str:
    return f"fcj-{LEARNER}-{what}"


def index(name: str, *keys: str, **changes: Any) -> dict[str, Any]:
    """An index as DescribeTable tells of it."""
    keys = keys or INDEXES[name]
    return {
        "IndexName": name,
        "IndexArn": f"arn:aws:dynamodb:{REGION}:1:table/t/index/{name}",
        "IndexStatus": "ACTIVE",
        "KeySchema": [
            {"AttributeName": key, "KeyType": role}
            for key, role in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY" if name == "by-shard" else "ALL"},
    } | changes


def happened(
    world: World, service: str, event: str, parameters: dict[str, Any], number: int
) -> dict[str, Any]:
    """One entry of LookupEvents."""
    told = {
        "eventName": event,
        "eventSource": f"{service}.amazonaws.com",
        "awsRegion": REGION,
        "recipientAccountId": world.account,
        "requestParameters": parameters,
    }
    return {
        "EventId": str(number),
        "EventName": event,
        "EventTime": LONG_AGO,
        "CloudTrailEvent": json.dumps(told),
    }


class Patterns(World):
    """A World whose DynamoDB tables and items are these."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self.tables: dict[str, dict[str, Any]] = {}
        self.items: dict[str, list[dict[str, Any]]] = {}
        self.backups: list[dict[str, Any]] = []
        self.recovery: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
        self.sums: dict[str, tuple[float, datetime]] = {}
        self.told: dict[str, dict[str, Any]] = {}
        for operation, body in {
            "DescribeTable": self._describe,
            "ListTables": lambda _: {"TableNames": list(self.tables)},
            "GetItem": self._get,
            "Query": self._query,
            "Scan": self._scan,
            "ListBackups": lambda _: {"BackupSummaries": self.backups},
            "DescribeContinuousBackups": self._continuous,
        }.items():
            reply(self.source, "dynamodb", operation, body)
        self.vaults().points().jobs().mapped()
        for operation in self.told:
            service = "lambda" if operation == "ListEventSourceMappings" else "backup"
            reply(self.source, service, operation, lambda _, name=operation: self.told[name])
        reply(self.source, "lambda", "GetFunctionConfiguration", self._function)
        reply(self.source, "cloudwatch", "GetMetricStatistics", self._metric)

    def arn(self, what: str) -> str:
        return f"arn:aws:dynamodb:{REGION}:{self.account}:table/{named(what)}"

    # What a learner does

    def table(self, what: str, items: Iterable[dict[str, Any]] = (), **changes: Any) -> Self:
        name = named(what)
        keys = changes.pop("keys", KEYS[what])
        described = {
            "TableName": name,
            "TableArn": self.arn(what),
            "TableId": "8d6d2d3a-0000-4000-8000-000000000000",
            "TableStatus": "ACTIVE",
            "CreationDateTime": LONG_AGO,
            "KeySchema": index("-", *keys)["KeySchema"],
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "OnDemandThroughput": {"MaxReadRequestUnits": 4000, "MaxWriteRequestUnits": 4000},
            "GlobalSecondaryIndexes": [index(one) for one in OF_TABLE.get(what, ())],
        }
        self.tables[name] = {
            name: value for name, value in (described | changes).items() if value is not None
        }
        self.items[name] = list(items)
        return self

    def restored(self, what: str, items: Iterable[dict[str, Any]], **summary: Any) -> Self:
        told = {"RestoreDateTime": NOW, "RestoreInProgress": False, "SourceTableArn": self.arn("catalog")}
        return self.table(what, items, RestoreSummary=told | summary)

    def backup(self, name: str = "catalog-bk1", of: str = "catalog", **changes: Any) -> Self:
        self.backups.append(
            {
                "TableName": named(of),
                "TableArn": self.arn(of),
                "BackupArn": f"{self.arn(of)}/backup/01",
                "BackupName": named(name),
                "BackupStatus": "AVAILABLE",
                "BackupType": "USER",
            }
            | changes
        )
        return self

    def vaults(self, *names: str) -> Self:
        self.told["ListBackupVaults"] = {"BackupVaultList": [{"BackupVaultName": name} for name in names]}
        return self

    def points(self, *points: dict[str, Any]) -> Self:
        """Recovery points, in whichever vault."""
        by_resource = [{key: one[key] for key in one if key != "ResourceArn"} for one in points]
        self.told["ListRecoveryPointsByBackupVault"] = {"RecoveryPoints": list(points)}
        self.told["ListRecoveryPointsByResource"] = {"RecoveryPoints": by_resource}
        return self

    def point(self, of: str = "catalog", vault: str = "vault", **changes: Any) -> dict[str, Any]:
        return {
            "RecoveryPointArn": f"arn:aws:backup:{REGION}:{self.account}:recovery-point:01",
            "ResourceArn": self.arn(of),
            "BackupVaultName": named(vault),
            "Status": "COMPLETED",
        } | changes

    def jobs(self, *jobs: dict[str, Any]) -> Self:
        self.told["ListBackupJobs"] = {"BackupJobs": list(jobs)}
        return self

    def function(self, **described: Any) -> Self:
        role = f"arn:aws:iam::{self.account}:role/{named('copy-role')}"
        whole = {"FunctionName": named("copy"), "Role": role, "State": "Active"} | described
        self.told["GetFunctionConfiguration"] = whole
        return self

    def mapped(self, *mappings: dict[str, Any]) -> Self:
        self.told["ListEventSourceMappings"] = {"EventSourceMappings": list(mappings)}
        return self

    def mapping(self, **changes: Any) -> dict[str, Any]:
        return {
            "UUID": "8d6d2d3a-0000-4000-8000-000000000001",
            "FunctionArn": f"arn:aws:lambda:{REGION}:{self.account}:function:{named('copy')}",
            "EventSourceArn": f"{self.arn('log')}/stream/2",
            "State": "Enabled",
            "LastProcessingResult": "OK",
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        } | changes

    def metrics(self, **sums: tuple[float, datetime]) -> Self:
        """By metric, the sum of one hour and when it began."""
        self.sums = sums
        return self

    def policy(self, *statements: dict[str, Any]) -> str:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        made = self.client("iam").create_policy(PolicyName=named("guard"), PolicyDocument=document)
        return str(made["Policy"]["Arn"])

    # What AWS says

    def _function(self, _: dict[str, Any]) -> dict[str, Any]:
        if "GetFunctionConfiguration" not in self.told:
            raise Refused("ResourceNotFoundException")
        return self.told["GetFunctionConfiguration"]

    def _metric(self, sent: dict[str, Any]) -> dict[str, Any]:
        known = self.sums.get(sent["MetricName"])
        points = [{"Timestamp": known[1], "Sum": known[0], "Unit": "Count"}] if known else []
        return {"Label": sent["MetricName"], "Datapoints": points}

    def _describe(self, sent: dict[str, Any]) -> dict[str, Any]:
        if sent["TableName"] not in self.tables:
            raise Refused("ResourceNotFoundException")
        return {"Table": self.tables[sent["TableName"]]}

    def _continuous(self, _: dict[str, Any]) -> dict[str, Any]:
        described = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": self.recovery}
        return {"ContinuousBackupsDescription": described}

    def _get(self, sent: dict[str, Any]) -> dict[str, Any]:
        found = [one for one in self._all(sent) if sent["Key"].items() <= one.items()]
        return {"Item": found[0]} if found else {}

    def _scan(self, sent: dict[str, Any]) -> dict[str, Any]:
        keys = INDEXES.get(sent.get("IndexName", ""), ())
        found = [one for one in self._all(sent) if all(key in one for key in keys)]
        return {"Count": len(found), "ScannedCount": len(found)}

    def _query(self, sent: dict[str, Any]) -> dict[str, Any]:
        values = {name: one["S"] for name, one in sent["ExpressionAttributeValues"].items()}
        partition, sort = (sent["ExpressionAttributeNames"].get(name, "-") for name in ("#p", "#s"))
        found = [
            one
            for one in self._all(sent)
            if one.get(partition, {}).get("S") == values[":p"]
            and one.get(sort, {}).get("S", "").startswith(values.get(":s", ""))
        ]
        return {"Count": len(found), "ScannedCount": len(found)}

    def _all(self, sent: dict[str, Any]) -> list[dict[str, Any]]:
        if sent["TableName"] not in self.tables:
            raise Refused("ResourceNotFoundException")
        return self.items[sent["TableName"]]
