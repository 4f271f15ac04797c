"""What both functions of the pipeline need: to write once, however often they are called, and to fail on demand.

DynamoDB Streams brings every change at least once, so each of them will come twice one day. Whoever wants to
count it once has to remember what was counted, and to do both in one step: that is what a transaction is for.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import time
from typing import Any, Callable

PARAMS = os.environ.get("PARAMS", "")
"""The table with the switch that lets functions fail."""

TRIES = 8
"""How often a transaction meets another one before the batch is given back."""

Actions = Callable[[list[Any]], list[dict[str, Any]]]


class ForcedFailure(Exception):
    """The switch says that this call shall fail."""


def write_once(client: Any, messages: list[Any], actions: Actions) -> int:
    """Write those messages that were not written before, all in one transaction; how many there were.

    `actions` makes the transaction of a list of messages: first one action for each of them, whose condition
    fails if it was written before, then what they have in common. A message that was written before is left
    out, and the rest is tried again.

    Raises:
        ClientError: DynamoDB refuses, or is busy for too long. Nothing is written then.

    """
    for number in range(TRIES):
        if not messages:
            return 0
        wanted = actions(messages)
        try:
            client.transact_write_items(TransactItems=wanted, ClientRequestToken=token(wanted))
        except client.exceptions.TransactionCanceledException as canceled:
            reasons = [one.get("Code") for one in canceled.response["CancellationReasons"]]
            known = {at for at, code in enumerate(reasons) if code == "ConditionalCheckFailed"}
            if not known and "TransactionConflict" not in reasons:
                raise
            messages = [one for at, one in enumerate(messages) if at not in known]
            if not known:
                time.sleep(random.uniform(0, 0.05 * 2**number))
        else:
            return len(messages)
    raise TimeoutError("other transactions were always in the way")


def token(actions: list[dict[str, Any]]) -> str:
    """The same 32 letters for the same actions: for ten minutes DynamoDB itself takes them only once.

    That helps where the answer got lost. What comes later is stopped by the conditions.
    """
    return hashlib.sha256(json.dumps(actions).encode()).hexdigest()[:32]


def fail_sometimes(client: Any, who: str) -> None:
    """Fail as often as the switch says, in percent. Called when all is written: that is the worst moment.

    Raises:
        ForcedFailure: this call was to fail.

    """
    found = client.get_item(TableName=PARAMS, Key={"Parameter": {"S": "failures"}})
    percent = float(found.get("Item", {}).get(who, {}).get("N", "0"))
    if random.uniform(0, 100) < percent:
        raise ForcedFailure(f"{who} was told to fail {percent:g} times in a hundred")
