"""Athena's way of answering."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from checkday.sandbox.overlay.wire import JSON_TYPE, Answer, Emulator, Handler, Request, good


class Invalid(Exception):
    """What Athena answers InvalidRequestException to."""

    def __init__(self, message: str, code: str = "INVALID_INPUT") -> None:
        super().__init__(message)
        self.code = code


def answering(operation: Callable[[Request, Emulator], Awaitable[dict[str, Any]]]) -> Handler:
    """The operation as a handler: what it returns is the answer's body."""

    async def handle(request: Request, emulator: Emulator) -> Answer:
        try:
            return good(await operation(request, emulator))
        except Invalid as error:
            values = {
                "__type": "InvalidRequestException",
                "Message": str(error),
                "AthenaErrorCode": error.code,
            }
            headers = {"Content-Type": JSON_TYPE, "x-amzn-errortype": "InvalidRequestException"}
            return Answer(HTTPStatus.BAD_REQUEST, headers, json.dumps(values, ensure_ascii=False).encode())

    return handle
