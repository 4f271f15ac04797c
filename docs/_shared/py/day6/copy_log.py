"""Copies each change of a table into another: what the stream says, in its order, to the last digit.

The file is not called copy.py: that name is Python's own, and boto3 needs it.
"""

from __future__ import annotations

import base64
import os
from typing import Any

import boto3

TARGET = os.environ.get("TARGET", "")
"""The table that the changes go to."""


def handler(event: dict[str, Any], _context: object = None) -> dict[str, Any]:
    """Apply the batch; at the first record that cannot be applied, say which one it was, and stop.

    The records of one item come in their order. Whoever went on after a failure would write the newer change
    first and the older one later, when Lambda sends the batch again from the failed record on. Applying a
    change twice does no harm: a put writes the same item, and a delete of what is gone changes nothing.
    """
    table = boto3.client("dynamodb")
    for record in event["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        try:
            apply(record, table)
        except Exception as error:  # whatever it is, Lambda must hear of it
            print(f"{number} {type(error).__name__}: {error}")
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    return {"batchItemFailures": []}


def apply(record: dict[str, Any], table: Any) -> None:
    """Write or delete the item that one record is about.

    Raises:
        ValueError: the record says neither.

    """
    change = record["dynamodb"]
    if record["eventName"] == "REMOVE":
        table.delete_item(TableName=TARGET, Key=decoded(change["Keys"]))
    elif record["eventName"] in {"INSERT", "MODIFY"} and "NewImage" in change:
        table.put_item(TableName=TARGET, Item=decoded(change["NewImage"]))
    else:
        raise ValueError(f"{record['eventName']} without an item: is the stream's view NEW_IMAGE?")


def decoded(item: dict[str, Any]) -> dict[str, Any]:
    """The item as DynamoDB takes it.

    Numbers stay the texts that they are: turned into int or float, long ones would lose their last digits.
    Only binary values change: the event carries them as base64.
    """
    return {name: _value(value) for name, value in item.items()}


def _value(value: dict[str, Any]) -> dict[str, Any]:
    kind, content = next(iter(value.items()))
    if kind == "B":
        return {"B": base64.b64decode(content)}
    if kind == "BS":
        return {"BS": [base64.b64decode(one) for one in content]}
    if kind == "L":
        return {"L": [_value(one) for one in content]}
    if kind == "M":
        return {"M": decoded(content)}
    return value
