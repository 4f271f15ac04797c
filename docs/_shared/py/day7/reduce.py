"""Reduce: the messages of a batch are summed up and added to the totals, each message once.

That a message is counted is written into the message itself, in the same transaction as the totals. So it
does not matter how often it comes, in which batch, and with which others.
"""

from __future__ import annotations

import os
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import boto3
import once

SOURCE = os.environ.get("SOURCE", "")
"""The table that the messages come from."""

TARGET = os.environ.get("TARGET", "")
"""The table of the totals."""

MOST = 75
"""Messages of one transaction: it takes 100 actions, and there are up to 19 totals."""

COUNTED = "trades"
"""The total that counts trades; all others are sums of values."""


def handler(event: dict[str, Any], _context: object = None) -> dict[str, Any]:
    """Add what the batch says to the totals; of a record that cannot be understood, say which one it was."""
    client = boto3.client("dynamodb")
    messages: dict[str, dict[str, Any]] = {}
    failed = []
    for record in event["Records"]:
        # A message changes when it is counted; that is no new message.
        if record["eventName"] != "INSERT":
            continue
        try:
            message = record["dynamodb"]["NewImage"]
            sums([message])
            messages[message["MessageId"]["S"]] = message
        except (ArithmeticError, KeyError, TypeError, ValueError) as error:
            number = record["dynamodb"]["SequenceNumber"]
            print(f"{number} {type(error).__name__}: {error}")
            failed = [{"itemIdentifier": number}]
            break
    found = list(messages.values())
    for start in range(0, len(found), MOST):
        once.write_once(client, found[start : start + MOST], actions)
    once.fail_sometimes(client, "Reduce")
    return {"batchItemFailures": failed}


def actions(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mark each message as counted if it is not yet, and add what they come to."""
    return [*map(mark, messages), *(add(name, amount) for name, amount in sorted(sums(messages).items()))]


def mark(message: dict[str, Any]) -> dict[str, Any]:
    """The message itself remembers that it was counted."""
    return {
        "Update": {
            "TableName": SOURCE,
            "Key": {"MessageId": message["MessageId"]},
            "UpdateExpression": "SET Counted = :yes",
            "ConditionExpression": "attribute_exists(MessageId) AND attribute_not_exists(Counted)",
            "ExpressionAttributeValues": {":yes": {"BOOL": True}},
        }
    }


def add(name: str, amount: Decimal) -> dict[str, Any]:
    """DynamoDB adds; whoever reads, adds and writes back loses what others add meanwhile."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%MZ")
    return {
        "Update": {
            "TableName": TARGET,
            "Key": {"Identifier": {"S": name}},
            "UpdateExpression": "SET UpdatedAt = :now ADD #value :amount",
            "ExpressionAttributeNames": {"#value": "Value"},
            "ExpressionAttributeValues": {":amount": {"N": str(amount)}, ":now": {"S": now}},
        }
    }


def sums(messages: list[dict[str, Any]]) -> dict[str, Decimal]:
    """By total, what the messages add to it."""
    found: dict[str, Decimal] = {}
    for message in messages:
        deltas = message["Deltas"]["M"]
        for name, amount in (*deltas.items(), (COUNTED, message["Trades"])):
            found[name] = found.get(name, Decimal(0)) + Decimal(amount["N"])
    return found
