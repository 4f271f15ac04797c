"""Day 1: one account state for every outcome code, and the two worlds."""

import json

import pytest

from wire import answer
from worlds import REGION, TRUST_FIREHOSE, World, description


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


def test_an_empty_account_passes_nothing_but_the_account(world):
    verdicts = world.verdicts()
    assert verdicts.pop("day1.account") == "passed"
    assert set(verdicts.values()) == {"failed", "skipped"}


def test_a_solved_account_passes_everything(world):
    assert set(world.solved().settled().verdicts().values()) == {"passed"}


def test_every_path_to_passed_gives_what_the_curriculum_promises(world):
    for finding in world.solved().settled().run().report.findings:
        assert set(finding.milestone.gives) <= set(finding.facts)


# bucket


def test_no_bucket(world):
    assert world.verdict("day1.bucket") == ("failed", "missing")


def test_bucket_made_for_another_region(world):
    world.bucket(f"fcj-an01-lake-{world.account}-us-west-2", "us-west-2")
    finding = world.finding("day1.bucket")
    assert (finding.code, finding.facts["actual"]) == ("wrong_region", "us-west-2")


def test_bucket_with_the_right_name_in_another_region(world):
    world.bucket(region="us-west-2")
    assert world.verdict("day1.bucket") == ("failed", "wrong_region")


def test_bucket_with_a_name_of_the_learners_own(world):
    world.bucket("fcj-an01-datalake")
    assert world.verdict("day1.bucket") == ("failed", "wrong_name")


def test_bucket_of_another_learner_id(world):
    world.bucket(f"fcj-binh02-lake-{world.account}-{REGION}")
    finding = world.finding("day1.bucket")
    assert (finding.verdict, finding.cause, finding.facts["actual"]) == (
        "blocked",
        "other_learner_id",
        "binh02",
    )


# bucket_private


@pytest.mark.parametrize("switch", ["BlockPublicAcls", "RestrictPublicBuckets"])
def test_one_switch_of_the_public_access_block_is_off(world, switch):
    world.bucket()
    switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    configuration = {name: name != switch for name in switches}
    world.client("s3").put_public_access_block(
        Bucket=world.bucket_name, PublicAccessBlockConfiguration=configuration
    )
    finding = world.finding("day1.bucket_private")
    assert (finding.code, finding.facts["flags"]) == ("open", switch)


def test_no_public_access_block_at_all(world):
    world.bucket()
    world.client("s3").delete_public_access_block(Bucket=world.bucket_name)
    assert world.verdict("day1.bucket_private") == ("failed", "open")


# reference


def lines(count=100, **changes):
    track = {"track_id": 1, "track_name": "a", "artist_name": "b", "genre": "c", "duration_s": 200} | changes
    return b"".join(json.dumps(track).encode() + b"\n" for _ in range(count))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" " * 300_000, "too_big"),
        (b"[" + lines(1) + b"]", "not_ndjson"),
        (b"[" * 100_000, "not_ndjson"),
        (b'{"track_id":' + b"9" * 5000 + b"}\n", "not_ndjson"),
        (lines(99) + b"track_id,track_name\n", "not_ndjson"),
        ("\ufeff".encode("utf-16"), "not_ndjson"),
        (lines(99), "wrong_lines"),
        (lines(101), "wrong_lines"),
        (lines(track_id="1"), "string_ids"),
        (lines(track_id=True), "string_ids"),
        (b'{"track_id": 1}\n', "wrong_fields"),
    ],
)
def test_reference_file_with_something_wrong(world, body, code):
    world.bucket()
    world.reference(body)
    assert world.verdict("day1.reference") == ("failed", code)


def test_reference_file_missing(world):
    world.bucket()
    assert world.verdict("day1.reference") == ("failed", "missing")


def test_only_the_folder_of_the_reference_file(world):
    world.bucket()
    world.put("data/reference_data/")
    assert world.verdict("day1.reference") == ("failed", "folder_only")


@pytest.mark.parametrize(
    "key", ["tracks_reference.json", "data/tracks_reference.json", "data/reference_data/x.json"]
)
def test_reference_file_in_another_place(world, key):
    world.bucket()
    world.put(key, lines())
    finding = world.finding("day1.reference")
    assert (finding.code, finding.facts["actual"]) == ("misplaced", key)


# stream_role


def test_no_role(world):
    assert world.verdict("day1.stream_role") == ("failed", "missing")


@pytest.mark.parametrize(
    "trust",
    [
        TRUST_FIREHOSE | {"Principal": {"Service": ["glue.amazonaws.com"]}},
        TRUST_FIREHOSE | {"Effect": "Deny"},
        TRUST_FIREHOSE | {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
    ],
)
def test_role_that_firehose_may_not_take_on(world, trust):
    world.role(trust)
    assert world.verdict("day1.stream_role") == ("failed", "wrong_trust")


def test_role_without_any_policy(world):
    world.role(rights=None)
    assert world.verdict("day1.stream_role") == ("failed", "no_rights")


def test_role_whose_rights_may_come_from_the_bucket(world):
    world.bucket()
    world.role(rights=None)
    principal = {"AWS": f"arn:aws:iam::{world.account}:role/{world.role_name}"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:PutObject"}
    policy = {"Statement": [statement | {"Resource": f"arn:aws:s3:::{world.bucket_name}/*"}]}
    world.client("s3").put_bucket_policy(Bucket=world.bucket_name, Policy=json.dumps(policy))
    assert world.verdict("day1.stream_role") == ("passed", None)


def test_role_made_by_the_console_is_found_through_the_stream(world):
    world.role_name = "KinesisFirehoseServiceRole-fcj-an01-ap-southeast-1-1700000000000"
    world.solved().settled()
    finding = world.finding("day1.stream_role")
    assert (finding.verdict, finding.facts["role"].rpartition("/")[2]) == ("passed", world.role_name)


# stream


def test_no_stream(world):
    assert world.verdict("day1.stream") == ("failed", "missing")


def test_stream_in_a_neighbouring_region(world):
    world.bucket()
    world.role()
    world.stream(region="us-east-1")
    finding = world.finding("day1.stream")
    assert (finding.code, finding.facts["actual"]) == ("wrong_region", "us-east-1")


def test_stream_with_a_name_of_the_learners_own(world):
    world.bucket()
    world.role()
    world.stream(name="fcj-an01-firehose")
    assert world.verdict("day1.stream") == ("failed", "wrong_name")


def test_stream_of_another_learner_id(world):
    world.bucket()
    world.role()
    world.stream(name="fcj-binh02-stream")
    assert world.verdict("day1.stream") == ("blocked", "other_learner_id")


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"DeliveryStreamStatus": "CREATING"}, ("pending", "creating")),
        (
            {
                "DeliveryStreamStatus": "CREATING_FAILED",
                "FailureDescription": {"Type": "UNKNOWN_ERROR", "Details": "no"},
            },
            ("failed", "creating_failed"),
        ),
        ({"DeliveryStreamStatus": "DELETING"}, ("failed", "deleting")),
        ({"DeliveryStreamType": "KinesisStreamAsSource"}, ("failed", "wrong_source")),
    ],
)
def test_stream_in_a_state_that_an_emulator_does_not_show(world, changes, verdict):
    answer(world.source, "firehose", "DescribeDeliveryStream", description(world, **changes))
    assert world.verdict("day1.stream") == verdict


# stream_target


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"BucketARN": "arn:aws:s3:::another-bucket"}, "elsewhere"),
        ({"Prefix": "data/raw"}, "wrong_prefix"),
        ({"Prefix": "/data/raw/"}, "wrong_prefix"),
        ({"BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300}}, "wrong_buffer"),
        ({"CompressionFormat": "GZIP"}, "compressed"),
        ({"DataFormatConversionConfiguration": {"Enabled": True}}, "converted"),
        ({"ProcessingConfiguration": {"Enabled": False}}, "no_delimiter"),
        ({"ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Lambda"}]}}, "no_delimiter"),
    ],
)
def test_stream_with_another_destination(world, changes, code):
    world.bucket()
    answer(world.source, "firehose", "DescribeDeliveryStream", description(world, destination=changes))
    assert world.verdict("day1.stream_target") == ("failed", code)


def test_stream_without_a_prefix(world):
    world.bucket()
    stream = description(world)
    del stream["DeliveryStreamDescription"]["Destinations"][0]["ExtendedS3DestinationDescription"]["Prefix"]
    answer(world.source, "firehose", "DescribeDeliveryStream", stream)
    assert world.verdict("day1.stream_target") == ("failed", "wrong_prefix")


def test_stream_that_does_not_write_to_s3(world):
    world.bucket()
    answer(
        world.source,
        "firehose",
        "DescribeDeliveryStream",
        description(world, Destinations=[{"DestinationId": "1"}]),
    )
    assert world.verdict("day1.stream_target") == ("failed", "no_s3")


# stream_logging


def test_stream_without_a_log(world):
    off = {"CloudWatchLoggingOptions": {"Enabled": False}}
    answer(world.source, "firehose", "DescribeDeliveryStream", description(world, destination=off))
    assert world.verdict("day1.stream_logging") == ("failed", "off")


def test_stream_whose_log_group_was_never_made(world):
    answer(world.source, "firehose", "DescribeDeliveryStream", description(world))
    assert world.verdict("day1.stream_logging") == ("failed", "no_log_group")


def test_stream_whose_log_stream_was_never_made(world):
    world.logs(stream=None)
    answer(world.source, "firehose", "DescribeDeliveryStream", description(world))
    assert world.verdict("day1.stream_logging") == ("failed", "no_log_stream")


# What a dependant says by itself; the engine shows its need instead, unless an older proof speaks


@pytest.mark.parametrize(
    ("milestone", "code"),
    [
        ("day1.bucket_private", "missing"),
        ("day1.reference", "no_bucket"),
        ("day1.stream_target", "missing"),
        ("day1.stream_logging", "missing"),
    ],
)
def test_dependants_in_an_empty_account(world, milestone, code):
    assert world.said(milestone) == code
