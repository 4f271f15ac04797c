"""Buckets, delivery streams and log groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checkday import names
from checkday.leftovers import shell
from checkday.leftovers.items import Found, Place
from checkday.leftovers.lookup import lookup
from checkday.leftovers.owner import mine
from checkday.prices import cost

if TYPE_CHECKING:
    from mypy_boto3_firehose.type_defs import DeliveryStreamDescriptionTypeDef
    from mypy_boto3_s3.type_defs import ListObjectVersionsOutputTypeDef

_GB = 1024**3

_LOG_GROUPS = ("/aws/kinesisfirehose/", "/aws/lambda/")
"""Where the services of the course write by themselves; the rest of the name is the resource's."""


def buckets(place: Place) -> Iterator[Found]:
    """The learner's buckets, in whichever Region; objects are counted as far as one request goes."""
    for one in place.aws.s3.list_buckets(Prefix=f"{names.prefix(place.learner)}-")["Buckets"]:
        if mine(place.learner, one["Name"]):
            yield from _bucket(place, one["Name"], one.get("BucketRegion", place.region))


def streams(place: Place) -> Iterator[Found]:
    """Delivery streams; idle ones are free, but they keep writing what they are sent."""
    for one in described_streams(place, place.region):
        yield Found(one["DeliveryStreamName"], one["DeliveryStreamARN"])


def described_streams(place: Place, region: str) -> Iterator[DeliveryStreamDescriptionTypeDef]:
    """The learner's streams in one Region, without those that are on their way out."""
    aws = place.at(region)
    for name in aws.firehose.list_delivery_streams(Limit=1000).get("DeliveryStreamNames", ()):
        if mine(place.learner, name):
            found = lookup(aws.firehose.describe_delivery_stream, DeliveryStreamName=name)
            if found and found["DeliveryStreamDescription"]["DeliveryStreamStatus"] != "DELETING":
                yield found["DeliveryStreamDescription"]


def log_groups(place: Place) -> Iterator[Found]:
    """Log groups outlive what wrote to them."""
    for folder in _LOG_GROUPS:
        prefix = f"{folder}{names.prefix(place.learner)}-"
        for one in place.aws.logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]:
            name, size = one["logGroupName"], one.get("storedBytes", 0)
            yield Found(
                name,
                one["arn"].removesuffix(":*"),
                "logs",
                {"size": shell.size(size)},
                cost(place.region, logs_gb_month=size / _GB),
            )


def _bucket(place: Place, name: str, region: str) -> Iterator[Found]:
    aws, owner = place.at(region), place.account_id
    versioning = lookup(aws.s3.get_bucket_versioning, Bucket=name, ExpectedBucketOwner=owner)
    listed = lookup(aws.s3.list_object_versions, Bucket=name, ExpectedBucketOwner=owner)
    if versioning is None or listed is None:
        return
    count, size = _content(listed)
    versioned = "Status" in versioning  # a bucket that never had versions is answered with nothing at all
    yield Found(
        name,
        f"arn:aws:s3:::{name}",
        "many_objects" if listed.get("IsTruncated") else "objects",
        {"objects": count, "size": shell.size(size)},
        cost(region, s3_gb_month=size / _GB),
        region=region,
        first=shell.fill((_EMPTY_VERSIONS,), name=name, region=region) if versioned else (),
    )


def _content(listed: ListObjectVersionsOutputTypeDef) -> tuple[int, int]:
    versions = listed.get("Versions", [])
    return len(versions), sum(one.get("Size", 0) for one in versions)


_EMPTY_VERSIONS = """\
for i in $(seq 400); do
  VERSIONS=$(aws s3api list-object-versions --bucket {name} --region {region} \\
    --no-paginate --max-keys 250 --output json \\
    --query '{{Objects: [Versions, DeleteMarkers][].{{Key: Key, VersionId: VersionId}}}}') || break
  case $VERSIONS in *VersionId*) ;; *) break ;; esac
  aws s3api delete-objects --bucket {name} --region {region} --delete "$VERSIONS" --query Errors
done"""
"""`aws s3 rb --force` leaves old versions and delete markers, and then fails on them."""
