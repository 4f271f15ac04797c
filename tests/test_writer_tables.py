"""The wall around the writer, where it puts items: the learner's own tables, and nothing but puts."""

import pytest

from checkday.errors import WriteRefused
from checkday.writer import Writer
from day5_worlds import named
from loopback_tables import TableAws, serving


@pytest.fixture
def aws():
    with TableAws() as server:
        serving(server)
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    "requests",
    [
        {"fcj-an02-catalog": [{"PutRequest": {"Item": {"Id": {"N": "1"}}}}]},
        {"fcj-an01-staff-of-others": [{"PutRequest": {"Item": {"Id": {"N": "1"}}}}]},
        {"fcj-an01-catalog": [{"DeleteRequest": {"Key": {"Id": {"N": "1"}}}}]},
        {
            "fcj-an01-catalog": [{"PutRequest": {"Item": {"Id": {"N": "1"}}}}],
            "orders": [{"PutRequest": {"Item": {"Id": {"N": "1"}}}}],
        },
    ],
)
def test_the_writer_can_write_nothing_else(aws, requests):
    writer = Writer("an01", "ap-southeast-1", endpoint=aws.url, credentials=("k", "s"))
    with pytest.raises(WriteRefused):
        writer._client("dynamodb").batch_write_item(RequestItems=requests)
    assert writer.guard.violations
    assert aws.batches == []


@pytest.mark.parametrize("operation", ["delete_table", "put_item", "update_item", "transact_write_items"])
def test_the_writer_knows_no_other_operation(aws, operation):
    writer = Writer("an01", "ap-southeast-1", endpoint=aws.url, credentials=("k", "s"))
    call = getattr(writer._client("dynamodb"), operation)
    key = {"Id": {"N": "1"}}
    given = {
        "delete_table": {},
        "put_item": {"Item": key},
        "update_item": {"Key": key},
        "transact_write_items": {"TransactItems": [{"Put": {"TableName": named("catalog"), "Item": key}}]},
    }[operation]
    table = {} if operation.startswith("transact") else {"TableName": named("catalog")}
    with pytest.raises(WriteRefused):
        call(**given, **table)
