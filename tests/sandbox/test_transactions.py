"""Transactions that come again."""

from decimal import Decimal

import pytest

from dynamodb_tables import Dynamo


@pytest.fixture
def dynamo(aws, until, request):
    return Dynamo(aws("dynamodb"), until, request.node.nodeid)


def test_a_transaction_that_comes_again_under_its_token_is_taken_once(dynamo):
    dynamo.create()
    item = {"id": {"S": "a"}, "amount": {"N": "10.50"}}
    update = {
        "TableName": dynamo.name(),
        "Key": {"id": {"S": "b"}},
        "UpdateExpression": "ADD summed :amount",
        "ExpressionAttributeValues": {":amount": {"N": "1.10"}},
    }
    actions = [{"Put": {"TableName": dynamo.name(), "Item": item}}, {"Update": update}]
    for _ in range(3):
        dynamo.client.transact_write_items(TransactItems=actions, ClientRequestToken="once")
    found = dynamo.client.get_item(TableName=dynamo.name(), Key=update["Key"])["Item"]
    assert Decimal(found["summed"]["N"]) == Decimal("1.10")
    update["ExpressionAttributeValues"] = {":amount": {"N": "1.11"}}
    with pytest.raises(dynamo.client.exceptions.IdempotentParameterMismatchException):
        dynamo.client.transact_write_items(TransactItems=actions, ClientRequestToken="once")
