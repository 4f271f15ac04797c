"""Work groups of the sandbox's Athena: what they decide, limit and remember."""

from __future__ import annotations

import pytest

from athena_queries import BUCKET, OUTPUT, Queries, refusal


@pytest.fixture
def queries(aws, until):
    found = Queries(aws, until)
    found.make_events()
    return found


@pytest.fixture
def athena(aws):
    return aws("athena")


@pytest.fixture
def group(queries):
    """Makes a work group, and deletes it."""
    made = set()

    def make(name, **configuration):
        configuration = {"ResultConfiguration": OUTPUT, **configuration}
        queries.athena.create_work_group(Name=name, Configuration=configuration)
        made.add(name)
        return name

    yield make
    for name in made:
        queries.athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)


def test_history_is_the_work_groups_newest_first(group, queries):
    name = group("historic")
    ran = [queries.run(f"SELECT {index}", WorkGroup=name)["QueryExecutionId"] for index in range(5)]
    pages = queries.athena.get_paginator("list_query_executions").paginate(
        WorkGroup=name, PaginationConfig={"PageSize": 2}
    )
    assert [number for page in pages for number in page["QueryExecutionIds"]] == ran[::-1]


def test_a_deleted_work_group_loses_its_history(group, queries):
    name = group("forgetful")
    number = queries.run("SELECT 1", WorkGroup=name)["QueryExecutionId"]
    assert refusal(queries.athena.delete_work_group, WorkGroup=name) == "WorkGroup forgetful is not empty"
    queries.athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)
    group(name)
    assert queries.athena.list_query_executions(WorkGroup=name)["QueryExecutionIds"] == []
    assert "was not found" in refusal(queries.athena.get_query_execution, QueryExecutionId=number)


def test_a_work_group_that_is_enforced_decides_where_results_go(group, queries):
    elsewhere = {"OutputLocation": f"s3://{BUCKET}/elsewhere/"}
    name = group("strict", ResultConfiguration=elsewhere, EnforceWorkGroupConfiguration=True)
    found = queries.run("SELECT 1", WorkGroup=name)
    assert found["ResultConfiguration"]["OutputLocation"].startswith(elsewhere["OutputLocation"])


def test_a_query_over_the_limit_is_cancelled(aws, group, queries):
    body = b'{"a": 1}\n' * 1_200_000
    name = group("frugal", BytesScannedCutoffPerQuery=10_000_000)
    aws("s3").put_object(Bucket=BUCKET, Key="large/x.json", Body=body)
    queries.run("CREATE DATABASE IF NOT EXISTS athena_db")
    columns = "a int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
    queries.run(f"CREATE EXTERNAL TABLE IF NOT EXISTS large ({columns} LOCATION 's3://{BUCKET}/large/'")
    found = queries.run("SELECT count(*) FROM large", WorkGroup=name)
    assert found["Status"]["State"] == "CANCELLED"
    assert found["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
    assert found["Statistics"]["DataScannedInBytes"] == 10_000_000


def test_answers_are_as_the_model_says(queries, group, wire_faults):
    name = group("modelled", BytesScannedCutoffPerQuery=10_000_000)
    numbers = [
        queries.run(text, WorkGroup=name)["QueryExecutionId"]
        for text in ("SELECT * FROM events", "SELECT nope", "SHOW TABLES")
    ]
    asked = [
        ("StartQueryExecution", {"QueryString": "SELECT 1", "ResultConfiguration": OUTPUT}),
        ("ListQueryExecutions", {"WorkGroup": name}),
        ("BatchGetQueryExecution", {"QueryExecutionIds": [*numbers, "none"]}),
        ("GetQueryResults", {"QueryExecutionId": numbers[0]}),
        ("GetQueryResults", {"QueryExecutionId": numbers[2]}),
        ("GetWorkGroup", {"WorkGroup": name}),
        ("GetWorkGroup", {"WorkGroup": "primary"}),
        ("ListWorkGroups", {}),
        *[("GetQueryExecution", {"QueryExecutionId": number}) for number in numbers],
        *[("GetQueryRuntimeStatistics", {"QueryExecutionId": number}) for number in numbers],
    ]
    for operation, said in asked:
        assert wire_faults(queries.athena, operation, **said) == []


def test_work_groups_can_be_changed(athena, group):
    name = group("changing", BytesScannedCutoffPerQuery=10_000_000)
    changes = {
        "RemoveBytesScannedCutoffPerQuery": True,
        "EnforceWorkGroupConfiguration": False,
        "ResultConfigurationUpdates": {"RemoveOutputLocation": True},
    }
    athena.update_work_group(WorkGroup=name, State="DISABLED", ConfigurationUpdates=changes)
    found = athena.get_work_group(WorkGroup=name)["WorkGroup"]
    assert found["State"] == "DISABLED"
    assert found["Configuration"]["ResultConfiguration"] == {}
    assert found["Configuration"]["EnforceWorkGroupConfiguration"] is False
    assert "BytesScannedCutoffPerQuery" not in found["Configuration"]
    assert "is disabled" in refusal(athena.start_query_execution, QueryString="SELECT 1", WorkGroup=name)


@pytest.mark.parametrize(
    ("call", "said", "message"),
    [
        ("get_work_group", {"WorkGroup": "nobodys"}, "WorkGroup nobodys is not found."),
        ("delete_work_group", {"WorkGroup": "nobodys"}, "WorkGroup nobodys is not found."),
        ("delete_work_group", {"WorkGroup": "primary"}, "The primary workgroup cannot be deleted"),
        ("list_query_executions", {"WorkGroup": "nobodys"}, "WorkGroup nobodys is not found."),
        ("create_work_group", {"Name": "primary"}, "WorkGroup primary is already created"),
    ],
)
def test_work_groups_that_are_not_so(athena, call, said, message):
    assert refusal(getattr(athena, call), **said) == message
