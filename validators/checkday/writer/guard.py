"""The wall around the writers: a few operations, each on what belongs to this learner alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from checkday import names
from checkday.account.guard import Guard
from checkday.data.loads import TABLES
from checkday.errors import WriteRefused

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from botocore.session import Session

Allowed = re.Pattern[str] | Collection[str]
Targets = Mapping[str, Mapping[str, Mapping[str, Allowed]]]
"""Service -> operation -> parameter (`Outer.Inner` looks inside) -> the values it may have; "" is none."""

_NONE = ("",)
_BATCH = "RequestItems"
"""DynamoDB's batches name several tables at once."""

NEWER = "attribute_not_exists(#newer) OR #newer < :newer"
"""The condition under which a message is written: what is stored already must be older."""


def for_records(learner: str) -> Targets:
    """Records go to the learner's stream and under data/raw/ of the bucket, items into the tables."""
    prefix = re.escape(names.prefix(learner))
    bucket = re.compile(rf"{prefix}-lake-\d{{12}}-[a-z0-9-]+", re.ASCII)
    key = re.compile(rf"{names.RAW_PREFIX}\d{{4}}/\d\d/\d\d/\d\d/[\w.-]+", re.ASCII)
    tables = re.compile(rf"{prefix}-(?:{'|'.join(map(re.escape, sorted(TABLES)))})", re.ASCII)
    newest = {"TableName": (f"{names.prefix(learner)}-state",), "ConditionExpression": (NEWER,)}
    return {
        "dynamodb": {"BatchWriteItem": {"RequestItems": tables}, "PutItem": newest},
        "firehose": {"PutRecordBatch": {"DeliveryStreamName": (f"{names.prefix(learner)}-stream",)}},
        "s3": {"PutObject": {"Bucket": bucket, "Key": key}},
    }


def for_queries(workgroup: str, database: str, statements: Collection[str], own: Collection[str]) -> Targets:
    """These statements only, in this workgroup and database; of the executions, the writer's own."""
    start = {
        "WorkGroup": (workgroup,),
        "QueryExecutionContext.Database": (database,),
        "QueryExecutionContext.Catalog": _NONE,
        "QueryString": statements,
        "ResultConfiguration": _NONE,
        "ExecutionParameters": _NONE,
    }
    mine = {"QueryExecutionId": own}
    return {
        "athena": {
            "StartQueryExecution": start,
            "GetQueryExecution": mine,
            "GetQueryResults": mine,
            "StopQueryExecution": mine,
        }
    }


class NarrowGuard(Guard):
    """Lets through what the targets name, and remembers what else was tried.

    The values are looked at when nothing is left that could change them before they are sent.
    """

    def __init__(self, targets: Targets) -> None:
        super().__init__(targets)
        self._targets = {
            (service, operation): values
            for service, operations in targets.items()
            for operation, values in operations.items()
        }

    def watch(self, session: Session) -> None:
        """Stand before every client that the session will make."""
        super().watch(session)
        emitter = session.get_component("event_emitter")
        emitter.register_last("before-parameter-build.*.*", self._before_build)

    def _before_build(self, params: Mapping[str, Any], model: OperationModel, **_: Any) -> None:
        service, operation = str(model.service_model.service_name), str(model.name)
        for name, allowed in self._targets.get((service, operation), {}).items():
            for target in _values(params, name):
                if not _fits(target, allowed):
                    self.violations.append(f"{operation} {target}")
                    raise WriteRefused("data.guard", call=operation, target=target)


def _values(params: Mapping[str, Any], name: str) -> list[str]:
    """The value itself; of a batch every table, and of whatever deletes a name that no rule allows."""
    value: Any = params
    for part in name.split("."):
        value = value.get(part, "")
    if name != _BATCH or not isinstance(value, Mapping):
        return [str(value)]
    puts = all(request.keys() == {"PutRequest"} for requests in value.values() for request in requests)
    return [str(table) if puts else f"{table} (delete)" for table in value]


def _fits(target: str, allowed: Allowed) -> bool:
    return allowed.fullmatch(target) is not None if isinstance(allowed, re.Pattern) else target in allowed
