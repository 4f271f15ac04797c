"""Map: each change of a trade becomes a message that says by how much which totals change.

It needs the old image as well as the new one: a trade that gets a new value adds the difference.
"""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

import boto3
import once

TARGET = os.environ.get("TARGET", "")
"""The table that the messages go to."""

Image = dict[str, dict[str, Any]]
Message = dict[str, dict[str, Any]]


def handler(event: dict[str, Any], _context: object = None) -> dict[str, Any]:
    """Write the messages of the batch; of a record that cannot be understood, say which one it was.

    Lambda then sends the batch again from that record on, halves it, and gives the record up in the end.
    """
    client = boto3.client("dynamodb")
    messages: list[Message] = []
    failed = []
    for record in event["Records"]:
        try:
            messages.append(message_of(record))
        except (ArithmeticError, KeyError, TypeError, ValueError) as error:
            number = record["dynamodb"]["SequenceNumber"]
            print(f"{number} {type(error).__name__}: {error}")
            failed = [{"itemIdentifier": number}]
            break
    # One change may be there twice in one batch as well, and a transaction takes each key once.
    different = list({one["MessageId"]["S"]: one for one in messages}.values())
    for start in range(0, len(different), 100):
        once.write_once(client, different[start : start + 100], puts)
    once.fail_sometimes(client, "Map")
    return {"batchItemFailures": failed}


def puts(messages: list[Message]) -> list[dict[str, Any]]:
    """Each message is put if there is none of its id yet."""
    return [
        {"Put": {"TableName": TARGET, "Item": one, "ConditionExpression": "attribute_not_exists(MessageId)"}}
        for one in messages
    ]


def message_of(record: dict[str, Any]) -> Message:
    """What one change of a trade adds to which total. Its id is the trade and the version that it is now.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError: the change is none of a trade.

    """
    change = record["dynamodb"]
    old, new = change.get("OldImage"), change.get("NewImage")
    if old is None and new is None:
        raise ValueError("no image: is the stream's view NEW_AND_OLD_IMAGES?")
    if record["eventName"] == "MODIFY" and old is None:
        raise ValueError("a change without its old image: is the stream's view NEW_AND_OLD_IMAGES?")
    deltas: dict[str, Decimal] = {}
    for image, sign in ((old, -1), (new, 1)):
        for path in paths(image) if image else ():
            deltas[path] = deltas.get(path, Decimal(0)) + sign * value(image)
    latest = new or old or {}
    version = latest["Version"]["N"] + ("" if new else " removed")
    return {
        "MessageId": {"S": f"{latest['TradeID']['S']} {version}"},
        "Trades": {"N": str(bool(new) - bool(old))},
        "Deltas": {"M": {path: {"N": str(amount)} for path, amount in deltas.items()}},
    }


def paths(image: Image) -> list[str]:
    """The totals that a trade counts towards, from the widest to the narrowest."""
    place = image["Hierarchy"]["M"]
    names = [place[name]["S"] for name in ("Risk", "Desk", "Place")]
    return [":".join(names[:length]) for length in (1, 2, 3)]


def value(image: Image) -> Decimal:
    """The trade's value, to the last digit: a float would not have it."""
    found = Decimal(image["Value"]["N"])
    if not found.is_finite():
        raise ValueError(f"no number: {found}")
    return found
