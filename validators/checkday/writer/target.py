"""Where records go: the learner's stream, or data/raw/ of the learner's bucket; looked at, never changed."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from checkday import names
from checkday.account import Absent, Account, Window
from checkday.model import Blocked
from checkday.writer.errors import NotSent

_UUID = re.compile(rb'"uuid": ?"([^"]*)"')
_GZIP = b"\x1f\x8b"
_LARGEST = 64 * 1024 * 1024
_CLOCKS = 900
"""Seconds by which this machine's clock and S3's may differ."""

_DIRECT = re.compile(r"direct-[0-9a-f]{16}-\d+\.json")


def direct_name(seed: int, part: int) -> str:
    """The last piece of the key of a part that came without the stream."""
    return f"direct-{seed:016x}-{part:03}.json"


@dataclass(frozen=True, slots=True)
class Lake:
    """The learner's bucket in one account and Region."""

    account: str
    region: str
    bucket: str

    def raw(self, account: Account) -> dict[str, int]:
        """Key and size of everything under data/raw/.

        Raises:
            NotSent: there is no such bucket, or it may not be looked at.

        """
        window = account.window(self.region, set())
        try:
            found = window.s3.list_objects_v2(Bucket=self.bucket, Prefix=names.RAW_PREFIX)
        except Absent as absent:
            raise NotSent("data.no_bucket", name=self.bucket) from absent
        except Blocked as cause:
            raise NotSent(f"cause.{cause.code}", **cause.facts) from cause
        return {one["Key"]: one["Size"] for one in found.get("Contents", ()) if one["Size"]}


def is_direct(key: str) -> bool:
    """Whether an object of the lake came without the stream."""
    return _DIRECT.fullmatch(key.rpartition("/")[2]) is not None


@dataclass(frozen=True, slots=True)
class Stream:
    """The learner's stream, and where it delivers; another one of the same name has another `created`."""

    name: str
    region: str
    arn: str
    created: str
    bucket: str
    prefix: str
    seconds: int
    """For how long it keeps records before it writes them."""

    @classmethod
    def find(cls, account: Account, owner: str, name: str, region: str) -> Self:
        """The stream as it is now.

        Raises:
            NotSent: there is none that takes records, or it may not be looked at.

        """
        try:
            answer = account.window(region, set()).firehose.describe_delivery_stream(DeliveryStreamName=name)
        except Absent as absent:
            raise NotSent("data.no_stream", name=name, region=region) from absent
        except Blocked as cause:
            raise NotSent(f"cause.{cause.code}", **cause.facts) from cause
        description: Any = answer["DeliveryStreamDescription"]
        if description["DeliveryStreamARN"].split(":")[4] != owner:
            raise NotSent("data.other_account", name=name, account=owner)
        if description["DeliveryStreamType"] != "DirectPut":
            raise NotSent("data.wrong_source", name=name, actual=description["DeliveryStreamType"])
        if description["DeliveryStreamStatus"] != "ACTIVE":
            raise NotSent("data.not_active", name=name, status=description["DeliveryStreamStatus"])
        return cls._of(description, region)

    @classmethod
    def _of(cls, description: Any, region: str) -> Self:
        target = description["Destinations"][0].get("ExtendedS3DestinationDescription", {})
        hints = target.get("BufferingHints", {})
        return cls(
            name=description["DeliveryStreamName"],
            region=region,
            arn=description["DeliveryStreamARN"],
            created=_moment(description.get("CreateTimestamp")),
            bucket=target.get("BucketARN", "").rpartition(":::")[2],
            prefix=target.get("Prefix", ""),
            seconds=hints.get("IntervalInSeconds", 300),
        )

    def arrived(self, account: Account, since: float) -> Counter[str]:
        """How often each record's uuid lies in what the stream has written since then.

        Raises:
            NotSent: the objects may not be read.

        """
        found: Counter[str] = Counter()
        if not self.bucket:
            return found
        try:
            for body in self._objects(account.window(self.region, set()), since - _CLOCKS):
                found.update(uuid.decode("ascii", "replace") for uuid in _UUID.findall(body))
        except Absent:  # a bucket or an object that is gone holds nothing
            return found
        except Blocked as cause:
            raise NotSent(f"cause.{cause.code}", **cause.facts) from cause
        return found

    def _objects(self, window: Window, since: float) -> Iterator[bytes]:
        prefix = self.prefix.partition("!{")[0]
        for one in window.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", ()):
            if one["LastModified"].timestamp() > since:
                yield _unpacked(window.s3.get_object(Bucket=self.bucket, Key=one["Key"])["Body"].read())


def _unpacked(body: bytes) -> bytes:
    """The text of an object; of a damaged one, none."""
    if not body.startswith(_GZIP):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _LARGEST)
    except zlib.error:
        return b""


def _moment(created: datetime | None) -> str:
    # In UTC: botocore answers in the machine's own zone, and a key must not change with it.
    return created.astimezone(UTC).isoformat() if created else ""
