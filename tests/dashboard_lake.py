"""An account with the workgroup of Day 2 and the table of Day 3, as small as they may be."""

import json

from checkday.dashboard import asking
from checkday.writer import Athena
from worlds import REGION, World

GROUP, DATABASE = "fcj-an01-wg", "fcj_an01_db"
SERDE = {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}
COLUMNS = [
    {"Name": name, "Type": kind}
    for name, kind in (("device_id", "int"), ("track_name", "string"), ("artist_name", "string"))
]
PLAYS = [(8, "Đèn", "Ve Sầu")] * 3 + [(8, "Train", "Kettle"), (0, "Train", "Kettle")]


def build(sandbox, plays=PLAYS, columns=COLUMNS):
    """An account with the workgroup of Day 2 and the table of Day 3."""
    world = World(sandbox)
    world.bucket()
    rows = [dict(zip(("device_id", "track_name", "artist_name"), play, strict=True)) for play in plays]
    world.put("data/processed-data/part.json", "".join(json.dumps(row) + "\n" for row in rows).encode())
    world.client("glue").create_database(DatabaseInput={"Name": DATABASE})
    storage = {
        "Columns": columns,
        "Location": f"s3://{world.bucket_name}/data/processed-data/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": SERDE,
    }
    table = {"Name": "processed_data", "StorageDescriptor": storage, "TableType": "EXTERNAL_TABLE"}
    world.client("glue").create_table(DatabaseName=DATABASE, TableInput=table)
    results = {"OutputLocation": f"s3://{world.bucket_name}/query_results/"}
    configuration = {"ResultConfiguration": results, "EnforceWorkGroupConfiguration": True}
    world.client("athena").create_work_group(Name=GROUP, Configuration=configuration)
    return world


def executions(world):
    return world.client("athena").list_query_executions(WorkGroup=GROUP)["QueryExecutionIds"]


def connection(world, learner_group=GROUP):
    way = {"endpoint": world.endpoint, "credentials": (world.account, "testing")}
    return Athena(learner_group, DATABASE, list(asking.statements().values()), REGION, **way)
