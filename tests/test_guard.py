"""Read-only by construction."""

import pytest

from checkday.account import Account, Look
from checkday.account.live import Live
from checkday.errors import WriteRefused
from wire import refuse

ENDPOINT = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("service", "call", "parameters"),
    [
        ("s3", "create_bucket", {"Bucket": "x" * 3}),
        ("s3", "delete_object", {"Bucket": "xxx", "Key": "k"}),
        ("iam", "create_user", {"UserName": "u"}),
        ("firehose", "put_record", {"DeliveryStreamName": "s", "Record": {"Data": b"x"}}),
        ("s3", "get_object_acl", {"Bucket": "xxx", "Key": "k"}),
    ],
)
def test_what_is_not_a_listed_read_is_refused_and_remembered(
    service, call, parameters, monkeypatch, tmp_path
):
    # With whole models: the cut ones do not even know these operations.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    source = Live(endpoint=ENDPOINT, credentials=("k", "s"))
    client = source._client(service, "us-east-1")
    with pytest.raises(WriteRefused):
        getattr(client, call)(**parameters)
    assert source.guard.violations


def test_a_presigned_address_is_no_way_around():
    source = Live(endpoint=ENDPOINT, credentials=("k", "s"))
    refuse(source, "sts", "GetCallerIdentity", "AccessDenied")
    Account(source).answer(Look("us-east-1", "sts", "get_caller_identity", "{}"))
    assert source.guard.violations == []
