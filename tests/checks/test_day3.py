"""Day 3: one account state for every outcome code; sessions and query results are put on the wire."""

import time
from datetime import UTC, datetime

import pytest

from checkday import quiz
from checkday.engine.golden import Golden
from histories import history, query
from wire import answer, refuse
from worlds import LEARNER, World

NOW = datetime.now(UTC)
PARQUET = b"PAR1....PAR1"
GLUE = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
GOLDEN = Golden(LEARNER)


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


# explain


def answers(*, right):
    """That many right answers to the quiz, and wrong ones to the rest."""
    given = {}
    for number, question in enumerate(quiz.load(3).questions):
        candidates = [str(one) for one in range(1, 5)] if question.digest else [looked_up(question.golden)]
        good = next(one for one in candidates if quiz.is_right(question, one, GOLDEN))
        given[question.id] = good if number < right else "no answer"
    return given


def looked_up(key):
    value = GOLDEN
    for part in key.split("."):
        value = value[part]
    return str(value)


@pytest.mark.parametrize(
    ("right", "code"), [(10, None), (8, None), (7, "wrong_answers"), (0, "wrong_answers")]
)
def test_explain(world, right, code):
    assert world.said("day3.explain", answers={3: answers(right=right)}) == code


def test_explain_without_an_answer(world):
    assert world.said("day3.explain", answers={}) == "not_answered"


def test_answers_that_nobody_handed_in_are_open_not_wrong(world):
    assert world.said("day3.explain", answers=None) == "not_submitted"


@pytest.mark.parametrize("typed", ["19349", "19.349", "19,349", " 19 349 "])
def test_a_number_is_one_number_however_it_is_written(typed):
    assert quiz.normal_number(typed) == "19349"


# session_role


def test_no_session_role(world):
    assert world.said("day3.session_role") == "missing"


def test_session_role_for_another_service(world):
    world.role_name = "fcj-an01-session-role"
    world.role()
    assert world.said("day3.session_role") == "wrong_trust"


def test_session_role_without_any_policy(world):
    world.role_name = "fcj-an01-session-role"
    world.role(GLUE, rights=None)
    assert world.said("day3.session_role") == "no_rights"


def test_session_role_is_found_through_the_session(world):
    world.role_name = "school-made-role"
    world.role(GLUE)
    session(world, Role=f"arn:aws:iam::{world.account}:role/school-made-role")
    assert world.said("day3.session_role") is None


# session


def session(world, **changes):
    described = {
        "Id": "fcj-an01-session",
        "Status": "STOPPED",
        "Role": f"arn:aws:iam::{world.account}:role/fcj-an01-session-role",
        "CreatedOn": NOW,
        "IdleTimeout": 15,
        "NumberOfWorkers": 2,
    }
    answer(world.source, "glue", "GetSession", {"Session": described | changes})


def nothing(world):
    for call in ("GetSession", "GetJob", "ListStatements"):
        refuse(world.source, "glue", call, "EntityNotFoundException")


def notebook(world, *sessions, mode="NOTEBOOK"):
    refuse(world.source, "glue", "GetSession", "EntityNotFoundException")
    role = f"arn:aws:iam::{world.account}:role/nb-role"
    answer(
        world.source, "glue", "GetJob", {"Job": {"Name": "fcj-an01-notebook", "Role": role, "JobMode": mode}}
    )
    answer(
        world.source,
        "glue",
        "ListSessions",
        {"Ids": [], "Sessions": [{"Role": role} | one for one in sessions]},
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"Status": "READY"}, None),
        ({"Status": "TIMEOUT"}, None),
        ({"Status": "PROVISIONING"}, "starting"),
        ({"Status": "FAILED", "ErrorMessage": "no capacity"}, "failed"),
    ],
)
def test_session(world, changes, code):
    session(world, **changes)
    assert world.said("day3.session") == code


@pytest.mark.parametrize("milestone", ["day3.session", "day3.session_thrifty", "day3.session_stopped"])
def test_no_session(world, milestone):
    nothing(world)
    assert (milestone, world.said(milestone)) == (milestone, "missing")


def test_a_notebook_job_counts_as_a_session(world):
    notebook(world)
    assert world.said("day3.session") is None


def test_a_job_of_another_kind_does_not(world):
    notebook(world, mode="SCRIPT")
    assert world.said("day3.session") == "missing"


def test_the_newest_session_of_the_notebook_is_judged(world):
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    notebook(
        world,
        {"Id": "a", "Status": "READY", "CreatedOn": new},
        {"Id": "b", "Status": "STOPPED", "CreatedOn": old},
    )
    assert world.said("day3.session_stopped") == "still_running"


CTAS = "CREATE TABLE processed_data WITH (format = 'PARQUET') AS SELECT 1 AS one"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, ("passed", "other_path")),
        ({"Query": "SELECT * FROM processed_data"}, ("failed", "missing")),
        ({"Status": {"State": "FAILED"}}, ("failed", "missing")),
        ({"QueryExecutionContext": {"Database": "somebody_else"}}, ("failed", "missing")),
    ],
)
def test_a_query_that_made_the_table_is_another_way(world, changes, verdict):
    nothing(world)
    ran = {"QueryExecutionId": "q", "Query": CTAS, "Status": {"State": "SUCCEEDED"}}
    ran |= {"QueryExecutionContext": {"Database": "fcj_an01_db"}}
    answer(world.source, "athena", "ListQueryExecutions", {"QueryExecutionIds": ["q"]})
    answer(world.source, "athena", "BatchGetQueryExecution", {"QueryExecutions": [ran | changes]})
    assert world.verdict("day3.session") == verdict


def test_no_text_of_a_query_holds_up_the_checks(world):
    texts = ("create table processed_data-" * 140 + " as" * 900, "select count(*) " + "processed_data " * 100)
    ran = [dict(query(text.ljust(4090) + ";x", f"q{number}")) for number, text in enumerate(texts * 10)]
    history(world, *ran)
    started = time.monotonic()
    assert (world.said("day3.session"), world.said("day3.row_balance")) == ("missing", "no_query")
    assert time.monotonic() - started < 5


# session_thrifty, session_stopped


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"IdleTimeout": 60, "NumberOfWorkers": 5}, None),
        ({"IdleTimeout": 2880}, "expensive"),
        ({"NumberOfWorkers": 10}, "expensive"),
    ],
)
def test_session_thrifty(world, changes, code):
    session(world, **changes)
    assert world.said("day3.session_thrifty") == code


@pytest.mark.parametrize(
    ("status", "code"), [("STOPPED", None), ("TIMEOUT", None), ("STOPPING", None), ("READY", "still_running")]
)
def test_session_stopped(world, status, code):
    session(world, Status=status)
    assert world.said("day3.session_stopped") == code


# output


def test_output(world):
    world.bucket()
    world.put("data/processed-data/_SUCCESS")
    world.put("data/processed-data/part-00000-x.snappy.parquet", PARQUET)
    assert world.said("day3.output") is None


def test_output_without_a_bucket(world):
    assert world.said("day3.output") == "no_bucket"


def test_no_output(world):
    nothing(world)
    world.bucket()
    assert world.said("day3.output") == "missing"


def test_output_written_to_the_bucket_of_the_guide(world):
    world.bucket()
    said = {
        "Output": {"Status": "error", "ErrorName": "Py4JJavaError", "ErrorValue": "NoSuchBucket: your-bucket"}
    }
    answer(world.source, "glue", "ListStatements", {"Statements": [said]})
    assert world.said("day3.output") == "placeholder"


@pytest.mark.parametrize("key", ["processed-data/part-0.parquet", "data/processed_data/part-0.parquet"])
def test_output_in_another_place(world, key):
    world.bucket()
    world.put(key, PARQUET)
    assert world.said("day3.output") == "wrong_prefix"


def test_output_with_nothing_in_it(world):
    world.bucket()
    world.put("data/processed-data/_SUCCESS")
    assert world.said("day3.output") == "empty"


def test_output_that_is_not_parquet(world):
    world.bucket()
    world.put("data/processed-data/part-0.json", b"{}\n")
    assert world.said("day3.output") == "not_parquet"


# output_table


COLUMNS = [
    "uuid",
    "device_ts",
    "device_id",
    "device_temp",
    "track_id",
    "activity_type",
    "track_name",
    "artist_name",
]


def table(world, *, columns=COLUMNS, serializer="ParquetHiveSerDe", location=None):
    storage = {
        "Columns": [{"Name": name, "Type": "string"} for name in columns],
        "Location": location or f"s3://{world.bucket_name}/data/processed-data/",
        "SerdeInfo": {"SerializationLibrary": serializer},
    }
    found = {"Name": "processed_data", "StorageDescriptor": storage}
    answer(world.source, "glue", "GetTables", {"TableList": [found]})


def test_output_table(world):
    table(world, columns=[*COLUMNS, "genre"])
    assert world.said("day3.output_table") is None


def test_output_that_was_not_crawled(world):
    answer(world.source, "glue", "GetTables", {"TableList": []})
    assert world.said("day3.output_table") == "missing"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"serializer": "org.openx.data.jsonserde.JsonSerDe"}, "not_parquet"),
        ({"columns": COLUMNS[:-1]}, "missing_columns"),
        ({"columns": [*COLUMNS, "partition_0"]}, "partition_columns"),
        ({"location": "s3://somewhere/else/"}, "elsewhere"),
    ],
)
def test_output_table_with_something_wrong(world, changes, code):
    table(world, **changes)
    assert world.said("day3.output_table") == code


# row_balance


def counted(world, value, *, state="SUCCEEDED", sql="SELECT count(*) AS row_count FROM processed_data"):
    answer(world.source, "athena", "ListQueryExecutions", {"QueryExecutionIds": ["q"]})
    query = {"QueryExecutionId": "q", "Query": sql, "Status": {"State": state}}
    answer(world.source, "athena", "BatchGetQueryExecution", {"QueryExecutions": [query]})
    rows = [{"Data": [{"VarCharValue": "row_count"}]}, {"Data": [{"VarCharValue": str(value)}]}]
    answer(world.source, "athena", "GetQueryResults", {"ResultSet": {"Rows": rows}})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (GOLDEN["joined"], None),
        (0, "empty"),
        (2 * GOLDEN["joined"], "twice"),
        (GOLDEN["rows"], "unmatched"),
        (GOLDEN["joined"] - 1, "wrong_count"),
        ("<b>many</b>", "empty"),
    ],
)
def test_row_balance(world, value, code):
    counted(world, value)
    assert world.said("day3.row_balance") == code


def test_row_balance_of_a_query_that_still_runs(world):
    counted(world, 0, state="RUNNING")
    assert world.said("day3.row_balance") == "running"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM raw",
        "SELECT count(*) FROM processed_data WHERE track_id = 1",
        "SELECT count(DISTINCT uuid) FROM processed_data",
        "SELECT artist_name, count(*) FROM processed_data GROUP BY 1",
    ],
)
def test_another_count_is_no_row_balance(world, sql):
    counted(world, GOLDEN["joined"], sql=sql)
    assert world.said("day3.row_balance") == "no_query"


def test_a_count_whose_result_is_gone(world):
    refuse(world.source, "athena", "GetQueryResults", "InvalidRequestException")
    counted(world, 0)
    assert world.said("day3.row_balance") == "results_gone"


def test_no_count_at_all(world):
    refuse(world.source, "athena", "ListQueryExecutions", "InvalidRequestException")
    assert world.said("day3.row_balance") == "no_query"
