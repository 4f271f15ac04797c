"""Statements: what they make of tables, and what they tell of them."""

from __future__ import annotations

import gzip

import pytest

from athena_lake import DAYS, failure


def test_utility_statements_scan_nothing(athena, days):
    for text in (
        "SHOW TABLES",
        "DESCRIBE t",
        "SHOW PARTITIONS t",
        "SHOW CREATE TABLE t",
        "EXPLAIN SELECT * FROM t",
    ):
        assert athena.scanned(text) == 0


def test_create_table_as_with_partitions(athena, days):
    outcome = athena.run("CREATE TABLE p WITH (partitioned_by = ARRAY['dt']) AS SELECT a, b, dt FROM t")
    assert outcome.rows == 5
    assert athena.lines("SHOW PARTITIONS p") == [f"dt={day}" for day in DAYS]
    assert athena.lines("SELECT count(*), sum(a) FROM p WHERE dt = '2026-01-03'") == ['"2","9"']


@pytest.mark.parametrize("form", ["PARQUET", "JSON", "TEXTFILE"])
def test_insert_appends_in_the_format_of_the_table(athena, form):
    athena.run(f"CREATE TABLE p WITH (format = '{form}') AS SELECT 1 a, 'x' b")
    athena.run("INSERT INTO p (b, a) VALUES ('y', 2), (NULL, 3)")
    assert athena.lines("SELECT * FROM p ORDER BY a") == ['"1","x"', '"2","y"', '"3",']


def test_insert_into_a_new_partition(athena, days):
    athena.run("INSERT INTO t SELECT 9, 'new', '2026-02-01'")
    assert athena.lines("SELECT b FROM t WHERE dt = '2026-02-01'") == ['"new"']


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "CREATE TABLE t AS SELECT 1 a",
            "TABLE_ALREADY_EXISTS: line 1:1: Destination table 'awsdatacatalog.db.t'",
        ),
        (
            "CREATE TABLE p AS SELECT 1",
            "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position 1",
        ),
        (
            "CREATE TABLE p AS SELECT 1 a, 2 a",
            "DUPLICATE_COLUMN_NAME: line 1:1: Column name 'a' specified more",
        ),
        (
            "CREATE TABLE p AS SELECT now() a",
            "NOT_SUPPORTED: Unsupported Hive type: timestamp with time zone",
        ),
        (
            "CREATE TABLE p WITH (external_location = 's3://b/data/') AS SELECT 1 a",
            "HIVE_PATH_ALREADY_EXISTS: ",
        ),
        (
            "CREATE TABLE p WITH (partitioned_by = ARRAY['a']) AS SELECT 1 a, 2 b",
            "HIVE_COLUMN_ORDER_MISMATCH: ",
        ),
        ("INSERT INTO t VALUES (1)", "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types"),
        ("DROP TABLE nope", "FAILED: SemanticException [Error 10001]: Table not found nope"),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/x/'", "FAILED: Execution Error, return code 1"),
        (
            "CREATE EXTERNAL TABLE no.pe (a int) LOCATION 's3://b/x/'",
            "FAILED: SemanticException [Error 10072]",
        ),
        (
            "CREATE VIEW t AS SELECT 1 a",
            "TABLE_ALREADY_EXISTS: line 1:1: Table 'awsdatacatalog.db.t' already exists",
        ),
        ("DROP DATABASE db", "FAILED: Execution Error, return code 1"),
        ("ALTER TABLE t ADD PARTITION (dt = '2026-01-01')", "FAILED: Execution Error, return code 1"),
    ],
)
def test_statements_that_fail(athena, days, text, reason):
    assert failure(athena, text).startswith(reason)


def test_a_work_group_may_say_where_tables_go(athena):
    text = "CREATE TABLE p WITH (external_location = 's3://b/p/') AS SELECT 1 a"
    assert "enforces a centralized output location" in failure(athena, text, enforced=True)
    athena.run("CREATE TABLE p AS SELECT 1 a", enforced=True)


def test_views_stand_for_their_queries(athena, days):
    athena.run("CREATE VIEW v AS SELECT b, count(*) AS n FROM t GROUP BY b")
    athena.run("CREATE OR REPLACE VIEW w AS SELECT * FROM v WHERE n > 1")
    assert athena.lines("SELECT x.n FROM w x") == ['"3"']
    athena.run("DROP VIEW w")
    assert athena.lines("SHOW VIEWS") == ["v"]


def test_unload_writes_objects_and_no_table(athena, days):
    outcome = athena.run(
        "UNLOAD (SELECT a FROM t WHERE dt = '2026-01-02') TO 's3://b/un/' WITH (format = 'JSON')"
    )
    (uri,) = outcome.written
    assert gzip.decompress(athena.lake._path(uri).read_bytes()) == b'{"a":3}\n'


def test_partitions_come_and_go(athena, days):
    athena.run(
        "ALTER TABLE t ADD IF NOT EXISTS PARTITION (dt = 'p') LOCATION 's3://b/far/' PARTITION (dt = 'q')"
    )
    assert athena.lines("SHOW PARTITIONS t")[-2:] == ["dt=p", "dt=q"]
    athena.run("ALTER TABLE t DROP PARTITION (dt = 'p')")
    assert athena.lines("SHOW PARTITIONS t")[-1] == "dt=q"


def test_a_table_is_described_as_it_was_made(athena, days):
    athena.run("ALTER TABLE t ADD COLUMNS (c double)")
    assert "c                   \tdouble" in "\n".join(athena.lines("DESCRIBE t"))
    assert athena.lines("SHOW COLUMNS IN t")[0].strip() == "a"
    assert "  'org.openx.data.jsonserde.JsonSerDe' " in athena.lines("SHOW CREATE TABLE t")
    assert athena.lines("SHOW TABLES 'x*|t*'") == ["t"]
    assert athena.lines("SHOW DATABASES") == ["db"]
