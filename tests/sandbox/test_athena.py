"""Athena's API in the sandbox: from a query's start to its result."""

from __future__ import annotations

import time

import pytest

from athena_queries import BUCKET, DAYS, ENDLESS, JSON, OUTPUT, R1, R2, RECORD, Queries, refusal, values


@pytest.fixture
def queries(aws, until):
    found = Queries(aws, until)
    found.make_events()
    return found


def test_a_query_gives_rows_with_a_header(queries):
    found = queries.run("SELECT kind, count(*) AS n FROM events GROUP BY kind ORDER BY kind")
    page = queries.athena.get_query_results(QueryExecutionId=found["QueryExecutionId"])
    assert values(page) == [["kind", "n"], ["x", "2"], ["y", "1"]]
    assert [(one["Name"], one["Type"]) for one in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]] == [
        ("kind", "varchar"),
        ("n", "bigint"),
    ]


def test_the_result_lies_where_it_says(aws, queries):
    found = queries.run("SELECT a, CAST(NULL AS varchar) AS b, '\"' AS c FROM events WHERE day = '02'")
    place = found["ResultConfiguration"]["OutputLocation"]
    assert place == f"{OUTPUT['OutputLocation']}{found['QueryExecutionId']}.csv"
    key = place.removeprefix(f"s3://{BUCKET}/")
    assert aws("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read() == b'"a","b","c"\n"3",,""""\n'
    assert b"varchar" in aws("s3").get_object(Bucket=BUCKET, Key=f"{key}.metadata")["Body"].read()


def test_only_needed_partitions_are_counted(queries):
    whole, part = queries.run("SELECT * FROM events"), queries.run("SELECT * FROM events WHERE day = '02'")
    assert whole["Statistics"]["DataScannedInBytes"] == sum(map(len, DAYS.values()))
    assert part["Statistics"]["DataScannedInBytes"] == len(DAYS["02"])


def test_statements_are_told_apart(queries):
    kinds = {
        "SELECT 1": ("DML", "SELECT", ".csv"),
        "SHOW TABLES": ("UTILITY", "SHOW_TABLES", ".txt"),
        "CREATE DATABASE IF NOT EXISTS athena_db": ("DDL", "CREATE_DATABASE", ".txt"),
        "EXPLAIN SELECT 1": ("UTILITY", "EXPLAIN", ".txt"),
    }
    for text, (kind, substatement, ending) in kinds.items():
        found = queries.run(text)
        assert (found["StatementType"], found["SubstatementType"]) == (kind, substatement)
        assert found["ResultConfiguration"]["OutputLocation"].endswith(ending)
        assert found["Statistics"]["DataScannedInBytes"] == 0


def test_utility_results_have_no_header(queries):
    found = queries.run("SHOW PARTITIONS events")
    assert values(queries.athena.get_query_results(QueryExecutionId=found["QueryExecutionId"])) == [
        ["day=01"],
        ["day=02"],
    ]


def test_results_come_by_pages(queries):
    number = queries.run("SELECT x, 'a\nb' AS y FROM UNNEST(sequence(1, 25)) AS t(x) ORDER BY x")[
        "QueryExecutionId"
    ]
    pages = list(
        queries.athena.get_paginator("get_query_results").paginate(
            QueryExecutionId=number, PaginationConfig={"PageSize": 10}
        )
    )
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [10, 10, 6]
    assert values(pages[2])[-1] == ["25", "a\nb"]


def test_a_failure_is_told_in_athenas_words(queries):
    found = queries.run("SELECT nope FROM events")
    assert found["Status"]["State"] == "FAILED"
    reason = (
        "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved or requester is not authorized to "
        "access requested resources"
    )
    assert found["Status"]["StateChangeReason"] == reason
    assert found["Status"]["AthenaError"] == {
        "ErrorCategory": 2,
        "ErrorType": 1006,
        "Retryable": False,
        "ErrorMessage": reason,
    }
    message = refusal(queries.athena.get_query_results, QueryExecutionId=found["QueryExecutionId"])
    assert message == "Query did not finish successfully. Final query state: FAILED"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"QueryString": "SELEC 1"}, "line 1:1: mismatched input 'SELEC'"),
        ({"QueryString": "SELECT 1", "ResultConfiguration": {}}, "No output location provided."),
        (
            {"QueryString": "SELECT 1", "ResultConfiguration": {"OutputLocation": "s3://nobodys-bucket/"}},
            "Unable to verify/create output bucket nobodys-bucket",
        ),
        (
            {"QueryString": "SELECT 1", "ResultConfiguration": {"OutputLocation": "file:///tmp/"}},
            "outputLocation is not a valid S3 path",
        ),
        ({"QueryString": "SELECT 1", "WorkGroup": "nobodys"}, "WorkGroup nobodys is not found."),
    ],
)
def test_what_is_refused_at_once(said, message, queries):
    before = queries.athena.list_query_executions()["QueryExecutionIds"]
    assert refusal(
        queries.athena.start_query_execution, **{"ResultConfiguration": OUTPUT, **said}
    ).startswith(message)
    assert queries.athena.list_query_executions()["QueryExecutionIds"] == before


def test_unknown_executions(aws, queries):
    number = queries.run("SELECT 1")["QueryExecutionId"]
    for call in (
        queries.athena.get_query_execution,
        queries.athena.get_query_results,
        queries.athena.stop_query_execution,
    ):
        assert refusal(call, QueryExecutionId="none") == "QueryExecution none was not found"
    assert "was not found" in refusal(aws("athena", R2).get_query_execution, QueryExecutionId=number)
    found = queries.athena.batch_get_query_execution(QueryExecutionIds=[number, "none"])
    assert [one["QueryExecutionId"] for one in found["QueryExecutions"]] == [number]
    assert [one["QueryExecutionId"] for one in found["UnprocessedQueryExecutionIds"]] == ["none"]


def test_a_result_that_was_deleted(aws, queries):
    number = queries.run("SELECT 1")["QueryExecutionId"]
    aws("s3").delete_object(Bucket=BUCKET, Key=f"results/{number}.csv")
    assert refusal(queries.athena.get_query_results, QueryExecutionId=number) == "Could not find results"


def test_athena_can_keep_results_itself(aws, queries):
    configuration = {"ManagedQueryResultsConfiguration": {"Enabled": True}}
    queries.athena.create_work_group(Name="managed", Configuration=configuration)
    found = queries.run("SELECT 1 AS one", WorkGroup="managed", ResultConfiguration={})
    assert "OutputLocation" not in found["ResultConfiguration"]
    assert values(queries.athena.get_query_results(QueryExecutionId=found["QueryExecutionId"])) == [
        ["one"],
        ["1"],
    ]
    queries.athena.delete_work_group(WorkGroup="managed", RecursiveDeleteOption=True)


def test_results_are_never_said_to_be_reused(queries):
    reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}}
    for _ in range(2):
        found = queries.run("SELECT 1", ResultReuseConfiguration=reuse)
        assert found["Statistics"]["ResultReuseInformation"] == {"ReusedPreviousResult": False}


def test_the_same_token_is_the_same_query(queries):
    said = {"QueryString": "SELECT 1", "ResultConfiguration": OUTPUT, "ClientRequestToken": "t" * 32}
    first, second = (queries.athena.start_query_execution(**said)["QueryExecutionId"] for _ in range(2))
    assert first == second
    assert "Idempotent" in refusal(
        queries.athena.start_query_execution, **{**said, "QueryString": "SELECT 2"}
    )


def test_an_endless_query_can_be_stopped_while_others_run(queries, until):
    number = queries.start(ENDLESS)

    def state():
        found = queries.athena.get_query_execution(QueryExecutionId=number)
        return found["QueryExecution"]["Status"]["State"]

    until(lambda: state() == "RUNNING")
    assert queries.run("SELECT 1")["Status"]["State"] == "SUCCEEDED"
    assert "not yet finished" in refusal(queries.athena.get_query_results, QueryExecutionId=number)
    queries.athena.stop_query_execution(QueryExecutionId=number)
    assert state() == "CANCELLED"
    assert queries.run("SELECT 1")["Status"]["State"] == "SUCCEEDED"


def test_a_query_that_needs_too_much_memory(queries):
    found = queries.run(
        "SELECT cardinality(array_agg(CAST(x AS varchar) || rpad('', 2000, 'x'))) "
        "FROM UNNEST(sequence(1, 1000000)) AS t(x)"
    )
    assert found["Status"]["StateChangeReason"] == "Query exhausted resources at this scale factor"


def test_create_table_as_and_insert(queries):
    queries.run("DROP TABLE IF EXISTS copied")
    made = queries.run("CREATE TABLE copied AS SELECT a, kind FROM events")
    assert (made["StatementType"], made["Statistics"]["DataScannedInBytes"]) == (
        "DDL",
        sum(map(len, DAYS.values())),
    )
    added = queries.run("INSERT INTO copied VALUES (4, 'z')")
    assert added["Statistics"]["DataManifestLocation"].endswith("-manifest.csv")
    assert queries.athena.get_query_results(QueryExecutionId=added["QueryExecutionId"])["UpdateCount"] == 1
    found = queries.run("SELECT sum(a) FROM copied")
    assert values(queries.athena.get_query_results(QueryExecutionId=found["QueryExecutionId"]))[1] == ["10"]


def test_what_changed_in_s3_is_read_anew(aws, queries):
    key = "events/day=02/x.json"
    aws("s3").put_object(Bucket=BUCKET, Key=key, Body=RECORD % (7, b"x"))
    found = queries.run("SELECT a FROM events WHERE day = '02'")
    assert values(queries.athena.get_query_results(QueryExecutionId=found["QueryExecutionId"]))[1] == ["7"]


def test_a_bucket_of_another_account_is_not_read(connect, server, aws, queries):
    other = connect(server, "s3", key="444455556666")
    other.create_bucket(Bucket="not-ours", CreateBucketConfiguration={"LocationConstraint": R1})
    other.put_object(Bucket="not-ours", Key="x/x.json", Body=RECORD % (1, b"x"))
    queries.run(f"CREATE EXTERNAL TABLE IF NOT EXISTS theirs (a int) {JSON} LOCATION 's3://not-ours/x/'")
    assert (
        queries.run("SELECT * FROM theirs")["Status"]["StateChangeReason"]
        == "Permission denied on S3 path: s3://not-ours/x/"
    )
    outside = queries.run("UNLOAD (SELECT 1 a) TO 's3://not-ours/y/' WITH (format = 'JSON')")
    assert outside["Status"]["State"] == "FAILED"
    assert "KeyCount" in other.list_objects_v2(Bucket="not-ours", Prefix="y/")
    assert other.list_objects_v2(Bucket="not-ours", Prefix="y/")["KeyCount"] == 0


@pytest.mark.parametrize("location", ["file:///etc/", "/etc/passwd", "s3://"])
def test_a_table_lies_in_s3_or_nowhere(queries, location):
    queries.run("DROP TABLE IF EXISTS lost")
    queries.run(f"CREATE EXTERNAL TABLE lost (a string) LOCATION '{location}'")
    assert queries.run("SELECT * FROM lost")["Status"]["StateChangeReason"].startswith(
        "INVALID_TABLE_PROPERTY: Not a valid S3 path"
    )


def test_runtime_statistics(queries):
    number = queries.run("SELECT a FROM events WHERE day = '01'")["QueryExecutionId"]
    found = queries.athena.get_query_runtime_statistics(QueryExecutionId=number)["QueryRuntimeStatistics"]
    assert found["Rows"] == {
        "InputBytes": len(DAYS["01"]),
        "InputRows": 2,
        "OutputRows": 2,
        "OutputBytes": len(b'"a"\n"1"\n"2"\n'),
    }
    assert found["Timeline"]["TotalExecutionTimeInMillis"] >= found["Timeline"]["EngineExecutionTimeInMillis"]


def test_time_is_told(queries):
    found = queries.run("SELECT 1")
    assert abs(found["Status"]["CompletionDateTime"].timestamp() - time.time()) < 30
    assert found["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
