"""Accounts of Day 7 in two Regions, in memory: each answer is checked against botocore's model."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from checkday.engine.golden import Golden
from wire import Asked, Refused, respond
from worlds import LEARNER, REGION, REPLICA, World

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=2)
GOLDEN = Golden(LEARNER)
LIBRARY = GOLDEN["library"]
TRADES = GOLDEN["trades"]
OLD = LONG_AGO.isoformat()
KEYS = {"global": ("PK", "SK"), "state": ("TradeID",), "reduce": ("MessageId",), "aggregate": ("Identifier",)}


def named(what: str) -> str:
    return f"fcj-{LEARNER}-{what}"


def texts(**values: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in values.items()}


def hand(region: str, **changes: str) -> dict[str, Any]:
    """What somebody writes by hand in a Region."""
    return texts(PK="hand", SK=region, by=region, owner=LEARNER, at=OLD) | texts(**changes)


def by_api(region: str, **changes: str) -> dict[str, Any]:
    """What the API of a Region writes."""
    return texts(PK="api", SK=region, by=region, into=region, owner=LEARNER, at=OLD) | texts(**changes)


def failed_over(**changes: str) -> dict[str, Any]:
    return texts(PK="failover", SK=LEARNER, by=REPLICA, owner=LEARNER, at=OLD) | texts(**changes)


def totals(run: str = "clean", at: str = OLD, **changes: str | None) -> list[dict[str, Any]]:
    """The items of the totals after a run."""
    values = {name: value for name, value in (TRADES[run] | changes).items() if value is not None}
    return [
        {"Identifier": {"S": name}, "Value": {"N": value}, "UpdatedAt": {"S": at}}
        for name, value in values.items()
    ]


class Region:
    """What one Region holds."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {}
        self.items: dict[str, list[dict[str, Any]]] = {}
        self.functions: dict[str, dict[str, Any]] = {}
        self.reserved: dict[str, int] = {}
        self.apis: list[dict[str, Any]] = []
        self.targets: list[str] = []
        self.routes: list[dict[str, Any]] = []
        self.groups: list[str] = []


class Globe(World):
    """A World of two Regions that hold these things."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self.at: dict[str, Region] = defaultdict(Region)
        self.mappings: list[dict[str, Any]] = []
        self.queue: dict[str, str] | None = None
        self.quota = 1000
        self.sums: dict[tuple[str, str, str], float] = {}
        for service, operations in {
            "dynamodb": {
                "DescribeTable": self._describe,
                "ListTables": lambda asked: {"TableNames": list(self.at[asked.region].tables)},
                "ListBackups": lambda _: {"BackupSummaries": []},
                "GetItem": self._get,
                "Scan": self._scan,
            },
            "lambda": {
                "GetFunctionConfiguration": self._function,
                "GetFunctionConcurrency": self._concurrency,
                "GetAccountSettings": lambda _: {"AccountLimit": {"ConcurrentExecutions": self.quota}},
                "ListEventSourceMappings": lambda _: {"EventSourceMappings": self.mappings},
                "ListFunctions": lambda asked: {"Functions": list(self.at[asked.region].functions.values())},
            },
            "apigatewayv2": {
                "GetApis": lambda asked: {"Items": self.at[asked.region].apis},
                "GetIntegrations": lambda asked: {
                    "Items": [{"IntegrationUri": one} for one in self.at[asked.region].targets]
                },
                "GetRoutes": lambda asked: {"Items": self.at[asked.region].routes},
            },
            "sqs": {"GetQueueUrl": self._queue_url, "GetQueueAttributes": self._queue},
            "logs": {"DescribeLogGroups": self._groups},
            "cloudwatch": {"GetMetricStatistics": self._metric},
        }.items():
            for operation, told in operations.items():
                respond(self.source, service, operation, told)

    # What a learner does

    def table(self, what: str, *items: dict[str, Any], region: str = REGION, **changes: Any) -> Self:
        name, keys = named(what), changes.pop("keys", KEYS.get(what, ("Parameter",)))
        described = {
            "TableName": name,
            "TableArn": self.arn(what),
            "TableId": "8d6d2d3a-0000-4000-8000-000000000000",
            "TableStatus": "ACTIVE",
            "CreationDateTime": LONG_AGO,
            "KeySchema": [
                {"AttributeName": key, "KeyType": role}
                for key, role in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        } | changes
        self.at[region].tables[name] = {key: one for key, one in described.items() if one is not None}
        self.at[region].items[name] = list(items)
        return self

    def streaming(self, what: str, *items: dict[str, Any], view: str = "NEW_AND_OLD_IMAGES") -> Self:
        stream = {"StreamEnabled": True, "StreamViewType": view}
        return self.table(what, *items, StreamSpecification=stream, LatestStreamArn=self.stream(what))

    def shared(self, *items: dict[str, Any], **replica: Any) -> Self:
        """The global table with its replica, and these items beside the sample's in both."""
        told = {"RegionName": REPLICA, "ReplicaStatus": "ACTIVE"} | replica
        self.table("global", *LIBRARY, *items, Replicas=[told], GlobalTableVersion="2019.11.21")
        back = {"RegionName": REGION, "ReplicaStatus": "ACTIVE"}
        return self.table("global", *LIBRARY, *items, region=REPLICA, Replicas=[back])

    def function(self, what: str, region: str = REGION, **changes: Any) -> Self:
        arn = f"arn:aws:lambda:{region}:{self.account}:function:{named(what)}"
        role = f"arn:aws:iam::{self.account}:role/{named(what)}-role"
        described = {"FunctionName": named(what), "FunctionArn": arn, "Role": role, "State": "Active"}
        self.at[region].functions[named(what)] = described | changes
        return self

    def api(self, region: str = REGION, target: str | None = None, **changes: Any) -> Self:
        there = self.function("api", region).at[region]
        endpoint = f"https://abc.execute-api.{region}.amazonaws.com"
        told = {"ApiId": "abc", "Name": named("api"), "ApiEndpoint": endpoint, "ProtocolType": "HTTP"}
        there.apis = [told | {"RouteSelectionExpression": "$request.path"} | changes]
        there.targets = [target or there.functions[named("api")]["FunctionArn"]]
        there.routes = [
            {"RouteKey": "GET /{proxy+}", "AuthorizationType": "NONE"},
            {"RouteKey": "PUT /items/{PK}/{SK}", "AuthorizationType": "CUSTOM"},
        ]
        return self

    def mapping(self, what: str, source: str, **changes: Any) -> Self:
        self.mappings.append(
            {
                "UUID": "8d6d2d3a-0000-4000-8000-000000000001",
                "FunctionArn": f"arn:aws:lambda:{REGION}:{self.account}:function:{named(what)}",
                "EventSourceArn": self.stream(source),
                "State": "Enabled",
                "StartingPosition": "TRIM_HORIZON",
                "LastProcessingResult": "OK",
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "BisectBatchOnFunctionError": True,
                "MaximumRetryAttempts": 5,
                "ParallelizationFactor": 1,
                "DestinationConfig": {"OnFailure": {"Destination": self.queue_arn}},
            }
            | changes
        )
        return self

    def flow(self, run: str = "clean", at: str = OLD, **changes: str | None) -> Self:
        """The whole pipeline, and the totals that it came to."""
        first = texts(TradeID=TRADES["first"]["TradeID"]) | {"Value": {"N": TRADES["first"]["Value"]}}
        state = [first | {"Version": {"N": "1"}}]
        if run != "clean":
            state.append(texts(TradeID=TRADES["second"]))
        self.streaming("state", *state).streaming("reduce", texts(MessageId="1"), view="NEW_IMAGE")
        self.table("aggregate", *totals(run, at, **changes)).function("map").function("reduce")
        return self.mapping("map", "state").mapping("reduce", "reduce")

    def waiting(self, count: int) -> Self:
        """A queue in which so many messages wait."""
        self.queue = {"QueueArn": self.queue_arn, "ApproximateNumberOfMessages": str(count)}
        return self

    def measured(self, metric: str, what: str, total: float = 1, region: str = REGION) -> Self:
        self.sums[region, metric, named(what)] = total
        return self

    def arn(self, what: str) -> str:
        return f"arn:aws:dynamodb:{REGION}:{self.account}:table/{named(what)}"

    def stream(self, what: str) -> str:
        return f"{self.arn(what)}/stream/2"

    @property
    def queue_arn(self) -> str:
        return f"arn:aws:sqs:{REGION}:{self.account}:{named('dlq')}"

    # What AWS says

    def _describe(self, asked: Asked) -> dict[str, Any]:
        found = self.at[asked.region].tables.get(asked.parameters["TableName"])
        if found is None:
            raise Refused("ResourceNotFoundException")
        return {"Table": found}

    def _all(self, asked: Asked) -> list[dict[str, Any]]:
        self._describe(asked)
        return self.at[asked.region].items[asked.parameters["TableName"]]

    def _get(self, asked: Asked) -> dict[str, Any]:
        found = [one for one in self._all(asked) if asked.parameters["Key"].items() <= one.items()]
        return {"Item": found[0]} if found else {}

    def _scan(self, asked: Asked) -> dict[str, Any]:
        found, most = self._all(asked), asked.parameters.get("Limit", 1000)
        answer = {"Items": found[:most], "Count": len(found[:most]), "ScannedCount": len(found[:most])}
        more = {"LastEvaluatedKey": texts(PK="-")} if len(found) > most else {}
        return answer | more

    def _function(self, asked: Asked) -> dict[str, Any]:
        found = self.at[asked.region].functions.get(asked.path.split("/")[3])
        if found is None:
            raise Refused("ResourceNotFoundException")
        return found

    def _concurrency(self, asked: Asked) -> dict[str, Any]:
        found = self.at[asked.region].reserved.get(asked.path.split("/")[3])
        return {} if found is None else {"ReservedConcurrentExecutions": found}

    def _queue_url(self, asked: Asked) -> dict[str, Any]:
        if self.queue is None:
            raise Refused("AWS.SimpleQueueService.NonExistentQueue")
        return {"QueueUrl": f"https://sqs.{asked.region}.amazonaws.com/{self.account}/{named('dlq')}"}

    def _queue(self, _: Asked) -> dict[str, Any]:
        return {"Attributes": self.queue or {}}

    def _groups(self, asked: Asked) -> dict[str, Any]:
        groups = self.at[asked.region].groups
        return {"logGroups": [{"logGroupName": name} for name in groups]}

    def _metric(self, asked: Asked) -> dict[str, Any]:
        metric = asked.parameters["MetricName"]
        names = [one["Value"] for one in asked.parameters["Dimensions"]]
        total = self.sums.get((asked.region, metric, names[0]), 0)
        points = [{"Timestamp": LONG_AGO, "Sum": total, "Unit": "Count"}] if total else []
        return {"Label": metric, "Datapoints": points}
