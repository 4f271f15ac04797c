"""DynamoDB's export to S3: real objects with true manifests; moto is asked too."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import time

import boto3
import pytest

from dynamodb_tables import Dynamo, refused

R1 = "ap-southeast-1"


class Export:
    """Exports of one test's table into one bucket."""

    def __init__(self, dynamo, s3, name):
        self.dynamo, self.s3, self.bucket = dynamo, s3, name

    def start(self, **settings):
        arn = self.dynamo.describe()["TableArn"]
        wanted = {"TableArn": arn, "S3Bucket": self.bucket, **settings}
        return self.dynamo.client.export_table_to_point_in_time(**wanted)["ExportDescription"]

    def done(self, **settings):
        """The description of an export that has ended."""
        arn = self.start(**settings)["ExportArn"]
        self.dynamo.until(lambda: self.describe(arn)["ExportStatus"] != "IN_PROGRESS")
        return self.describe(arn)

    def describe(self, arn):
        return self.dynamo.client.describe_export(ExportArn=arn)["ExportDescription"]

    def read(self, key):
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def items(self, description):
        """What the export holds, found by way of its manifests."""
        summary = json.loads(self.read(description["ExportManifest"]))
        files = [json.loads(line) for line in self.read(summary["manifestFilesS3Key"]).splitlines()]
        lines = [gzip.decompress(self.read(one["dataFileS3Key"])).splitlines() for one in files]
        return sorted(json.loads(line)["Item"]["id"]["S"] for part in lines for line in part)


@pytest.fixture
def export(aws, until, bucket, request):
    dynamo = Dynamo(aws("dynamodb"), until, request.node.nodeid)
    dynamo.create()
    return Export(dynamo, aws("s3"), bucket("exports-of-tables"))


def test_an_export_writes_the_table_and_its_manifests(export):
    export.dynamo.put("a", "b", city="Hue")
    export.dynamo.recover()
    started = export.start(S3Prefix="ddb")
    assert (started["ExportStatus"], started["ExportFormat"]) == ("IN_PROGRESS", "DYNAMODB_JSON")
    done = export.done(S3Prefix="ddb")
    assert (done["ExportStatus"], done["ItemCount"]) == ("COMPLETED", 2)
    folder = f"ddb/AWSDynamoDB/{done['ExportArn'].rpartition('/')[2]}/"
    assert done["ExportManifest"] == folder + "manifest-summary.json"
    assert export.items(done) == ["a", "b"]
    summary = export.read(folder + "manifest-summary.json")
    digest = base64.b64encode(hashlib.md5(summary, usedforsecurity=False).digest())
    assert export.read(folder + "manifest-summary.md5") == digest
    file = json.loads(export.read(folder + "manifest-files.json"))
    data = export.read(file["dataFileS3Key"])
    assert file["etag"] == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert (file["itemCount"], json.loads(summary)["itemCount"]) == (2, 2)


def test_an_export_holds_a_moment_of_the_past(export):
    export.dynamo.recover()
    export.dynamo.put("a")
    time.sleep(0.05)
    moment = time.time()
    export.dynamo.put("b")
    export.dynamo.until(lambda: export.dynamo.window()["LatestRestorableDateTime"].timestamp() > moment)
    assert export.items(export.done(ExportTime=moment)) == ["a"]
    ask = export.dynamo.client.export_table_to_point_in_time
    arn = export.dynamo.describe()["TableArn"]
    later = {"TableArn": arn, "S3Bucket": export.bucket, "ExportTime": time.time() + 3600}
    refused("InvalidExportTimeException", ask, **later)


def test_without_recovery_there_is_no_export(export):
    refused("PointInTimeRecoveryUnavailableException", export.start)
    export.dynamo.recover()
    nothing = {"TableArn": export.dynamo.describe()["TableArn"] + "-nothing"}
    refused("TableNotFoundException", export.start, **nothing)
    refused("ExportNotFoundException", export.describe, arn=nothing["TableArn"] + "/export/1")


def test_an_export_into_nowhere_fails(export):
    export.dynamo.recover()
    done = export.done(S3Bucket="a-bucket-that-nobody-made")
    assert (done["ExportStatus"], done["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert "ExportManifest" not in done


def test_one_token_makes_one_export(export):
    export.dynamo.recover()
    first, again = export.start(ClientToken="once"), export.start(ClientToken="once")
    assert first["ExportArn"] == again["ExportArn"]
    listed = export.dynamo.client.list_exports(TableArn=export.dynamo.describe()["TableArn"])
    assert [one["ExportArn"] for one in listed["ExportSummaries"]] == [first["ExportArn"]]


def test_what_is_said_of_exports_fits_the_service_model(export, wire_faults):
    export.dynamo.recover()
    arn = export.dynamo.describe()["TableArn"]
    asked = [
        ("ExportTableToPointInTime", {"TableArn": arn, "S3Bucket": export.bucket}),
        ("DescribeExport", {"ExportArn": export.done()["ExportArn"]}),
        ("ListExports", {"TableArn": arn}),
    ]
    assert [wire_faults(export.dynamo.client, call, **sent) for call, sent in asked] == [[]] * len(asked)


@pytest.mark.parametrize("world", ["sandbox", "moto"])
def test_both_worlds_export_the_same_items(world, export, until):
    if world == "sandbox":
        exported(export)
        return
    moto = pytest.importorskip("moto")
    with moto.mock_aws():
        dynamo, s3 = Dynamo(boto3.client("dynamodb", R1), until, "moto"), boto3.client("s3", R1)
        s3.create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": R1})
        dynamo.create()
        exported(Export(dynamo, s3, "exports"))


def exported(export):
    export.dynamo.put("a", "b")
    export.dynamo.recover()
    done = export.done(S3Prefix="both")
    assert done["ExportStatus"] == "COMPLETED", done
    found = export.s3.list_objects_v2(Bucket=export.bucket, Prefix="both/AWSDynamoDB/")["Contents"]
    (data,) = [export.read(one["Key"]) for one in found if one["Key"].endswith(".gz")]
    items = [json.loads(line)["Item"]["id"]["S"] for line in gzip.decompress(data).splitlines()]
    assert sorted(items) == ["a", "b"]
