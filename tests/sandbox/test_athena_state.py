"""Queries are remembered by the sandbox, and bounded by it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from botocore.exceptions import ClientError

from athena_queries import ENDLESS
from checkday.sandbox import process
from checkday.sandbox.lifecycle import down, up
from checkday.sandbox.overlay.athena.history import Execution, History
from checkday.sandbox.overlay.athena.objects import Copies
from checkday.sandbox.overlay.athena.results import _next_line, _values

R1 = "ap-southeast-1"
OUTPUT = {"OutputLocation": "s3://remembered/results/"}


@pytest.fixture
def ask(connect):
    """A client of whatever sandbox runs now."""
    return lambda service: connect(up(port=None, region=R1), service)


@pytest.fixture
def start(ask):
    def begin(text, **more):
        s3 = ask("s3")
        if not s3.list_buckets()["Buckets"]:
            s3.create_bucket(Bucket="remembered", CreateBucketConfiguration={"LocationConstraint": R1})
        said = {"QueryString": text, "ResultConfiguration": OUTPUT, **more}
        return ask("athena").start_query_execution(**said)["QueryExecutionId"]

    return begin


@pytest.fixture
def status(ask):
    return lambda number: ask("athena").get_query_execution(QueryExecutionId=number)["QueryExecution"][
        "Status"
    ]


def test_history_outlives_the_server_and_the_bucket(state, ask, start, status, until):
    number = start("SELECT 1")
    until(lambda: status(number)["State"] == "SUCCEEDED")
    before = ask("athena").get_query_execution(QueryExecutionId=number)["QueryExecution"]
    down()
    s3 = ask("s3")
    for ending in (".csv", ".csv.metadata"):
        s3.delete_object(Bucket="remembered", Key=f"results/{number}{ending}")
    s3.delete_bucket(Bucket="remembered")
    assert ask("athena").get_query_execution(QueryExecutionId=number)["QueryExecution"] == before
    assert ask("athena").list_query_executions()["QueryExecutionIds"] == [number]
    found = ask("athena").get_query_runtime_statistics(QueryExecutionId=number)["QueryRuntimeStatistics"]
    assert (found["Rows"]["OutputRows"], found["Rows"]["InputRows"]) == (1, 0)
    with pytest.raises(ClientError, match=r"InvalidRequestException.*Could not find results"):
        ask("athena").get_query_results(QueryExecutionId=number)


def test_a_deleted_work_group_loses_its_history(state, ask, start, status, until):
    open_to_clients = {"EnforceWorkGroupConfiguration": False}
    ask("athena").create_work_group(Name="leaving", Configuration=open_to_clients)
    number = start("SELECT 1", WorkGroup="leaving")
    until(lambda: status(number)["State"] == "SUCCEEDED")
    ask("athena").delete_work_group(WorkGroup="leaving", RecursiveDeleteOption=True)
    with pytest.raises(ClientError, match="was not found"):
        status(number)
    with pytest.raises(ClientError, match="is not found"):
        ask("athena").list_query_executions(WorkGroup="leaving")


def test_a_query_cut_off_by_a_kill_has_failed(state, start, status, until):
    number = start(ENDLESS)
    until(lambda: status(number)["State"] == "RUNNING")
    pid = up(port=None, region=R1).pid
    born = process.birth(pid)
    os.kill(pid, signal.SIGKILL)
    assert process._gone(pid, born, 5)
    assert status(number)["StateChangeReason"] == "INTERNAL_ERROR_QUERY_ENGINE"


def test_a_query_cut_off_by_a_stop_has_failed(state, start, status, until):
    number = start(ENDLESS)
    until(lambda: status(number)["State"] == "RUNNING")
    down()
    assert status(number)["State"] == "FAILED"
    assert not list((state / "athena" / "scratch").iterdir())


def test_an_endless_query_ends(state, start, status, until, monkeypatch):
    monkeypatch.setenv("CHECKDAY_SANDBOX_QUERY_SECONDS", "1")
    number = start(ENDLESS)
    until(lambda: status(number)["State"] == "FAILED")
    assert status(number)["StateChangeReason"] == "Query timeout"
    assert status(number)["AthenaError"]["ErrorType"] == 206


def test_queries_wait_for_one_another(state, start, status, until, monkeypatch):
    monkeypatch.setenv("CHECKDAY_SANDBOX_QUERIES", "1")
    first, second = start(ENDLESS), start("SELECT 1")
    until(lambda: status(first)["State"] == "RUNNING")
    assert status(second)["State"] == "QUEUED"


def test_an_engine_that_dies_takes_only_its_query(state, start, status, until):
    number = start(ENDLESS)
    until(lambda: status(number)["State"] == "RUNNING")
    pid = up(port=None, region=R1).pid
    for child in _children(pid):
        os.kill(child, signal.SIGKILL)
    until(lambda: status(number)["State"] == "FAILED")
    other = start("SELECT 1")
    until(lambda: status(other)["State"] == "SUCCEEDED")


def _children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(one) for one in file.read().split()]


def _execution(number, submitted):
    status = {"State": "SUCCEEDED", "SubmissionDateTime": submitted}
    return Execution("1", R1, {"QueryExecutionId": number, "WorkGroup": "w", "Status": status})


def test_executions_are_forgotten_after_45_days():
    file = sqlite3.connect(":memory:", isolation_level=None)
    history = History(file)
    history.save(_execution("old", time.time() - 46 * 86_400))
    history.save(_execution("new", time.time() - 44 * 86_400))
    assert [number for _, number in History(file).page("1", R1, "w", None, 10)] == ["new"]


def test_copies_of_objects_have_a_bound(tmp_path):
    copies = Copies(tmp_path, limit=25)
    paths = [copies.path_of(f"s3://b/{index}.json.gz", "tag") for index in range(4)]
    for age, path in enumerate(paths):
        copies.keep(path, b"x" * 10)
        os.utime(path, (0, 1000 - age))
    assert copies.has(paths[3])
    copies.shrink()
    assert [path.exists() for path in paths] == [True, False, False, True]


def test_copies_are_by_content(tmp_path):
    copies = Copies(tmp_path, limit=25)
    assert copies.path_of("s3://b/x.gz", "1") != copies.path_of("s3://b/x.gz", "2")
    assert copies.path_of("s3://b/x.gz", "1").suffix == ".gz"


def test_a_line_of_a_result_may_hold_line_breaks_and_quotes():
    body = b'"a\n""b""",,"c"\n"d",'
    line, end = _next_line(body, 0, quoted=True)
    assert list(_values(line)) == ['a\n"b"', None, "c"]
    assert _next_line(body, end, quoted=True) is None


def test_the_engine_is_not_imported_before_it_is_needed():
    code = (
        "import sys; import checkday.sandbox.overlay.emulator; "
        "assert not {'duckdb', 'sqlglot'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
