"""Asks AWS to sign a hash: who has this account's keys vouches for a file, and no key leaves the machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkday.account import faults
from checkday.account.reads import Read
from checkday.writer.client import Connection
from checkday.writer.errors import NotSent
from checkday.writer.guard import NarrowGuard

_ALGORITHM = "ES384"
_SECONDS = 300
_DISABLED = "OutboundWebIdentityFederationDisabledException"
_TOO_MUCH = {"SessionDurationEscalationException", "JWTPayloadSizeExceededException"}
_CALL = Read(
    "sts:GetWebIdentityToken",
    ("sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"),
    frozenset({_DISABLED}),
    (),
    None,
)


class Signer(Connection):
    """Gets one token for one audience with these tags, and can ask for no other."""

    def __init__(self, audience: str, tags: Mapping[str, str], region: str, **way: Any) -> None:
        """`way` is how to reach the account, as `Connection` takes it."""
        self._request = {
            "Audience": [audience],
            "SigningAlgorithm": _ALGORITHM,
            "DurationSeconds": _SECONDS,
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        allowed = {name: (str(value),) for name, value in self._request.items()}
        super().__init__(NarrowGuard({"sts": {"GetWebIdentityToken": allowed}}), region, **way)
        self._session.set_config_variable(
            "sts_regional_endpoints", "regional"
        )  # the global one has no tokens

    def token(self) -> str:
        """The token.

        Raises:
            NotSent: AWS gives none: the account does not allow it, or cannot be asked.

        """
        try:
            answer = self._client("sts").get_web_identity_token(**self._request)
        except faults.FAILURES as error:
            if _code(error) in _TOO_MUCH:
                raise NotSent("submit.no_token", code=_code(error)) from error
            raise self._fault(error, _CALL, NotSent("submit.not_enabled")).reason from error
        return str(answer["WebIdentityToken"])


def _code(error: Exception) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))
