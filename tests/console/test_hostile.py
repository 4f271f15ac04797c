"""Names and values that other people chose do nothing on a page but to be read."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from checkday.console.visit import token_of

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
BIDI, ESC = "a\u202eb\u2066c", "red\x1b[31m\x07\x00"
KEYS = [
    "a/b/../c?d=e&f#g%2F",
    MARKUP,
    "🦄👩‍👩‍👧 Đường",
    BIDI,
    ESC,
    "x" * 2048,
    "ế" * 682,
    "\n\r\n ",
    "'; DROP TABLE--",
]


class _Reader(HTMLParser):
    """What a browser makes of a page: its tags, their attributes, and the text that people see."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.seen = set(), set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.seen += data


def inert(text):
    page = _Reader()
    page.feed(text)
    assert not page.tags & {"script", "img", "iframe", "object", "style", "svg"}
    assert not [name for name in page.attributes if name.startswith("on")]
    assert not set("\u202e\u2066\x1b\x07\x00") & set(page.seen)


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
def test_key_of_any_characters_can_be_opened_edited_and_deleted(visitor, form, table, dynamodb, key):
    item = {"id": {"S": key}, "a": {"S": key}, "n": {"N": "1"}}
    name = table(item)
    listed = visitor.get("/dynamodb/items", table=name)
    inert(listed.text)
    address = re.search(r'href="([^"]*/dynamodb/item\?[^"]*)"', listed.text)[1].replace("&amp;", "&")
    shown = visitor.send("GET", address)
    assert shown.status == 200
    inert(shown.text)
    page = visitor.get("/dynamodb/edit", table=name, key=token_of({"id": {"S": key}}))
    inert(page.text)
    edited = form(page)
    edited.set("n", "2")
    assert visitor.follow(visitor.post(edited.address, edited.fields)).status == 200
    assert dynamodb.scan(TableName=name)["Items"] == [item | {"n": {"N": "2"}}]
    gone = form(visitor.get("/dynamodb/delete", table=name, key=token_of({"id": {"S": key}})))
    assert visitor.post(gone.address, gone.fields).status == 303
    assert dynamodb.scan(TableName=name)["Items"] == []


@pytest.mark.parametrize("text", [MARKUP, BIDI, ESC])
def test_hostile_attribute_names_and_nested_values_are_inert(visitor, table, text):
    name = table({"id": {"S": "1"}, text: {"M": {text: {"L": [{"S": text}, {"SS": [text]}, {"B": b"<b>"}]}}}})
    key = token_of({"id": {"S": "1"}})
    for path, query in (
        ("items", {}),
        ("item", {"key": key}),
        ("edit", {"key": key}),
        ("delete", {"key": key}),
    ):
        inert(visitor.get(f"/dynamodb/{path}", table=name, **query).text)


@pytest.mark.parametrize("text", [MARKUP, BIDI, ESC])
def test_hostile_addresses_are_inert(visitor, table, text):
    name = table()
    for path, query in (
        ("/dynamodb/table", {"table": text}),
        ("/dynamodb/query", {"table": name, "index": text}),
        (
            "/dynamodb/query",
            {"table": name, "partition": text, "attribute": text, "filter": "=", "value": text},
        ),
        ("/s3/bucket", {"bucket": text}),
        ("/s3/object", {"bucket": "none", "key": text}),
        ("/glue/database", {"database": text}),
        ("/lambda/function", {"function": text}),
        ("/lambda/log", {"function": text, "stream": text}),
        ("/cloudtrail", {"name": text, "after": text}),
    ):
        page = visitor.get(path, **query)
        assert page.status in {200, 404, 502}, (path, page.status)
        inert(page.text)


def test_object_with_a_hostile_key_is_shown_and_downloaded_as_a_file(visitor, world):
    s3 = world.client("s3")
    world.bucket("hostile")
    key = "dir/" + MARKUP + "🦄.html"
    s3.put_object(Bucket="hostile", Key=key, Body=MARKUP + BIDI + "\x1b[31m", ContentType="text/html")
    for path, query in (("bucket", {"prefix": "dir/"}), ("object", {"key": key})):
        page = visitor.get(f"/s3/{path}", bucket="hostile", **query)
        assert page.status == 200
        inert(page.text)
    file = visitor.get("/s3/download", bucket="hostile", key=key)
    assert file.content == (MARKUP + BIDI + "\x1b[31m").encode()
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    given = file.headers["Content-Disposition"]
    assert given.startswith("attachment; filename=\"object\"; filename*=UTF-8''")
    assert not set(given.partition("''")[2]) & set("<>\"'; /")


def test_event_that_holds_markup_is_inert(visitor, dynamodb, table):
    dynamodb.tag_resource(
        ResourceArn=dynamodb.describe_table(TableName=table())["Table"]["TableArn"],
        Tags=[{"Key": "k", "Value": MARKUP}],
    )
    page = visitor.get("/cloudtrail")
    assert "TagResource" in page.text
    inert(page.text)
