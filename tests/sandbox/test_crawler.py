"""The sandbox's crawler finds in a lake what AWS's would, and says what it found as AWS does."""

from __future__ import annotations

import gzip
import io
import json
import time

import pytest

RAW = {
    "uuid": "u-1",
    "device_ts": "2026-01-15 08:00:00.000",
    "device_id": 7,
    "device_temp": 32,
    "track_id": 5,
    "activity_type": "Walking",
}
TRACK = {"track_id": 1, "track_name": "Mưa", "artist_name": "A", "genre": "Pop", "duration_s": 200}


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def columns(table):
    return {one["Name"]: one["Type"] for one in table["StorageDescriptor"]["Columns"]}


def keys(table):
    return [(one["Name"], one["Type"]) for one in table["PartitionKeys"]]


def serde(table):
    return table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].rpartition(".")[2]


def test_the_lake_of_the_course_becomes_two_tables(lake):
    lake.put(
        **{f"data/raw/2026/01/15/0{hour}/x": lines(RAW, {**RAW, "device_id": 300}) for hour in (8, 9)},
        **{"data/reference_data/tracks_reference.json": lines(TRACK)},
    )
    tables = lake.crawled()
    assert sorted(tables) == ["raw", "reference_data"]
    raw = tables["raw"]
    assert columns(raw) == {
        name: "int" if isinstance(value, int) else "string" for name, value in RAW.items()
    }
    assert keys(raw) == [(f"partition_{number}", "string") for number in range(4)]
    assert lake.partitions("raw") == [["2026", "01", "15", "08"], ["2026", "01", "15", "09"]]
    assert (serde(raw), raw["TableType"]) == ("JsonSerDe", "EXTERNAL_TABLE")
    assert raw["StorageDescriptor"]["Location"] == f"s3://lake-{lake.name}/data/raw/"
    assert keys(tables["reference_data"]) == []


def test_a_table_says_how_much_it_holds(lake):
    body = lines(*[{**RAW, "device_id": number} for number in range(10, 60)])
    lake.put(**{"data/raw/2026/a": body, "data/raw/2027/b": body})
    parameters = lake.crawled("data/raw")["raw"]["Parameters"]
    expected = {
        "UPDATED_BY_CRAWLER": lake.name,
        "CrawlerSchemaSerializerVersion": "1.0",
        "recordCount": "100",
        "averageRecordSize": str(len(body) // 50),
        "objectCount": "2",
        "sizeKey": str(2 * len(body)),
        "classification": "json",
        "compressionType": "none",
        "typeOfData": "file",
    }
    assert {name: parameters[name] for name in expected} == expected


def test_a_lake_without_files_has_no_tables(lake):
    lake.put(**{"data/": b"", "data/empty": b"", "data/_SUCCESS": b"x", "data/.hidden/x": b"{}"})
    assert lake.crawled() == {}


def test_types_are_those_of_hive(lake):
    record = {
        "small": 1,
        "large": 2**40,
        "Mixed": 1,
        "half": 1.5,
        "yes": True,
        "nothing": None,
        "inner": {"a": 1, "b": [{"c": "x"}]},
        "empty": [],
    }
    lake.put(**{"data/x": lines(record, {**record, "Mixed": "text", "half": 1, "later": [1, 2**40]})})
    assert columns(lake.crawled()["data"]) == {
        "small": "int",
        "large": "bigint",
        "mixed": "string",
        "half": "double",
        "yes": "boolean",
        "nothing": "string",
        "inner": "struct<a:int,b:array<struct<c:string>>>",
        "empty": "array<string>",
        "later": "array<bigint>",
    }


def test_csv_has_its_delimiter_and_its_header(lake):
    lake.put(**{"data/a/x.csv": b"id|Name|price\n1|x|2.5\n2|y|3\n", "data/b/x.csv": b"x,y\nz,w\n"})
    tables = lake.crawled()
    assert columns(tables["a"]) == {"id": "bigint", "name": "string", "price": "double"}
    assert tables["a"]["Parameters"]["skip.header.line.count"] == "1"
    assert tables["a"]["StorageDescriptor"]["SerdeInfo"]["Parameters"] == {"field.delim": "|"}
    assert (serde(tables["a"]), columns(tables["b"])) == (
        "LazySimpleSerDe",
        {"col0": "string", "col1": "string"},
    )


@pytest.fixture
def parquet(tmp_path):
    """The bytes of a Parquet file with nested columns and many rows."""
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "x.parquet"
    query = "SELECT i::INT AS n, {'a': [i], 'b': 1.5::DECIMAL(8, 2)} AS s, MAP {'k': i} AS m, now() AS t"
    with duckdb.connect() as database:
        database.execute(f"COPY ({query} FROM range(300000) r(i)) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def test_parquet_is_read_from_its_end(lake, parquet):
    assert len(parquet) > 1024 * 1024
    lake.put(**{"data/a/part-0.parquet": parquet, "data/a/part-1.parquet": parquet[:1000]})
    found = lake.crawled("data/a")["a"]
    assert columns(found) == {
        "n": "int",
        "s": "struct<a:array<bigint>,b:decimal(8,2)>",
        "m": "map<string,bigint>",
        "t": "timestamp",
    }
    assert (serde(found), found["Parameters"]["classification"]) == ("ParquetHiveSerDe", "parquet")
    assert int(found["Parameters"]["recordCount"]) == pytest.approx(300_000, rel=0.01)


def test_gzip_is_looked_into(lake):
    packed = io.BytesIO(gzip.compress(lines(*[RAW] * 1000)))
    lake.put(**{"data/x.gz": packed.getvalue()})
    parameters = lake.crawled()["data"]["Parameters"]
    assert (parameters["compressionType"], parameters["classification"]) == ("gzip", "json")
    assert parameters["recordCount"] == "1000"


def test_folders_with_equals_signs_name_their_keys(lake):
    lake.put(**{f"data/Year=2026/day={day}/x": lines(RAW) for day in (1, 2)})
    (table,) = lake.crawled("data").values()
    assert (table["Name"], keys(table)) == ("data", [("year", "string"), ("day", "string")])
    assert lake.partitions("data") == [["2026", "1"], ["2026", "2"]]


def test_files_beside_folders_are_one_table_if_they_are_alike(lake):
    lake.put(**{"data/x": lines(RAW), "data/deeper/x": lines(RAW)})
    (table,) = lake.crawled().values()
    assert (table["Name"], keys(table), table["Parameters"]["objectCount"]) == ("data", [], "2")


def test_alike_folders_under_the_path_are_one_table(lake):
    lake.put(**{"data/one/x": lines(RAW), "data/two/x": lines(RAW)})
    (table,) = lake.crawled().values()
    assert (table["Name"], keys(table)) == ("data", [("partition_0", "string")])


def test_objects_that_are_not_alike_are_a_table_each(lake):
    lake.put(**{"data/raw/a.json": lines(RAW), "data/raw/b.csv": b"x,y\n1,2\n", "data/raw/c": lines(TRACK)})
    assert sorted(lake.crawled()) == ["a_json", "b_csv", "c"]


def test_a_name_in_the_catalog_has_no_odd_letters(lake):
    lake.put(**{"data/My Dữ-Liệu/x": lines(RAW), "data/other/x": lines(TRACK)})
    assert sorted(lake.crawled(TablePrefix="Day2-")) == ["day2_my_d__li_u", "day2_other"]


def test_a_name_that_is_taken_gets_a_suffix(lake):
    lake.put(**{f"data/{folder}/same/x": lines(RAW) for folder in "ab"})
    lake.put(**{f"data/{folder}/other/x": lines(TRACK) for folder in "ab"})
    names = sorted(lake.crawled())
    assert [name[:5].rstrip("_") for name in names] == ["other", "other", "same", "same"]
    assert [len(name) for name in names] == [5, 5 + 33, 4, 4 + 33]


def test_what_is_excluded_is_not_seen(lake):
    lake.put(**{"data/a/x.json": lines(RAW), "data/a/x.tmp": b"\x00", "data/b/c/x": lines(TRACK)})
    tables = lake.crawled(target={"Exclusions": ["**.{tmp,bak}", "b/**"]})
    assert [one["Parameters"]["objectCount"] for one in tables.values()] == ["1"]


def test_a_second_crawl_updates_the_tables_and_adds_partitions(lake):
    lake.put(**{"data/raw/01/x": lines(RAW)})
    before = lake.crawled("data/raw")["raw"]
    lake.put(**{"data/raw/02/x": lines({**RAW, "extra": 1.5})})
    assert lake.crawl()["Status"] == "SUCCEEDED"
    after = lake.tables()["raw"]
    assert columns(after) == columns(before) | {"extra": "double"}
    assert lake.partitions("raw") == [["01"], ["02"]]
    assert (before["VersionId"], after["VersionId"]) == ("1", "2")
    (metrics,) = lake.glue.get_crawler_metrics(CrawlerNameList=[lake.name])["CrawlerMetricsList"]
    assert [metrics[f"Tables{what}"] for what in ("Created", "Updated", "Deleted")] == [0, 1, 0]


def test_what_is_gone_is_marked_or_deleted(lake):
    lake.put(**{"data/a/x": lines(RAW), "data/b/x": lines(TRACK)})
    lake.crawled()
    lake.s3.delete_object(Bucket=f"lake-{lake.name}", Key="data/b/x")
    lake.put(**{"data/c": b"x,y\n1,2\n"})
    lake.crawl()
    assert "DEPRECATED_BY_CRAWLER" in lake.tables()["b"]["Parameters"]
    lake.glue.update_crawler(Name=lake.name, SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"})
    lake.crawl()
    assert sorted(lake.tables()) == ["a", "c"]


@pytest.mark.parametrize(
    ("body", "kind", "names"),
    [
        (b"\x00\xff\xfe" * 100, "UNKNOWN", []),
        (b"PAR1" + b"\x00" * 100, "UNKNOWN", []),
        (b"\x1f\x8b\x08" + b"\x01" * 100, "UNKNOWN", []),
        (b"[" * 100_000, "UNKNOWN", []),
        (b'{"a":' * 100_000, "UNKNOWN", []),
        (lines(RAW, RAW)[:-10], "json", list(RAW)),
        (b'{"a": 1}{"a": 2}', "json", ["a"]),
        (b'[{"a": 1}, {"a": 2}]', "json", ["array"]),
        (b'\xef\xbb\xbf{"a": 1}\n\n\n{"a": 2}\r\n', "json", ["a"]),
        (b"just a text\nof two lines\n", "UNKNOWN", []),
    ],
    ids=["binary", "parquet", "gzip", "deep", "deeper", "cut", "no-newline", "array", "blank", "text"],
)
def test_no_object_is_too_odd(lake, body, kind, names):
    lake.put(**{"data/x": body})
    table = lake.crawled()["data"]
    assert (table["Parameters"]["classification"], list(columns(table))) == (kind, names)


def test_a_large_object_is_only_begun(lake):
    record = lines({**RAW, "filler": "x" * 1000})
    lake.put(
        **{"data/x": record * (20 * 1024 * 1024 // len(record)), "data/y": gzip.compress(b"\x00" * 10**8)}
    )
    began = time.monotonic()
    parameters = lake.crawled()["data"]["Parameters"]
    assert time.monotonic() - began < 5
    assert int(parameters["recordCount"]) == pytest.approx(20 * 1024 * 1024 / len(record), rel=0.01)
