"""The clients behind the narrow guard, and what their answers mean."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from typing import Any

import botocore.exceptions as aws
import botocore.session
from botocore.config import Config

from checkday import __version__
from checkday.account import faults
from checkday.account.live import CONNECT_TIMEOUT, READ_TIMEOUT
from checkday.account.reads import Read
from checkday.data.loads import Item
from checkday.errors import CheckdayError
from checkday.writer.errors import NotSent
from checkday.writer.guard import NEWER, NarrowGuard, for_records

AT_ONCE = 4
"""Requests under way at the same time."""

TRIES = 6
"""How often in a row a request may fail that another try could help."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 5.0
_NEVER_LEFT = (aws.EndpointConnectionError, aws.ConnectTimeoutError, aws.ProxyConnectionError)
_NO_ANSWER = {"timeout", "no_network", "bad_answer"}
_PASSING = {"throttled", "service_error", "no_network"}


_GONE = frozenset({"ResourceNotFoundException"})

_UNFIT = {"ValidationException", "ItemCollectionSizeLimitExceededException"}
"""The table is no longer the one that was looked at."""

_CONFIG = Config(
    connect_timeout=CONNECT_TIMEOUT,
    read_timeout=READ_TIMEOUT,
    retries={"total_max_attempts": 1},
    max_pool_connections=AT_ONCE,
    user_agent_extra=f"checkday/{__version__}",
)


class Fault(Exception):
    """A request that did not do its work.

    `again` tells that another try may help, `doubtful` that AWS may have taken what the request held.
    """

    def __init__(self, reason: CheckdayError, *, again: bool = False, doubtful: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.again, self.doubtful = reason, again, doubtful


class Connection:
    """The clients of one account and Region, behind a guard that stops all but a few operations."""

    def __init__(
        self,
        guard: NarrowGuard,
        region: str,
        *,
        profile: str | None = None,
        endpoint: str | None = None,
        credentials: tuple[str, str] | None = None,
    ) -> None:
        self._session = botocore.session.Session(profile=profile)
        if credentials is not None:
            self._session.set_credentials(*credentials)
        self._region, self._endpoint = region, endpoint
        # The sandbox is on this machine: a proxy could not reach it.
        self._config = _CONFIG.merge(Config(proxies={})) if endpoint else _CONFIG
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()
        self.guard = guard
        self.guard.watch(self._session)

    def _client(self, service: str) -> Any:
        # Making a client is neither safe nor any faster in several threads at once.
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._session.create_client(
                    service, region_name=self._region, endpoint_url=self._endpoint, config=self._config
                )
            return self._clients[service]

    def _fault(self, error: Exception, call: Read, gone: NotSent) -> Fault:
        if faults.absent_code(error, call) is not None:
            return Fault(gone)
        cause, facts = faults.cause(error, call, self._endpoint or f"{call.call} ({self._region})")
        reason = NotSent(f"cause.{cause}", **facts)
        doubtful = cause in _NO_ANSWER and not isinstance(error, _NEVER_LEFT)
        return Fault(reason, again=cause in _PASSING and not doubtful, doubtful=doubtful)


class Writer(Connection):
    """Sends records to one learner's stream, bucket or tables."""

    def __init__(self, learner: str, region: str, **way: Any) -> None:
        """`way` is how to reach the account, as `Connection` takes it."""
        super().__init__(NarrowGuard(for_records(learner)), region, **way)

    def put_records(self, stream: str, payloads: Sequence[bytes]) -> list[str]:
        """Each record's error code, empty for those that the stream has taken.

        Raises:
            Fault: the request as a whole failed.

        """
        call = Read("firehose:PutRecordBatch", ("firehose:PutRecordBatch",), _GONE, (), None)
        batch = [{"Data": payload} for payload in payloads]
        try:
            answer = self._client("firehose").put_record_batch(DeliveryStreamName=stream, Records=batch)
        except faults.FAILURES as error:
            raise self._fault(error, call, NotSent("data.stream_gone", name=stream)) from error
        return [str(entry.get("ErrorCode", "")) for entry in answer["RequestResponses"]]

    def put_object(self, bucket: str, owner: str, key: str, body: bytes) -> None:
        """Write one object, over an older one of the same key; the bucket must be the owner's.

        Raises:
            Fault: it is not written.

        """
        call = Read("s3:PutObject", ("s3:PutObject",), frozenset({"NoSuchBucket"}), (), None)
        try:
            self._client("s3").put_object(Bucket=bucket, Key=key, Body=body, ExpectedBucketOwner=owner)
        except faults.FAILURES as error:
            raise self._fault(error, call, NotSent("data.no_bucket", name=bucket)) from error

    def put_items(self, table: str, items: Sequence[Item]) -> list[Item]:
        """Those of the items, at most 25, that DynamoDB did not come to and wants to be sent again.

        Raises:
            Fault: the request as a whole failed.

        """
        call = Read("dynamodb:BatchWriteItem", ("dynamodb:BatchWriteItem",), _GONE, (), None)
        requests = [{"PutRequest": {"Item": item}} for item in items]
        try:
            answer = self._client("dynamodb").batch_write_item(RequestItems={table: requests})
        except faults.FAILURES as error:
            if _code(error) in _UNFIT:
                raise Fault(NotSent("data.load.refused", name=table, code=_code(error))) from error
            raise self._fault(error, call, NotSent("data.load.gone", name=table)) from error
        left = answer.get("UnprocessedItems", {}).get(table, [])
        return [request["PutRequest"]["Item"] for request in left]

    def put_newer(self, table: str, item: Item, newer: str) -> bool:
        """Write the item if the number `newer` is greater than the stored one; whether it was.

        Raises:
            Fault: the request failed for another reason.

        """
        call = Read("dynamodb:PutItem", ("dynamodb:PutItem",), _GONE, (), None)
        condition = {
            "ConditionExpression": NEWER,
            "ExpressionAttributeNames": {"#newer": newer},
            "ExpressionAttributeValues": {":newer": item[newer]},
        }
        try:
            self._client("dynamodb").put_item(TableName=table, Item=item, **condition)
        except faults.FAILURES as error:
            if _code(error) == "ConditionalCheckFailedException":
                return False
            if _code(error) in _UNFIT:
                raise Fault(NotSent("data.load.refused", name=table, code=_code(error))) from error
            raise self._fault(error, call, NotSent("data.load.gone", name=table)) from error
        return True


def _code(error: Exception) -> str:
    return str(error.response.get("Error", {}).get("Code")) if isinstance(error, aws.ClientError) else ""


def pause(failures: int) -> float:
    """Seconds before a try; none before the first."""
    longest = min(_FIRST_PAUSE * 2**failures, _LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1) if failures else 0  # noqa: S311 - jitter, not a secret
