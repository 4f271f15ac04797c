"""What the event history shows of Days 1 to 3 when everything is gone, and what it does not."""

import json
from datetime import timedelta

import pytest

from checkday import curriculum
from checkday.engine.golden import Golden
from checkday.engine.proofs import trace_of
from checkday.model import Blocked
from course_events import DAY, DB, NOW, bucket, crawler, glue, happened, session, stream, table, trail
from wire import answer, cut, refuse
from worlds import LEARNER, World

COURSE = curriculum.load([1, 2, 3])
GOLDEN = Golden(LEARNER)


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


def traced(world, milestone):
    """What the milestone's trace returns, or the cause that ends it."""
    try:
        return trace_of(COURSE.milestones[milestone])(world.lab())
    except Blocked as blocked:
        return blocked.code


SHOWN = {
    "day1.bucket": lambda w: [bucket(w)],
    "day1.stream_role": lambda w: [stream(w)],
    "day1.stream": lambda w: [stream(w)],
    "day1.stream_target": lambda w: [stream(w, prefix="raw/"), stream(w)],
    "day1.stream_logging": lambda w: [stream(w)],
    "day2.crawler_role": lambda w: [crawler(w)],
    "day2.database": lambda w: [glue(w, "CreateDatabase", databaseInput={"name": DB})],
    "day2.crawler": lambda w: [crawler(w)],
    "day2.crawl": lambda w: [glue(w, "StartCrawler", name="fcj-an01-crawler"), table(w, "raw")],
    "day2.tables": lambda w: [table(w, "raw"), table(w, "reference_data")],
    "day2.partitions": lambda w: [
        glue(w, "BatchCreatePartition", databaseName=DB, tableName="raw", partitionInputList=[{}, {}])
    ],
    "day3.session_role": lambda w: [session(w)],
    "day3.session": lambda w: [session(w)],
    "day3.session_thrifty": lambda w: [session(w)],
    "day3.session_stopped": lambda w: [session(w), glue(w, "StopSession", id="fcj-an01-session")],
    "day3.output_table": lambda w: [
        table(w, "processed_data", location=f"s3://{w.bucket_name}/data/processed-data")
    ],
}


@pytest.mark.parametrize("milestone", SHOWN)
def test_an_event_that_shows_the_fact_is_a_proof(world, milestone):
    trail(world, *SHOWN[milestone](world))
    found = traced(world, milestone)
    assert found.keys() >= {*COURSE.milestones[milestone].gives, "event", "at"}


@pytest.mark.parametrize("milestone", [one.id for one in COURSE.milestones.values() if one.proof])
def test_a_history_without_the_thing_says_that_it_never_was(world, milestone):
    trail(world, happened(world, "s3", "CreateBucket", bucketName="somebody-elses"))
    assert traced(world, milestone) is None


@pytest.mark.parametrize("milestone", SHOWN)
def test_a_call_that_failed_is_no_proof(world, milestone):
    events = SHOWN[milestone](world)
    failed = [one | {"CloudTrailEvent": with_error(one["CloudTrailEvent"])} for one in events]
    trail(world, *failed)
    assert traced(world, milestone) is None


def with_error(text):
    return json.dumps(json.loads(text) | {"errorCode": "AccessDenied"})


@pytest.mark.parametrize("milestone", SHOWN)
def test_an_event_of_another_account_or_service_is_no_proof(world, milestone):
    def changed(entry, **fields):
        return entry | {"CloudTrailEvent": json.dumps(json.loads(entry["CloudTrailEvent"]) | fields)}

    events = SHOWN[milestone](world)
    trail(
        world,
        *(changed(one, recipientAccountId="999999999999") for one in events),
        *(changed(one, eventSource="dynamodb.amazonaws.com") for one in events),
    )
    assert traced(world, milestone) is None


UNCLEAR = {
    "day1.stream": lambda w: [stream(w, kind="KinesisStreamAsSource")],
    "day1.stream_role": lambda w: [stream(w, roleARN=None)],
    "day1.stream_target": lambda w: [stream(w, prefix="raw/"), stream(w, compressionFormat="GZIP")],
    "day1.stream_logging": lambda w: [stream(w, cloudWatchLoggingOptions=None)],
    "day2.crawler": lambda w: [crawler(w, databaseName="other"), crawler(w, targets=None)],
    "day2.crawler_role": lambda w: [crawler(w, role=None)],
    "day2.crawl": lambda w: [glue(w, "StartCrawler", name="fcj-an01-crawler"), table(w, "raw", by="me")],
    "day2.tables": lambda w: [table(w, "raw")],
    "day3.session_role": lambda w: [session(w, role=None)],
    "day3.session_thrifty": lambda w: [session(w, idleTimeout=2880), session(w, numberOfWorkers=None)],
    "day3.session_stopped": lambda w: [session(w)],
    "day3.output_table": lambda w: [table(w, "processed_data")],
}


@pytest.mark.parametrize("milestone", UNCLEAR)
def test_an_event_of_something_else_leaves_it_open(world, milestone):
    trail(world, *UNCLEAR[milestone](world))
    assert traced(world, milestone) == "proof_gone"


def test_a_notebook_is_a_session(world):
    trail(world, glue(world, "CreateJob", name="fcj-an01-notebook"))
    assert traced(world, "day3.session")["session"] == "fcj-an01-notebook"


def test_a_bucket_made_through_the_global_endpoint_is_found(world):
    answer(world.source, "cloudtrail", "LookupEvents", {"Events": [bucket(world)]}, region="us-east-1")
    trail(world)
    assert traced(world, "day1.bucket")["bucket"] == world.bucket_name


# Records leave no event, but a count


def delivered(world, *sums, size=GOLDEN["raw_bytes"]):
    counted = {"DeliveryToS3.Records": sums, "DeliveryToS3.Bytes": [size] if sums else []}
    for metric, values in counted.items():
        points = [{"Timestamp": DAY, "Sum": float(number), "Unit": "Count"} for number in values]
        body = {"Label": metric, "Datapoints": points}
        answer(world.source, "cloudwatch", "GetMetricStatistics", body, mentions=metric)


@pytest.mark.parametrize(
    ("sums", "there", "found"),
    [
        ((20000,), False, "shown"),
        ((12000, 9000), False, "shown"),
        ((500,), False, "proof_gone"),
        ((), True, "proof_gone"),
        ((), False, None),
    ],
)
def test_records_that_firehose_counted(world, sums, there, found):
    delivered(world, *sums)
    trail(world, *([bucket(world)] if there else []))
    actual = traced(world, "day2.records")
    assert ("shown" if isinstance(actual, dict) else actual) == found


def test_as_many_records_of_less_are_not_the_records(world):
    delivered(world, 20000, size=20000)
    trail(world)
    assert traced(world, "day2.records") == "proof_gone"


# A look at the history that fails blocks


FAULTS = {
    "denied": lambda source: refuse(source, "cloudtrail", "LookupEvents", "AccessDeniedException"),
    "throttled": lambda source: refuse(source, "cloudtrail", "LookupEvents", "ThrottlingException"),
    "expired": lambda source: refuse(source, "cloudtrail", "LookupEvents", "ExpiredTokenException"),
    "no_network": lambda source: cut(source, "cloudtrail", "LookupEvents"),
    "timeout": lambda source: cut(source, "cloudtrail", "LookupEvents", slow=True),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("milestone", SHOWN)
def test_a_history_that_cannot_be_read_blocks(world, monkeypatch, milestone, fault):
    monkeypatch.setattr("checkday.account.live.time.sleep", lambda _: None)
    FAULTS[fault](world.source)
    assert traced(world, milestone) == fault


def test_a_history_that_is_cut_asks_by_name_and_then_blocks(world):
    page = [happened(world, "s3", "DeleteBucket", at=NOW - timedelta(seconds=n)) for n in range(50)]
    answer(world.source, "cloudtrail", "LookupEvents", {"Events": page, "NextToken": "more"})
    assert traced(world, "day1.bucket") == "trail_cut"


def test_without_anything_the_points_stay_at_zero_and_open_is_never_zero(world):
    refuse(world.source, "cloudtrail", "LookupEvents", "AccessDeniedException")
    finding = world.finding("day1.bucket")
    assert (finding.verdict, finding.cause, finding.facts["permission"]) == (
        "blocked",
        "denied",
        "cloudtrail:LookupEvents",
    )


def test_the_traces_name_this_learner_only(world):
    trail(world, stream(world, name="fcj-other-stream"))
    assert (LEARNER, traced(world, "day1.stream")) == ("an01", None)
