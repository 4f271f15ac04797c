"""Why a look failed: botocore's many exceptions, told as one of our few causes."""

from __future__ import annotations

from typing import Any

import botocore.exceptions as aws
from botocore.parsers import ResponseParserError

from checkday.account.reads import Read, causes

_EXPIRED = (aws.UnauthorizedSSOTokenError, aws.SSOTokenLoadError, aws.LoginRefreshRequired)
_NO_CREDENTIALS = (
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.CredentialRetrievalError,
    aws.NoAuthTokenError,
    aws.TokenRetrievalError,
    aws.SSOError,
    aws.LoginError,
)
_TIMEOUT = (aws.ReadTimeoutError, aws.ConnectTimeoutError)
_NO_NETWORK = (
    aws.ConnectionError,
    aws.HTTPClientError,
    aws.IncompleteReadError,
    aws.InvalidProxiesConfigError,
)
_BAD_ANSWER = (ResponseParserError, aws.FlexibleChecksumError, aws.ChecksumError)
_SERVER_ERROR = 500

FAILURES = (aws.BotoCoreError, aws.ClientError, ResponseParserError)
"""Everything botocore raises of its own."""

_CAUSES = (
    (_EXPIRED, "expired"),
    (_NO_CREDENTIALS, "no_credentials"),
    (_TIMEOUT, "timeout"),
    (_NO_NETWORK, "no_network"),
    (_BAD_ANSWER, "bad_answer"),
)
"""The first that fits: botocore's classes overlap."""


class Unforeseen(Exception):
    """AWS refused the call for a reason that no list of ours knows."""


def absent_code(error: Exception, read: Read) -> str | None:
    """The error's code, if it means that the thing is not there."""
    code = _code(error)
    return code if code in read.absent else None


def cause(error: Exception, read: Read, endpoint: str) -> tuple[str, dict[str, Any]]:
    """The cause's name and the facts of its sentence.

    Raises:
        Unforeseen: the error is neither the account's nor the network's.

    """
    if isinstance(error, aws.ClientError):
        return _client_cause(error, read)
    for kinds, name in _CAUSES:
        if isinstance(error, kinds):
            return name, {"endpoint": endpoint, "call": read.call}
    raise Unforeseen(type(error).__name__) from error


def _client_cause(error: aws.ClientError, read: Read) -> tuple[str, dict[str, Any]]:
    code, answer = _code(error), error.response
    known = causes().get(code)
    message = str(answer.get("Error", {}).get("Message", ""))
    if known == "credentials" and "yet current" in message:
        known = "clock"
    if known == "denied":
        return _denied(message), {"permission": " ".join(read.actions) or read.call}
    if known is not None:
        return known, {"code": code, "call": read.call}
    if answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER_ERROR:
        return "service_error", {"code": code, "call": read.call}
    if code.isdigit() or code in {"", "Unknown"}:
        # AWS names its errors; a bare status comes from something else that listens there.
        return "bad_answer", {"call": read.call}
    raise Unforeseen(f"{read.call}: {code}") from error


def _denied(message: str) -> str:
    lowered = message.lower()
    return "denied_by_school" if "explicit deny" in lowered or "service control" in lowered else "denied"


def _code(error: Exception) -> str:
    if not isinstance(error, aws.ClientError):
        return ""
    return str(error.response.get("Error", {}).get("Code", ""))
