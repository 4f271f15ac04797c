"""The sandbox beside two witnesses: moto, an emulator of other hands, and the service models of botocore."""

from __future__ import annotations

import contextlib
import json
import re

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from checkday.sandbox.overlay.crawler import entries
from checkday.sandbox.overlay.crawler.tables import Look, Part, Table

R1 = "ap-southeast-1"
RECORD = b'{"uuid": "u-1", "device_id": 7}\n'
LOOK = Look("json", "none", {"uuid": "string", "device_id": "int"}, 1, 31.0, 31.0, {})
TABLE = Table("data/raw/", LOOK, (None, "day"), (Part(("2026", "1"), "data/raw/2026/day=1/", 1, 31, LOOK),))


@pytest.fixture(scope="session")
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(params=["sandbox", "moto"])
def ask(request, aws):
    """A client of a service in each of the two worlds."""
    if request.param == "sandbox":
        return aws
    session = boto3.Session("123456789012", "any", region_name=R1)
    endpoint, config = request.getfixturevalue("moto"), Config(retries={"total_max_attempts": 1})
    return lambda service: session.client(service, endpoint_url=endpoint, config=config)


@pytest.fixture
def glue(ask, request):
    """The catalog in either world; moto's needs an extra of its own."""
    if request.node.callspec.params["ask"] == "moto":
        pytest.importorskip("pyparsing")
    return ask("glue")


@pytest.fixture
def stream(ask, until):
    """A stream into a bucket, in either world."""
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "firehose.amazonaws.com"},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam, s3, firehose = ask("iam"), ask("s3"), ask("firehose")

    def make(name, **settings):
        with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_role(RoleName="conforming", AssumeRolePolicyDocument=document)
        with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket="conforming", CreateBucketConfiguration={"LocationConstraint": R1})
        destination = {"BucketARN": "arn:aws:s3:::conforming", "Prefix": f"{name}/", **settings}
        destination["RoleARN"] = iam.get_role(RoleName="conforming")["Role"]["Arn"]
        firehose.create_delivery_stream(
            DeliveryStreamName=name, ExtendedS3DestinationConfiguration=destination
        )
        until(lambda: status(firehose, name) == "ACTIVE")
        return firehose

    return make


def status(firehose, name):
    found = firehose.describe_delivery_stream(DeliveryStreamName=name)
    return found["DeliveryStreamDescription"]["DeliveryStreamStatus"]


def test_a_batch_arrives_in_one_object_of_the_hour(ask, until, stream):
    sent = [b'{"n": 1}\n', b'{"n": 2}\n', b'{"n": 3}\n']
    records = [{"Data": data} for data in sent]
    answer = stream("batch").put_record_batch(DeliveryStreamName="batch", Records=records)
    assert (answer["FailedPutCount"], len(answer["RequestResponses"])) == (0, 3)
    s3 = ask("s3")
    (found,) = until(lambda: s3.list_objects_v2(Bucket="conforming", Prefix="batch/").get("Contents"))
    assert re.fullmatch(
        r"batch/\d{4}/\d\d/\d\d/\d\d/batch-1-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9a-f-]{36}", found["Key"]
    )
    assert s3.get_object(Bucket="conforming", Key=found["Key"])["Body"].read() == b"".join(sent)


def test_a_single_record_arrives(ask, until, stream):
    answer = stream("single-record").put_record(DeliveryStreamName="single-record", Record={"Data": RECORD})
    assert answer["RecordId"]
    s3 = ask("s3")
    (found,) = until(lambda: s3.list_objects_v2(Bucket="conforming", Prefix="single-record/").get("Contents"))
    assert s3.get_object(Bucket="conforming", Key=found["Key"])["Body"].read() == RECORD


def test_streams_that_are_not_there_have_one_name(ask):
    firehose = ask("firehose")
    with pytest.raises(firehose.exceptions.ResourceNotFoundException):
        firehose.put_record(DeliveryStreamName="never-made", Record={"Data": b"x"})
    with pytest.raises(firehose.exceptions.ResourceNotFoundException):
        firehose.put_record_batch(DeliveryStreamName="never-made", Records=[{"Data": b"x"}])


def test_the_catalog_keeps_what_a_crawl_enters(glue):
    glue.create_database(DatabaseInput={"Name": "conforming"})
    table = entries.table_input(TABLE, "raw", "lake", "crawler")
    partition = entries.partition_input(TABLE, TABLE.parts[0], "lake")
    glue.create_table(DatabaseName="conforming", TableInput=table)
    where = {"DatabaseName": "conforming", "TableName": "raw"}
    assert glue.batch_create_partition(PartitionInputList=[partition], **where).get("Errors", []) == []
    found = glue.get_table(DatabaseName="conforming", Name="raw")["Table"]
    for name in ("Name", "TableType", "StorageDescriptor", "PartitionKeys", "Parameters"):
        assert found[name] == table[name]
    (kept,) = glue.get_partitions(**where)["Partitions"]
    assert {name: kept[name] for name in partition} == partition


def test_what_the_catalog_lacks_has_one_name(glue):
    missing = glue.exceptions.EntityNotFoundException
    with pytest.raises(missing):
        glue.get_database(Name="never-made")
    with pytest.raises(missing):
        glue.get_tables(DatabaseName="never-made")
    with pytest.raises(missing):
        glue.get_table(DatabaseName="never-made", Name="raw")
    with pytest.raises(missing):
        glue.get_crawler(Name="never-made")
    with pytest.raises(missing):
        glue.start_crawler(Name="never-made")


@pytest.mark.parametrize("operation", ["PutRecord", "PutRecordBatch"])
def test_what_a_stream_answers_fits_the_service_model(aws, destination, until, wire_faults, operation):
    firehose, name = aws("firehose"), f"fits-{operation}"
    firehose.create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=destination)
    until(lambda: status(firehose, name) == "ACTIVE")
    sent = {"Records": [{"Data": b"x"}]} if operation.endswith("Batch") else {"Record": {"Data": b"x"}}
    assert wire_faults(firehose, operation, DeliveryStreamName=name, **sent) == []


def test_what_a_crawl_leaves_fits_the_service_model(lake, wire_faults):
    lake.put(**{f"data/raw/2026/{day}/x": RECORD for day in (1, 2)}, **{"data/list/x.csv": b"a,b\n1,2\n"})
    tables, name = lake.crawled(Tags={"a": "b"}, Schedule="cron(0 1 * * ? *)"), {"DatabaseName": lake.name}
    assert sorted(tables) == ["list", "raw"]
    asked = {
        "GetCrawler": {"Name": lake.name},
        "GetCrawlers": {},
        "BatchGetCrawlers": {"CrawlerNames": [lake.name, "never-made"]},
        "ListCrawlers": {},
        "ListCrawls": {"CrawlerName": lake.name},
        "GetCrawlerMetrics": {},
        "GetDatabase": {"Name": lake.name},
        "GetDatabases": {},
        "GetTable": {"Name": "raw", **name},
        "GetTables": name,
        "GetPartitions": {"TableName": "raw", **name},
        "GetPartition": {"TableName": "raw", "PartitionValues": ["2026", "1"], **name},
        "StartCrawler": {"Name": lake.name},
        "StopCrawler": {"Name": lake.name},
    }
    faults = {call: wire_faults(lake.glue, call, **sent) for call, sent in asked.items()}
    assert {call: found for call, found in faults.items() if found} == {}
