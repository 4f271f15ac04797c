"""Day 4, Athena: what counts as the query, as its answer, and as the same question asked more cheaply."""

import pytest

from checkday.checks.answers import cell
from checkday.model import NotYet
from histories import ARTISTS, DATABASE, GOLDEN, HOURS, RIGHT, TOP, history, query, result
from wire import answer
from worlds import World


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


# What an answer may look like


def test_a_cell_of_a_million_zeros_takes_no_time():
    assert [cell("0" * 1_000_000 + end) for end in ("", "x")] == ["0", "0" * 1_000_000 + "x"]
    assert list(map(cell, ("08", "8.0", "0", "0.0", "-1", "1.5"))) == ["8", "8", "0", "0", "-1", "1.5"]


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
