"""With AUTH=true the emulator's evaluator is asked before the overlay answers."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

R1 = "ap-southeast-1"
PASS = {
    "Action": "iam:PassRole",
    "Condition": {"StringEquals": {"iam:PassedToService": "firehose.amazonaws.com"}},
}


@pytest.fixture
def root(strict_server, connect):
    return lambda service: connect(strict_server, service)


@pytest.fixture
def user(root, strict_server, connect, request):
    """Makes a user with one inline policy, and returns that user's clients by service."""

    def make(*statements):
        iam, name = root("iam"), request.node.name.replace("[", "-").replace("]", "")[:60]
        iam.create_user(UserName=name)
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Resource": "*", **one} for one in statements],
        }
        iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return lambda service: connect(
            strict_server, service, key=key["AccessKeyId"], secret=key["SecretAccessKey"]
        )

    return make


@pytest.fixture
def target(root):
    """A role and a bucket that a stream could use."""
    iam, s3 = root("iam"), root("s3")
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": ["firehose.amazonaws.com", "glue.amazonaws.com"]},
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:firehose:*:123456789012:deliverystream/*"}},
    }
    try:
        iam.create_role(RoleName="target", AssumeRolePolicyDocument=json.dumps({"Statement": statement}))
        s3.create_bucket(Bucket="target-lake", CreateBucketConfiguration={"LocationConstraint": R1})
    except iam.exceptions.EntityAlreadyExistsException:
        pass
    return {"RoleARN": "arn:aws:iam::123456789012:role/target", "BucketARN": "arn:aws:s3:::target-lake"}


def create(firehose, name, destination):
    firehose.create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=destination)


def denial(call, *positional, **parameters):
    with pytest.raises(ClientError) as caught:
        call(*positional, **parameters)
    error = caught.value.response["Error"]
    assert error["Code"] in {"AccessDenied", "AccessDeniedException"}
    return error["Message"]


def test_a_user_without_the_right_creates_no_stream(user, target):
    clients = user({"Action": ["firehose:Describe*", "iam:PassRole"]})
    assert "firehose:CreateDeliveryStream" in denial(create, clients("firehose"), "denied", target)


def test_a_user_who_may_not_pass_the_role_creates_no_stream(user, target):
    clients = user({"Action": "firehose:*"})
    message = denial(create, clients("firehose"), "denied", target)
    assert f"iam:PassRole on resource: {target['RoleARN']}" in message


def test_a_role_that_may_be_passed_to_another_service_only(user, target):
    elsewhere = {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}
    clients = user({"Action": "firehose:*"}, {"Action": "iam:PassRole", "Condition": elsewhere})
    assert "iam:PassRole" in denial(create, clients("firehose"), "denied", target)


def test_a_user_with_both_rights_creates_a_stream(user, target):
    firehose = user({"Action": "firehose:*"}, PASS)("firehose")
    create(firehose, "allowed", target)
    assert firehose.describe_delivery_stream(DeliveryStreamName="allowed")


def test_a_denied_sender_is_told_so_even_while_the_stream_is_creating(user, target, root):
    create(root("firehose"), "not-for-all", target)
    firehose = user({"Action": "firehose:Describe*"})("firehose")
    record = {"DeliveryStreamName": "not-for-all", "Record": {"Data": b"x"}}
    assert "firehose:PutRecord" in denial(firehose.put_record, **record)


def test_a_user_who_may_only_create_buckets_gets_a_blocked_one(user, root):
    s3 = user({"Action": "s3:CreateBucket"})("s3")
    s3.create_bucket(Bucket="by-a-user", CreateBucketConfiguration={"LocationConstraint": R1})
    found = root("s3").get_public_access_block(Bucket="by-a-user")["PublicAccessBlockConfiguration"]
    assert len(found) == 4
    assert all(found.values())
    assert denial(s3.delete_public_access_block, Bucket="by-a-user")


def test_a_user_without_the_right_creates_no_bucket(user, root):
    s3 = user({"Action": "firehose:*"})("s3")
    place = {"LocationConstraint": R1}
    assert "s3:CreateBucket" in denial(
        s3.create_bucket, Bucket="not-by-a-user", CreateBucketConfiguration=place
    )
    assert root("s3").list_buckets(Prefix="not-by-a-user")["Buckets"] == []


def test_a_wrong_secret_is_refused(root, strict_server, connect):
    iam = root("iam")
    iam.create_user(UserName="careless")
    key = iam.create_access_key(UserName="careless")["AccessKey"]["AccessKeyId"]
    firehose = connect(strict_server, "firehose", key=key, secret="wrong")
    with pytest.raises(ClientError, match="Signature"):
        firehose.list_delivery_streams()
