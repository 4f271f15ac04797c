"""Who gets in: this console's own pages, and nobody that another site sends."""

from __future__ import annotations

import re
import socket

import pytest

from checkday.console.application import WRITES
from checkday.console.visit import token_of
from checkday.console.visitors import LARGEST_BODY

ITEM = {"id": {"S": "one"}, "a": {"S": "old"}}


@pytest.fixture
def page(visitor, form, table):
    """An edit form that is about to change one item."""
    name = table(ITEM)
    found = form(visitor.get("/dynamodb/edit", table=name, key=token_of({"id": {"S": "one"}})))
    found.set("a", "new")
    found.table = name
    return found


def value(dynamodb, page):
    return dynamodb.get_item(TableName=page.table, Key={"id": {"S": "one"}})["Item"]["a"]["S"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": None},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": None},
    ],
)
def test_form_from_elsewhere_is_refused(visitor, page, dynamodb, headers):
    assert visitor.post(page.address, page.fields, **headers).status in {400, 403}
    assert value(dynamodb, page) == "old"


@pytest.mark.parametrize("token", ["", "0" * 64, "é", None])
def test_form_without_its_token_writes_nothing_and_loses_nothing(visitor, form, page, dynamodb, token):
    page.fields["token"] = token
    answer = visitor.post(
        page.address, {name: text for name, text in page.fields.items() if text is not None}
    )
    assert (answer.status, value(dynamodb, page)) == (409, "old")
    again = form(answer)
    assert visitor.post(again.address, again.fields).status == 303
    assert value(dynamodb, page) == "new"


def test_token_of_another_browser_does_not_fit(visitor, page, dynamodb):
    visitor.cookie = visitor.cookie.partition("=")[0] + "=" + "A" * 43
    assert visitor.post(page.address, page.fields).status == 409
    assert value(dynamodb, page) == "old"


@pytest.mark.parametrize("path", sorted(WRITES))
def test_every_write_needs_a_token(visitor, page, dynamodb, path):
    before = dynamodb.scan(TableName=page.table)["Items"]
    fields = page.fields | {"token": "", "text-0": "two"}
    assert visitor.post(f"/vi/ap-southeast-1{path}?table={page.table}", fields).status in {403, 409}
    assert dynamodb.scan(TableName=page.table)["Items"] == before


def test_writes_go_by_post_only(visitor, page):
    for path in WRITES:
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            assert visitor.send(method, f"/vi/ap-southeast-1{path}").status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "", "127.0.0.1:80"])
def test_page_under_another_name_is_refused(visitor, host):
    assert visitor.send("GET", "/", Host=host).status == 403


def test_page_under_localhost_is_served(visitor):
    assert visitor.send("GET", "/vi/ap-southeast-1", Host=f"localhost:{visitor.port}").status == 200


@pytest.mark.parametrize("path", ["/", "/vi/ap-southeast-1/dynamodb", "/console.css", "/nothing", "/xx/yy"])
def test_every_answer_forbids_what_pages_do_not_need(visitor, path):
    headers = visitor.send("GET", path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


def test_cookie_is_kept_from_scripts_and_other_sites(visitor):
    cookie = visitor.get("").headers["Set-Cookie"]
    assert re.match(rf"console-{visitor.port}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=strict$", cookie)
    assert visitor.get("").headers["Set-Cookie"] is None


def test_body_too_large_is_refused_before_it_is_read(visitor):
    answer = visitor.send(
        "POST", "/vi/ap-southeast-1/dynamodb/new?table=x", Content_Length=str(LARGEST_BODY + 1)
    )
    assert answer.status == 413


def test_only_loopback_listens(console_port):
    with socket.socket() as probe, pytest.raises(OSError, match=r"refused|unreachable"):
        probe.connect(("127.0.0.2", console_port))


@pytest.mark.parametrize(
    "path",
    [
        "/xx/ap-southeast-1/dynamodb",
        "/vi/eu-west-1/dynamodb",
        "/vi/ap-southeast-1/../../etc/passwd",
        "/console.css/../application.py",
    ],
)
def test_lost_addresses(visitor, path):
    assert visitor.send("GET", path).status == 404


@pytest.mark.parametrize("key", ["", "x", "e30=", "%00", "eyJpZCI6MX0=", "eyJub25lIjp7IlMiOiIxIn19", "é"])
def test_damaged_key_is_a_lost_address(visitor, table, key):
    for path in ("/dynamodb/item", "/dynamodb/edit", "/dynamodb/delete"):
        assert visitor.get(path, table=table(ITEM), key=key).status == 404
