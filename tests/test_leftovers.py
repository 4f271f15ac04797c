"""What is left: found in both worlds, never called clean when it could not be seen, and deletable."""

import argparse
import json
import os
import subprocess

import pytest

from checkday import leftovers
from checkday.account import Account
from checkday.cli.leftovers import leftovers as command
from checkday.cli.leftovers import lines
from checkday.leftovers.kinds import KINDS
from checkday.settings import Settings
from checkday.words import Words
from warm_aws import warm_aws
from wire import answer, cut, refuse
from worlds import LEARNER, REGION, REPLICA, World

SETTINGS = Settings(learner=LEARNER, region=REGION, replica_region=REPLICA)
NO_SESSIONS = {"Ids": [], "Sessions": []}


def find(world, **options):
    return leftovers.find(Account(world.source), SETTINGS, **options)


def kinds(found):
    return [one.kind for one in found.counted]


@pytest.fixture
def world(sandbox):
    return quiet(World(sandbox))


def quiet(world):
    """No emulator of ours keeps sessions yet, and nobody here has signed up for QuickSight."""
    refuse(world.source, "quicksight", "DescribeAccountSubscription", "ResourceNotFoundException", status=404)
    answer(world.source, "glue", "ListSessions", NO_SESSIONS)
    answer(world.source, "glue", "ListJobs", {"JobNames": []})
    return world


def crowded(world):
    """Something of every kind that an emulator can hold."""
    world.solved().settled()
    s3 = world.client("s3")
    s3.put_bucket_versioning(Bucket=world.bucket_name, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"old", b"new"):
        world.put("data/twice", body)
    s3.delete_object(Bucket=world.bucket_name, Key="data/twice")
    world.client("dynamodb", REPLICA).create_table(
        TableName="fcj-an01-log",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        DeletionProtectionEnabled=True,
    )
    world.client("glue").create_database(DatabaseInput={"Name": "fcj_an01_db"})
    world.client("athena").create_work_group(Name="fcj-an01-wg", Configuration={})
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    world.client("iam").create_policy(PolicyName="fcj-an01-guard", PolicyDocument=json.dumps(document))
    return world


ALL = ["table", "bucket", "stream", "database", "log_group", "role", "policy"]


@pytest.fixture(scope="module")
def full(sandbox):
    return crowded(World(sandbox)).account


def test_both_worlds(world, sandbox, full):
    assert find(world).clean
    found = find(quiet(World(sandbox, full)))
    assert kinds(found) == ALL
    assert [one.keep for one in found.items if one.keep] == ["until_graded"]
    assert found.unseen == []


def test_the_printed_commands_delete_everything_and_nothing_else(world, tmp_path):
    found = find(crowded(world))
    keys = {
        "AWS_ENDPOINT_URL": world.endpoint, "AWS_ACCESS_KEY_ID": world.account, "AWS_DEFAULT_REGION": REGION,
        "AWS_PAGER": "", "PATH": f"{tmp_path}:{os.environ['PATH']}",
    }  # fmt: skip
    script = ["bash", "-euc", "\n".join(found.commands)]
    with warm_aws(tmp_path):
        done = subprocess.run(script, env=os.environ | keys, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    left = find(quiet(World(world.endpoint, world.account)))
    assert left.clean
    assert [one.kind for one in left.items] == ["workgroup"]


READS = [
    ("sts", "GetCallerIdentity"),
    ("s3", "ListBuckets"),
    ("s3", "GetBucketVersioning"),
    ("s3", "ListObjectVersions"),
    ("firehose", "ListDeliveryStreams"),
    ("firehose", "DescribeDeliveryStream"),
    ("logs", "DescribeLogGroups"),
    ("iam", "ListRoles"),
    ("iam", "ListRolePolicies"),
    ("iam", "ListAttachedRolePolicies"),
    ("iam", "ListPolicies"),
    ("glue", "ListCrawlers"),
    ("glue", "GetDatabase"),
    ("athena", "GetWorkGroup"),
    ("dynamodb", "ListTables"),
    ("dynamodb", "DescribeTable"),
]


@pytest.mark.parametrize(("service", "call"), [*READS, ("glue", "ListSessions"), ("glue", "ListJobs")])
def test_what_may_not_be_seen_is_never_clean(sandbox, full, service, call):
    world = World(sandbox, full)
    code = "AccessDenied" if service in {"s3", "iam", "sts"} else "AccessDeniedException"
    refuse(world.source, service, call, code, status=403)
    found = find(quiet(world))
    assert {one.cause for one in found.unseen} == {"denied"}
    assert not found.clean


@pytest.mark.parametrize("slow", [False, True])
def test_an_empty_account_behind_a_broken_line_is_not_clean(world, slow, monkeypatch):
    monkeypatch.setattr("checkday.account.live.time.sleep", lambda _: None)
    cut(world.source, "dynamodb", "ListTables", slow=slow)
    found = find(world)
    places = [("replica", REGION), ("table", REGION), ("table", REPLICA)]
    assert [(one.kind, one.region) for one in found.unseen] == places
    assert not found.clean


def test_a_refusal_that_nobody_foresaw_is_not_clean_either(world):
    refuse(world.source, "athena", "GetWorkGroup", "SomethingNew")
    assert {one.cause for one in find(world).unseen} == {"broken_check"}


# The command


def call(world, monkeypatch, **given):
    monkeypatch.setattr("checkday.cli.leftovers.source_of", lambda *_: quiet(world).source)
    options = {"sandbox": False, "profile": None, "region": None, "lang": "en"} | given
    return command(argparse.Namespace(**options), Words("en"))


def test_nothing_left_is_zero(world, monkeypatch, state, capsys):
    assert call(world, monkeypatch) == 0
    assert "Nothing is left to clean up" in capsys.readouterr().out


def test_something_left_is_one_with_open_milestones_above_the_commands(
    sandbox, full, monkeypatch, state, capsys
):
    assert call(World(sandbox, full), monkeypatch) == 1
    said = capsys.readouterr().out
    assert said.index("Not yet safe to clean") < said.index("# This command deletes nothing")
    assert "DynamoDB table fcj-an01-log · us-east-1 · 2.85 USD a month" in said
    assert "provisioned 5 WCU, 5 RCU" in said
    assert 'eval "$(workshop env --sandbox)"' in said
    assert "# aws athena delete-work-group" in said
    assert "old or were never compared" in said


def test_what_could_not_be_seen_is_one_and_says_so(world, monkeypatch, state, capsys):
    refuse(world.source, "dynamodb", "ListTables", "AccessDeniedException")
    assert call(world, monkeypatch) == 1
    said = capsys.readouterr().out
    assert "Could not look: DynamoDB table (ap-southeast-1)" in said
    assert said.count("permission dynamodb:ListTables is missing") == 1
    assert "Nothing is left" not in said


def test_safe_to_clean_once_everything_is_proven(sandbox, full, monkeypatch, state, capsys):
    monkeypatch.setattr("checkday.curriculum.days", lambda: [1])
    assert call(World(sandbox, full), monkeypatch) == 1
    assert "Safe to clean: every milestone is passed" in capsys.readouterr().out


def test_a_clean_up_that_is_still_to_come_does_not_make_cleaning_unsafe(sandbox, full):
    world = quiet(World(sandbox, full))
    report = world.run("day1.bucket", "day4.clean_bucket").report
    assert [one.verdict.value for one in report.findings] == ["passed", "failed"]
    said = "\n".join(text for line in lines(report, find(world), Words("en")) for text, _ in line)
    assert said.index("Safe to clean") < said.index("aws s3 rb")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_and_reason_has_words(language):
    words = Words(language)
    assert {f"leftovers.kind.{kind.name}" in words for kind in KINDS} == {True}


def test_no_sandbox_is_one(state, capsys):
    given = argparse.Namespace(sandbox=True, profile=None, region=None, lang="en")
    assert command(given, Words("en")) == 1
    assert "workshop sandbox up" in capsys.readouterr().err
