"""Day 7's API: everybody reads, only the key writes, and each write says from where and to where it went."""

import base64
import json

import pytest

from day7_functions import loaded
from worlds import World

KEYS = ["PK", "SK"]


@pytest.fixture
def api(sandbox, monkeypatch):
    world = World(sandbox)
    client = world.client("dynamodb")
    client.create_table(
        TableName="global",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": k, "KeyType": t} for k, t in zip(KEYS, ("HASH", "RANGE"), strict=True)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in KEYS],
    )
    client.get_waiter("table_exists").wait(TableName="global", WaiterConfig={"Delay": 1})
    settings = {"TABLE": "global", "AWS_REGION": "ap-southeast-1", "OWNER": "an01", "API_KEY": "secret"}
    module = loaded("api", monkeypatch, TABLE_REGION="", **settings)
    monkeypatch.setattr(module.boto3, "client", lambda *_, **_k: client)
    return module


def call(api, method, path, body=None, key="secret", **more):
    headers = {"authorization": f"Bearer {key}"} if key else {}
    http = {"http": {"method": method}}
    told = api.handler({"rawPath": path, "requestContext": http, "headers": headers, "body": body} | more)
    return told["statusCode"], json.loads(told["body"])


def test_what_is_written_can_be_read_and_says_where_it_was_written(api):
    status, written = call(api, "PUT", "/items/reader01/film%2002", '{"pos": 12}')
    assert status == 200
    assert {name: written[name] for name in ("SK", "pos", "by", "into", "owner")} == {
        "SK": "film 02",
        "pos": "12",
        "by": "ap-southeast-1",
        "into": "ap-southeast-1",
        "owner": "an01",
    }
    assert call(api, "GET", "/items/reader01/film%2002", key="") == (200, written)
    assert call(api, "GET", "/items/reader01", key="") == (200, [written])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/ping", 200),
        ("GET", "/", 404),
        ("GET", "/ping/more", 404),
        ("GET", "/items/nobody/nothing", 404),
        ("GET", "/items//x", 404),
        ("GET", "/items/a/b/c", 404),
        ("GET", f"/items/{'a' * 101}", 404),
        ("DELETE", "/items/a/b", 405),
        ("PUT", "/items/a", 405),
        ("PUT", "/elsewhere/a/b", 404),
    ],
)
def test_paths(api, method, path, status):
    assert call(api, method, path)[0] == status


@pytest.mark.parametrize("key", ["", "Secret", "secret ", "ключ"])
def test_without_the_key_nothing_is_written(api, key):
    assert call(api, "PUT", "/items/a/b", '{"pos": 1}', key=key)[0] == 403
    assert call(api, "GET", "/items/a") == (200, [])


def test_an_empty_key_opens_nothing(api, monkeypatch):
    monkeypatch.setattr(api, "KEY", "")
    assert not api.may_write({"authorization": "Bearer "})


def test_as_a_gate_it_tells_who_may_pass(api):
    asked = {"type": "REQUEST", "headers": {"Authorization": "Bearer secret"}}
    assert api.handler(asked) == {"isAuthorized": True}
    assert api.handler({"type": "REQUEST"}) == {"isAuthorized": False}


@pytest.mark.parametrize(
    "body",
    ["", "12", "[]", "{}", '{"pos": "12"}', '{"pos": -1}', '{"pos": 1.5}', '{"pos": true}', '{"pos": NaN}',
     '{"pos": 1e999999}', '{"pos": 1000001}', "[" * 100_000, "\ud800"],
)  # fmt: skip
def test_a_body_that_is_no_position_is_refused(api, body):
    assert call(api, "PUT", "/items/a/b", body)[0] == 400


def test_a_body_that_the_gateway_packed_is_unpacked(api):
    packed = base64.b64encode(b'{"pos": 7}').decode()
    assert call(api, "PUT", "/items/a/b", packed, isBase64Encoded=True)[1]["pos"] == "7"
    assert call(api, "PUT", "/items/a/b", "%%%", isBase64Encoded=True)[0] == 400
