"""Tables: what the SerDes make of objects, what a query scans of them, and what statements make of tables."""

from __future__ import annotations

import gzip
import json

import duckdb
import pytest

from athena_lake import DAYS, FORGIVING, JSON, failure


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b'{"a": 1}\n{"a": 2}\n', ["1", "2"]),
        (b'{"a": 1}{"a": 2}\n{"a": 3}', ["1", "3"]),
        (b'{"a": 1}\n\n{"a": 2}\n', ["1", "2", "NULL"]),
        (b'{"A": 1}\n', ["1"]),
        (b'{"b": 1}\n', ["NULL"]),
        (b'{"a": "7"}\n', ["7"]),
        (b'  {"a": 1}\r\n', ["1"]),
    ],
)
def test_a_line_of_json_is_a_row(athena, table, body, lines):
    athena.lake.write("data/x.json", body=body)
    found = table("a int").lines("SELECT a FROM t ORDER BY a")
    assert [line.strip('"') or "NULL" for line in found] == lines


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": 1}\n{"a":\n', "HIVE_CURSOR_ERROR: Row is not a valid JSON Object"),
        (
            b'{"a": 1, "a": 2}\n',
            'HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key "a"',
        ),
        (b"[1]\n", "HIVE_CURSOR_ERROR: Row is not a valid JSON Object"),
        (b"\x00\xff\xfe", "HIVE_CURSOR_ERROR: Row is not a valid JSON Object"),
        (b"{" * 5000, "HIVE_CURSOR_ERROR: Row is not a valid JSON Object"),
        (b'{"a": "x"}\n', "HIVE_BAD_DATA: "),
    ],
)
def test_what_is_no_json(athena, table, body, reason):
    athena.lake.write("data/x.json", body=body)
    table("a int")
    assert failure(athena, "SELECT * FROM t").startswith(reason)


def test_malformed_json_can_be_forgiven(athena, table):
    athena.lake.write("data/x.json", body=b'{"a": 1}\n{"a":\n{"a": 1, "a": 2}\n')
    assert table("a int", FORGIVING).lines("SELECT count(*), count(a) FROM t") == ['"3","1"']


def test_json_may_be_nested_and_compressed(athena, table):
    row = {"s": {"X": 1, "y": ["p"]}, "m": {"k": 2}}
    athena.lake.write("data/x.json.gz", body=gzip.compress(json.dumps(row).encode()))
    columns = "s struct<x:int,y:array<string>>, m map<string,int>"
    assert table(columns).lines("SELECT s.x, s.y[1], m['k'], s FROM t") == ['"1","p","2","{x=1, y=[p]}"']


def test_a_name_may_be_mapped_to_a_key(athena, table):
    athena.lake.write("data/x.json", {"ts": 5})
    how = f"{JSON} WITH SERDEPROPERTIES ('mapping.moment' = 'ts')"
    assert table("moment int", how).lines("SELECT moment FROM t") == ['"5"']


def test_lazy_text_is_cut_at_every_comma(athena, table):
    athena.lake.write("data/x.csv", body=b'h1,h2,h3\n1,"q",1.5\nx,\\N,2\n3\n4,y,3,more\n')
    how = "ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' STORED AS TEXTFILE"
    table("a int, b string, c double", how, more="TBLPROPERTIES ('skip.header.line.count' = '1')")
    assert athena.lines("SELECT * FROM t ORDER BY c, a") == [
        '"1","""q""","1.5"',
        ',,"2.0"',
        '"4","y","3.0"',
        '"3",,',
    ]


def test_open_csv_knows_quotes(athena, table):
    athena.lake.write("data/x.csv", body=b'1,"a,b"\n2,"c\nd"\n')
    how = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'"
    assert table("a string, b string", how).lines("SELECT b FROM t WHERE a = '1'") == ['"a,b"']


def test_hidden_and_empty_objects_are_not_read(athena, table):
    athena.lake.write("data/x.json", {"a": 1})
    athena.lake.write("data/_SUCCESS", body=b"no json")
    athena.lake.write("data/.hidden", body=b"no json")
    assert table("a int").lines("SELECT count(*) FROM t") == ['"1"']


def test_a_table_without_objects_is_empty(table):
    assert table("a int, b array<string>").lines("SELECT * FROM t") == []


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("", sorted(DAYS)),
        ("WHERE dt = '2026-01-02'", ["2026-01-02"]),
        ("WHERE dt > '2026-01-01' AND a > 0", ["2026-01-02", "2026-01-03"]),
        ("WHERE dt IN ('2026-01-01') OR dt = '2026-01-03'", ["2026-01-01", "2026-01-03"]),
        ("WHERE dt LIKE '%-02' AND t.dt <> 'x'", ["2026-01-02"]),
        ("WHERE dt = '2026-01-02' OR a = 1", sorted(DAYS)),
        ("WHERE dt = 'never'", []),
    ],
)
def test_only_the_partitions_that_are_needed_are_scanned(athena, days, where, wanted):
    assert athena.scanned(f"SELECT count(*) FROM t {where}") == sum(days[day] for day in wanted)  # noqa: S608


def test_each_mention_of_a_table_is_scanned_for_itself(athena, days):
    query = "SELECT count(*) FROM t x JOIN t y ON x.a = y.a AND y.dt = '2026-01-02' WHERE x.dt = '2026-01-03'"
    assert athena.scanned(query) == days["2026-01-02"] + days["2026-01-03"]


def test_outer_joins_keep_partitions_that_where_cannot_rule_out(athena, days):
    query = "SELECT count(*) FROM t x LEFT JOIN t y ON x.a = y.a WHERE y.dt IS NULL AND x.dt = '2026-01-02'"
    assert athena.scanned(query) == sum(days.values()) + days["2026-01-02"]


def test_partition_values_and_the_path_are_columns(athena, days):
    lines = athena.lines("""SELECT dt, "$path" FROM t WHERE a = 3""")
    assert lines == ['"2026-01-02","s3://b/data/dt=2026-01-02/x.json"']
    assert athena.lines('SELECT *, "$path" FROM t WHERE a = 3')[0].count(",") == 3


def _column_sizes(path):
    query = "SELECT path_in_schema, sum(total_compressed_size) FROM parquet_metadata(?) GROUP BY 1"
    return dict(duckdb.connect().execute(query, [path]).fetchall())


def test_parquet_is_scanned_by_column(athena, days):
    athena.run("CREATE TABLE p WITH (format = 'PARQUET', write_compression = 'SNAPPY') AS SELECT * FROM t")
    (file,) = athena.lake.objects([f"s3://b/out/tables/q{athena._number}/"])[0]
    sizes = _column_sizes(str(athena.lake._path(file.uri)))
    assert athena.scanned("SELECT a FROM p") == sizes["a"]
    assert athena.scanned("SELECT a FROM p WHERE b = 'x'") == sizes["a"] + sizes["b"]
    assert athena.scanned("SELECT x.a FROM (SELECT * FROM p) x") == sizes["a"]
    assert athena.scanned("SELECT count(*) FROM p") == 0
    assert athena.scanned("SELECT * FROM p") == sum(sizes.values())
    assert athena.scanned("SELECT p.a FROM p JOIN p q ON p.a = q.a") == 2 * sizes["a"]


def test_parquet_that_is_none(athena, table):
    athena.lake.write("data/x.parquet", body=b"PAR1 cut short")
    table("a int", "STORED AS PARQUET")
    assert failure(athena, "SELECT * FROM t") == (
        "HIVE_BAD_DATA: Not valid Parquet file: expected magic number: PAR1"
    )


def test_parquet_columns_of_another_type(athena, days):
    athena.run("CREATE TABLE p AS SELECT a, b FROM t")
    location = athena.lake.tables["db", "p"]["StorageDescriptor"]["Location"]
    athena.run(f"CREATE EXTERNAL TABLE q (a string, c int) STORED AS PARQUET LOCATION '{location}'")
    assert "HIVE_BAD_DATA: Field a's type INTEGER" in failure(athena, "SELECT * FROM q")
