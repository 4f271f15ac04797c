"""Day 2: one account state for every outcome code.

What only a crawler, a query or a metric shows is put on the wire, checked against botocore's models: the
same states through the sandbox's own crawler and queries are the business of tests/test_pages.py.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from checkday import data
from checkday.data import events
from checkday.engine.golden import Golden
from wire import answer, refuse
from worlds import LEARNER, REGION, World, description

NOW = datetime.now(UTC)
GOLDEN = Golden(LEARNER)
DATED = "data/raw/2026/01/15/02/part-1"
RECORD = {
    "uuid": "u",
    "device_ts": "2026-01-15 08:00:00.000",
    "device_id": 1,
    "device_temp": 30,
    "track_id": 5,
    "activity_type": "Walking",
}


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


@pytest.fixture(scope="module")
def everything():
    """All of the learner's records, as a stream would have written them."""
    made = events.records(data.seed_of("an01"))
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in made)


def lines(*changes):
    return b"".join(json.dumps(RECORD | change).encode() + b"\n" for change in changes or ({},))


def metrics(world, *, incoming=0.0, streams=(), records=0.0, size=0.0):
    """What CloudWatch knows: how many records our stream took in and delivered, and which others took any."""
    sums = {"IncomingRecords": incoming, "DeliveryToS3.Records": records, "DeliveryToS3.Bytes": size}
    for metric, number in sums.items():
        points = [{"Timestamp": NOW, "Sum": number}] if number else []
        body = {"Label": metric, "Datapoints": points}
        answer(world.source, "cloudwatch", "GetMetricStatistics", body, mentions=metric)
    dimensions = [[{"Name": "DeliveryStreamName", "Value": name}] for name in streams]
    found = [
        {"Namespace": "AWS/Firehose", "MetricName": "IncomingRecords", "Dimensions": one}
        for one in dimensions
    ]
    answer(world.source, "cloudwatch", "ListMetrics", {"Metrics": found})


# records


def test_all_records_have_arrived(world, everything):
    world.bucket()
    world.put(DATED, everything)
    assert world.said("day2.records") is None


def test_nothing_was_sent(world):
    world.bucket()
    metrics(world)
    assert world.said("day2.records") == "not_sent"


def test_there_is_no_bucket_to_send_to(world):
    metrics(world)
    assert world.said("day2.records") == "missing"


def test_records_are_still_in_the_buffer(world):
    world.bucket()
    answer(world.source, "firehose", "DescribeDeliveryStream", description(world))
    metrics(world, incoming=500.0)
    assert world.said("day2.records") == "buffering"


def test_a_stream_that_is_gone_delivers_nothing_any_more(world):
    world.bucket()
    metrics(world, incoming=500.0)
    assert world.said("day2.records") == "delivery_failed"


@pytest.mark.parametrize("left", [{}, {DATED: b"half"}])
def test_what_was_delivered_and_removed_is_gone_not_undelivered(world, left):
    world.bucket()
    for key, body in left.items():
        world.put(key, body)
    metrics(world, incoming=20000.0, records=float(GOLDEN["rows"]), size=float(GOLDEN["raw_bytes"]))
    assert world.verdict("day2.records") == ("passed", "missing")
    assert world.said("day2.records") == "missing"


def test_a_part_has_arrived_and_the_rest_is_in_the_buffer(world):
    world.bucket()
    world.put(DATED, lines())
    metrics(world, incoming=500.0)
    assert world.said("day2.records") == "buffering"


def test_too_few_records(world):
    world.bucket()
    world.put(DATED, lines())
    metrics(world)
    assert world.said("day2.records") == "too_few"


def test_records_that_could_not_be_delivered(world):
    world.bucket()
    world.put("errors/processing-failed/2026/01/15/02/part-1", lines())
    metrics(world)
    assert world.said("day2.records") == "delivery_failed"


def test_records_went_to_another_stream(world):
    world.bucket()
    metrics(world, streams=["some-other-stream"])
    assert world.said("day2.records") == "wrong_stream"


@pytest.mark.parametrize("key", ["data/raw2026/01/15/02/x", "2026/01/15/02/x", "raw/2026/01/15/02/x"])
def test_records_went_to_another_prefix(world, key):
    world.bucket()
    world.put(key, lines())
    assert world.said("day2.records") == "wrong_place"


# records_valid


def test_valid_records(world):
    world.bucket()
    world.put(DATED, lines({}, {"device_temp": None}, {"activity_type": "Đi bộ"}))
    assert world.said("day2.records_valid") is None


def test_no_records_to_look_at(world):
    world.bucket()
    assert world.said("day2.records_valid") == "missing"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (lines().strip() * 3, "no_newline"),
        (b"uuid,device_ts\n", "not_json"),
        (b"\x00\xff\xfe", "not_json"),
        (b"[" * 70_000, "not_json"),
        (lines({}) + b'{"uuid": "u', "not_json"),
        (b'{"uuid": "u"}\n', "wrong_fields"),
        (lines({"track_id": "5"}), "wrong_types"),
        (lines({"device_temp": 30.5}), "wrong_types"),
        (lines({"device_id": True}), "wrong_types"),
    ],
)
def test_records_with_something_wrong(world, body, code):
    world.bucket()
    world.put(DATED, body)
    assert world.said("day2.records_valid") == code


def test_a_line_cut_by_our_own_range_is_not_the_learners_fault(world):
    world.bucket()
    world.put(DATED, lines() * 2000)
    assert world.said("day2.records_valid") is None


# crawler_role, database, crawler


def test_no_crawler_role(world):
    assert world.said("day2.crawler_role") == "missing"


def test_crawler_role_for_another_service(world):
    world.role_name = "fcj-an01-glue-role"
    world.role()
    assert world.said("day2.crawler_role") == "wrong_trust"


def test_crawler_role_without_any_policy(world):
    world.role_name = "fcj-an01-glue-role"
    trust = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    world.role(trust, rights=None)
    assert world.said("day2.crawler_role") == "no_rights"


def test_no_database(world):
    assert world.said("day2.database") == "missing"


def test_database(world):
    world.client("glue").create_database(DatabaseInput={"Name": "fcj_an01_db"})
    assert world.said("day2.database") is None


def crawler(world, **changes):
    described = {
        "Name": "fcj-an01-crawler",
        "Role": "fcj-an01-glue-role",
        "Targets": {"S3Targets": [{"Path": f"s3://{world.bucket_name}/data/"}]},
        "DatabaseName": "fcj_an01_db",
        "State": "READY",
        "LastCrawl": {"Status": "SUCCEEDED", "StartTime": NOW + timedelta(hours=1)},
    }
    answer(world.source, "glue", "GetCrawler", {"Crawler": described | changes})


@pytest.mark.parametrize("path", ["s3://{}/data/", "s3://{}/data"])
def test_crawler(world, path):
    crawler(world, Targets={"S3Targets": [{"Path": path.format(world.bucket_name)}]})
    assert world.said("day2.crawler") is None


def test_no_crawler(world):
    refuse(world.source, "glue", "GetCrawler", "EntityNotFoundException")
    answer(world.source, "glue", "ListCrawlers", {"CrawlerNames": ["somebody-else"]})
    assert world.said("day2.crawler") == "missing"


def test_crawler_with_a_name_of_the_learners_own(world):
    refuse(world.source, "glue", "GetCrawler", "EntityNotFoundException")
    answer(world.source, "glue", "ListCrawlers", {"CrawlerNames": ["fcj-an01-my-crawler"]})
    assert world.said("day2.crawler") == "wrong_name"


def test_crawler_in_a_neighbouring_region(world):
    glue = world.client("glue", "us-east-1")
    glue.create_database(DatabaseInput={"Name": "fcj_an01_db"})
    world.role(
        {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
    targets = {"S3Targets": [{"Path": f"s3://{world.bucket_name}/data/"}]}
    glue.create_crawler(
        Name="fcj-an01-crawler", Role=world.role_name, DatabaseName="fcj_an01_db", Targets=targets
    )
    assert world.said("day2.crawler") == "wrong_region"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Targets": {"S3Targets": [{"Path": "s3://fcj/"}]}}, "wrong_path"),
        ({"Targets": {"S3Targets": [{"Path": "s3://a/data/"}, {"Path": "s3://b/data/"}]}}, "wrong_path"),
        ({"Targets": {"DynamoDBTargets": [{"Path": "x"}]}}, "wrong_path"),
        ({"DatabaseName": "default"}, "wrong_database"),
        ({"TablePrefix": "my_"}, "table_prefix"),
    ],
)
def test_crawler_set_up_otherwise(world, changes, code):
    crawler(world, **changes)
    assert world.said("day2.crawler") == code


# crawl


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"State": "RUNNING"}, "running"),
        ({"State": "STOPPING"}, "running"),
        ({"LastCrawl": {}}, "never_ran"),
        ({"LastCrawl": {"Status": "CANCELLED"}}, "cancelled"),
        ({"LastCrawl": {"Status": "FAILED", "ErrorMessage": "Internal Service Exception"}}, "failed"),
        ({"LastCrawl": {"Status": "FAILED", "ErrorMessage": "Access Denied (Service: S3)"}}, "denied"),
        ({"LastCrawl": {"Status": "FAILED", "ErrorMessage": "role is not authorized to perform"}}, "denied"),
        ({"LastCrawl": {"Status": "SUCCEEDED", "StartTime": NOW - timedelta(days=1)}}, "stale"),
    ],
)
def test_crawl(world, changes, code):
    world.bucket()
    world.put(DATED, lines())
    crawler(world, **changes)
    assert world.said("day2.crawl") == code


def test_crawl_without_a_crawler(world):
    refuse(world.source, "glue", "GetCrawler", "EntityNotFoundException")
    assert world.said("day2.crawl") == "missing"


# tables


def table(world, name="raw", *, made_by="fcj-an01-crawler", **changes):
    columns = {"uuid": "string", "device_ts": "string", "device_id": "int", "device_temp": "int"}
    columns |= {"track_id": "int", "activity_type": "string"} | changes.pop("columns", {})
    return {
        "Name": name,
        "Parameters": {"UPDATED_BY_CRAWLER": made_by},
        "PartitionKeys": [{"Name": f"partition_{number}", "Type": "string"} for number in range(4)],
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": kind} for column, kind in columns.items() if kind],
            "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
        },
    } | changes


def catalog(world, *tables):
    answer(world.source, "glue", "GetTables", {"TableList": list(tables)})


def test_tables(world):
    catalog(world, table(world), table(world, "reference_data"), table(world, "mine", made_by="me"))
    assert world.said("day2.tables") is None


def test_tables_without_a_database(world):
    refuse(world.source, "glue", "GetTables", "EntityNotFoundException")
    assert world.said("day2.tables") == "missing"


def test_a_crawl_that_made_no_table(world):
    catalog(world)
    answer(world.source, "glue", "GetCrawlerMetrics", {"CrawlerMetricsList": [{"TablesCreated": 0}]})
    assert world.said("day2.tables") == "zero_tables"


def test_an_empty_list_that_the_crawler_contradicts_proves_nothing(world):
    catalog(world)
    answer(world.source, "glue", "GetCrawlerMetrics", {"CrawlerMetricsList": [{"TablesCreated": 2}]})
    assert world.said("day2.tables") == "lake_formation"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["data"], "one_table"),
        ([f"part_{number}" for number in range(12)], "many_tables"),
        (["raw", "other"], "missing_table"),
        (["raw"], "missing_table"),
    ],
)
def test_other_tables_than_wanted(world, names, code):
    catalog(world, *(table(world, name) for name in names))
    assert world.said("day2.tables") == code


# schema


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"columns": {"device_id": "bigint", "track_id": "smallint", "device_ts": "timestamp"}}, None),
        ({"columns": {"track_id": "string"}}, "wrong_types"),
        ({"columns": {"device_temp": "double"}}, "wrong_types"),
        ({"columns": {"uuid": "struct<a:int>"}}, "wrong_types"),
        ({"columns": {"uuid": None}}, "missing_columns"),
        ({"StorageDescriptor": {"SerdeInfo": {"SerializationLibrary": "LazySimpleSerDe"}}}, "not_json"),
        ({"StorageDescriptor": {}}, "not_json"),
    ],
)
def test_schema(world, changes, code):
    catalog(world, table(world, **changes))
    assert world.said("day2.schema") == code


def test_schema_without_the_table(world):
    catalog(world, table(world, "data"))
    assert world.said("day2.schema") == "missing"


# partitions


def test_partitions(world):
    catalog(world, table(world))
    answer(world.source, "glue", "GetPartitions", {"Partitions": [{"Values": ["2026", "01", "15", "02"]}]})
    assert world.said("day2.partitions") is None


def test_partitions_without_the_table(world):
    catalog(world)
    assert world.said("day2.partitions") == "missing"


def test_a_table_without_any_partition(world):
    catalog(world, table(world))
    answer(world.source, "glue", "GetPartitions", {"Partitions": []})
    assert world.said("day2.partitions") == "none"


@pytest.mark.parametrize("keys", [[], [{"Name": "year", "Type": "string"}]])
def test_a_table_divided_otherwise(world, keys):
    catalog(world, table(world, PartitionKeys=keys))
    assert world.said("day2.partitions") == "wrong_keys"


# preview


def queries(world, *states, sql="SELECT * FROM raw LIMIT 10"):
    answer(world.source, "athena", "GetWorkGroup", {"WorkGroup": {"Name": "fcj-an01-wg"}})
    ids = [f"query-{number}" for number in range(len(states))]
    answer(world.source, "athena", "ListQueryExecutions", {"QueryExecutionIds": ids} if ids else {})
    details = [
        {"QueryExecutionId": one, "Query": sql, "Status": {"State": state, "StateChangeReason": "because"}}
        for one, state in zip(ids, states, strict=True)
    ]
    if details:
        details.reverse()  # AWS promises no order here
        answer(world.source, "athena", "BatchGetQueryExecution", {"QueryExecutions": details})


@pytest.mark.parametrize(
    ("states", "code"),
    [
        (["FAILED", "SUCCEEDED"], None),
        (["RUNNING", "FAILED"], "running"),
        (["QUEUED"], "running"),
        (["FAILED", "CANCELLED"], "failed_query"),
        ([], "no_query"),
    ],
)
def test_preview(world, states, code):
    queries(world, *states)
    assert world.said("day2.preview") == code


@pytest.mark.parametrize("sql", ["SHOW TABLES", "SELECT 1", "SELECT * FROM reference_data", "DROP TABLE raw"])
def test_another_query_is_no_preview(world, sql):
    queries(world, "SUCCEEDED", sql=sql)
    assert world.said("day2.preview") == "no_query"


@pytest.mark.parametrize(
    "sql", ['select * from "fcj_an01_db"."raw" limit 5', "WITH a AS (\nSELECT 1 FROM raw) SELECT 1"]
)
def test_a_select_in_other_words_is_a_preview(world, sql):
    queries(world, "SUCCEEDED", sql=sql)
    assert world.said("day2.preview") is None


def test_no_workgroup(world):
    refuse(
        world.source, "athena", "GetWorkGroup", "InvalidRequestException", message="WorkGroup is not found."
    )
    assert world.said("day2.preview") == "no_workgroup"


def test_an_account_with_nothing_of_day_2_passes_nothing(world):
    world.solved().settled()
    verdicts = set(world.verdicts(day=2).values())
    assert verdicts <= {"failed", "skipped"}
    assert REGION in world.run("day2.database", day=2).report.regions
