"""Trino's SQL in the sandbox answers as Trino does.

Every expectation in the tables is believed: taken from Trino's documentation, never yet compared with a live
account. What is known to differ is named in `test_known_differences`.
"""
# ruff: noqa: E501 - a query and its answer share a line

from __future__ import annotations

import pytest

from athena_lake import Athena
from checkday.sandbox.overlay.athena.sql.errors import Malformed, QueryError
from checkday.sandbox.overlay.athena.sql.statements import parse

ANSWERS = {
    # arithmetic: integers stay integers, decimals keep the larger scale
    "SELECT 7 / 2, -7 / 2, 7e0 / 2": '"3","-3","3.5"',
    "SELECT 7.5 / 2, 1.0 * 7 / 2": '"3.8","3.5"',
    "SELECT 5 % 3, -5 % 3, mod(5, 3)": '"2","-2","2"',
    "SELECT 1e0 / 0, 0e0 / 0": '"Infinity","NaN"',
    "SELECT TRY(1 / 0), TRY_CAST('x' AS integer)": ",",
    "SELECT round(2.5), round(-2.5), round(2.345e0, 2)": '"3","-3","2.35"',
    "SELECT truncate(2.7e0), power(2, 3), cbrt(8), log(2, 8)": '"2.0","8.0","2.0","3.0"',
    "SELECT bitwise_and(6, 3), bitwise_or(6, 3), bitwise_xor(6, 3)": '"2","7","5"',
    "SELECT greatest(1, 2), least(1, 2), greatest(1, NULL)": '"2","1",',
    "SELECT 1e7, 123456.789e0, 0.0001e0, 0.1e0 + 0.2e0": '"1.0E7","123456.789","1.0E-4","0.30000000000000004"',
    "SELECT 1.10, CAST(2 AS decimal(5,2)), CAST(1.5 AS real)": '"1.10","2.00","1.5"',
    "SELECT width_bucket(5, 0, 10, 5), sign(-3), is_nan(nan())": '"3","-1","true"',
    # names
    "SELECT typeof(1), typeof(1.5), typeof(1e0), typeof('abc')": '"integer","decimal(2,1)","double","varchar(3)"',
    "SELECT typeof(ARRAY[1]), typeof(DATE '2026-01-01'), typeof(true)": '"array(integer)","date","boolean"',
    "SELECT typeof(MAP(ARRAY['a'], ARRAY[1]))": '"map(varchar, integer)"',
    # text
    "SELECT 'a' || 'b', concat('a', 'b', 'c'), concat('a', NULL)": '"ab","abc",',
    "SELECT length('phở'), upper('phở'), reverse('abc')": '"3","PHỞ","cba"',
    "SELECT substr('hello', 2, 3), strpos('hello', 'l'), position('l' IN 'hello')": '"ell","3","3"',
    "SELECT split('a,b', ','), split_part('a,b,c', ',', 2), split_part('a', ',', 2)": '"[a, b]","b",',
    "SELECT lpad('1', 3, '0'), rpad('a', 3, '-'), trim('  a '), replace('abab', 'a', '')": '"001","a--","a","bb"',
    "SELECT regexp_like('abc', 'a.c'), regexp_extract('abc12', '(\\d+)', 1)": '"true","12"',
    "SELECT regexp_extract('abc', 'z'), regexp_replace('aXb', '(X)', '[$1]')": ',"a[X]b"',
    "SELECT regexp_count('a1b2', '\\d'), regexp_split('a1b2', '\\d')": '"2","[a, b, ]"',
    "SELECT format('%s: %d, %.2f%%', 'x', 7, 3.14159)": '"x: 7, 3.14%"',
    "SELECT format('%05d %,d', 42, 1234567)": '"00042 1,234,567"',
    "SELECT chr(65), codepoint('A'), levenshtein_distance('kitten', 'sitting')": '"A","65","3"',
    "SELECT to_hex(md5(to_utf8('a'))), from_utf8(from_hex('4142'))": '"0CC175B9C0F1B6A831C399E269772661","AB"',
    "SELECT url_extract_host('http://a.b/c?d=e'), url_extract_parameter('http://a.b/c?d=e', 'd')": '"a.b","e"',
    "SELECT split_to_map('a=1,b=2', ',', '=')": '"{a=1, b=2}"',
    # casts to text
    "SELECT CAST(1.5e0 AS varchar), CAST(DATE '2026-01-01' AS varchar), CAST(true AS varchar)": (
        '"1.5E0","2026-01-01","true"'
    ),
    "SELECT CAST(TIMESTAMP '2026-01-02 03:04:05' AS varchar), CAST('abcdef' AS varchar(3))": (
        '"2026-01-02 03:04:05.000","abc"'
    ),
    # dates
    "SELECT date_add('day', 1, DATE '2026-01-31'), DATE '2026-01-31' + INTERVAL '1' MONTH": (
        '"2026-02-01","2026-02-28"'
    ),
    "SELECT date_add('hour', -1, TIMESTAMP '2026-01-01 00:00:00')": '"2025-12-31 23:00:00.000"',
    "SELECT date_diff('day', DATE '2026-01-01', DATE '2026-03-01')": '"59"',
    "SELECT date_diff('hour', TIMESTAMP '2026-01-01 00:59:00', TIMESTAMP '2026-01-01 01:00:00')": '"0"',
    "SELECT date_trunc('month', DATE '2026-05-20'), date_trunc('hour', TIMESTAMP '2026-01-01 10:20:30')": (
        '"2026-05-01","2026-01-01 10:00:00.000"'
    ),
    "SELECT day_of_week(DATE '2026-11-22'), extract(dow FROM DATE '2026-11-22'), week(DATE '2026-01-01')": (
        '"7","7","1"'
    ),
    "SELECT year(d), quarter(d), day_of_year(d), last_day_of_month(d) FROM (VALUES DATE '2026-02-03') AS t(d)": (
        '"2026","1","34","2026-02-28"'
    ),
    "SELECT date_parse('2026-01-02 03:04', '%Y-%m-%d %H:%i')": '"2026-01-02 03:04:00.000"',
    "SELECT date_format(TIMESTAMP '2026-01-02 15:04:05', '%d/%m/%Y %h:%i %p')": '"02/01/2026 03:04 PM"',
    "SELECT format_datetime(TIMESTAMP '2026-01-02 03:04:05', 'yyyy-MM-dd''T''HH:mm')": '"2026-01-02T03:04"',
    "SELECT parse_datetime('2026-01-02', 'yyyy-MM-dd')": '"2026-01-02 00:00:00.000 UTC"',
    "SELECT from_iso8601_timestamp('2026-01-02T03:04:05Z'), from_iso8601_date('2026-01-02')": (
        '"2026-01-02 03:04:05.000 UTC","2026-01-02"'
    ),
    "SELECT from_unixtime(0), to_unixtime(TIMESTAMP '1970-01-01 00:01:00')": (
        '"1970-01-01 00:00:00.000 UTC","60.0"'
    ),
    "SELECT hour(TIMESTAMP '2026-01-01 20:00:00' AT TIME ZONE 'Asia/Ho_Chi_Minh')": '"3"',
    "SELECT human_readable_seconds(93784), to_iso8601(DATE '2026-01-01')": (
        '"1 day, 2 hours, 3 minutes, 4 seconds","2026-01-01"'
    ),
    # JSON
    """SELECT json_extract_scalar('{"a": {"b": 1}}', '$.a.b'), json_extract('{"a": [1, 2]}', '$.a')""": (
        '"1","[1,2]"'
    ),
    "SELECT json_extract_scalar('no json', '$.a'), json_extract('{}', '$.a')": ",",
    "SELECT CAST(json_parse('[1, 2]') AS array(integer)), json_array_length('[1, 2]')": '"[1, 2]","2"',
    "SELECT json_format(CAST(MAP(ARRAY['a'], ARRAY[1]) AS JSON)), json_array_contains('[1, 2]', 2)": (
        '"{""a"":1}","true"'
    ),
    """SELECT CAST(json_extract('{"a": "x"}', '$.a') AS varchar), json_size('{"a": [1, 2]}', '$.a')""": '"x","2"',
    # arrays and maps
    "SELECT cardinality(ARRAY[1, 2]), cardinality(MAP(ARRAY['a'], ARRAY[1]))": '"2","1"',
    "SELECT ARRAY[10, 20][1], element_at(ARRAY[1], 5), MAP(ARRAY['a'], ARRAY[1])['a']": '"10",,"1"',
    "SELECT contains(ARRAY[1], 1), array_position(ARRAY[1, 2], 2), array_position(ARRAY[1], 9)": '"true","2","0"',
    "SELECT array_join(ARRAY[1, 2, NULL], ','), array_join(ARRAY[1, NULL], ',', '-')": '"1,2","1,-"',
    "SELECT array_sort(ARRAY[3, NULL, 1]), array_max(ARRAY[1, 3]), slice(ARRAY[1, 2, 3], 2, 2)": (
        '"[1, 3, null]","3","[2, 3]"'
    ),
    "SELECT sequence(1, 3), sequence(DATE '2026-01-01', DATE '2026-01-03'), repeat('x', 2)": (
        '"[1, 2, 3]","[2026-01-01, 2026-01-02, 2026-01-03]","[x, x]"'
    ),
    "SELECT filter(ARRAY[1, 2, 3], x -> x > 1), transform(ARRAY[1, 2], x -> x * 2)": '"[2, 3]","[2, 4]"',
    "SELECT reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s * 10)": '"60"',
    "SELECT any_match(ARRAY[1, 2], x -> x = 2), none_match(ARRAY[1], x -> x = 2)": '"true","true"',
    "SELECT map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1)": '"{b=2}"',
    "SELECT transform_values(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v + 1)": '"{a=2}"',
    "SELECT zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x + y), flatten(ARRAY[ARRAY[1], ARRAY[2]])": (
        '"[4, 6]","[1, 2]"'
    ),
    "SELECT ROW(1, 'x'), CAST(ROW(1, 'x') AS ROW(a integer, b varchar))": '"{field0=1, field1=x}","{a=1, b=x}"',
    # aggregates and windows
    "SELECT count(*), count(x), sum(x), avg(x) FROM (VALUES 1, 2, NULL) AS t(x)": '"3","2","3","1.5"',
    "SELECT count_if(x > 1), bool_or(x > 1), arbitrary(1), approx_distinct(x) FROM (VALUES 1, 2) AS t(x)": (
        '"1","true","1","2"'
    ),
    "SELECT max_by(x, y), min_by(x, y) FROM (VALUES ('a', 1), ('b', 2)) AS t(x, y)": '"b","a"',
    "SELECT approx_percentile(x, 0.5), stddev(x), variance(x) FROM (VALUES 1, 3) AS t(x)": (
        '"1","1.4142135623730951","2.0"'
    ),
    "SELECT array_agg(x ORDER BY x DESC), map_agg(x, y) FROM (VALUES (1, 'a')) AS t(x, y)": '"[1]","{1=a}"',
    "SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 'b', 'a') AS t(x)": '"a,b"',
    "SELECT sum(x) FILTER (WHERE x > 1) FROM (VALUES 1, 2, 3) AS t(x)": '"5"',
    "SELECT lag(x) IGNORE NULLS OVER (ORDER BY y) FROM (VALUES (1, 1)) AS t(x, y)": "",
    # shapes
    "SELECT 1 WHERE 1 = 2": None,
    "VALUES (1, 'a')": '"1","a"',
    "SELECT x FROM (VALUES 2, NULL, 1) AS t(x) ORDER BY x LIMIT 1": '"1"',
    "WITH RECURSIVE t(n) AS (VALUES 1 UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t": '"10"',
    "SELECT k, v FROM UNNEST(MAP(ARRAY['a'], ARRAY[1])) AS t(k, v)": '"a","1"',
    "SELECT e, f FROM UNNEST(ARRAY[ROW(1, 'x')]) AS t(e, f)": '"1","x"',
    "SELECT e, f, n FROM UNNEST(ARRAY[1], ARRAY['p']) WITH ORDINALITY AS t(e, f, n)": '"1","p","1"',
}

FAILURES = {
    "SELECT 1 / 0": "DIVISION_BY_ZERO: Division by zero",
    "SELECT 1 % 0": "DIVISION_BY_ZERO: Division by zero",
    "SELECT CAST('x' AS integer)": "INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT",
    "SELECT CAST('x' AS date)": "INVALID_CAST_ARGUMENT: Value cannot be cast to date: x",
    "SELECT 2147483647 + 1": "NUMERIC_VALUE_OUT_OF_RANGE: Overflow in addition of INT32 (2147483647 + 1)",
    "SELECT nope(1)": "FUNCTION_NOT_FOUND: line 1:8: Function 'nope' not registered",
    "SELECT\n  len('a')": "FUNCTION_NOT_FOUND: line 2:3: Function 'len' not registered",
    "SELECT sum('a')": "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar) for function sum",
    "SELECT 'a' || 1": (
        "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1), integer) for function concat"
    ),
    "SELECT x FROM (VALUES 1) AS t(x) WHERE x = '1'": (
        "TYPE_MISMATCH: line 1:42: Cannot apply operator: integer = varchar(1)"
    ),
    "SELECT y FROM (VALUES 1) AS t(x)": (
        "COLUMN_NOT_FOUND: line 1:8: Column 'y' cannot be resolved or requester is not authorized to access "
        "requested resources"
    ),
    "SELECT x AS y FROM (VALUES 1) AS t(x) WHERE y = 1": (
        "COLUMN_NOT_FOUND: line 1:45: Column 'y' cannot be resolved or requester is not authorized to access "
        "requested resources"
    ),
    "SELECT x, y, count(*) FROM (VALUES (1, 2)) AS t(x, y) GROUP BY x": (
        "EXPRESSION_NOT_AGGREGATE: line 1:11: 'y' must be an aggregate expression or appear in GROUP BY clause"
    ),
    "SELECT x FROM (VALUES 1) AS a(x), (VALUES 1) AS b(x)": (
        "AMBIGUOUS_NAME: line 1:8: Column 'x' is ambiguous"
    ),
    "SELECT * FROM nope": "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.db.nope' does not exist",
    "SELECT * FROM no.pe": "SCHEMA_NOT_FOUND: line 1:15: Schema 'no' does not exist",
    "SELECT ?": "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 0",
}

REFUSED = {
    "": "line 1:1: mismatched input '<EOF>'. Expecting: 'ALTER'",
    "SELEC 1": "line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER'",
    "SELECT a FROM": "line 1:14: mismatched input '<EOF>'",
    "SELECT a b c": "line 1:12: mismatched input 'c'",
    "SELECT 1::bigint": "line 1:9: mismatched input '::'",
    "SELECT 1; SELECT 2": "Only one sql statement is allowed. Got: SELECT 1; SELECT 2",
    "DELETE FROM t": "Queries of this type are not supported",
    "CREATE TABLE t (a int)": "line 1:8: External keyword required for table type HIVE",
    f"SELECT {'(' * 5000}1{')' * 5000}": "statement is too large",
}


@pytest.fixture(scope="module")
def athena(tmp_path_factory):
    return Athena(tmp_path_factory.mktemp("athena"))


@pytest.mark.parametrize("query", ANSWERS)
def test_answers(athena, query):
    wanted = ANSWERS[query]
    assert athena.lines(query) == ([] if wanted is None else [wanted])


@pytest.mark.parametrize("query", FAILURES)
def test_failures(athena, query):
    with pytest.raises(QueryError) as caught:
        athena.run(query)
    assert caught.value.reason == FAILURES[query]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused_before_it_is_a_query(text):
    with pytest.raises(Malformed) as caught:
        parse(text)
    assert str(caught.value).startswith(REFUSED[text])


def test_columns_without_a_name_are_counted(athena):
    outcome = athena.run("SELECT t.*, 1, x + 1, x AS Y FROM (VALUES (1, 2)) AS t(x, z)")
    assert [column.name for column in outcome.columns] == ["x", "z", "_col2", "_col3", "Y"]


def test_types_of_columns(athena):
    query = (
        "SELECT 1, 1.50, 'a', 1e0, true, DATE '2026-01-01', now(), ARRAY[1], MAP(), ROW(1), count(*), sum(1)"
    )
    types = "integer decimal varchar double boolean date timestamp_with_time_zone array map row bigint bigint"
    assert [column.type.replace(" ", "_") for column in athena.run(query).columns] == types.split()


def test_parameters_take_the_place_of_question_marks(athena):
    assert athena.lines("SELECT ? + 1, ?", "41", "'it''s'") == ['"42","it\'s"']


def test_explain_tells_a_plan(athena):
    outcome = athena.run("EXPLAIN SELECT count(*) FROM (VALUES 1, 2) AS t(x)")
    assert outcome.columns[0].name == "Query Plan"
    assert outcome.rows > 0


def test_known_differences(athena):
    """DuckDB keeps no zone beside a moment, where Trino would say 07:00 Asia/Ho_Chi_Minh."""
    query = "SELECT at_timezone(TIMESTAMP '2026-01-01 00:00:00 UTC', 'Asia/Ho_Chi_Minh')"
    assert athena.lines(query) == ['"2026-01-01 07:00:00.000"']
