"""Looking events up: filters, pages, rights, restarts, and what means no good."""

from __future__ import annotations

import http.client
import json
import sqlite3
import time

import pytest
from botocore.exceptions import ClientError

from checkday.sandbox.lifecycle import down, up
from checkday.sandbox.overlay import cloudtrail_history
from checkday.sandbox.overlay.cloudtrail_history import History, Look
from trail_events import service_event

R1, R2, PAGED = "ap-southeast-1", "us-east-1", "666677778888"


@pytest.fixture
def own(server, connect):
    """Clients of an account in which nothing happens but what the test does."""
    return lambda service, region=R1: connect(server, service, region, key=PAGED)


def by(key, value):
    return [{"AttributeKey": key, "AttributeValue": value}]


def test_pages_are_newest_first_and_whole(own):
    for number in range(55):
        own("glue").create_database(DatabaseInput={"Name": f"paged_{number}"})
    found, token = [], {}
    while True:
        page = own("cloudtrail").lookup_events(LookupAttributes=by("EventName", "CreateDatabase"), **token)
        found += page["Events"]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    names = [
        json.loads(one["CloudTrailEvent"])["requestParameters"]["databaseInput"]["name"] for one in found
    ]
    assert names == [f"paged_{number}" for number in reversed(range(55))]
    assert len({one["EventId"] for one in found}) == 55


def code(client, **said):
    with pytest.raises(ClientError) as caught:
        client.lookup_events(**said)
    return caught.value.response["Error"]["Code"]


def test_a_token_is_good_for_its_own_question_only(own):
    trail = own("cloudtrail")
    for number in range(3):
        own("glue").create_database(DatabaseInput={"Name": f"token_{number}"})
    asked = {"LookupAttributes": by("EventSource", "glue.amazonaws.com"), "StartTime": time.time() - 60}
    token = trail.lookup_events(MaxResults=1, **asked)["NextToken"]
    assert trail.lookup_events(NextToken=token, **asked)["Events"]
    other = {**asked, "StartTime": asked["StartTime"] + 1}
    assert code(trail, NextToken=token, **other) == "InvalidNextTokenException"
    assert code(trail, NextToken=token) == "InvalidNextTokenException"
    assert code(trail, NextToken="nonsense", **asked) == "InvalidNextTokenException"


def test_what_cannot_be_asked_is_refused(own):
    trail = own("cloudtrail")
    two = by("EventName", "a") + by("Username", "b")
    assert code(trail, LookupAttributes=two) == "InvalidLookupAttributesException"
    assert code(trail, StartTime=200, EndTime=100) == "InvalidTimeRangeException"
    assert code(trail, MaxResults=50, EventCategory="other") == "InvalidEventCategoryException"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("EventName", "CreateDatabase"),
        ("EventSource", "glue.amazonaws.com"),
        ("Username", "root"),
        ("AccessKeyId", PAGED),
        ("ReadOnly", "false"),
    ],
)
def test_each_attribute_finds_the_event(own, key, value):
    own("glue").create_database(DatabaseInput={"Name": f"by_{key.lower()}"})
    (found, *_) = own("cloudtrail").lookup_events(LookupAttributes=by(key, value))["Events"]
    assert f"by_{key.lower()}" in found["CloudTrailEvent"]
    exact = own("cloudtrail").lookup_events(LookupAttributes=by("EventId", found["EventId"]))["Events"]
    assert [one["EventId"] for one in exact] == [found["EventId"]]


def test_resources_are_found_by_name_and_type(own):
    own("s3").create_bucket(Bucket="found-by-name", CreateBucketConfiguration={"LocationConstraint": R1})
    trail = own("cloudtrail")
    for key, value in {"ResourceName": "found-by-name", "ResourceType": "AWS::S3::Bucket"}.items():
        (found, *_) = trail.lookup_events(LookupAttributes=by(key, value))["Events"]
        assert found["Resources"] == [{"ResourceType": "AWS::S3::Bucket", "ResourceName": "found-by-name"}]
    assert trail.lookup_events(LookupAttributes=by("ResourceName", "found-by"))["Events"] == []


def test_accounts_and_regions_and_times_are_apart(own, aws):
    own("glue", R2).create_database(DatabaseInput={"Name": "apart"})
    named = by("EventName", "CreateDatabase")
    (found, *_) = own("cloudtrail", R2).lookup_events(LookupAttributes=named)["Events"]
    assert "apart" in found["CloudTrailEvent"]
    for client in (own("cloudtrail"), aws("cloudtrail", R2)):
        assert "apart" not in json.dumps(client.lookup_events(LookupAttributes=named), default=str)
    before = {"EndTime": time.time() - 3600}
    assert own("cloudtrail", R2).lookup_events(LookupAttributes=named, **before)["Events"] == []


def test_answers_fit_the_service_model(own, wire_faults):
    own("glue").create_database(DatabaseInput={"Name": "fits"})
    assert wire_faults(own("cloudtrail"), "LookupEvents", MaxResults=10) == []
    assert wire_faults(own("cloudtrail"), "LookupEvents", MaxResults=1) == []
    assert json.loads(service_event("CreateDashboard", {})["CloudTrailEvent"])["requestParameters"] is None


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\x1b[31mred", "a'; DROP TABLE x; --", "😀"])
def test_names_are_kept_as_they_are(own, name):
    own("glue").create_database(DatabaseInput={"Name": name})
    named = by("EventName", "CreateDatabase")
    (found, *_) = own("cloudtrail").lookup_events(LookupAttributes=named)["Events"]
    assert json.loads(found["CloudTrailEvent"])["requestParameters"]["databaseInput"]["name"] == name
    assert own("cloudtrail").lookup_events(LookupAttributes=by("Username", name))["Events"] == []


@pytest.mark.parametrize(
    "said",
    [
        {"NextToken": "WzFlOTk5LCAxLCAieCJd"},
        {"StartTime": "soon"},
        {"StartTime": 10**400},
        {"MaxResults": "5"},
        {"LookupAttributes": [{"AttributeKey": "EventName); --", "AttributeValue": "x"}]},
        {"LookupAttributes": "EventName"},
    ],
)
def test_nonsense_is_refused(server, said):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    scope = f"Credential={PAGED}/20260101/{R1}/cloudtrail/aws4_request, SignedHeaders=host, Signature=0"
    target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}", "X-Amz-Target": target}
    connection.request("POST", "/", json.dumps(said), headers)
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    assert (answer.status, found["__type"].startswith("Invalid")) == (400, True)


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff\xfe", b'"\\ud800"', b'{"DatabaseInput": [1]}'])
def test_nonsense_neither_stops_the_server_nor_its_record(server, own, body):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    scope = f"Credential={PAGED}/20260101/{R1}/glue/aws4_request, SignedHeaders=host, Signature=0"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}", "X-Amz-Target": "AWSGlue.CreateDatabase"}
    connection.request("POST", "/", body, headers)
    status = connection.getresponse().status
    connection.close()
    assert 400 <= status <= 500
    (found, *_) = own("cloudtrail").lookup_events(LookupAttributes=by("EventName", "CreateDatabase"))[
        "Events"
    ]
    assert json.loads(found["CloudTrailEvent"])["errorCode"]


def test_rights_count_and_denials_are_entered(strict_server, connect):
    iam = connect(strict_server, "iam")
    iam.create_user(UserName="watched")
    key = iam.create_access_key(UserName="watched")["AccessKey"]
    keys = {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
    with pytest.raises(ClientError, match="cloudtrail:LookupEvents"):
        connect(strict_server, "cloudtrail", **keys).lookup_events()
    with pytest.raises(ClientError, match="AccessDenied"):
        connect(strict_server, "glue", **keys).create_database(DatabaseInput={"Name": "forbidden"})
    found = connect(strict_server, "cloudtrail").lookup_events(LookupAttributes=by("Username", "watched"))
    event = json.loads(found["Events"][0]["CloudTrailEvent"])
    assert (event["eventName"], event["errorCode"]) == ("CreateDatabase", "AccessDenied")
    assert event["requestParameters"] is None
    identity = {"type": "IAMUser", "userName": "watched", "accessKeyId": key["AccessKeyId"]}
    assert event["userIdentity"].items() >= identity.items()


def test_a_wrong_secret_is_nobodys_call(strict_server, connect):
    iam = connect(strict_server, "iam")
    iam.create_user(UserName="forged")
    key = iam.create_access_key(UserName="forged")["AccessKey"]["AccessKeyId"]
    with pytest.raises(ClientError, match="Signature"):
        connect(strict_server, "glue", key=key, secret="wrong").get_databases()
    found = connect(strict_server, "cloudtrail").lookup_events(LookupAttributes=by("AccessKeyId", key))
    assert found["Events"] == []


def test_a_session_is_named_with_its_role(strict_server, connect):
    iam = connect(strict_server, "iam")
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    statement["Principal"] = {"AWS": "arn:aws:iam::123456789012:root"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = iam.create_role(RoleName="worn", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    asked = {"RoleArn": role, "RoleSessionName": "an01"}
    made = connect(strict_server, "sts").assume_role(**asked)["Credentials"]
    trail = connect(strict_server, "cloudtrail")
    (assumed,) = trail.lookup_events(LookupAttributes=by("EventName", "AssumeRole"))["Events"]
    assert made["SecretAccessKey"] not in assumed["CloudTrailEvent"]
    assert made["SessionToken"] not in assumed["CloudTrailEvent"]
    assert json.loads(assumed["CloudTrailEvent"])["requestParameters"] == {
        "roleArn": role,
        "roleSessionName": "an01",
    }


def test_history_outlives_the_server_and_what_it_tells_of(state, connect):
    def ask(service):
        return connect(up(port=None, region=R1), service)

    ask("glue").create_database(DatabaseInput={"Name": "kept"})
    ask("glue").delete_database(Name="kept")
    before = ask("cloudtrail").lookup_events(LookupAttributes=by("ReadOnly", "false"))["Events"]
    down()
    assert ask("cloudtrail").lookup_events(LookupAttributes=by("ReadOnly", "false"))["Events"] == before
    assert [one["EventName"] for one in before] == ["DeleteDatabase", "CreateDatabase"]


@pytest.fixture
def history(monkeypatch):
    """A history of its own, in memory."""
    file = sqlite3.connect(":memory:", isolation_level=None)
    monkeypatch.setattr(cloudtrail_history, "connection", lambda: file)
    return History()


def entered(history, number, at):
    event = json.loads(service_event("CreateTable", {"number": number}, at=at)["CloudTrailEvent"])
    history.add(event, at, [])


def test_events_are_forgotten_after_90_days(history):
    entered(history, 1, time.time() - 91 * 86_400)
    entered(history, 2, time.time() - 89 * 86_400)
    found = History().page(Look("123456789012", R1), None, 10)
    assert [json.loads(one["CloudTrailEvent"])["serviceEventDetails"] for _, one in found] == [
        {"eventRequestDetails": {"number": 2}}
    ]
