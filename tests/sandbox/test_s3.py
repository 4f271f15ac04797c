"""S3 in the sandbox answers as AWS does, as far as Day 1 looks."""

from __future__ import annotations

import http.client

import pytest
from botocore.exceptions import ClientError

BLOCKED = {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}


def flags(s3, bucket):
    answer = s3.get_public_access_block(Bucket=bucket)
    return {name for name, on in answer["PublicAccessBlockConfiguration"].items() if on}


def code_of(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_a_new_bucket_blocks_public_access(aws, bucket):
    assert flags(aws("s3"), bucket("new-bucket")) == BLOCKED


def test_so_does_one_in_the_replica_region(aws):
    s3 = aws("s3", "us-east-1")
    s3.create_bucket(Bucket="new-in-r2")
    assert flags(s3, "new-in-r2") == BLOCKED


def test_a_block_that_was_removed_stays_removed(aws):
    s3 = aws("s3", "us-east-1")
    s3.create_bucket(Bucket="opened")
    s3.delete_public_access_block(Bucket="opened")
    s3.create_bucket(Bucket="opened")
    assert code_of(s3.get_public_access_block, Bucket="opened") == "NoSuchPublicAccessBlockConfiguration"


def test_a_changed_block_stays_changed(aws, bucket):
    s3, name = aws("s3"), bucket("half-open")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    s3.put_object(Bucket=name, Key="folder/key", Body=b"x")
    assert flags(s3, name) == {"BlockPublicAcls"}


def test_a_bucket_names_its_region(aws, bucket):
    answer = aws("s3").head_bucket(Bucket=bucket("with-region"))
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "ap-southeast-1"


def test_a_wrong_region_is_answered_with_the_right_one(aws, server, bucket):
    bucket("elsewhere-bucket")
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    scope = "Credential=123456789012/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
    connection.request("HEAD", "/elsewhere-bucket", headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}"})
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.getheader("x-amz-bucket-region")) == (301, "ap-southeast-1")


def test_a_client_of_the_wrong_region_is_redirected(aws, bucket):
    assert aws("s3", "us-east-1").head_bucket(Bucket=bucket("followed"))["BucketRegion"] == "ap-southeast-1"


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("head_bucket", {"Bucket": "never-made"}, "404"),
        ("get_public_access_block", {"Bucket": "never-made"}, "NoSuchBucket"),
        ("list_objects_v2", {"Bucket": "never-made"}, "NoSuchBucket"),
        ("get_object", {"Bucket": "for-codes", "Key": "none"}, "NoSuchKey"),
        ("get_bucket_policy", {"Bucket": "for-codes"}, "NoSuchBucketPolicy"),
        ("get_bucket_tagging", {"Bucket": "for-codes"}, "NoSuchTagSet"),
        ("create_bucket", {"Bucket": "for-codes"}, "IllegalLocationConstraintException"),
    ],
)
def test_absence_has_the_codes_of_aws(aws, bucket, operation, parameters, code):
    bucket("for-codes")
    assert code_of(getattr(aws("s3"), operation), **parameters) == code


def test_a_name_taken_by_another_account(aws, connect, server, bucket):
    bucket("taken-by-us")
    other = connect(server, "s3", key="111122223333")
    place = {"LocationConstraint": "ap-southeast-1"}
    made = code_of(other.create_bucket, Bucket="taken-by-us", CreateBucketConfiguration=place)
    assert (made, code_of(other.head_bucket, Bucket="taken-by-us")) == ("BucketAlreadyExists", "403")


def test_buckets_are_listed_in_pages_with_their_regions(aws, bucket):
    for number in range(3):
        bucket(f"paged-{number}")
    pages = (
        aws("s3").get_paginator("list_buckets").paginate(Prefix="paged-", PaginationConfig={"PageSize": 2})
    )
    assert [[(one["Name"], one["BucketRegion"]) for one in page["Buckets"]] for page in pages] == [
        [("paged-0", "ap-southeast-1"), ("paged-1", "ap-southeast-1")],
        [("paged-2", "ap-southeast-1")],
    ]
