"""With AUTH=true a session is created by who may, and does what its role may."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from interactive import ROLE, SETTINGS, Interactive, client, role

BUCKET = "strict-lake"
ARN = f"arn:aws:s3:::{BUCKET}"
RIGHTS = (
    {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": ARN},
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{ARN}/data/*"},
    {
        "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:DeleteObject"],
        "Resource": f"{ARN}/data/processed-data*",
    },
)


@pytest.fixture(scope="module")
def root(strict_server):
    def clients(service):
        return client(strict_server.endpoint, service)

    role(clients("iam"), "session", *RIGHTS)
    s3 = clients("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    s3.put_object(Bucket=BUCKET, Key="data/raw/x", Body=b'{"a": 1}\n')
    s3.put_object(Bucket=BUCKET, Key="private/x", Body=b'{"a": 1}\n')
    return clients


@pytest.fixture
def user(root, strict_server, connect, request):
    """Makes a user with these rights, and returns that user's Glue client."""

    def make(*statements):
        iam, name = root("iam"), request.node.name[:60]
        iam.create_user(UserName=name)
        policy = {"Statement": [{"Effect": "Allow", "Resource": "*", **each} for each in statements]}
        iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return connect(strict_server, "glue", key=key["AccessKeyId"], secret=key["SecretAccessKey"])

    return make


def denial(call, **given):
    with pytest.raises(ClientError) as caught:
        call(**given)
    assert caught.value.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}
    return caught.value.response["Error"]["Message"]


def test_a_session_does_what_its_role_may(root):
    session = Interactive(root("glue"), "strict")
    assert session.run(f"rows = spark.read.json('s3://{BUCKET}/data/raw/'); rows.count()") == "1"
    whoami = session.run("import boto3; boto3.client('sts').get_caller_identity()['Arn']")
    assert whoami == "'arn:aws:sts::123456789012:assumed-role/session/GlueJobRunnerSession'"
    for _ in range(2):
        session.run(f"rows.write.mode('overwrite').parquet('s3://{BUCKET}/data/processed-data/')")
    for code in (
        f"rows.write.mode('overwrite').parquet('s3://{BUCKET}/elsewhere/')",
        f"spark.read.json('s3://{BUCKET}/private/')",
    ):
        name, value = session.fail(code)
        assert name == "Py4JJavaError"
        assert "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)" in value
    session.stop()


def test_a_user_who_may_not_pass_the_role(user):
    message = denial(user({"Action": "glue:*"}).create_session, Id="never", **SETTINGS)
    assert f"iam:PassRole on resource: {ROLE}" in message


def test_a_user_who_may_pass_it_to_glue(user):
    condition = {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}
    glue = user({"Action": "glue:*"}, {"Action": "iam:PassRole", "Resource": ROLE, "Condition": condition})
    assert glue.create_session(Id="allowed", **SETTINGS)["Session"]["Status"] == "PROVISIONING"
    glue.delete_session(Id="allowed")


def test_a_user_who_may_not_create_sessions(user):
    glue = user({"Action": ["iam:PassRole", "glue:Get*"]})
    assert "glue:CreateSession" in denial(glue.create_session, Id="never", **SETTINGS)
    assert "glue:RunStatement" in denial(glue.run_statement, SessionId="never", Code="1")
