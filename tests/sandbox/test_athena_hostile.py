"""A learner's SQL reaches nothing of the machine: refused as SQL, and refused again by the engine itself."""

from __future__ import annotations

import duckdb
import pytest

from athena_lake import Athena
from checkday.sandbox.overlay.athena.sql.errors import QueryError

HOSTILE = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM glob('/*')",
    "SELECT read_text('/etc/passwd')",
    "SELECT getenv('HOME')",
    "SELECT current_setting('home_directory')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM range(10)",
    "SELECT trino_varchar(1)",
    "SELECT main.trino_varchar(1)",
    "SELECT error('x')",
    "COPY (SELECT 1) TO '/tmp/x'",
    "COPY t FROM '/etc/passwd'",
    "EXPORT DATABASE '/tmp/x'",
    "ATTACH '/tmp/x.db' AS y",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SET enable_external_access = true",
    "RESET ALL",
    "USE memory",
    "CALL pragma_version()",
    "CREATE SECRET s (TYPE s3)",
    "CREATE MACRO f() AS 1",
    "CREATE TEMP TABLE t AS SELECT 1 a",
    "CREATE TABLE t AS FROM read_csv('/etc/passwd')",
    "INSERT INTO t SELECT * FROM read_csv('/etc/passwd')",
    "UNLOAD (SELECT * FROM read_csv('/etc/passwd')) TO 's3://b/x/' WITH (format = 'JSON')",
    "EXPLAIN SELECT * FROM read_csv('/etc/passwd')",
    "EXPLAIN ANALYZE SELECT 1",
    "SUMMARIZE SELECT 1",
    "FROM read_csv('/etc/passwd')",
    "SELECT 1; COPY (SELECT 1) TO '/tmp/x'",
    "SELECT * FROM t PIVOT (sum(a) FOR b IN (1))",
    "SELECT COLUMNS(*) FROM (VALUES 1) AS t(x)",
    "SELECT * REPLACE (1 AS x) FROM (VALUES 1) AS t(x)",
    "SELECT (SELECT * FROM read_csv('/etc/passwd'))",
    "WITH x AS (SELECT * FROM read_csv('/etc/passwd')) SELECT * FROM x",
    "SELECT 1 UNION ALL SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM UNNEST(read_text('/etc/passwd'))",
    "SELECT transform(ARRAY[1], x -> read_text('/etc/passwd'))",
    "SELECT CAST('/etc/passwd' AS oid)",
    "SELECT 1 FROM (VALUES 1) AS t(x) USING SAMPLE 10",
    "SELECT $1",
    "SELECT @@version",
]

ENGINE = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "COPY (SELECT 1) TO '/tmp/athena-test'",
    "ATTACH '/tmp/athena-test.db' AS y",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET memory_limit = '8GB'",
    "SELECT getenv('HOME')",
    "SELECT * FROM athena",
]


REFUSALS = {
    "COLUMN_NOT_FOUND",
    "FUNCTION_NOT_FOUND",
    "INVALID_CAST_ARGUMENT",
    "NOT_SUPPORTED",
    "SCHEMA_NOT_FOUND",
    "SYNTAX_ERROR",
    "TABLE_NOT_FOUND",
}


@pytest.fixture(scope="module")
def athena(tmp_path_factory):
    return Athena(tmp_path_factory.mktemp("athena"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_sql_is_refused(athena, text):
    with pytest.raises(QueryError) as caught:
        athena.run(text)
    assert caught.value.name in REFUSALS


@pytest.mark.parametrize("text", ENGINE)
def test_the_engine_is_locked(athena, text):
    with pytest.raises(duckdb.Error):
        athena.database.execute(text)


def test_names_are_never_more_than_names(athena):
    athena.lake.write("odd/x.json", {'a"; DROP': 1})
    query = """SELECT 1 AS "x"", (SELECT 2) AS ""y" """
    assert athena.run(query).columns[0].name == 'x", (SELECT 2) AS "y'
