"""What Day 7 leaves behind is found in both Regions, and the printed commands take it away."""

import os
import subprocess

import pytest

from checkday import leftovers
from checkday.account import Account
from checkday.settings import Settings
from day7_world import TRUST, Day7, named, until
from warm_aws import warm_aws
from wire import answer, refuse
from worlds import LEARNER, REGION, REPLICA, World

SETTINGS = Settings(learner=LEARNER, region=REGION, replica_region=REPLICA)


def quiet(world):
    """Nobody here has signed up for QuickSight or keeps a Glue session."""
    refuse(world.source, "quicksight", "DescribeAccountSubscription", "ResourceNotFoundException", status=404)
    answer(world.source, "glue", "ListSessions", {"Ids": [], "Sessions": []})
    answer(world.source, "glue", "ListJobs", {"JobNames": []})
    return world


def find(world):
    return leftovers.find(Account(quiet(World(world.endpoint, world.account)).source), SETTINGS)


@pytest.fixture
def world(sandbox):
    world = World(sandbox)
    made = Day7(world).table("global", "PK", "SK").table("state", "TradeID", view="NEW_AND_OLD_IMAGES")
    made.replica().queue()
    role = made.role("api-role")
    world.role_name = "reader"  # not of the course: it stays
    world.role(TRUST, rights={"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"})
    made.function("map", f"arn:aws:iam::{world.account}:role/reader").mapping("map", "state")
    for region in (REGION, REPLICA):
        made.function("api", role, region).api(region)
    return world


def test_everything_is_found_once_and_goes(world, tmp_path):
    found = find(world)
    there = sorted((one.kind, one.region) for one in found.counted)
    assert there == [
        ("api", REGION),
        ("api", REPLICA),
        ("function", REGION),
        ("function", REGION),
        ("function", REPLICA),
        ("mapping", REGION),
        ("queue", REGION),
        ("replica", REPLICA),
        ("role", ""),
        ("table", REGION),
        ("table", REGION),
    ]
    keys = {
        "AWS_ENDPOINT_URL": world.endpoint, "AWS_ACCESS_KEY_ID": world.account, "AWS_DEFAULT_REGION": REGION,
        "AWS_PAGER": "", "PATH": f"{tmp_path}:{os.environ['PATH']}",
    }  # fmt: skip
    script = ["bash", "-euc", "\n".join(found.commands)]
    with warm_aws(tmp_path):
        done = subprocess.run(script, env=os.environ | keys, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    until(lambda: find(world).clean)


def test_what_is_somebody_else_s_is_left_alone(sandbox):
    world = World(sandbox)
    world.client("sqs").create_queue(QueueName="fcj-an02-dlq")
    world.client("sqs").create_queue(QueueName="orders")
    assert find(world).clean


def test_two_tables_of_one_name_are_two_tables(sandbox):
    world = World(sandbox)
    Day7(world).table("global", "PK", "SK").table("global", "PK", "SK", region=REPLICA)
    found = find(world)
    assert [(one.kind, one.name, one.region) for one in found.counted] == [
        ("table", named("global"), REGION),
        ("table", named("global"), REPLICA),
    ]
