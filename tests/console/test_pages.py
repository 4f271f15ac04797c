"""What the pages show of a sandbox with something in it, and what they say when it is gone."""

from __future__ import annotations

import gzip
import io
import json
import re
import time
import zipfile

import pytest
import yaml

from checkday import resources
from checkday.console.clients import Way
from visiting import R1, R2, Visitor, run_console, settled

FIRST = ["", "/dynamodb", "/s3", "/glue", "/lambda", "/cloudtrail"]
THREAD = [
    {"forum": {"S": f"f{n % 2}"}, "at": {"N": str(n)}, "by": {"S": "an"}, "n": {"N": str(n)}}
    for n in range(60)
]
BY_POSTER = {
    "IndexName": "by-poster",
    "KeySchema": [{"AttributeName": "by", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n"]},
}


def rows(page):
    return page.text.count('<tr><th scope="row">') + len(re.findall(r"<tr>\s+<th scope=\"row\">", page.text))


def following(visitor, page):
    found = re.search(r'<a class="button" href="([^"]+)" rel="next">', page.text)
    return found and visitor.send("GET", found[1].replace("&amp;", "&"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", FIRST)
def test_every_first_page_opens_in_both_languages(visitor, path, language):
    page = visitor.get(path, language)
    assert page.status == 200, page.text
    assert f'<html lang="{language}">' in page.text


def test_root_leads_to_the_language_of_the_command(visitor):
    assert visitor.send("GET", "/").headers["Location"] == f"/vi/{R1}"


@pytest.fixture(scope="module")
def thread(request):
    """One table with sixty items in two partitions, and an index."""
    dynamodb = request.getfixturevalue("dynamodb")
    keys = {"forum": "S", "at": "N", "by": "S"}
    dynamodb.create_table(
        TableName="thread",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in keys.items()],
        KeySchema=[
            {"AttributeName": "forum", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[BY_POSTER],
        BillingMode="PAY_PER_REQUEST",
    )
    settled(dynamodb, "thread")
    dynamodb.update_continuous_backups(
        TableName="thread", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    for item in THREAD:
        dynamodb.put_item(TableName="thread", Item=item)
    return "thread"


def test_table_shows_keys_indexes_mode_count_and_recovery(visitor, thread):
    page = visitor.get("/dynamodb/table", "en", table=thread).text
    for fact in (
        "forum",
        "at",
        "PAY_PER_REQUEST",
        "<dd>60</dd>",
        "ENABLED",
        "by-poster",
        "INCLUDE, n",
        "GSI",
    ):
        assert fact in page
    listed = visitor.get("/dynamodb")
    assert f">{thread}<" in listed.text + getattr(following(visitor, listed), "text", "")


def test_tables_of_the_other_region_are_others(visitor, thread):
    assert f">{thread}<" not in visitor.get("/dynamodb", region=R2).text
    assert visitor.get("/dynamodb/table", region=R2, table=thread).status == 404


def test_items_are_paged_and_none_is_shown_twice(visitor, thread):
    seen, page = set(), visitor.get("/dynamodb/items", table=thread)
    while page:
        keys = re.findall(r"key=([\w=-]+)", page.text.replace("%3D", "="))
        assert len(keys) <= 25
        assert not seen & set(keys)
        seen |= set(keys)
        page = following(visitor, page)
    assert len(seen) == 60


@pytest.mark.parametrize(
    ("asked", "returned", "read"),
    [
        ({"partition": "f0", "limit": "50"}, 30, 30),
        ({"partition": "f0", "condition": "=", "sort": "4"}, 1, 1),
        ({"partition": "f0", "condition": ">=", "sort": "50"}, 5, 5),
        ({"partition": "f0", "condition": "between", "sort": "10", "second": "20"}, 6, 6),
        ({"partition": "f1", "limit": "7"}, 7, 7),
        (
            {"partition": "f0", "limit": "50", "attribute": "n", "filter": "<", "type": "N", "value": "10"},
            5,
            30,
        ),
        ({"partition": "f0", "limit": "50", "attribute": "none", "filter": "not_exists"}, 30, 30),
        ({"partition": "an", "index": "by-poster", "limit": "100"}, 60, 60),
        ({"partition": "none"}, 0, 0),
    ],
)
def test_query_shows_what_was_returned_and_what_was_read(visitor, thread, asked, returned, read):
    page = visitor.get("/dynamodb/query", table=thread, **asked)
    assert page.status == 200
    counts = re.findall(r"<dd>([\d.]+)</dd>", page.text)
    assert counts[:2] == [str(returned), str(read)]
    assert float(counts[2]) > 0


def test_query_goes_down_and_on(visitor, thread):
    page = visitor.get("/dynamodb/query", table=thread, partition="f0", order="down", limit="2")
    assert re.findall(r"<td>(\d+)</td>", page.text)[::2] == ["58", "56"]
    assert re.findall(r"<td>(\d+)</td>", following(visitor, page).text)[::2] == ["54", "52"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"partition": ""}, "Enter the value of forum"),
        ({"partition": "f0", "condition": "=", "sort": "x"}, "at: x is not a number"),
        ({"partition": "f0", "limit": "0"}, "from 1 to 100"),
        ({"partition": "f0", "limit": "²"}, "from 1 to 100"),
        (
            {"partition": "f0", "attribute": "n", "filter": "=", "type": "N", "value": "x"},
            "n: x is not a number",
        ),
    ],
)
def test_query_that_cannot_be_asked_says_why(visitor, thread, asked, said):
    page = visitor.get("/dynamodb/query", "en", table=thread, **asked)
    assert page.status == 422
    assert said in page.text


def test_buckets_are_listed_folder_by_folder_and_page_by_page(visitor, world):
    s3 = world.client("s3")
    world.bucket("lake")
    for n in range(130):
        s3.put_object(Bucket="lake", Key=f"data/raw/{n:03}", Body=b"x" * n)
    s3.put_object(Bucket="lake", Key="data/packed.gz", Body=gzip.compress(b'{"a": "\xc4\x91"}\n'))
    s3.put_object(Bucket="lake", Key="data/bytes", Body=b"\xff\x00")
    s3.put_object(Bucket="lake", Key="data/large.txt", Body=b"a" * 100_000)
    assert "lake" in visitor.get("/s3").text
    assert "data/" in visitor.get("/s3/bucket", bucket="lake").text
    first = visitor.get("/s3/bucket", bucket="lake", prefix="data/raw/")
    assert (rows(first), rows(following(visitor, first))) == (100, 30)
    assert "{&#34;a&#34;: &#34;đ&#34;}" in visitor.get("/s3/object", bucket="lake", key="data/packed.gz").text
    assert "not text" in visitor.get("/s3/object", "en", bucket="lake", key="data/bytes").text
    large = visitor.get("/s3/object", "en", bucket="lake", key="data/large.txt")
    assert "first 64 KiB" in large.text
    assert len(large.content) < 80_000
    assert visitor.get("/s3/download", bucket="lake", key="data/large.txt").content == b"a" * 100_000


def test_bucket_of_another_region_is_shown_too(visitor, world):
    world.bucket("far", region=R2)
    world.client("s3", R2).put_object(Bucket="far", Key="there", Body=b"")
    assert "there" in visitor.get("/s3/bucket", bucket="far").text


def test_catalog_shows_columns_and_partitions(visitor, world):
    glue = world.client("glue")
    glue.create_database(DatabaseInput={"Name": "db"})
    stored = {"Columns": [{"Name": "track_id", "Type": "string"}], "Location": "s3://lake/data/raw/"}
    described = {
        "Name": "raw",
        "StorageDescriptor": stored,
        "PartitionKeys": [{"Name": "day", "Type": "int"}],
    }
    glue.create_table(DatabaseName="db", TableInput=described)
    glue.create_partition(
        DatabaseName="db", TableName="raw", PartitionInput={"Values": ["7"], "StorageDescriptor": stored}
    )
    assert "db" in visitor.get("/glue").text
    assert "s3://lake/data/raw/" in visitor.get("/glue/database", database="db").text
    table = visitor.get("/glue/table", database="db", table="raw").text
    for fact in ("track_id", "string", "day", "int", '<th scope="row">7</th>'):
        assert fact in table


def test_function_shows_its_logs_and_hides_the_values_of_its_variables(visitor, world):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("f.py", "def handler(event, context):\n    return 1\n")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    world.client("iam").create_role(
        RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    world.client("lambda").create_function(
        FunctionName="copy",
        Runtime="python3.12",
        Handler="f.handler",
        Role=f"arn:aws:iam::{world.account}:role/r",
        Code={"ZipFile": packed.getvalue()},
        Environment={"Variables": {"PASSWORD": "hunter2"}},
    )
    logs = world.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/copy")
    logs.create_log_stream(logGroupName="/aws/lambda/copy", logStreamName="2026/[$LATEST]a")
    line = {"timestamp": int(time.time() * 1000), "message": "copied 5 <b>items</b>\n"}
    logs.put_log_events(logGroupName="/aws/lambda/copy", logStreamName="2026/[$LATEST]a", logEvents=[line])
    assert "copy" in visitor.get("/lambda").text
    page = visitor.get("/lambda/function", function="copy").text
    assert "PASSWORD" in page
    assert "hunter2" not in page
    assert "2026/[$LATEST]a" in page
    log = visitor.get("/lambda/log", function="copy", stream="2026/[$LATEST]a").text
    assert "copied 5 &lt;b&gt;items&lt;/b&gt;" in log


def test_events_show_writes_first_and_names_on_request(visitor, thread):
    assert "CreateTable" in visitor.get("/cloudtrail").text
    named = visitor.get("/cloudtrail", name="UpdateContinuousBackups").text
    assert "UpdateContinuousBackups</th>" in named
    assert "CreateTable</th>" not in named


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/dynamodb/table", {"table": "none"}),
        ("/dynamodb/items", {}),
        ("/s3/bucket", {"bucket": "none-such"}),
        ("/glue/database", {"database": "none"}),
        ("/lambda/function", {"function": "none"}),
    ],
)
def test_what_is_not_there_is_a_clear_404(visitor, path, query):
    page = visitor.get(path, "en", **query)
    assert page.status == 404
    assert "There is nothing at this address" in page.text


def test_sandbox_that_stops_is_told_of_and_nothing_typed_is_lost(sandbox, world, form, table):
    name, ways = table({"id": {"S": "1"}}), [Way(sandbox, world.account, "testing")]
    port, end = run_console(lambda: ways[0])
    try:
        visitor = Visitor(port)
        page = form(visitor.get("/dynamodb/new", "en", table=name))
        page.fields["text-0"] = "typed"
        for gone in (
            None,
            Way("http://127.0.0.1:9", "1", "1"),
            Way("https://dynamodb.amazonaws.com", "1", "1"),
        ):
            ways[0] = gone
            lost = visitor.get("/dynamodb", "en")
            assert (lost.status, "workshop sandbox up" in lost.text) == (503, True)
            answer = visitor.post(page.address, page.fields)
            assert "Nothing was saved: the sandbox does not answer" in answer.text
            assert form(answer).fields["text-0"] == "typed"
        ways[0] = Way(sandbox, world.account, "testing")
        again = form(answer)
        assert visitor.post(again.address, again.fields).status == 303
    finally:
        end()


def test_every_word_of_the_pages_is_there_and_every_word_is_used():
    folder = resources.generated("x").parents[1] / "console"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    said = set(re.findall(r'\bt\("([\w.]+\w)"[,) ]', text)) | set(re.findall(r'BadInput\(\s*"(\w+)"', code))
    built = tuple(set(re.findall(r'\bt\("([\w.]+\.)" ~', text)))
    words = yaml.safe_load((folder.parent / "curriculum" / "words.yaml").read_text(encoding="utf-8"))
    known = {key.removeprefix("console.") for key in words if key.startswith("console.")}
    assert {word for word in said if word not in known and f"bad.{word}" not in known} == set()
    told = {"not_installed.seen", "not_installed.todo", "serving", "stopped", "refused", "too_large", "lost"}
    assert {word for word in known - said - told if not word.startswith(built)} == set()
    for language in ("vi", "en"):
        loaded = json.loads(resources.generated(f"words.{language}.json").read_text(encoding="utf-8"))
        assert {f"console.{word}" for word in known} <= loaded.keys()
