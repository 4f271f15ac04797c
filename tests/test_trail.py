"""The walk through CloudTrail: paced, cut, continued, and unmoved by what callers wrote into their calls."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest

from checkday.account import Look
from checkday.account.answers import Answer, Page, canonical, restored
from checkday.account.events import reduced
from checkday.account.trail import Reader

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ACCOUNT = "111122223333"


def event(number, at, **changes):
    """An entry of LookupEvents."""
    told = {
        "eventID": f"e{number}",
        "eventName": "CreateBucket",
        "eventSource": "s3.amazonaws.com",
        "awsRegion": "ap-southeast-1",
        "recipientAccountId": ACCOUNT,
        "userIdentity": {"arn": f"arn:aws:iam::{ACCOUNT}:user/an01"},
        "requestParameters": {"bucketName": f"b{number}"},
        "responseElements": None,
    }
    text = json.dumps(told | changes)
    return {"EventId": f"e{number}", "EventName": "CreateBucket", "EventTime": at, "CloudTrailEvent": text}


class History:
    """An event history that answers as AWS does, and remembers what it was asked."""

    def __init__(self, *events, broken_after=None):
        self.events, self.broken_after, self.asked = list(events), broken_after, []

    def ask(self, look):
        asked = json.loads(look.parameters, object_hook=restored)
        self.asked.append(asked)
        if self.broken_after is not None and len(self.asked) > self.broken_after:
            return Answer(look, cause="throttled", facts={"call": "cloudtrail:LookupEvents"})
        inside = [one for one in self.events if asked["StartTime"] <= one["EventTime"] <= asked["EndTime"]]
        newest = sorted(inside, key=lambda one: one["EventTime"], reverse=True)
        first = int(asked.get("NextToken", 0))
        more = {"NextToken": str(first + 50)} if first + 50 < len(newest) else {}
        return Answer(
            look, [Page({"Events": newest[first : first + 50], **more}, "r", "2026-11-25T12:00:00Z")]
        )

    def read(self, folder=None, until=NOW):
        reader = Reader(self.ask, folder=folder)
        return reader.read(look(until))


def look(until=NOW):
    asked = {"Account": ACCOUNT, "Until": until.isoformat(), "Attribute": None}
    return Look("ap-southeast-1", "cloudtrail", "lookup_events", canonical(asked))


def many(count, *, step=timedelta(minutes=30)):
    return [event(number, NOW - number * step) for number in range(count)]


def ids(answer):
    return [one["id"] for one in answer.pages[0].response["Events"]]


def whole(answer):
    return not answer.pages[0].response["Truncated"]


def test_all_pages_are_read_with_one_window():
    history = History(*many(120))
    answer = history.read()
    assert (len(ids(answer)), whole(answer), answer.sent) == (120, True, 3)
    windows = {(one["StartTime"], one["EndTime"]) for one in history.asked}
    assert len(windows) == 1
    assert history.asked[0]["LookupAttributes"] == [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]


def test_only_what_aws_keeps_is_asked_for():
    history = History()
    history.read()
    assert NOW - history.asked[0]["StartTime"] < timedelta(days=90)


def test_a_long_history_is_cut_and_read_on_next_time(tmp_path):
    history = History(*many(4000, step=timedelta(minutes=20)))
    first = history.read(tmp_path)
    assert (len(ids(first)), whole(first)) == (3000, False)
    history.asked.clear()
    second = history.read(tmp_path)
    assert (len(ids(second)), whole(second)) == (4000, True)
    assert len(history.asked) <= 23, "what was fetched is not fetched again"


def test_a_second_run_asks_only_for_what_is_new(tmp_path):
    history = History(*many(200))
    history.read(tmp_path)
    history.asked.clear()
    later = NOW + timedelta(hours=1)
    history.events.append(event("new", later - timedelta(minutes=1)))
    answer = history.read(tmp_path, later)
    assert (len(history.asked), len(ids(answer))) == (1, 201)


def test_an_event_that_arrives_late_is_found(tmp_path):
    history = History(*many(3))
    history.read(tmp_path)
    history.events.append(event("late", NOW - timedelta(minutes=14)))
    assert "late" in "".join(ids(history.read(tmp_path, NOW + timedelta(minutes=5))))


def test_a_walk_that_fails_keeps_what_it_has(tmp_path):
    history = History(*many(500), broken_after=4)
    assert history.read(tmp_path).cause == "throttled"
    history.broken_after = None
    history.asked.clear()
    assert len(ids(history.read(tmp_path))) == 500
    assert len(history.asked) <= 8


def test_a_hundred_thousand_events_are_walked_in_bounds(tmp_path):
    history = History(*many(100_000, step=timedelta(seconds=60)))
    answer = history.read(tmp_path)
    assert (len(ids(answer)), whole(answer), len(history.asked)) == (3000, False, 60)


def packed(text):
    return gzip.compress(text.encode())


FOREIGN = '{"id": "x", "time": "2026-11-20T00:00:00Z", "evil": 1}'
DAMAGE = {
    "empty": b"",
    "no archive": b"rubbish",
    "cut": packed(" " * 9000)[:25],
    "bits flipped": packed("{}")[:10] + b"\xff" * 40,
    "another shape": packed('{"spans": 1}'),
    "an event of another shape": packed(f'{{"events": [{FOREIGN}], "spans": []}}'),
    "a time without end": packed('{"events": [], "spans": [[0, Infinity]]}'),
    "times to come": packed('{"events": [], "spans": [[1795607999, 99999999999]]}'),
    "a depth": packed("[" * 200_000),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_memory_costs_only_time(tmp_path, damage):
    history = History(*many(10))
    history.read(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert len(ids(history.read(tmp_path))) == 10


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path):
    (tmp_path / "file").write_text("")
    assert len(ids(History(*many(10)).read(tmp_path / "file"))) == 10


def test_what_is_kept_stays_small_enough_to_be_read_again(tmp_path):
    flood = {str(number): "x" * 1000 for number in range(40)}
    events = [
        event(number, NOW - number * timedelta(minutes=60), requestParameters=flood) for number in range(900)
    ]
    runs = [History(*events) for _ in range(4)]
    seen = [ids(one.read(tmp_path)) for one in runs]
    assert (len(seen[0]), [len(one.asked) for one in runs][:2]) == (450, [9, 10])
    assert (
        sum(len(json.dumps(one)) for one in json.loads(gzip.decompress(stored(tmp_path)))["events"]) < 2**25
    )


def stored(folder):
    (file,) = folder.iterdir()
    return file.read_bytes()


# What an event may hold


def test_a_failed_call_says_so():
    assert reduced(event(1, NOW, errorCode="AccessDenied"))["error"] == "AccessDenied"


def test_a_click_in_a_console_keeps_its_parameters_elsewhere():
    details = {"eventRequestDetails": {"dashboardId": "d"}}
    told = reduced(event(1, NOW, requestParameters=None, serviceEventDetails=details))
    assert told["parameters"] == {"dashboardId": "d"}


@pytest.mark.parametrize(
    "text", [None, "", "not json", "[" * 100_000, "1" * 300_000, "[]", '{"eventName": 7}']
)
def test_what_cannot_be_read_proves_nothing(text):
    assert reduced(event(1, NOW) | {"CloudTrailEvent": text})["error"]


def test_secrets_and_floods_are_left_out():
    given = {"environment": {"variables": {"KEY": "secret"}}, "name": "n" * 5000, "many": list(range(1000))}
    told = reduced(event(1, NOW, requestParameters=given))
    assert "secret" not in json.dumps(told)
    assert (len(told["parameters"]["name"]), len(told["parameters"]["many"])) == (1024, 40)
