"""What a checker without an engine does: boto3, one client and one call after the other."""

from __future__ import annotations

import boto3

from day1 import ACCOUNT, BUCKET, KEY, LOG_GROUP, REGION, ROLE, STREAM


def main() -> None:
    session = boto3.session.Session(region_name=REGION)
    assert session.client("sts").get_caller_identity()["Account"] == ACCOUNT
    s3 = session.client("s3")
    assert s3.head_bucket(Bucket=BUCKET)["BucketRegion"] == REGION
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="data/reference_data/")["KeyCount"] == 1
    assert len(s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read().splitlines()) == 100  # noqa: PLR2004
    stream = session.client("firehose").describe_delivery_stream(DeliveryStreamName=STREAM)
    assert stream["DeliveryStreamDescription"]["DeliveryStreamStatus"] == "ACTIVE"
    iam = session.client("iam")
    assert iam.get_role(RoleName=ROLE)["Role"]["RoleName"] == ROLE
    assert iam.list_role_policies(RoleName=ROLE)["PolicyNames"]
    logs = session.client("logs").describe_log_streams(logGroupName=LOG_GROUP, logStreamNamePrefix="S3")
    assert logs["logStreams"]


if __name__ == "__main__":
    main()
