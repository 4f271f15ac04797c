"""PySpark in the sandbox's sessions: it reads and writes the sandbox's S3, and answers as Spark does."""

from __future__ import annotations

import json
import re
import textwrap

import duckdb
import pytest

from checkday import resources
from interactive import Interactive, client, role

BUCKET = "lake-for-spark"
PART = r"part-00000-[0-9a-f-]{36}-c000\.snappy\.parquet"


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


def play(number, track):
    activity = "Running" if number % 4 == 0 else "Walking"
    moment = f"2026-01-15 08:00:00.{number:03}"
    known = {"uuid": f"u-{number}", "device_ts": moment, "device_id": number % 50, "device_temp": 32}
    return {**known, "track_id": track, "activity_type": activity}


@pytest.fixture(scope="module")
def clients(server):
    return lambda service: client(server.endpoint, service)


@pytest.fixture(scope="module")
def s3(clients):
    s3 = clients("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    for hour in range(3):
        plays = [play(number, number % 31) for number in range(hour * 100, hour * 100 + 100)]
        s3.put_object(Bucket=BUCKET, Key=f"data/raw/2026/01/15/{hour:02}/plays", Body=lines(*plays))
    song = {"artist_name": "a", "genre": "pop", "duration_s": 1}
    songs = [{"track_id": number, "track_name": f"song {number}", **song} for number in range(1, 101)]
    s3.put_object(Bucket=BUCKET, Key="data/reference_data/", Body=b"")
    s3.put_object(Bucket=BUCKET, Key="data/reference_data/tracks_reference.json", Body=lines(*songs))
    return s3


@pytest.fixture(scope="module")
def spark(clients, s3):
    role(clients("iam"))
    spark = Interactive(clients("glue"), "spark")
    spark.run(
        "from pyspark.sql import functions as F\n"
        f"plays = spark.read.json('s3://{BUCKET}/data/raw/*/*/*/*/')\n"
        f"songs = spark.read.json('s3://{BUCKET}/data/reference_data/')"
    )
    yield spark
    assert spark.stop() == "STOPPED"


def keys(s3, prefix):
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    return [each["Key"].removeprefix(prefix) for each in found]


def test_the_program_of_the_pages_balances(spark, s3):
    source = (resources.shared() / "py" / "day3" / "etl.py").read_text(encoding="utf-8")
    program = f"def run(bucket):\n{textwrap.indent(source, '  ')}\nrun('{BUCKET}')"
    text = spark.run(program)
    assert re.findall(r": (\d+)", text) == ["300", "100", "75", "0", "290", "10", "290", "10"]
    assert "|       0|   10|" in text
    mark, part = keys(s3, "data/processed-data/")
    assert mark == "_SUCCESS"
    assert re.fullmatch(PART, part)
    # Run again, it overwrites.
    spark.run(program)
    assert len(keys(s3, "data/processed-data/")) == 2


def test_its_output_is_parquet_with_types(spark, s3, tmp_path):
    spark.run(
        f"plays.withColumn('track_id', F.col('track_id').cast('int')).groupBy('track_id')"
        f".agg(F.sum('device_id').alias('total'), F.count('*').alias('plays'))"
        f".write.parquet('s3://{BUCKET}/typed/')"
    )
    (key,) = [each for each in keys(s3, "typed/") if each.endswith("parquet")]
    (tmp_path / "part").write_bytes(s3.get_object(Bucket=BUCKET, Key=f"typed/{key}")["Body"].read())
    found = duckdb.read_parquet(f"{tmp_path}/part").dtypes
    assert found == ["INTEGER", "BIGINT", "BIGINT"]
    codecs = duckdb.execute("SELECT DISTINCT compression FROM parquet_metadata(?)", [f"{tmp_path}/part"])
    assert codecs.fetchall() == [("SNAPPY",)]


def test_a_crawler_makes_a_table_of_it(spark, s3, clients, until):
    glue = clients("glue")
    where = f"s3://{BUCKET}/crawled/processed-data/"
    spark.run(f"songs.withColumn('track_id', F.col('track_id').cast('int')).write.parquet('{where}')")
    glue.create_database(DatabaseInput={"Name": "spark"})
    glue.create_crawler(
        Name="spark", Role="session", DatabaseName="spark", Targets={"S3Targets": [{"Path": where}]}
    )
    glue.start_crawler(Name="spark")
    until(lambda: glue.get_crawler(Name="spark")["Crawler"]["State"] == "READY")
    table = glue.get_table(DatabaseName="spark", Name="processed_data")["Table"]
    assert table["Parameters"]["classification"] == "parquet"
    types = {each["Name"]: each["Type"] for each in table["StorageDescriptor"]["Columns"]}
    assert types == {
        "artist_name": "string",
        "duration_s": "bigint",
        "genre": "string",
        "track_id": "int",
        "track_name": "string",
    }


def test_show_and_schema_are_sparks(spark):
    assert spark.run("songs.select('track_id', 'track_name').show(2)") == (
        "+--------+----------+\n"
        "|track_id|track_name|\n"
        "+--------+----------+\n"
        "|       1|    song 1|\n"
        "|       2|    song 2|\n"
        "+--------+----------+\n"
        "only showing top 2 rows"
    )
    assert spark.run("songs.printSchema()").splitlines()[:3] == [
        "root",
        " |-- artist_name: string (nullable = true)",
        " |-- duration_s: long (nullable = true)",
    ]
    assert spark.run("songs.select('track_id')") == "DataFrame[track_id: bigint]"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("plays.filter(\"activity_type = 'Running'\").count()", "75"),
        ("plays.where(plays.activity_type == 'Running').count()", "75"),
        ("plays.join(songs, plays.track_id == songs.track_id).drop(songs.track_id).count()", "290"),
        ("plays.join(songs, ['track_id'], 'left_anti').count()", "10"),
        ("plays.select('activity_type').distinct().orderBy('activity_type').first()[0]", "'Running'"),
        ("plays.groupBy('activity_type').count().orderBy(F.desc('count')).head()['count']", "225"),
        ("plays.agg({'device_id': 'max'}).columns", "['max(device_id)']"),
        ("plays.coalesce(1).rdd.getNumPartitions()", "1"),
        ("plays.alias('p').select('p.uuid').dtypes", "[('uuid', 'string')]"),
        ("spark.range(1).select(F.lit('x').cast('int')).first()[0] is None", "True"),
        ("plays.limit(3).unpersist().isEmpty()", "False"),
    ],
)
def test_frames(spark, code, text):
    assert spark.run(code) == text


def test_sql_over_views(spark):
    spark.run("plays.createOrReplaceTempView('plays')")
    query = "SELECT activity_type, count(*) FROM plays GROUP BY activity_type ORDER BY 2"
    assert spark.run(f"spark.sql('{query}').show()").splitlines()[1:5] == [
        "|activity_type|count(1)|",
        "+-------------+--------+",
        "|      Running|      75|",
        "|      Walking|     225|",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "from pyspark.sql import SparkSession, DataFrame, Row, Window",
        "from pyspark.sql.types import StructType, StructField, StringType, IntegerType",
        "from pyspark.sql.functions import *; import pyspark.sql.functions as F",
        "from pyspark.sql.window import Window",
        "from pyspark.context import SparkContext; from py4j.protocol import Py4JJavaError",
        "from pyspark.errors import AnalysisException",
        "from awsglue.context import GlueContext; GlueContext(sc).spark_session.range(1).count()",
        "from awsglue.job import Job; Job(None).init('x', {}); Job(None).commit()",
        "SparkSession.builder.appName('x').config('a', 'b').getOrCreate().range(2).count()",
        "spark.stop(); spark.range(1).count()",
        "spark.sparkContext.setLogLevel('WARN'); spark.conf.set('spark.sql.shuffle.partitions', 4)",
    ],
)
def test_what_programs_begin_with(spark, line):
    spark.run(line)


def test_partitions_are_written_and_read(spark, s3):
    path = f"s3://{BUCKET}/parts/"
    spark.run(f"plays.write.partitionBy('activity_type', 'device_id').parquet('{path}')")
    found = keys(s3, "parts/activity_type=Running/device_id=0/")
    assert len(found) == 1
    assert re.fullmatch(r"part-\d{5}-[0-9a-f-]{36}\.c000\.snappy\.parquet", found[0])
    assert spark.run(f"again = spark.read.parquet('{path}'); again.count()") == "300"
    assert spark.run("again.dtypes[-2:]") == "[('activity_type', 'string'), ('device_id', 'int')]"


def test_write_modes(spark, s3):
    path = f"s3://{BUCKET}/modes/"
    spark.run(f"songs.write.parquet('{path}')")
    name, value = spark.fail(f"songs.write.parquet('{path}')")
    assert (name, value[:21]) == ("AnalysisException", "[PATH_ALREADY_EXISTS]")
    spark.run(f"songs.write.mode('append').parquet('{path}')")
    assert spark.run(f"spark.read.parquet('{path}').count()") == "200"
    spark.run(f"songs.write.mode('ignore').format('parquet').save('{path}')")
    spark.run(f"songs.filter('1 = 0').write.mode('overwrite').parquet('{path}')")
    assert spark.run(f"spark.read.parquet('{path}').count()") == "0"
    assert len(keys(s3, "modes/")) == 2


def test_csv_and_json(spark):
    spark.run(f"songs.write.option('header', True).csv('s3://{BUCKET}/csv/')")
    spark.run(f"songs.write.json('s3://{BUCKET}/json/')")
    read = f"spark.read.option('header', 'true').csv('s3://{BUCKET}/csv/')"
    assert spark.run(f"{read}.count(), {read}.dtypes[0]") == "(100, ('artist_name', 'string'))"
    assert spark.run(f"spark.read.csv('s3://{BUCKET}/csv/').columns[0]") == "'_c0'"
    assert spark.run(f"spark.read.format('json').load('s3://{BUCKET}/json/').count()") == "100"
    schema = "spark.read.schema('track_id int, track_name string')"
    assert spark.run(f"{schema}.json('s3://{BUCKET}/json/').dtypes[0]") == "('track_id', 'int')"


def test_lines_that_are_no_json_are_kept_apart(spark, s3):
    s3.put_object(Bucket=BUCKET, Key="broken/x", Body='{"a": 1}\n{"a":\n\n{"a": 2, "b": [1.5]}\n')
    assert spark.run(f"broken = spark.read.json('s3://{BUCKET}/broken/'); broken.count()") == "3"
    assert (
        spark.run("broken.dtypes")
        == "[('a', 'bigint'), ('b', 'array<double>'), ('_corrupt_record', 'string')]"
    )


def test_records_that_differ(spark, s3):
    records = [
        {"a": 1, "b": None, "c": {"y": [1]}},
        {"a": 1.5, "c": {"x": True, "y": [None, 2]}},
        {"a": None},
    ]
    s3.put_object(Bucket=BUCKET, Key="differ/x", Body=lines(*records, {"d": 1}, {"d": "1"}))
    assert spark.run(f"spark.read.json('s3://{BUCKET}/differ/').printSchema()").splitlines()[1:] == [
        " |-- a: double (nullable = true)",
        " |-- b: string (nullable = true)",
        " |-- c: struct (nullable = true)",
        " |    |-- x: boolean (nullable = true)",
        " |    |-- y: array (nullable = true)",
        " |    |    |-- element: long (containsNull = true)",
        " |-- d: string (nullable = true)",
    ]


@pytest.mark.parametrize(
    ("path", "name", "text"),
    [
        ("s3://not-there-at-all/data/", "Py4JJavaError", "Error Code: NoSuchBucket"),
        (f"s3://{BUCKET}/nothing/", "AnalysisException", "[PATH_NOT_FOUND]"),
        (f"s3://{BUCKET}/data/raw/", "AnalysisException", "[UNABLE_TO_INFER_SCHEMA]"),
        ("data/raw", "AnalysisException", "[PATH_NOT_FOUND]"),
    ],
)
def test_what_is_not_there_cannot_be_read(spark, path, name, text):
    found = spark.fail(f"spark.read.json('{path}')")
    assert found[0] == name
    assert text in found[1]


def test_a_bucket_that_is_not_there_cannot_be_written(spark):
    name, value = spark.fail("songs.write.mode('overwrite').parquet('s3://your-bucket/data/processed-data/')")
    assert name == "Py4JJavaError"
    assert "AmazonS3Exception: The specified bucket does not exist" in value


@pytest.mark.parametrize("cut", [slice(0, -20), slice(0, 3), slice(10, None)])
def test_a_cut_parquet_file(spark, s3, cut):
    body = (b"PAR1" + b"\x00" * 100 + b"PAR1")[cut]
    s3.put_object(Bucket=BUCKET, Key="cut/part.parquet", Body=body)
    name, value = spark.fail(f"spark.read.parquet('s3://{BUCKET}/cut/').count()")
    assert name == "Py4JJavaError"
    assert "SparkException" in value
    assert spark.run("1 + 1") == "2"


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("songs.select('nonsense')", "AnalysisException", "[UNRESOLVED_COLUMN"),
        ("spark.sql('SELECT * FROM nowhere').show()", "AnalysisException", "[TABLE_OR_VIEW_NOT_FOUND]"),
        ("spark.sql('SELEC 1')", "ParseException", "[PARSE_SYNTAX_ERROR]"),
        ("songs.nonsense()", "AttributeError", "'DataFrame' object has no attribute 'nonsense'"),
        ("def f():\n  return 1 / 0\nf()", "ZeroDivisionError", "division by zero"),
        ("print(1", "SyntaxError", "was never closed"),
    ],
)
def test_errors_have_sparks_names(spark, code, name, text):
    found = spark.fail(code)
    assert found[0] == name
    assert text in found[1]


def test_a_traceback_is_of_the_learners_own_lines(spark):
    output = spark.result(spark.begin("x = 1\nsongs.select('nonsense')"))["Output"]
    assert [line for line in output["Traceback"] if "File" in line] == [
        f"  File \"<stdin-{output['ExecutionCount']}>\", line 2, in <module>\n    songs.select('nonsense')\n"
    ]
