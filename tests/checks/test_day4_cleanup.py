"""Day 4, the clean-up: what is still there is seen, what is gone too, and the script leaves nothing."""

import json
import os

import pytest

from checkday import names
from checkday.settings import Settings
from pages import printed_by
from wire import answer, refuse
from worlds import LEARNER, REGION, REPLICA, World, description

GLUE = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
CLEAN = [
    "day4.clean_stream",
    "day4.clean_crawler",
    "day4.clean_catalog",
    "day4.clean_session",
    "day4.clean_bucket",
    "day4.clean_roles",
    "day4.clean_bi",
    "day4.clean_leftovers",
]


@pytest.fixture
def world(sandbox) -> World:
    found = World(sandbox)
    refuse(found.source, "quicksight", "DescribeAccountSubscription", "ResourceNotFoundException", status=404)
    return found


@pytest.mark.parametrize("milestone", CLEAN)
def test_where_nothing_is_left_the_look_succeeds(world, milestone):
    assert "gone" in world.check(milestone)


# Stream


def test_stream(world):
    world.solved()
    assert world.said("day4.clean_stream") == "still_there"


def test_stream_that_is_being_deleted(world):
    body = description(world, DeliveryStreamStatus="DELETING")
    answer(world.source, "firehose", "DescribeDeliveryStream", body)
    assert world.said("day4.clean_stream") == "deleting"


# Crawler and catalog


def test_crawler(world):
    world.bucket()
    world.role_name = "fcj-an01-glue-role"
    world.role(GLUE)
    make_crawler(world)
    assert world.said("day4.clean_crawler") == "still_there"


def make_crawler(world):
    world.client("glue").create_database(DatabaseInput={"Name": "fcj_an01_db"})
    world.client("glue").create_crawler(
        Name="fcj-an01-crawler",
        Role="fcj-an01-glue-role",
        DatabaseName="fcj_an01_db",
        Targets={"S3Targets": [{"Path": f"s3://{world.bucket_name}/data/"}]},
    )


def test_catalog(world):
    world.client("glue").create_database(DatabaseInput={"Name": "fcj_an01_db"})
    assert world.said("day4.clean_catalog") == "still_there"


# Session


def sessions(world, *listed):
    answer(world.source, "glue", "ListSessions", {"Sessions": list(listed)})


def role(name):
    return f"arn:aws:iam::111122223333:role/{name}"


@pytest.mark.parametrize(
    ("session", "code"),
    [
        ({"Id": "fcj-an01-session", "Status": "READY"}, "still_there"),
        ({"Id": "fcj-an01-session", "Status": "PROVISIONING"}, "still_there"),
        ({"Id": "fcj-an01-session", "Status": "STOPPING"}, "stopping"),
        ({"Id": "fcj-an01-session", "Status": "STOPPED"}, None),
        ({"Id": "glue-studio-1", "Status": "READY", "Role": role("fcj-an01-session-role")}, "still_there"),
        ({"Id": "somebody-else", "Status": "READY", "Role": role("other")}, None),
        ({"Id": "fcj-an02-session", "Status": "READY"}, None),
    ],
)
def test_session(world, session, code):
    sessions(world, session)
    assert (world.said("day4.clean_session"), "day4.clean_session") == (code, "day4.clean_session")


def test_a_session_of_a_role_that_the_session_check_found(world):
    sessions(world, {"Id": "x", "Status": "READY", "Role": role("school")})
    known = {"day3.session_role": {"role": role("school")}}
    assert world.said("day4.clean_session", known=known) == "still_there"


def test_the_job_of_a_notebook(world):
    job = {"Name": "fcj-an01-notebook", "Role": role("school"), "JobMode": "NOTEBOOK"}
    answer(world.source, "glue", "GetJob", {"Job": job})
    answer(world.source, "glue", "ListJobs", {"JobNames": ["fcj-an01-notebook", "somebody-else"]})
    assert world.said("day4.clean_session") == "still_there"
    assert world.said("day4.clean_leftovers") == "still_there"


# Bucket


@pytest.mark.parametrize("region", [REGION, REPLICA, "eu-west-1"])
def test_bucket_in_any_region(world, region):
    world.bucket(names.bucket(LEARNER, world.account, region), region)
    assert world.said("day4.clean_bucket") == "still_there"


def test_a_bucket_of_a_learner_with_a_longer_id_is_not_ours(world):
    world.bucket(names.bucket(f"{LEARNER}-b", world.account, REGION))
    assert (world.said("day4.clean_bucket"), world.said("day4.clean_leftovers")) == (None, None)


def test_a_name_that_somebody_else_took_since_does_not_matter(sandbox, world):
    other = World(sandbox)
    other.bucket(world.bucket_name)
    assert world.said("day4.clean_bucket") is None


# Roles


@pytest.mark.parametrize("name", ["firehose-role", "glue-role", "session-role"])
def test_roles(world, name):
    world.role_name = f"fcj-an01-{name}"
    world.role()
    assert world.said("day4.clean_roles") == "still_there"


@pytest.mark.parametrize(("path", "code"), [("/service-role/", "still_there"), ("/school/", None)])
def test_a_role_of_another_name_is_ours_if_a_console_made_it(world, path, code):
    document = json.dumps({"Version": "2012-10-17", "Statement": [GLUE]})
    made = world.client("iam").create_role(
        RoleName="KinesisFirehoseServiceRole-1", Path=path, AssumeRolePolicyDocument=document
    )
    known = {"day1.stream_role": {"role": made["Role"]["Arn"]}}
    assert world.said("day4.clean_roles", known=known) == code


# QuickSight


def quicksight(world, *, workgroup="fcj-an01-wg", database="fcj_an01_db"):
    """A data source, a data set, an analysis and a dashboard, each under a name that a console gave."""

    def say(call, **body):
        answer(world.source, "quicksight", call, body | {"RequestId": "wire"})

    source = {"Arn": "arn:source", "Name": "My source", "Type": "ATHENA"}
    source["DataSourceParameters"] = {"AthenaParameters": {"WorkGroup": workgroup}}
    table = {"DataSourceArn": "arn:source", "Schema": database, "Name": "raw", "InputColumns": []}
    dataset = {"Arn": "arn:set", "DataSetId": "d", "Name": "My set"}
    table["InputColumns"] = [{"Name": "uuid", "Type": "STRING"}]
    dataset["PhysicalTableMap"] = {"one": {"RelationalTable": table}}
    declared = {"DataSetIdentifierDeclarations": [{"Identifier": "d", "DataSetArn": "arn:set"}]}
    subscription = {"AccountSubscriptionStatus": "ACCOUNT_CREATED"}
    answer(world.source, "quicksight", "DescribeAccountSubscription", {"AccountInfo": subscription})
    say("ListDataSources", DataSources=[source])
    say("ListDataSets", DataSetSummaries=[{"DataSetId": "d"}])
    say("DescribeDataSet", DataSet=dataset)
    say("ListAnalyses", AnalysisSummaryList=[{"AnalysisId": "a"}])
    say("DescribeAnalysis", Analysis={"AnalysisId": "a", "Name": "Draft", "DataSetArns": ["arn:set"]})
    say("ListDashboards", DashboardSummaryList=[{"DashboardId": "b", "Name": "Plays", "Arn": "arn:b"}])
    say("DescribeDashboardDefinition", DashboardId="b", Definition=declared)


def test_bi(sandbox):
    world = World(sandbox)
    quicksight(world)
    assert world.said("day4.clean_bi") == "still_there"


def test_what_an_employer_has_in_quicksight_is_not_ours(sandbox):
    world = World(sandbox)
    quicksight(world, workgroup="sales", database="sales")
    assert world.said("day4.clean_bi") is None


# What else is left


def log_group(world):
    world.client("logs").create_log_group(logGroupName="/aws/kinesisfirehose/fcj-an01-stream")


def passrole(world):
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    world.client("iam").create_policy(PolicyName="fcj-an01-passrole", PolicyDocument=json.dumps(document))


def trial_bucket(world):
    world.bucket(f"fcj-an01-trial-{world.account}")


@pytest.mark.parametrize("leave", [log_group, passrole, trial_bucket])
def test_leftovers(world, leave):
    leave(world)
    assert world.said("day4.clean_leftovers") == "still_there"


def test_the_log_group_of_a_learner_with_a_longer_id_is_not_ours(world):
    world.client("logs").create_log_group(logGroupName="/aws/kinesisfirehose/fcj-an01-b-stream")
    assert world.said("day4.clean_leftovers") is None


def test_the_workgroup_may_stay(world):
    world.client("athena").create_work_group(Name="fcj-an01-wg")
    assert world.said("day4.clean_leftovers") is None


# The pages' commands


def commands_for(world):
    """The variables of `workshop env --sandbox` for the account of this world."""
    variables = names.environment(Settings(learner=LEARNER), world.account)
    keys = {
        "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"],
        "AWS_ACCESS_KEY_ID": world.account,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_ENDPOINT_URL": world.endpoint,
    }
    return variables | keys


def full(world):
    """What four days leave behind, and more: old versions, a notebook, a second version of the policy."""
    world.solved().settled()
    world.client("s3").put_bucket_versioning(
        Bucket=world.bucket_name, VersioningConfiguration={"Status": "Enabled"}
    )
    for body in (b"one", b"two"):
        world.put("data/raw/2026/01/01/00/one", body)
    world.client("s3").delete_object(Bucket=world.bucket_name, Key="data/raw/2026/01/01/00/one")
    for name in ("fcj-an01-glue-role", "fcj-an01-session-role"):
        world.role_name = name
        world.role(GLUE)
    make_crawler(world)
    passrole(world)
    world.client("iam").attach_role_policy(
        RoleName="fcj-an01-session-role", PolicyArn=f"arn:aws:iam::{world.account}:policy/fcj-an01-passrole"
    )
    glue = world.client("glue")
    glue.create_job(
        Name="fcj-an01-notebook", Role="fcj-an01-glue-role", Command={"Name": "glueetl"}, JobMode="NOTEBOOK"
    )
    world.client("athena").create_work_group(Name="fcj-an01-wg")


def test_the_script_cleans_up_and_does_it_again(world):
    full(world)
    world.client("s3").create_bucket(
        Bucket=f"somebody-else-{world.account}", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    before = {one: world.said(one) for one in CLEAN}
    assert set(before) - {one for one, code in before.items() if code == "still_there"} == {"day4.clean_bi"}
    for _ in range(2):
        printed = printed_by(["day4/cleanup"], commands_for(world))
        assert printed["day4", "show_left"].strip() == "fcj-an01-wg"
    world.source = World(world.endpoint, world.account).source
    refuse(world.source, "quicksight", "DescribeAccountSubscription", "ResourceNotFoundException", status=404)
    assert [world.said(one) for one in CLEAN] == [None] * len(CLEAN)
    left = [one["Name"] for one in world.client("s3").list_buckets()["Buckets"]]
    assert left == [f"somebody-else-{world.account}"]


@pytest.mark.audit
def test_the_script_goes_on_where_it_was_stopped(world):
    full(world)
    world.client("glue").delete_crawler(Name="fcj-an01-crawler")
    world.client("iam").delete_role_policy(RoleName="fcj-an01-glue-role", PolicyName="deliver")
    world.client("firehose").delete_delivery_stream(DeliveryStreamName=world.stream_name)
    printed_by(["day4/cleanup"], commands_for(world))
    left = [one for one in CLEAN if one != "day4.clean_bi" and world.said(one) is not None]
    assert left == []
