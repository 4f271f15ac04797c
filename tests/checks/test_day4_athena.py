"""Day 4, Athena: one account state for every outcome code; the history is put on the wire."""

import pytest

from checkday.engine.golden import Golden
from checkday.model import NotYet
from wire import answer, refuse
from worlds import LEARNER, World

GOLDEN = Golden(LEARNER)
DATABASE = "fcj_an01_db"

HOURS = "SELECT hour(CAST(device_ts AS timestamp)), count(*) FROM raw GROUP BY 1"
ARTISTS = "SELECT artist_name, count(*) AS plays FROM processed_data GROUP BY artist_name"
TOP = "SELECT device_id, track_name, count(*) n FROM processed_data GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 5"
QUALITY = (
    "SELECT count(*) - count(device_temp), count(*) - count(DISTINCT uuid),"
    " count_if(activity_type NOT IN ('Running')) FROM raw"
)
ASKED = {
    "day4.query_raw": HOURS,
    "day4.query_artists": ARTISTS,
    "day4.query_top": TOP,
    "day4.quality": QUALITY,
}
RIGHT = {
    "day4.query_raw": [[int(hour), plays] for hour, plays in GOLDEN["hours"].items()],
    "day4.query_artists": [[artist, plays] for artist, plays in GOLDEN["artists"].items()],
    "day4.query_top": [[device, name, plays] for device, name, _, plays in GOLDEN["top_device_tracks"]],
    "day4.quality": [[GOLDEN["without_temperature"], GOLDEN["duplicates"], GOLDEN["unknown"]]],
}
QUESTIONS = sorted(ASKED)
FULLY_TOLD = ["day4.query_raw", "day4.query_artists"]


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


def query(sql, name="q1", *, state="SUCCEEDED", reason=None, database=DATABASE, **statistics):
    status = {"State": state} | ({"StateChangeReason": reason} if reason else {})
    return {
        "QueryExecutionId": name,
        "Query": sql,
        "Status": status,
        "QueryExecutionContext": {"Database": database},
        "Statistics": statistics,
    }


def history(world, *queries, workgroup="fcj-an01-wg"):
    """This history in one workgroup, and none in any other."""
    ids = [one["QueryExecutionId"] for one in queries]
    listed = {"QueryExecutionIds": ids} if ids else {}
    answer(
        world.source,
        "athena",
        "ListQueryExecutions",
        listed,
        when=lambda said: said["WorkGroup"] == workgroup,
    )
    answer(
        world.source, "athena", "ListQueryExecutions", {}, when=lambda said: said["WorkGroup"] != workgroup
    )
    answer(world.source, "athena", "BatchGetQueryExecution", {"QueryExecutions": list(queries)})


def result(world, rows, header=("a", "b", "c")):
    cells = [header, *rows]
    data = [{"Data": [{"VarCharValue": str(one)} for one in row]} for row in cells]
    answer(world.source, "athena", "GetQueryResults", {"ResultSet": {"Rows": data}})


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


# What an answer may look like


@pytest.mark.parametrize(
    ("sql", "fits"),
    [
        (ARTISTS.lower(), True),
        (ARTISTS.replace("processed_data", f'"{DATABASE}"."processed_data"'), True),
        (ARTISTS.replace("FROM", "-- the joined table\nFROM\n "), True),
        (ARTISTS.replace("FROM processed_data", "/* FROM processed_data */ FROM raw"), False),
        (ARTISTS.replace("processed_data", "processed_data2"), False),
        ("SELECT artist_name FROM processed_data", False),
        (f"SELECT '{'x' * 300_000}'", False),
        ("/*" * 100_000, False),
    ],
)
def test_a_query_is_recognised_however_it_is_written(world, sql, fits):
    history(world, query(sql))
    result(world, RIGHT["day4.query_artists"])
    assert world.said("day4.query_artists") == (None if fits else "no_query")


@pytest.mark.parametrize(
    "rows",
    [
        [[f"{int(hour):02}", plays] for hour, plays in GOLDEN["hours"].items()],
        [[plays, hour] for hour, plays in reversed(GOLDEN["hours"].items())],
    ],
    ids=["two digits", "other order"],
)
def test_the_look_of_a_right_answer_does_not_matter(world, rows):
    history(world, query(HOURS))
    result(world, rows)
    assert world.said("day4.query_raw") is None


@pytest.mark.parametrize(
    "rows",
    [
        RIGHT["day4.query_artists"][:-1],
        [*RIGHT["day4.query_artists"], ["Nobody", 1]],
        [*RIGHT["day4.query_artists"], RIGHT["day4.query_artists"][0]],
    ],
    ids=["one lacks", "one more", "one twice"],
)
def test_every_row_counts(world, rows):
    history(world, query(ARTISTS))
    result(world, rows)
    assert world.said("day4.query_artists") == "wrong_answer"


def test_a_wrong_answer_names_the_row(world):
    history(world, query(ARTISTS))
    artist, plays = RIGHT["day4.query_artists"][0]
    result(world, [[artist, plays + 1], *RIGHT["day4.query_artists"][1:]])
    with pytest.raises(NotYet) as caught:
        world.check("day4.query_artists")
    facts = caught.value.facts
    assert (facts["wanted"], facts["actual"]) == (f"{artist}, {plays}", f"{artist}, {plays + 1}")


@pytest.mark.parametrize(
    "rows",
    [
        RIGHT["day4.query_top"][:4],
        [RIGHT["day4.query_top"][0]] * 5,
        list(reversed(RIGHT["day4.query_top"])),
        [row[1:] for row in RIGHT["day4.query_top"]],
    ],
    ids=["four", "one five times", "smallest first", "without the device"],
)
def test_the_five_places_are_judged_in_their_order(world, rows):
    history(world, query(TOP))
    result(world, rows)
    assert world.said("day4.query_top") == "wrong_answer"


def test_a_track_may_be_named_by_its_id(world):
    history(world, query(TOP))
    result(world, [[device, track, plays] for device, _, track, plays in GOLDEN["top_device_tracks"]])
    assert world.said("day4.query_top") is None


def test_more_than_fifty_queries_are_asked_for_in_pages(world):
    noise = [query("SELECT 1", f"n{number}") for number in range(50)]
    first = {"QueryExecutionIds": [one["QueryExecutionId"] for one in noise], "NextToken": "more"}
    answer(world.source, "athena", "ListQueryExecutions", first, when=lambda said: "NextToken" not in said)
    answer(
        world.source,
        "athena",
        "ListQueryExecutions",
        {"QueryExecutionIds": ["q1"]},
        when=lambda said: "NextToken" in said,
    )
    asked = []

    def described(said):
        asked.append(len(said["QueryExecutionIds"]))
        return True

    answer(
        world.source,
        "athena",
        "BatchGetQueryExecution",
        {"QueryExecutions": [*noise, query(ARTISTS)]},
        when=described,
    )
    result(world, RIGHT["day4.query_artists"])
    assert world.said("day4.query_artists") is None
    assert sorted(asked) == [1, 50]


def test_a_history_without_end_is_read_only_so_far(world):
    listed = {"QueryExecutionIds": ["n"], "NextToken": "more"}
    answer(world.source, "athena", "ListQueryExecutions", listed)
    answer(world.source, "athena", "BatchGetQueryExecution", {"QueryExecutions": [query("SELECT 1", "n")]})
    assert world.said("day4.quality") == "no_query"


# optimised


def pair(world, raw, parquet, sql="SELECT activity_type, count(*) FROM {} WHERE track_id > 0 GROUP BY 1"):
    history(
        world,
        query(sql.format("raw"), "q1", **raw),
        query(sql.format("processed_data").replace("SELECT", "select "), "q2", **parquet),
    )


REUSED = {"DataScannedInBytes": 0, "ResultReuseInformation": {"ReusedPreviousResult": True}}


@pytest.mark.parametrize(
    ("raw", "parquet", "code"),
    [
        ({"DataScannedInBytes": 1000}, {"DataScannedInBytes": 10}, None),
        ({"DataScannedInBytes": 1000}, {"DataScannedInBytes": 1000}, "not_fewer"),
        ({"DataScannedInBytes": 1000}, REUSED, "reused"),
        (REUSED, {"DataScannedInBytes": 10}, "reused"),
    ],
)
def test_optimised(world, raw, parquet, code):
    pair(world, raw, parquet)
    assert world.said("day4.optimised") == code


@pytest.mark.parametrize(
    "queries",
    [
        [],
        [query("SELECT count(*) FROM raw"), query("SELECT count(uuid) FROM processed_data", "q2")],
        [query("SELECT count(*) FROM raw"), query("SELECT count(*) FROM raw", "q2")],
        [
            query("SELECT count(*) FROM raw"),
            query("SELECT count(*) FROM processed_data", "q2", state="FAILED"),
        ],
    ],
    ids=["nothing", "another question", "one table", "one failed"],
)
def test_no_pair_of_one_question(world, queries):
    history(world, *queries)
    assert world.said("day4.optimised") == "no_pair"
