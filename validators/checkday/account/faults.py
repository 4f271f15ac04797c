"""Why a look failed: botocore's many exceptions, told as one of our few causes."""

from __future__ import annotations

import re
from typing import Any

import botocore.exceptions as aws
from botocore.parsers import ResponseParserError

from checkday.account.reads import Read, causes


class TooLong(Exception):
    """A list goes on beyond what one look may read: half a list is no evidence."""


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
# botocore's parsers trip over what is not AWS's (a Wi-Fi log-in page, say) with Python's own exceptions.
_TRIPPED = (KeyError, TypeError, AttributeError)
_BAD_ANSWER = (ResponseParserError, aws.FlexibleChecksumError, aws.ChecksumError, *_TRIPPED)
_SERVER_ERROR = 500

_IDENTITY_REGION = re.compile(
    r"identity region is ([a-z]{2}(?:-[a-z]{2,12}){1,3}-[1-9]\d?)(?=[,;]|\.?(?:\s|$))"
)
_LONGEST = 1024

FAILURES: tuple[type[Exception], ...] = (
    aws.BotoCoreError,
    aws.ClientError,
    ResponseParserError,
    *_TRIPPED,
    TooLong,
)
"""Everything that a call of botocore's ends with."""

_CAUSES = (
    (_EXPIRED, "expired"),
    (_NO_CREDENTIALS, "no_credentials"),
    (_TIMEOUT, "timeout"),
    (_NO_NETWORK, "no_network"),
    (_BAD_ANSWER, "bad_answer"),
    ((TooLong,), "too_long"),
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
    facts: dict[str, Any] = {"call": read.call, "endpoint": endpoint}
    if isinstance(error, aws.ClientError):
        facts["code"] = _code(error)
        name = _client_cause(error, read)
        return name, facts | ({"permission": " ".join(read.actions) or read.call} if "denied" in name else {})
    for kinds, name in _CAUSES:
        if isinstance(error, kinds):
            return name, facts
    raise Unforeseen(type(error).__name__) from error


def identity_region(error: Exception) -> str | None:
    """The Region that a denial of QuickSight's names as the one where this identity lives.

    The text comes from a server, so whoever uses it still has to know the Region.
    """
    said = error.response.get("Error", {}).get("Message", "") if isinstance(error, aws.ClientError) else ""
    found = _IDENTITY_REGION.search(str(said)[:_LONGEST])
    return found[1] if found else None


def _client_cause(error: aws.ClientError, read: Read) -> str:
    code = _code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = str(error.response.get("Error", {}).get("Message", ""))
    if _is_foreign(code, read) and status < _SERVER_ERROR:
        return "bad_answer"
    known = causes().get(code)
    if known == "credentials" and "yet current" in message:
        return "clock"
    if known == "denied":
        return _denied(message)
    if known is not None:
        return known
    if status >= _SERVER_ERROR:
        return "service_error"
    raise Unforeseen(f"{read.call}: {code}") from error


def _is_foreign(code: str, read: Read) -> bool:
    # AWS names its errors, but for HEAD, which has no body; a bare status comes from something else
    # that listens there.
    return (code.isdigit() or code in {"", "Unknown"}) and ":Head" not in read.call


def _denied(message: str) -> str:
    lowered = message.lower()
    return "denied_by_school" if "explicit deny" in lowered or "service control" in lowered else "denied"


def _code(error: Exception) -> str:
    if not isinstance(error, aws.ClientError):
        return ""
    return str(error.response.get("Error", {}).get("Code", ""))
