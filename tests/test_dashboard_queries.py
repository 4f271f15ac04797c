"""The queries of the dashboard: begun once, stopped whatever happens, and nothing but these."""

import json
from types import SimpleNamespace

import pytest

import wire
from checkday.dashboard import asking
from checkday.errors import WriteRefused
from checkday.writer import Execution, NotSent
from dashboard_lake import DATABASE, GROUP, build, connection, executions


@pytest.fixture(scope="module")
def lake(sandbox):
    return build(sandbox)


def test_a_throttled_start_is_tried_again_and_begins_one_query(lake, monkeypatch):
    monkeypatch.setattr("checkday.writer.athena.pause", lambda _: 0)
    athena, failures = connection(lake), [1, 2]
    tokens = set()

    def sometimes(request, **_):
        tokens.add(json.loads(request.body)["ClientRequestToken"])
        if failures:
            failures.pop()
            raise wire.ReadTimeoutError(endpoint_url=request.url, error="cut")

    wire._hook(athena, "athena", "StartQueryExecution", sometimes)
    before = len(executions(lake))
    athena.start(asking.statements()["tree_map"])
    assert (len(executions(lake)) - before, len(tokens), failures) == (1, 1, [])


def test_an_answer_that_is_not_athena_s_is_told(lake, monkeypatch):
    monkeypatch.setattr("checkday.writer.athena.pause", lambda _: 0)
    athena = connection(lake)
    wire.answer(athena, "athena", "StartQueryExecution", {})
    with pytest.raises(NotSent, match="bad_answer"):
        athena.start(asking.statements()["tree_map"])


class Scripted:
    """An Athena whose queries go through these states; it notes what it was told to stop."""

    def __init__(self, *states, rows=(["artist_name", "plays"], ["a", "1"])):
        self.states, self.content, self.started, self.stopped = states, rows, [], []

    def start(self, statement):
        self.started.append(statement)
        return f"q{len(self.started)}"

    def execution(self, number):
        state = self.states[int(number[1:]) - 1]
        return Execution(number, state, "why", 5)

    def rows(self, _number):
        return iter(self.content)

    def stop(self, number):
        self.stopped.append(number)


def asked(athena, progress=lambda *_: None):
    return asking.ask(athena, ["one", "two"], progress)


def ended(athena, reason, monkeypatch, sleep=lambda _: None):
    monkeypatch.setattr(
        asking, "time", SimpleNamespace(monotonic=iter(range(0, 10_000, 100)).__next__, sleep=sleep)
    )
    with pytest.raises(reason) as caught:
        asked(athena)
    assert athena.stopped == ["q1", "q2"]
    return caught.value


def test_a_query_that_fails_stops_the_other(monkeypatch):
    assert ended(Scripted("RUNNING", "FAILED"), NotSent, monkeypatch).facts["reason"] == "why"


def test_waiting_has_an_end(monkeypatch):
    assert ended(Scripted("RUNNING", "QUEUED"), NotSent, monkeypatch).key == "dashboard.too_slow"


def test_ctrl_c_stops_both(monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    ended(Scripted("RUNNING", "RUNNING"), KeyboardInterrupt, monkeypatch, interrupt)


def test_more_rows_than_the_course_can_have(monkeypatch):
    monkeypatch.setattr(asking, "MOST_ROWS", 1)
    rows = [["artist_name", "plays"], ["a", "1"], ["b", "1"]]
    assert (
        ended(Scripted("SUCCEEDED", "SUCCEEDED", rows=rows), NotSent, monkeypatch).key == "dashboard.too_many"
    )


def test_progress_names_the_state_and_counts_what_is_done(monkeypatch):
    seen, athena = [], Scripted("SUCCEEDED", "QUEUED")
    athena.states = ["SUCCEEDED", "QUEUED"]

    def progress(state, done):
        seen.append((state, done))
        athena.states[1] = "SUCCEEDED"

    monkeypatch.setattr(asking.time, "sleep", lambda _: None)
    assert [one.rows for one in asked(athena, progress)] == [[["a", "1"]]] * 2
    assert seen == [("QUEUED", 1)]


# The guard

SQL = asking.statements()["tree_map"]
RIGHT = {"QueryString": SQL, "WorkGroup": GROUP, "QueryExecutionContext": {"Database": DATABASE}}


@pytest.mark.parametrize(
    ("call", "parameters"),
    [
        ("start_query_execution", RIGHT | {"QueryString": "DROP TABLE processed_data"}),
        ("start_query_execution", RIGHT | {"QueryString": f"{SQL};"}),
        ("start_query_execution", RIGHT | {"WorkGroup": "primary"}),
        ("start_query_execution", RIGHT | {"QueryExecutionContext": {"Database": "fcj_an02_db"}}),
        ("start_query_execution", RIGHT | {"QueryExecutionContext": {"Database": DATABASE, "Catalog": "c"}}),
        ("start_query_execution", RIGHT | {"ResultConfiguration": {"OutputLocation": "s3://other/"}}),
        ("start_query_execution", {"QueryString": SQL}),
        ("stop_query_execution", {"QueryExecutionId": "of-somebody-else"}),
        ("get_query_results", {"QueryExecutionId": "of-somebody-else"}),
        ("get_query_execution", {"QueryExecutionId": "of-somebody-else"}),
        ("delete_work_group", {"WorkGroup": GROUP}),
        ("create_named_query", {"Name": "n", "Database": DATABASE, "QueryString": SQL}),
    ],
)
def test_nothing_else_is_sent_and_the_attempt_is_remembered(lake, call, parameters):
    athena, before = connection(lake), executions(lake)
    with pytest.raises(WriteRefused):
        getattr(athena._client("athena"), call)(**parameters)
    assert athena.guard.violations
    assert executions(lake) == before
