"""Day 4, Athena: one account state for every outcome code; the history is put on the wire."""

import pytest

from histories import ASKED, DATABASE, HOURS, QUESTIONS, RIGHT, history, query, result
from wire import answer, refuse
from worlds import World


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


# workgroup


def workgroup(world, *, state="ENABLED", **configuration):
    found = {"Name": "fcj-an01-wg", "State": state, "Configuration": configuration}
    answer(world.source, "athena", "GetWorkGroup", {"WorkGroup": found})


OUTPUT = {"OutputLocation": "s3://elsewhere/query_results/"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ResultConfiguration": OUTPUT, "BytesScannedCutoffPerQuery": 10**8}, None),
        ({"ManagedQueryResultsConfiguration": {"Enabled": True}, "BytesScannedCutoffPerQuery": 10**8}, None),
        ({"BytesScannedCutoffPerQuery": 10**8}, "no_output_location"),
        ({"ResultConfiguration": OUTPUT}, "no_cutoff"),
        ({"ResultConfiguration": OUTPUT, "state": "DISABLED"}, "disabled"),
    ],
)
def test_workgroup(world, changes, code):
    workgroup(world, **changes)
    assert world.said("day4.workgroup") == code


@pytest.mark.parametrize("folder", ["data", "data/", "data/results/"])
def test_workgroup_that_writes_where_the_crawler_reads(world, folder):
    location = {"OutputLocation": f"s3://{world.bucket_name}/{folder}"}
    workgroup(world, ResultConfiguration=location, BytesScannedCutoffPerQuery=10**8)
    assert world.said("day4.workgroup") == "inside_data"


def test_no_workgroup(world):
    refuse(world.source, "athena", "GetWorkGroup", "InvalidRequestException")
    assert world.said("day4.workgroup") == "missing"


# What all questions have in common


@pytest.mark.parametrize("milestone", QUESTIONS)
def test_a_right_answer(world, milestone):
    history(world, query(ASKED[milestone]))
    result(world, RIGHT[milestone])
    assert (milestone, world.said(milestone)) == (milestone, None)


@pytest.mark.parametrize(
    "milestone", ["day4.query_raw", "day4.query_artists", "day4.query_top", "day4.quality"]
)
def test_wrong_answer(world, milestone):
    history(world, query(ASKED[milestone]))
    result(world, [[*row[:-1], row[-1] + 1] for row in RIGHT[milestone]])
    assert (milestone, world.said(milestone)) == (milestone, "wrong_answer")


@pytest.mark.parametrize("milestone", QUESTIONS)
@pytest.mark.parametrize("rows", [[], [[]], [["<b>many</b>", "0"]], [["9" * 4096] * 3]])
def test_rubbish_is_a_wrong_answer(world, milestone, rows):
    history(world, query(ASKED[milestone]))
    result(world, rows)
    assert (milestone, world.said(milestone)) == (milestone, "wrong_answer")


@pytest.mark.parametrize(
    "milestone", ["day4.query_raw", "day4.query_artists", "day4.query_top", "day4.quality"]
)
def test_results_gone(world, milestone):
    history(world, query(ASKED[milestone]))
    refuse(world.source, "athena", "GetQueryResults", "InvalidRequestException")
    assert (milestone, world.said(milestone)) == (milestone, "results_gone")


@pytest.mark.parametrize(
    "milestone", ["day4.query_raw", "day4.query_artists", "day4.query_top", "day4.quality"]
)
def test_no_query(world, milestone):
    history(world, query("SELECT 1"), query("SELECT * FROM raw LIMIT 5", "q2"))
    assert (milestone, world.said(milestone)) == (milestone, "no_query")


@pytest.mark.parametrize(
    "milestone", ["day4.query_raw", "day4.query_artists", "day4.query_top", "day4.quality"]
)
def test_running(world, milestone):
    history(world, query(ASKED[milestone], state="RUNNING"))
    assert (milestone, world.said(milestone)) == (milestone, "running")


@pytest.mark.parametrize(
    "milestone", ["day4.query_raw", "day4.query_artists", "day4.query_top", "day4.quality"]
)
def test_failed(world, milestone):
    history(world, query(ASKED[milestone], state="CANCELLED", reason="Query was cancelled by user"))
    assert (milestone, world.said(milestone)) == (milestone, "failed")


@pytest.mark.parametrize("milestone", QUESTIONS)
def test_an_older_right_answer_is_not_undone_by_a_newer_try(world, milestone):
    history(world, query(ASKED[milestone], state="FAILED", reason="-"), query(ASKED[milestone], "q2"))
    result(world, RIGHT[milestone])
    assert (milestone, world.said(milestone)) == (milestone, None)


# The questions whose failures are told in full


@pytest.mark.parametrize("milestone", ["day4.query_raw", "day4.query_artists"])
def test_wrong_workgroup(world, milestone):
    history(world, query(ASKED[milestone]), workgroup="primary")
    assert (milestone, world.said(milestone)) == (milestone, "wrong_workgroup")


TABLE = "TABLE_NOT_FOUND: line 1:40: Table 'awsdatacatalog.default.raw' does not exist"


@pytest.mark.parametrize("milestone", ["day4.query_raw", "day4.query_artists"])
@pytest.mark.parametrize(
    ("reason", "database", "code"),
    [
        (TABLE, DATABASE, "table_not_found"),
        (TABLE, "default", "wrong_database"),
        ("SCHEMA_NOT_FOUND: line 1:40: Schema 'nowhere' does not exist", DATABASE, "wrong_database"),
        ("COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved", DATABASE, "column_error"),
        ("HIVE_BAD_DATA: Malformed Parquet file. Not valid", DATABASE, "bad_data"),
        ("HIVE_CURSOR_ERROR: Row is not a valid JSON Object", DATABASE, "bad_data"),
        ("Access denied when writing output to url: s3://x/y", DATABASE, "result_denied"),
        ("SYNTAX_ERROR: mismatched input", DATABASE, "failed"),
    ],
)
def test_a_query_that_failed(world, milestone, reason, database, code):
    history(world, query(ASKED[milestone], state="FAILED", reason=reason, database=database))
    assert (milestone, world.said(milestone)) == (milestone, code)


def test_a_misspelt_table_is_told_though_no_query_is_on_the_table(world):
    history(world, query(HOURS.replace("raw", "raws"), state="FAILED", reason=TABLE))
    assert world.said("day4.query_raw") == "table_not_found"
