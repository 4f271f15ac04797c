"""Firehose in the sandbox delivers as AWS does: buffered, one object a flush, and nothing is lost."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from checkday.sandbox import process
from checkday.sandbox.lifecycle import down, up

R1 = "ap-southeast-1"
NEWLINE = {"Enabled": True, "Processors": [{"Type": "AppendDelimiterToRecord"}]}
MEGABYTE = 1024 * 1024
TRUST = json.dumps(
    {
        "Statement": {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "firehose.amazonaws.com"},
        }
    }
)


@pytest.fixture
def stream(aws, destination, until):
    """Makes a stream that is ready, and returns its name."""

    def make(name, **settings):
        firehose = aws("firehose")
        found = {"Prefix": f"{name}/", **settings}
        parameters = {"DeliveryStreamName": name, "ExtendedS3DestinationConfiguration": destination | found}
        firehose.create_delivery_stream(**parameters)
        until(
            lambda: (
                firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"][
                    "DeliveryStreamStatus"
                ]
                == "ACTIVE"
            )
        )
        return name

    return make


@pytest.fixture
def send(aws):
    def put(name, *records):
        batch = [{"Data": record} for record in records]
        return aws("firehose").put_record_batch(DeliveryStreamName=name, Records=batch)

    return put


@pytest.fixture
def delivered(aws, until):
    """Waits for objects under a prefix, and returns them by key."""

    def look(prefix, count=1, bucket="lake-for-streams"):
        s3 = aws("s3")

        def keys():
            found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
            return len(found) >= count and [one["Key"] for one in found]

        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in until(keys)}

    return look


def test_many_records_make_one_object(stream, send, delivered):
    name = stream("one-object", ProcessingConfiguration=NEWLINE)
    answer = send(name, *[b'{"n":%d}' % number for number in range(100)])
    (body,) = delivered("one-object/").values()
    assert answer["FailedPutCount"] == 0
    assert len({one["RecordId"] for one in answer["RequestResponses"]}) == 100
    assert [json.loads(line)["n"] for line in body.splitlines()] == list(range(100))
    assert body.endswith(b"\n")


def test_single_records_of_one_moment_make_one_object(stream, aws, delivered):
    name = stream("single")
    for number in range(3):
        assert aws("firehose").put_record(DeliveryStreamName=name, Record={"Data": b"%d" % number})[
            "RecordId"
        ]
    assert list(delivered("single/").values()) == [b"012"]


def test_the_key_has_the_hour_in_utc_and_a_name_as_on_aws(stream, send, delivered):
    send(stream("named"), b"x")
    (key,) = delivered("named/")
    found = re.fullmatch(
        r"named/(\d{4}/\d\d/\d\d/\d\d)/named-1-(\d{4}-\d\d-\d\d-\d\d)-\d\d-\d\d-[0-9a-f-]{36}", key
    )
    assert found[1].replace("/", "-") == found[2]
    assert abs(datetime.strptime(found[2] + "+0000", "%Y-%m-%d-%H%z") - datetime.now(UTC)) < timedelta(
        hours=2
    )


def test_expressions_in_the_prefix_replace_the_date_folders(stream, send, delivered):
    send(stream("dated", Prefix="dated/y=!{timestamp:yyyy}/m=!{timestamp:MM-'x'dd}/"), b"x")
    (key,) = delivered("dated/")
    assert re.fullmatch(r"dated/y=\d{4}/m=\d\d-x\d\d/dated-1-[^/]*", key)


def test_gzip_is_applied_and_named(stream, send, delivered):
    send(stream("packed", CompressionFormat="GZIP", ProcessingConfiguration=NEWLINE), b"a", b"b")
    ((key, body),) = delivered("packed/").items()
    assert (key[-3:], gzip.decompress(body)) == (".gz", b"a\nb\n")


def test_a_full_buffer_does_not_wait(stream, send, delivered):
    name = stream("full-buffer", BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 900})
    for _ in range(5):
        send(name, *[b"x" * (MEGABYTE // 4)] * 2)
    sizes = sorted(map(len, delivered("full-buffer/", 3).values()))
    assert sizes == [MEGABYTE // 2, MEGABYTE, MEGABYTE]


def test_a_delimiter_may_be_another(stream, send, delivered):
    pipe = [{"ParameterName": "Delimiter", "ParameterValue": "|\\t"}]
    processor = {"Type": "AppendDelimiterToRecord", "Parameters": pipe}
    send(stream("piped", ProcessingConfiguration={"Enabled": True, "Processors": [processor]}), b"a", b"b")
    assert list(delivered("piped/").values()) == [b"a|\tb|\t"]


@pytest.mark.parametrize(
    "records", [[b"x"] * 501, [b"x" * (1000 * 1024 + 1)], [b"x" * 1000 * 1024] * 5], ids=["501", "1", "4"]
)
def test_more_than_the_limits_is_refused(stream, send, records):
    name = stream(f"limits-{len(records)}")
    with pytest.raises(ClientError) as caught:
        send(name, *records)
    assert caught.value.response["Error"]["Code"] == "InvalidArgumentException"


def test_an_unknown_stream_takes_nothing(send):
    with pytest.raises(ClientError) as caught:
        send("never-made", b"x")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_what_was_sent_and_delivered_is_measured(stream, send, delivered, aws):
    name = stream("measured")
    send(name, b"12345", b"678")
    send(name, b"9")
    delivered("measured/")
    cloudwatch, now = aws("cloudwatch"), datetime.now(UTC)
    about = {"Namespace": "AWS/Firehose", "Dimensions": [{"Name": "DeliveryStreamName", "Value": name}]}
    window = {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(minutes=1), "Period": 3600}

    def total(metric):
        found = cloudwatch.get_metric_statistics(MetricName=metric, Statistics=["Sum"], **about, **window)
        return sum(point["Sum"] for point in found["Datapoints"])

    assert (total("IncomingRecords"), total("IncomingBytes")) == (3, 9)
    assert (total("DeliveryToS3.Records"), total("DeliveryToS3.Success")) == (3, 1)
    aws("firehose").delete_delivery_stream(DeliveryStreamName=name)
    assert (total("IncomingRecords"), total("DeliveryToS3.Records"), total("DeliveryToS3.Bytes")) == (3, 3, 9)
    stat = {"Metric": about | {"MetricName": "DeliveryToS3.DataFreshness"}, "Period": 60, "Stat": "Maximum"}
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "a", "MetricStat": stat}],
        **{key: window[key] for key in ("StartTime", "EndTime")},
    )
    assert 0 <= found["MetricDataResults"][0]["Values"][0] < 60
    listed = {metric["MetricName"] for metric in cloudwatch.list_metrics(**about)["Metrics"]}
    assert {"IncomingRecords", "IncomingBytes", "DeliveryToS3.Success"} <= listed


def test_a_deleted_stream_delivers_what_it_holds(stream, send, delivered, aws):
    send(stream("leaving"), b"last")
    aws("firehose").delete_delivery_stream(DeliveryStreamName="leaving")
    assert list(delivered("leaving/").values()) == [b"last"]


def test_records_wait_for_a_bucket_that_is_gone(stream, send, delivered, aws, bucket, destination):
    bucket("comes-and-goes")
    name = stream("waiting", BucketARN="arn:aws:s3:::comes-and-goes")
    aws("s3").delete_bucket(Bucket="comes-and-goes")
    send(name, b"patient")
    aws("s3").create_bucket(Bucket="comes-and-goes", CreateBucketConfiguration={"LocationConstraint": R1})
    assert list(delivered("waiting/", bucket="comes-and-goes").values()) == [b"patient"]


@pytest.fixture
def kept(state, connect, until, monkeypatch):
    """A stream in a sandbox of its own that buffers for long, and a way to see its objects."""
    monkeypatch.setenv("CHECKDAY_SANDBOX_CREATING", "0")
    monkeypatch.setenv("CHECKDAY_SANDBOX_BUFFER", "600")

    def ask(service):
        return connect(up(port=None, region=R1), service)

    ask("s3").create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": R1})
    role = ask("iam").create_role(RoleName="kept", AssumeRolePolicyDocument=TRUST)
    ask("firehose").create_delivery_stream(
        DeliveryStreamName="kept",
        ExtendedS3DestinationConfiguration={"RoleARN": role["Role"]["Arn"], "BucketARN": "arn:aws:s3:::kept"},
    )
    return ask


def bodies(s3):
    found = s3.list_objects_v2(Bucket="kept").get("Contents", [])
    return [s3.get_object(Bucket="kept", Key=one["Key"])["Body"].read() for one in found]


def test_a_clean_stop_delivers_what_waits(kept):
    kept("firehose").put_record(DeliveryStreamName="kept", Record={"Data": b"waits"})
    assert bodies(kept("s3")) == []
    down()
    assert bodies(kept("s3")) == [b"waits"]


def test_a_killed_server_keeps_what_waits(kept, state, until, monkeypatch):
    saved = state / "state" / "firehose.json"
    until(lambda: saved.exists() and "kept" in saved.read_text())
    kept("firehose").put_record(DeliveryStreamName="kept", Record={"Data": b"survives"})
    pid = up(port=None, region=R1).pid
    born = process.birth(pid)
    os.kill(pid, signal.SIGKILL)
    assert process._gone(pid, born, 5)
    monkeypatch.setenv("CHECKDAY_SANDBOX_BUFFER", "0")
    s3 = kept("s3")
    assert until(lambda: bodies(s3)) == [b"survives"]


RIGHTS = {"Effect": "Allow", "Action": "s3:PutObject"}


@pytest.fixture
def guarded(strict_server, connect):
    """A stream under policies that count, whose role may write under a prefix only."""
    s3, iam, firehose, logs = (
        connect(strict_server, service) for service in ("s3", "iam", "firehose", "logs")
    )
    s3.create_bucket(Bucket="guarded", CreateBucketConfiguration={"LocationConstraint": R1})
    role = iam.create_role(RoleName="guarded", AssumeRolePolicyDocument=TRUST)
    policy = {"Version": "2012-10-17", "Statement": {**RIGHTS, "Resource": "arn:aws:s3:::guarded/errors/*"}}
    iam.put_role_policy(RoleName="guarded", PolicyName="p", PolicyDocument=json.dumps(policy))
    logs.create_log_group(logGroupName="/aws/kinesisfirehose/guarded")
    logs.create_log_stream(logGroupName="/aws/kinesisfirehose/guarded", logStreamName="d")
    firehose.create_delivery_stream(
        DeliveryStreamName="guarded",
        ExtendedS3DestinationConfiguration={
            "RoleARN": role["Role"]["Arn"],
            "BucketARN": "arn:aws:s3:::guarded",
            "Prefix": "data/",
            "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
            "CloudWatchLoggingOptions": {
                "Enabled": True,
                "LogGroupName": "/aws/kinesisfirehose/guarded",
                "LogStreamName": "d",
            },
        },
    )
    return firehose, s3, logs


def test_without_the_right_to_write_records_go_to_the_error_prefix(guarded, until):
    firehose, s3, logs = guarded

    def put():
        try:
            return firehose.put_record(DeliveryStreamName="guarded", Record={"Data": b"refused"})
        except firehose.exceptions.ResourceNotFoundException:
            return None

    until(put)
    (found,) = until(lambda: s3.list_objects_v2(Bucket="guarded").get("Contents"))
    line = json.loads(s3.get_object(Bucket="guarded", Key=found["Key"])["Body"].read())
    assert re.fullmatch(r"errors/processing-failed/\d{4}/\d\d/\d\d/\d\d/guarded-1-[^/]*", found["Key"])
    assert (line["errorCode"], line["rawData"]) == ("S3.AccessDenied", "cmVmdXNlZA==")
    events = logs.get_log_events(logGroupName="/aws/kinesisfirehose/guarded", logStreamName="d")["events"]
    assert "guarded" in json.loads(events[0]["message"])["deliveryStreamARN"]
