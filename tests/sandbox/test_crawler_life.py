"""A crawler's life in the sandbox: what it refuses, how a crawl ends, and what is told of it afterwards."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
from botocore.exceptions import ClientError

from checkday.sandbox import process
from checkday.sandbox.lifecycle import down, up

R1 = "ap-southeast-1"
RECORD = b'{"uuid": "u-1", "device_id": 7}\n'
SERVICE_ROLE = "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"
TRUST = json.dumps(
    {
        "Statement": {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "glue.amazonaws.com"},
        }
    }
)


def test_a_crawler_is_running_for_a_moment_and_takes_no_orders(lake):
    lake.crawler()
    lake.glue.start_crawler(Name=lake.name)
    assert lake.state() == "RUNNING"
    for call in (lake.glue.start_crawler, lake.glue.delete_crawler, lake.glue.update_crawler):
        with pytest.raises(lake.glue.exceptions.CrawlerRunningException):
            call(Name=lake.name)
    (crawl,) = lake.glue.list_crawls(CrawlerName=lake.name)["Crawls"]
    assert crawl["State"] == "RUNNING"
    lake.until(lambda: lake.state() == "READY")


def test_a_crawler_can_be_stopped(lake):
    lake.put(**{"data/x": RECORD})
    lake.crawler()
    lake.glue.start_crawler(Name=lake.name)
    lake.glue.stop_crawler(Name=lake.name)
    with pytest.raises((lake.glue.exceptions.CrawlerStoppingException, ClientError)):
        lake.glue.stop_crawler(Name=lake.name)
    lake.until(lambda: lake.state() == "READY")
    assert lake.glue.get_crawler(Name=lake.name)["Crawler"]["LastCrawl"]["Status"] == "CANCELLED"
    assert lake.glue.list_crawls(CrawlerName=lake.name)["Crawls"][0]["State"] == "STOPPED"
    with pytest.raises(lake.glue.exceptions.CrawlerNotRunningException):
        lake.glue.stop_crawler(Name=lake.name)


def test_a_bucket_that_is_not_there_fails_the_crawl(lake):
    lake.crawler()
    lake.s3.delete_bucket(Bucket=f"lake-{lake.name}")
    last = lake.crawl()
    assert last["Status"] == "FAILED"
    assert "NoSuchBucket" in last["ErrorMessage"]
    assert lake.glue.list_crawls(CrawlerName=lake.name)["Crawls"][0]["State"] == "FAILED"


def test_a_database_that_is_not_there_fails_the_crawl(lake):
    lake.crawler(DatabaseName="never-made")
    assert "EntityNotFoundException" in lake.crawl()["ErrorMessage"]


def test_a_role_that_is_gone_fails_the_crawl(lake, role, aws):
    role(f"gone-{lake.name}", "glue.amazonaws.com")
    lake.crawler(Role=f"gone-{lake.name}")
    aws("iam").delete_role(RoleName=f"gone-{lake.name}")
    assert "unable to assume role" in lake.crawl()["ErrorMessage"]


@pytest.mark.parametrize("name", ["never-made", "deliverer"])
def test_a_role_that_glue_cannot_assume_is_refused(lake, destination, name):
    with pytest.raises(lake.glue.exceptions.InvalidInputException, match="unable to assume"):
        lake.crawler(Role=name)


@pytest.mark.parametrize(
    "wrong",
    [{"Targets": {}}, {"DatabaseName": ""}, {"Targets": {"S3Targets": [{"Path": "lake/data"}]}}],
    ids=["no-target", "no-database", "no-address"],
)
def test_a_crawler_without_sense_is_refused(lake, wrong):
    with pytest.raises(lake.glue.exceptions.InvalidInputException):
        lake.crawler(**wrong)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_crawler", {"Name": "never-made"}),
        ("start_crawler", {"Name": "never-made"}),
        ("stop_crawler", {"Name": "never-made"}),
        ("delete_crawler", {"Name": "never-made"}),
        ("list_crawls", {"CrawlerName": "never-made"}),
        ("get_tables", {"DatabaseName": "never-made"}),
        ("get_table", {"DatabaseName": "never-made", "Name": "t"}),
        ("get_partitions", {"DatabaseName": "never-made", "TableName": "t"}),
    ],
)
def test_what_is_missing_is_said_to_be(aws, operation, parameters):
    glue = aws("glue")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        getattr(glue, operation)(**parameters)


def test_a_table_that_is_missing_has_no_partitions(lake):
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        lake.partitions("never-made")


def test_crawlers_are_listed_by_tag_and_by_name(lake):
    lake.crawler(Tags={"of": lake.name})
    assert lake.glue.list_crawlers(Tags={"of": lake.name})["CrawlerNames"] == [lake.name]
    found = lake.glue.batch_get_crawlers(CrawlerNames=[lake.name, "never-made"])
    assert [one["Name"] for one in found["Crawlers"]] == [lake.name]
    assert found["CrawlersNotFound"] == ["never-made"]
    pages = lake.glue.get_paginator("get_crawlers").paginate(PaginationConfig={"PageSize": 1})
    assert lake.name in [one["Name"] for page in pages for one in page["Crawlers"]]


def test_crawls_are_filtered(lake):
    lake.put(**{"data/x": RECORD})
    lake.crawled()
    lake.crawl()

    def count(field, operator, value):
        wanted = {"FieldName": field, "FilterOperator": operator, "FieldValue": value}
        return len(lake.glue.list_crawls(CrawlerName=lake.name, Filters=[wanted])["Crawls"])

    now = str(int(time.time() * 1000))
    assert [count("STATE", "EQ", "COMPLETED"), count("STATE", "EQ", "FAILED")] == [2, 0]
    assert [count("START_TIME", "LT", now), count("START_TIME", "GT", now)] == [2, 0]
    first = lake.glue.list_crawls(CrawlerName=lake.name, MaxResults=1)
    assert len(lake.glue.list_crawls(CrawlerName=lake.name, NextToken=first["NextToken"])["Crawls"]) == 1


def test_a_crawl_writes_its_log(lake, aws):
    lake.put(**{"data/x": RECORD})
    lake.crawler()
    last = lake.crawl()
    where = {"logGroupName": last["LogGroup"], "logStreamName": last["LogStream"]}
    events = [one["message"] for one in aws("logs").get_log_events(**where)["events"]]
    assert all(last["MessagePrefix"] in event for event in events)
    assert any("Created table data" in event for event in events)


@pytest.fixture
def kept(state, connect, monkeypatch):
    """Clients of a sandbox of its own, whatever server runs, with a crawler in it."""
    monkeypatch.setenv("CHECKDAY_SANDBOX_CRAWL", "0")

    def ask(service):
        return connect(up(port=None, region=R1), service)

    ask("s3").create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": R1})
    ask("s3").put_object(Bucket="kept", Key="data/raw/2026/x", Body=RECORD)
    ask("iam").create_role(RoleName="crawler", AssumeRolePolicyDocument=TRUST)
    ask("glue").create_database(DatabaseInput={"Name": "kept"})
    targets = {"S3Targets": [{"Path": "s3://kept/data/raw/"}]}
    ask("glue").create_crawler(Name="kept", Role="crawler", DatabaseName="kept", Targets=targets)
    return ask


def seen(glue):
    crawler = glue.get_crawler(Name="kept")["Crawler"]
    return {
        "tables": glue.get_tables(DatabaseName="kept")["TableList"],
        "partitions": glue.get_partitions(DatabaseName="kept", TableName="raw")["Partitions"],
        "crawler": (crawler["State"], crawler["LastCrawl"]),
        "crawls": glue.list_crawls(CrawlerName="kept")["Crawls"],
    }


def killed():
    """The sandbox, killed in the midst of whatever it does."""
    pid = up(port=None, region=R1).pid
    born = process.birth(pid)
    os.kill(pid, signal.SIGKILL)
    assert process._gone(pid, born, 5)


@pytest.mark.parametrize("end", [down, killed])
def test_what_a_crawl_made_is_there_after_the_end_of_the_server(kept, until, end):
    glue = kept("glue")
    glue.start_crawler(Name="kept")
    until(lambda: glue.get_crawler(Name="kept")["Crawler"]["State"] == "READY")
    before = seen(glue)
    end()
    assert len(before["partitions"]) == 1
    assert seen(kept("glue")) == before


def test_a_crawl_that_a_kill_cut_short_has_failed(kept, until, state, monkeypatch):
    down()
    monkeypatch.setenv("CHECKDAY_SANDBOX_CRAWL", "60")
    kept("glue").start_crawler(Name="kept")
    saved = state / "state" / "glue.json"
    until(lambda: "RUNNING" in saved.read_text())
    killed()
    crawler = kept("glue").get_crawler(Name="kept")["Crawler"]
    assert (crawler["State"], crawler["LastCrawl"]["Status"]) == ("READY", "FAILED")


def test_a_stop_of_the_server_cancels_a_crawl(kept, monkeypatch):
    down()
    monkeypatch.setenv("CHECKDAY_SANDBOX_CRAWL", "60")
    kept("glue").start_crawler(Name="kept")
    down()
    crawler = kept("glue").get_crawler(Name="kept")["Crawler"]
    assert (crawler["State"], crawler["LastCrawl"]["Status"]) == ("READY", "CANCELLED")


@pytest.fixture
def guarded(strict_server, connect, until):
    """Crawls under policies that count, with a role that has these rights to the lake."""
    s3, iam, glue = (connect(strict_server, service) for service in ("s3", "iam", "glue"))

    def crawl(name, *actions, managed=True):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": R1})
        s3.put_object(Bucket=name, Key="data/raw/2026/x", Body=RECORD)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
        if managed:
            iam.attach_role_policy(RoleName=name, PolicyArn=SERVICE_ROLE)
        where = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/data/*"]
        rights = {"Effect": "Allow", "Action": ["sts:GetCallerIdentity", *actions], "Resource": where}
        policy = json.dumps({"Version": "2012-10-17", "Statement": rights})
        iam.put_role_policy(RoleName=name, PolicyName="read", PolicyDocument=policy)
        glue.create_database(DatabaseInput={"Name": name})
        targets = {"S3Targets": [{"Path": f"s3://{name}/data/raw/"}]}
        glue.create_crawler(Name=name, Role=name, DatabaseName=name, Targets=targets)
        glue.start_crawler(Name=name)
        until(lambda: glue.get_crawler(Name=name)["Crawler"]["State"] == "READY")
        return glue.get_crawler(Name=name)["Crawler"]["LastCrawl"]

    return crawl


def test_the_rights_that_aws_asks_for_are_enough(guarded):
    assert guarded("rights-enough", "s3:GetObject")["Status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("name", "actions", "managed", "denied"),
    [
        ("rights-managed", [], True, "s3:GetObject"),
        ("rights-listing", ["s3:GetObject", "s3:ListBucket"], False, "glue:GetDatabase"),
    ],
)
def test_a_right_that_is_missing_fails_the_crawl_and_is_named(guarded, name, actions, managed, denied):
    last = guarded(name, *actions, managed=managed)
    assert last["Status"] == "FAILED"
    assert denied in last["ErrorMessage"]
    assert "AccessDenied" in last["ErrorMessage"]
