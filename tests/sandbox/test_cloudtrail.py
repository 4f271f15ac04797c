"""The event history: what is entered, under which name, and what of it is told."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError

from visiting import settled

R1, R2, ACCOUNT = "ap-southeast-1", "us-east-1", "123456789012"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.fixture
def events(aws):
    """The events of one name, newest first, as CloudTrail words them."""

    def look(name, region=R1, key="EventName"):
        attribute = {"AttributeKey": key, "AttributeValue": name}
        pages = aws("cloudtrail", region).get_paginator("lookup_events")
        found = pages.paginate(LookupAttributes=[attribute]).build_full_result()["Events"]
        return [json.loads(one["CloudTrailEvent"]) for one in found]

    return look


@pytest.fixture
def about(events):
    """The newest event of a name whose parameters have this value."""

    def look(name, value, region=R1):
        return next(one for one in events(name, region) if value in json.dumps(one["requestParameters"]))

    return look


def test_a_call_is_told_with_all_that_aws_tells(aws, about):
    aws("glue").create_database(DatabaseInput={"Name": "told", "Parameters": {"Some": "Key"}})
    found = about("CreateDatabase", "told")
    assert found["requestParameters"] == {"databaseInput": {"name": "told", "parameters": {"Some": "Key"}}}
    wanted = {
        "eventSource": "glue.amazonaws.com",
        "awsRegion": R1,
        "recipientAccountId": ACCOUNT,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "responseElements": None,
    }
    assert found.items() >= wanted.items()
    assert found["userIdentity"] == {
        "type": "Root",
        "principalId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "accountId": ACCOUNT,
        "accessKeyId": ACCOUNT,
    }


def test_a_failed_call_is_entered_with_its_error(aws, about):
    with pytest.raises(ClientError):
        aws("glue").delete_database(Name="never-there")
    found = about("DeleteDatabase", "never-there")
    assert (found["errorCode"], found["responseElements"]) == ("EntityNotFoundException", None)
    assert "never-there" in found["errorMessage"]


def test_global_services_are_entered_in_one_region(aws, about, events):
    aws("iam").create_role(RoleName="global-role", AssumeRolePolicyDocument=TRUST)
    found = about("CreateRole", "global-role", R2)
    assert (found["awsRegion"], found["eventSource"]) == (R2, "iam.amazonaws.com")
    assert found["responseElements"]["role"]["arn"] == f"arn:aws:iam::{ACCOUNT}:role/global-role"
    assert events("CreateRole", R1) == []


def test_lambda_has_dated_names(aws, events, about, role):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("f.py", "def handle(event, context):\n    return 1\n")
    client, secret = aws("lambda"), "not-to-be-kept"
    client.create_function(
        FunctionName="dated",
        Runtime="python3.12",
        Handler="f.handle",
        Role=role("dated-role", "lambda.amazonaws.com"),
        Code={"ZipFile": body.getvalue()},
        Environment={"Variables": {"TOKEN": secret}},
    )
    client.put_function_concurrency(FunctionName="dated", ReservedConcurrentExecutions=1)
    client.update_function_configuration(FunctionName="dated", Timeout=5)
    client.delete_function(FunctionName="dated")
    with contextlib.suppress(ClientError):
        client.create_event_source_mapping(FunctionName="dated", EventSourceArn="arn:aws:sqs:a:1:q")
    made = about("CreateFunction20150331", "dated")
    assert (made["requestParameters"]["runtime"], made["requestParameters"]["code"]) == ("python3.12", {})
    assert secret not in json.dumps(made)
    assert made["responseElements"]["functionName"] == "dated"
    for name in (
        "PutFunctionConcurrency20171031",
        "UpdateFunctionConfiguration20150331v2",
        "DeleteFunction20150331",
        "CreateEventSourceMapping20150331",
    ):
        assert about(name, "dated")["eventSource"] == "lambda.amazonaws.com"


def test_s3_names_buckets_and_what_of_them(aws, about, bucket, events):
    name = bucket("trailed-bucket")
    rule = {"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    s3 = aws("s3")
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    s3.get_object(Bucket=name, Key="k")
    s3.delete_object(Bucket=name, Key="k")
    s3.delete_bucket(Bucket=name)
    made, changed = about("CreateBucket", name), about("PutBucketLifecycle", name)
    assert made["requestParameters"]["CreateBucketConfiguration"] == {"LocationConstraint": R1}
    assert (changed["requestParameters"]["bucketName"], "lifecycle" in changed["requestParameters"]) == (
        name,
        True,
    )
    assert about("DeleteBucket", name)["readOnly"] is False
    assert {"PutObject", "GetObject", "DeleteObject"}.isdisjoint(
        one["eventName"] for one in events("s3.amazonaws.com", key="EventSource")
    )


def test_data_events_are_not_there(aws, events, about):
    table = aws("dynamodb")
    key = {"AttributeName": "id", "KeyType": "HASH"}
    attribute = {"AttributeName": "id", "AttributeType": "S"}
    made = {"KeySchema": [key], "AttributeDefinitions": [attribute], "BillingMode": "PAY_PER_REQUEST"}
    table.create_table(TableName="trailed", **made)
    settled(table, "trailed")
    table.put_item(TableName="trailed", Item={"id": {"S": "1"}})
    table.get_item(TableName="trailed", Key={"id": {"S": "1"}})
    table.query(
        TableName="trailed", KeyConditionExpression="id = :a", ExpressionAttributeValues={":a": {"S": "1"}}
    )
    found = about("CreateTable", "trailed")
    assert found["requestParameters"]["keySchema"] == [{"attributeName": "id", "keyType": "HASH"}]
    assert found["responseElements"]["tableDescription"]["tableName"] == "trailed"
    names = {one["eventName"] for one in events("dynamodb.amazonaws.com", key="EventSource")}
    assert {"PutItem", "GetItem", "Query"}.isdisjoint(names)


def test_a_crawl_is_entered_as_its_role(lake, about, events):
    lake.put(**{"data/raw/2026/01/x": b'{"a": 1}\n', "data/raw/2026/02/x": b'{"a": 2}\n'})
    lake.crawled()
    made, partitions = about("CreateTable", lake.name), about("BatchCreatePartition", lake.name)
    assert made["requestParameters"]["databaseName"] == lake.name
    assert made["requestParameters"]["tableInput"]["name"] == "data"
    assert len(partitions["requestParameters"]["partitionInputList"]) == 2
    identity = made["userIdentity"]
    assert identity["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/crawler/AWS-Crawler"
    assert (identity["type"], identity["invokedBy"]) == ("AssumedRole", "glue.amazonaws.com")
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == f"arn:aws:iam::{ACCOUNT}:role/crawler"
    assert any(one["eventName"] == "CreateTable" for one in events("AWS-Crawler", key="Username"))
    assert about("StartCrawler", lake.name)["userIdentity"]["type"] == "Root"


def test_a_statement_of_athena_is_entered_twice_and_keeps_its_text_to_itself(aws, about, lake, until):
    athena, output = aws("athena"), {"OutputLocation": f"s3://lake-{lake.name}/results/"}
    text = f"CREATE TABLE {lake.name}.made AS SELECT 'not-to-be-told' AS a"
    number = athena.start_query_execution(QueryString=text, ResultConfiguration=output)["QueryExecutionId"]

    def state():
        return athena.get_query_execution(QueryExecutionId=number)["QueryExecution"]["Status"]["State"]

    until(lambda: state() == "SUCCEEDED")
    started = about("StartQueryExecution", lake.name)
    assert started["responseElements"] == {"queryExecutionId": number}
    assert "not-to-be-told" not in json.dumps(started)
    made = about("CreateTable", lake.name)
    assert made["requestParameters"]["tableInput"]["name"] == "made"
    assert made["userIdentity"]["invokedBy"] == "athena.amazonaws.com"


def test_quicksight_is_entered_as_a_call(aws, about):
    with pytest.raises(ClientError):
        aws("quicksight").delete_dashboard(AwsAccountId=ACCOUNT, DashboardId="trailed-board")
    found = about("DeleteDashboard", "trailed-board")
    assert (found["eventSource"], found["errorCode"]) == (
        "quicksight.amazonaws.com",
        "UnsupportedUserEditionException",
    )
    assert found["requestParameters"] == {"awsAccountId": ACCOUNT, "dashboardId": "trailed-board"}


def test_keys_that_are_made_are_not_told(aws, about):
    aws("iam").create_user(UserName="keyed")
    secret = aws("iam").create_access_key(UserName="keyed")["AccessKey"]["SecretAccessKey"]
    found = about("CreateAccessKey", "keyed", R2)
    assert found["responseElements"]["accessKey"]["userName"] == "keyed"
    assert secret not in json.dumps(found)
