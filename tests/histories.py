"""Histories of a workgroup put on the wire, and the queries of Day 4 with their right answers."""

from checkday.engine.golden import Golden
from wire import answer
from worlds import LEARNER

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
