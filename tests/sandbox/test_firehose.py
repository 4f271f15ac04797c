"""Firehose in the sandbox: what it refuses, how a stream begins, and that it is described as it was sent."""

from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError

FULL = {
    "Prefix": "data/raw/",
    "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
    "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
    "CompressionFormat": "UNCOMPRESSED",
    "CloudWatchLoggingOptions": {
        "Enabled": True,
        "LogGroupName": "/aws/kinesisfirehose/s",
        "LogStreamName": "d",
    },
    "ProcessingConfiguration": {
        "Enabled": True,
        "Processors": [
            {
                "Type": "AppendDelimiterToRecord",
                "Parameters": [{"ParameterName": "Delimiter", "ParameterValue": "\\n"}],
            }
        ],
    },
    "S3BackupMode": "Disabled",
    "FileExtension": ".json",
    "CustomTimeZone": "Asia/Ho_Chi_Minh",
    "DataFormatConversionConfiguration": {"Enabled": False},
}


def create(firehose, name, destination):
    firehose.create_delivery_stream(
        DeliveryStreamName=name,
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration=destination,
    )


def described(firehose, name):
    return firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]


def active(firehose, name):
    deadline = time.monotonic() + 10
    while (found := described(firehose, name))["DeliveryStreamStatus"] != "ACTIVE":
        assert time.monotonic() < deadline
    return found


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_stream_is_creating_for_a_moment_and_then_active(aws, destination):
    firehose = aws("firehose")
    create(firehose, "slow", destination)
    assert described(firehose, "slow")["DeliveryStreamStatus"] == "CREATING"
    active(firehose, "slow")


def test_a_stream_that_is_creating_takes_no_records_and_no_changes(aws, destination):
    firehose = aws("firehose")
    create(firehose, "unripe", destination)
    name = {"DeliveryStreamName": "unripe"}
    assert refusal(firehose.put_record, Record={"Data": b"x"}, **name)[0] == "ResourceNotFoundException"
    assert (
        refusal(firehose.put_record_batch, Records=[{"Data": b"x"}], **name)[0] == "ResourceNotFoundException"
    )
    assert refusal(firehose.delete_delivery_stream, **name)[0] == "ResourceInUseException"
    active(firehose, "unripe")
    assert firehose.put_record(Record={"Data": b"x"}, **name)["RecordId"]
    firehose.delete_delivery_stream(**name)
    assert refusal(firehose.describe_delivery_stream, **name)[0] == "ResourceNotFoundException"


def test_a_stream_is_described_as_it_was_sent(aws, destination):
    firehose = aws("firehose")
    create(firehose, "full", {**destination, **FULL})
    found = described(firehose, "full")["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert {name: found[name] for name in FULL} == FULL


def test_a_stream_shows_its_defaults_in_both_forms(aws, destination):
    firehose = aws("firehose")
    create(firehose, "plain", {**destination, "BufferingHints": {"SizeInMBs": 7}})
    found = described(firehose, "plain")["Destinations"][0]
    for form in ("ExtendedS3DestinationDescription", "S3DestinationDescription"):
        assert found[form]["BufferingHints"] == {"SizeInMBs": 7, "IntervalInSeconds": 300}
        assert found[form]["CloudWatchLoggingOptions"] == {"Enabled": False}
        assert found[form]["CompressionFormat"] == "UNCOMPRESSED"


def test_the_older_form_of_a_destination_is_described_in_both_too(aws, destination):
    firehose = aws("firehose")
    firehose.create_delivery_stream(DeliveryStreamName="older", S3DestinationConfiguration=destination)
    found = described(firehose, "older")["Destinations"][0]
    assert (
        found["ExtendedS3DestinationDescription"]["BucketARN"]
        == found["S3DestinationDescription"]["BucketARN"]
    )


@pytest.mark.parametrize("extra", [{}, FULL], ids=["plain", "full"])
def test_the_description_fits_the_service_model(aws, destination, wire_faults, extra):
    firehose, name = aws("firehose"), f"model-{len(extra)}"
    backup = {"S3BackupMode": "Enabled", "S3BackupConfiguration": destination} if extra else {}
    create(firehose, name, {**destination, **extra, **backup})
    assert wire_faults(firehose, "DescribeDeliveryStream", DeliveryStreamName=name) == []
    assert wire_faults(firehose, "ListDeliveryStreams") == []


def test_an_update_shows_in_the_description(aws, destination):
    firehose = aws("firehose")
    create(firehose, "updated", destination)
    before = active(firehose, "updated")
    firehose.update_destination(
        DeliveryStreamName="updated",
        CurrentDeliveryStreamVersionId=before["VersionId"],
        DestinationId=before["Destinations"][0]["DestinationId"],
        ExtendedS3DestinationUpdate={"Prefix": "elsewhere/"},
    )
    after = described(firehose, "updated")["Destinations"][0]
    assert after["S3DestinationDescription"]["Prefix"] == "elsewhere/"


@pytest.mark.parametrize(
    "change",
    [
        {"RoleARN": "arn:aws:iam::123456789012:role/never-made"},
        {"RoleARN": "arn:aws:iam::111122223333:role/deliverer"},
    ],
)
def test_a_role_that_is_not_there_is_refused(aws, destination, change):
    firehose = aws("firehose")
    code, message = refusal(
        firehose.create_delivery_stream,
        DeliveryStreamName="refused",
        ExtendedS3DestinationConfiguration={**destination, **change},
    )
    assert code == "InvalidArgumentException"
    assert (
        message == f"Firehose is unable to assume role {change['RoleARN']}. Please check the role provided."
    )
    assert "refused" not in firehose.list_delivery_streams(Limit=100)["DeliveryStreamNames"]


def test_a_role_that_trusts_another_service_is_refused(aws, destination, role):
    wrong = {**destination, "RoleARN": role("for-glue", "glue.amazonaws.com")}
    code, message = refusal(
        aws("firehose").create_delivery_stream,
        DeliveryStreamName="refused",
        ExtendedS3DestinationConfiguration=wrong,
    )
    assert (code, "for-glue" in message) == ("InvalidArgumentException", True)


@pytest.mark.parametrize("form", ["ExtendedS3DestinationConfiguration", "S3DestinationConfiguration"])
def test_a_bucket_that_is_not_there_is_refused(aws, destination, form):
    wrong = {**destination, "BucketARN": "arn:aws:s3:::never-made"}
    create_stream = aws("firehose").create_delivery_stream
    code, message = refusal(create_stream, DeliveryStreamName="refused", **{form: wrong})
    assert (code, "arn:aws:s3:::never-made" in message) == ("InvalidArgumentException", True)


def test_a_backup_bucket_that_is_not_there_is_refused(aws, destination):
    backup = {**destination, "BucketARN": "arn:aws:s3:::never-made"}
    wrong = {**destination, "S3BackupMode": "Enabled", "S3BackupConfiguration": backup}
    create_stream = aws("firehose").create_delivery_stream
    code, _ = refusal(create_stream, DeliveryStreamName="refused", ExtendedS3DestinationConfiguration=wrong)
    assert code == "InvalidArgumentException"


def test_streams_are_listed_ten_at_a_time(aws, destination):
    firehose = aws("firehose", "us-east-1")
    for number in range(12):
        create(firehose, f"many-{number:02}", destination)
    first = firehose.list_delivery_streams()
    rest = firehose.list_delivery_streams(ExclusiveStartDeliveryStreamName=first["DeliveryStreamNames"][-1])
    assert (len(first["DeliveryStreamNames"]), first["HasMoreDeliveryStreams"]) == (10, True)
    assert (rest["DeliveryStreamNames"], rest["HasMoreDeliveryStreams"]) == (["many-10", "many-11"], False)


def test_a_stream_lives_in_its_region_only(aws, destination):
    create(aws("firehose"), "here-only", destination)
    code, _ = refusal(aws("firehose", "us-east-1").describe_delivery_stream, DeliveryStreamName="here-only")
    assert code == "ResourceNotFoundException"


def test_a_name_is_used_once(aws, destination):
    firehose = aws("firehose")
    create(firehose, "once", destination)
    parameters = {"DeliveryStreamName": "once", "ExtendedS3DestinationConfiguration": destination}
    assert refusal(firehose.create_delivery_stream, **parameters)[0] == "ResourceInUseException"


def test_creations_are_in_the_trail(aws, destination):
    create(aws("firehose"), "traced", destination)
    events = aws("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateDeliveryStream"}]
    )["Events"]
    assert any("traced" in event["CloudTrailEvent"] for event in events)


def test_roles_that_are_not_there_have_the_code_of_aws(aws):
    assert refusal(aws("iam").get_role, RoleName="never-made")[0] == "NoSuchEntity"


def test_log_streams_that_are_not_there_have_the_code_of_aws(aws):
    code, _ = refusal(aws("logs").describe_log_streams, logGroupName="/aws/kinesisfirehose/never-made")
    assert code == "ResourceNotFoundException"
