"""Transactions inside ministack 1.5.33, which compares a repeated one with what it has made of the first."""

from __future__ import annotations

import copy
from typing import Any

from ministack.services import dynamodb


def keep_what_was_asked() -> None:
    """Let a transaction that comes again under its token be compared with the request as it came.

    The emulator shortens the numbers of a request in place: 10.50 became 10.5, and the very same request was
    another one the second time.
    """
    write = dynamodb._transact_write_items  # noqa: SLF001

    def write_once(data: dict[str, Any]) -> Any:
        asked = copy.deepcopy(data)
        answer = write(data)
        token = asked.pop("ClientRequestToken", None)
        known = dynamodb._txn_token_lookup(token) if token else None  # noqa: SLF001
        if known is not None and known["signature"].get("TransactItems") is data.get("TransactItems"):
            known["signature"] = asked
        return answer

    dynamodb._transact_write_items = write_once  # noqa: SLF001
