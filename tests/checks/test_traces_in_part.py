"""What the event history shows of an end, of a neighbour, or of nothing readable: open, and never a zero."""

from datetime import timedelta

import pytest

from checkday import curriculum
from checkday.engine.proofs import trace_of
from checkday.model import Blocked
from course_events import DAY, DB, NOW, bucket, crawler, glue, happened, stream, table, trail
from histories import ASKED, HOURS, RIGHT, history, query
from wire import answer, refuse
from worlds import World

COURSE = curriculum.load([1, 2, 3, 4])
QUERIES = ["day2.preview", "day3.row_balance", *ASKED, "day4.optimised"]
OLD = NOW - timedelta(days=50)


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


def traced(world, milestone):
    try:
        return trace_of(COURSE.milestones[milestone])(world.lab())
    except Blocked as blocked:
        return blocked.code


def athena(world, event, /, **parameters):
    return happened(world, "athena", event, **parameters)


def iam(world, event, role):
    return happened(world, "iam", event, roleName=f"fcj-an01-{role}")


# Its end shows that a thing once was, and so does a sign that it left elsewhere


LEFT = {
    "day1.bucket": lambda w: [happened(w, "s3", "DeleteBucket", bucketName=w.bucket_name)],
    "day1.stream": lambda w: [
        happened(w, "firehose", "DeleteDeliveryStream", deliveryStreamName="fcj-an01-stream")
    ],
    "day1.stream_role": lambda w: [iam(w, "CreateRole", "firehose-role")],
    "day1.reference": lambda w: [table(w, "reference_data")],
    "day2.records": lambda w: [glue(w, "BatchCreatePartition", databaseName=DB, tableName="raw")],
    "day2.database": lambda w: [glue(w, "DeleteDatabase", name=DB)],
    "day2.crawler": lambda w: [glue(w, "DeleteCrawler", name="fcj-an01-crawler")],
    "day2.crawler_role": lambda w: [iam(w, "DeleteRole", "glue-role")],
    "day3.session_role": lambda w: [iam(w, "CreateRole", "session-role")],
    "day3.session": lambda w: [
        table(w, "processed_data", by="me"),
        athena(w, "DeleteWorkGroup", workGroup=WG),
    ],
    "day3.output": lambda w: [table(w, "processed_data")],
    "day4.workgroup": lambda w: [athena(w, "DeleteWorkGroup", workGroup=WG)],
}
WG = "fcj-an01-wg"


@pytest.mark.parametrize("milestone", LEFT)
def test_what_left_a_sign_is_open(world, milestone):
    trail(world, *LEFT[milestone](world))
    assert traced(world, milestone) == "proof_gone"


@pytest.mark.parametrize("milestone", QUERIES)
@pytest.mark.parametrize(
    ("event", "at", "found"),
    [
        ("DeleteWorkGroup", DAY, "proof_gone"),
        ("StartQueryExecution", OLD, "proof_gone"),
        ("StartQueryExecution", DAY, None),
        ("CreateWorkGroup", OLD, None),
    ],
)
def test_a_history_that_was_deleted_or_forgotten_leaves_its_queries_open(world, milestone, event, at, found):
    trail(world, happened(world, "athena", event, at=at, workGroup=WG))
    assert traced(world, milestone) == found


def test_a_workgroup_whose_results_lay_among_the_data_was_not_right(world):
    inside = {"outputLocation": f"s3://{world.bucket_name}/data/results/"}
    settings = {"resultConfiguration": inside, "bytesScannedCutoffPerQuery": 1}
    trail(world, athena(world, "CreateWorkGroup", name=WG, configuration=settings))
    assert traced(world, "day4.workgroup") == "proof_gone"


@pytest.mark.parametrize(("region", "found"), [("ap-southeast-1", "bucket"), ("eu-west-1", "proof_gone")])
def test_a_bucket_made_for_another_region_was_not_right(world, region, found):
    given = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    answer(
        world.source, "cloudtrail", "LookupEvents", {"Events": [bucket(world, **given)]}, region="us-east-1"
    )
    trail(world)
    seen = traced(world, "day1.bucket")
    assert (seen if isinstance(seen, str) else "bucket") == found


# The check itself sees that somebody has begun to clean up


def test_a_dropped_table_was_never_a_table_that_the_crawler_missed(world):
    world.client("glue").create_database(DatabaseInput={"Name": DB})
    trail(world)
    assert world.said("day2.tables") == "zero_tables"
    world = World(world.endpoint, world.account)
    trail(world, glue(world, "DeleteTable", databaseName=DB, name="raw"))
    assert world.said("day2.tables") == "missing"


@pytest.mark.parametrize("event", ["DetachRolePolicy", "DeleteRolePolicy"])
def test_a_role_whose_policies_were_taken_off_is_on_its_way_out(world, event):
    world.role(rights=None)
    trail(world, iam(world, event, "glue-role"))
    assert world.said("day1.stream_role") == "no_rights"
    world = World(world.endpoint, world.account)
    trail(world, iam(world, event, "firehose-role"), stream(world))
    assert world.verdict("day1.stream_role") == ("passed", "missing")


def test_a_log_group_that_was_deleted_before_its_stream(world):
    world.solved()
    world.client("logs").delete_log_group(logGroupName=world.group)
    trail(world, happened(world, "logs", "DeleteLogGroup", logGroupName=world.group), stream(world))
    assert world.said("day1.stream_logging") == "missing"


NEIGHBOURS = {
    "day1.bucket": lambda w: w.bucket(f"fcj-an01-b-lake-{w.account}-ap-southeast-1"),
    "day1.stream": lambda w: (w.bucket(), w.role(), w.stream(name="fcj-an01-b-stream")),
    "day2.crawler": lambda w: answer(
        w.source, "glue", "ListCrawlers", {"CrawlerNames": ["fcj-an01-b-crawler"]}
    ),
}
MADE = {"day1.bucket": bucket, "day1.stream": stream, "day2.crawler": crawler}


@pytest.mark.parametrize("milestone", NEIGHBOURS)
def test_a_neighbour_under_a_longer_name_says_nothing_of_what_was_deleted(world, milestone):
    NEIGHBOURS[milestone](world)
    trail(world)
    assert world.said(milestone) == "wrong_name"
    world = World(world.endpoint, world.account)
    NEIGHBOURS[milestone](world) if milestone == "day2.crawler" else None
    trail(world, MADE[milestone](world))
    assert world.said(milestone) == "missing"


# What cannot be read may be anything


def test_a_call_that_cannot_be_read_may_have_been_ours(world):
    trail(world, bucket(world) | {"CloudTrailEvent": "x" * 300_000})
    assert traced(world, "day1.bucket") == "trail_unclear"
    assert traced(world, "day1.stream") is None


def test_more_queries_than_are_looked_at(world):
    ids = [f"q{number}" for number in range(50)]
    answer(world.source, "athena", "ListQueryExecutions", {"QueryExecutionIds": ids, "NextToken": "more"})
    trail(world)
    for milestone in QUERIES:
        assert (milestone, traced(world, milestone)) == (milestone, "history_cut")


def test_an_answer_that_cannot_be_read_may_have_been_right(world):
    history(world, query(HOURS, "new"), query(HOURS, "old"))
    rows = {"ResultSet": {"Rows": [{"Data": [{"VarCharValue": "0"}]}] * 2}}
    refuse(world.source, "athena", "GetQueryResults", "InvalidRequestException")
    answer(
        world.source, "athena", "GetQueryResults", rows, when=lambda said: said["QueryExecutionId"] == "new"
    )
    assert (world.said("day4.query_raw"), len(RIGHT["day4.query_raw"]) > 1) == ("results_gone", True)
