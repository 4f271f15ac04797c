"""The writer: it sends each record once, whatever happens, and nothing else to nobody else."""

import json
import threading
import time
from collections import Counter

import pytest

from checkday.account import Account
from checkday.account.live import Live
from checkday.errors import Unwritable, WriteRefused
from checkday.writer import Interrupted, Journal, Lake, NotSent, Parts, Stream, Writer, deliver, settle
from checkday.writer.delivery import _cut
from loopback import ACCOUNT, BUCKET, REGION, STREAM, Aws, lose, refuse, take, take_half, take_silently

KEY = {"stream": "one", "seed": 1}
CREDENTIALS = (ACCOUNT, "testing")
UUIDS = [f"u{number}" for number in range(1_200)]
PAYLOADS = [json.dumps({"uuid": uuid}).encode() for uuid in UUIDS]


@pytest.fixture
def aws():
    with Aws() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.go_on.set()
        server.shutdown()


@pytest.fixture(autouse=True)
def at_once(monkeypatch, state):
    """Nobody waits; each test has a state folder of its own."""
    monkeypatch.setattr("checkday.writer.delivery.pause", lambda _: 0)
    monkeypatch.setattr("checkday.writer.direct.pause", lambda _: 0)


def writer(aws):
    return Writer("an01", REGION, endpoint=aws.url, credentials=CREDENTIALS)


def account(aws):
    return Account(Live(endpoint=aws.url, credentials=CREDENTIALS))


def journal(key=KEY, wait=lambda: None):
    return Journal.opened(key, wait)


def send(aws, payloads=PAYLOADS, progress=lambda _: None):
    with journal() as book:
        deliver(payloads, STREAM, writer(aws), book, progress)
        return book.accepted


def stopped(aws, reason=NotSent):
    """The word key of why a delivery ended early."""
    with pytest.raises(reason) as caught:
        send(aws)
    return caught.value.key


# The guard


@pytest.mark.parametrize(
    ("service", "call", "parameters"),
    [
        ("firehose", "delete_delivery_stream", {"DeliveryStreamName": STREAM}),
        ("firehose", "put_record", {"DeliveryStreamName": STREAM, "Record": {"Data": b""}}),
        ("firehose", "put_record_batch", {"DeliveryStreamName": "fcj-an02-stream", "Records": []}),
        ("firehose", "put_record_batch", {"DeliveryStreamName": f"{STREAM}\n", "Records": []}),
        ("s3", "delete_object", {"Bucket": BUCKET, "Key": "data/raw/2026/01/15/00/one"}),
        ("s3", "put_object", {"Bucket": BUCKET, "Key": "data/reference_data/2026/01/15/00/one"}),
        ("s3", "put_object", {"Bucket": BUCKET, "Key": "data/raw/one"}),
        ("s3", "put_object", {"Bucket": BUCKET, "Key": "data/raw/2026/01/15/00/../../x"}),
        ("s3", "put_object", {"Bucket": f"fcj-an01-lake-{ACCOUNT}", "Key": "data/raw/2026/01/15/00/one"}),
        (
            "s3",
            "put_object",
            {"Bucket": "fcj-an012-lake-" + BUCKET[14:], "Key": "data/raw/2026/01/15/00/one"},
        ),
        ("iam", "create_user", {"UserName": "u"}),
    ],
)
def test_nothing_else_is_sent_and_the_attempt_is_remembered(aws, service, call, parameters):
    narrow = writer(aws)
    with pytest.raises(WriteRefused):
        getattr(narrow._client(service), call)(**parameters)
    assert narrow.guard.violations
    assert not aws.sizes


# A stream takes records


def test_every_record_arrives_once_in_batches_of_five_hundred(aws):
    assert send(aws) == set(range(1_200))
    assert sorted(aws.taken) == sorted(PAYLOADS)
    assert sorted(aws.sizes) == [200, 500, 500]


def test_a_batch_is_no_larger_than_four_mebibytes():
    payloads = [b"x" * 1_000_000] * 9
    assert [len(batch) for batch in _cut(range(9), payloads)] == [4, 4, 1]


def test_only_what_was_refused_is_sent_again(aws):
    def half_of_the_first(aws, records):
        # By size, not by turn: a batch may be sent again before another's first time.
        return (take_half if len(records) in {200, 500} else take)(aws, records)

    aws.plan = [half_of_the_first] * 6
    send(aws)
    assert aws.counts() == {1: 1_200}
    assert sorted(aws.sizes) == [100, 200, 250, 250, 500, 500]


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ServiceUnavailableException", "LimitExceededException"]
)
def test_a_throttled_batch_is_sent_again(aws, code):
    aws.plan = [refuse(code)] * 3
    send(aws)
    assert aws.counts() == {1: 1_200}


def test_a_stream_that_never_takes_more_is_given_up(aws):
    aws.plan = [refuse("ThrottlingException")] * 99
    assert stopped(aws) == "cause.throttled"


def test_records_that_are_always_refused_are_given_up(aws):
    def none(_aws, records):
        no = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
        return 200, {"FailedPutCount": len(records), "RequestResponses": [no] * len(records)}

    aws.plan = [none] * 99
    assert stopped(aws) == "data.refused"


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("ResourceNotFoundException", "data.stream_gone"),
        ("ExpiredTokenException", "cause.expired"),
        ("UnrecognizedClientException", "cause.credentials"),
        ("AccessDeniedException", "cause.denied"),
        ("SubscriptionRequiredException", "cause.plan"),
    ],
)
def test_a_refusal_that_stays_ends_it_and_the_next_run_goes_on(aws, code, key):
    aws.plan = [take, refuse(code), take, take]
    assert stopped(aws) == key
    send(aws)
    assert aws.counts() == {1: 1_200}


def test_no_network_is_told_and_nothing_is_in_doubt(aws):
    aws.shutdown()
    aws.server_close()
    assert stopped(aws) == "cause.no_network"
    with journal() as book:
        assert not book.doubts
        assert not book.accepted


def test_progress_ends_at_the_total(aws):
    seen = []
    send(aws, progress=seen.append)
    assert seen[-1] == 1_200
    assert seen == sorted(seen)


def test_a_second_run_sends_nothing(aws):
    send(aws)
    send(aws)
    assert aws.counts() == {1: 1_200}


def test_fewer_first_and_all_later(aws):
    send(aws, PAYLOADS[:700])
    send(aws)
    assert aws.counts() == {1: 1_200}


# What became of a batch without an answer


def settled(aws, patience=0.0):
    stream = Stream.find(account(aws), ACCOUNT, STREAM, REGION)
    with journal() as book:
        settle(book, UUIDS, lambda since: stream.arrived(account(aws), since), patience)
        return book.accepted


@pytest.mark.parametrize("deed", [take_silently, lose])
def test_an_answer_that_never_came_is_settled_by_what_arrived(aws, deed):
    aws.plan = [take, deed, take]
    assert stopped(aws) == "cause.no_network"
    aws.flush()
    assert len(settled(aws)) == len(aws.taken)
    send(aws)
    assert aws.counts() == {1: 1_200}


def test_what_arrived_may_be_compressed_or_without_line_ends(aws):
    import gzip  # noqa: PLC0415

    aws.objects = {"data/raw/a": gzip.compress(PAYLOADS[0] + PAYLOADS[1]), "data/raw/b": b"\x1f\x8bnonsense"}
    stream = Stream.find(account(aws), ACCOUNT, STREAM, REGION)
    assert stream.arrived(account(aws), time.time()) == Counter(UUIDS[:2])


# Ctrl-C


def test_ctrl_c_waits_for_the_answers_and_notes_them(aws, monkeypatch):
    monkeypatch.setattr(
        "checkday.writer.delivery.wait", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(Interrupted) as stop:
        send(aws)
    assert stop.value.sent == len(aws.taken) == 1_200
    with journal() as book:
        assert not book.doubts


# The journal


def test_another_stream_or_seed_has_another_journal(aws):
    send(aws)
    for key in ({**KEY, "seed": 2}, {**KEY, "stream": "two"}):
        with journal(key) as book:
            assert not book.accepted


def test_a_state_folder_that_cannot_be_written_stops_it_before_anything_is_sent(aws, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert stopped(aws, Unwritable) == "data.journal_unwritable"
    assert not aws.taken


# Without the stream


def write(aws, payloads=PAYLOADS):
    lake = Lake(ACCOUNT, REGION, BUCKET)
    Parts(lake, 1, lake.raw(account(aws))).put(payloads, writer(aws), lambda _: None)
    return {key: body.count(b"\n") for key, body in aws.objects.items()}


def test_parts_lie_under_the_hour_and_a_second_run_adds_nothing(aws):
    first = write(aws, PAYLOADS * 3)
    assert sorted(first.values()) == [1_600, 2_000]
    assert all(key.startswith("data/raw/20") and key.count("/") == 6 for key in first)
    assert write(aws, PAYLOADS * 3) == first


def test_a_later_hour_writes_over_the_first_and_not_beside_it(aws):
    aws.objects["data/raw/2020/01/01/00/direct-0000000000000001-000.json"] = b"cut short"
    assert write(aws) == {"data/raw/2020/01/01/00/direct-0000000000000001-000.json": 1_200}


def test_what_the_stream_wrote_is_not_doubled(aws):
    aws.objects["data/raw/2026/01/15/00/one"] = b"{}"
    with pytest.raises(NotSent, match="already_there"):
        write(aws)


def test_a_failing_put_is_tried_again(aws):
    slow = "<Error><Code>SlowDown</Code></Error>"
    aws.plan = [lambda *_: (503, slow)] * 2
    assert list(write(aws).values()) == [1_200]


def test_a_denied_put_ends_it(aws):
    aws.plan = [lambda *_: (403, "<Error><Code>AccessDenied</Code></Error>")]
    with pytest.raises(NotSent, match=r"cause\.denied"):
        write(aws)


# The stream itself


@pytest.mark.parametrize(
    ("state", "key"),
    [
        ({}, "data.no_stream"),
        ({"DeliveryStreamStatus": "CREATING"}, "data.not_active"),
        ({"DeliveryStreamType": "KinesisStreamAsSource"}, "data.wrong_source"),
        ({"DeliveryStreamARN": "arn:aws:firehose:x:444455556666:deliverystream/x"}, "data.other_account"),
    ],
)
def test_a_stream_that_takes_nothing_is_told_before_anything_is_sent(aws, state, key):
    aws.stream = state
    with pytest.raises(NotSent) as caught:
        Stream.find(account(aws), ACCOUNT, STREAM, REGION)
    assert caught.value.key == key
