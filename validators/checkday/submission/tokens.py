"""Whether AWS says that this very file comes from the learner's account: the token of GetWebIdentityToken.

Its expiry is not asked: a token says what was so when it was made, and files are read weeks later.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checkday.roster import Learner
from checkday.submission import LEARNER_TAG, NONCE_TAG, REPORT_TAG
from checkday.submission.hostile import Refused, parsed
from checkday.submission.keys import ISSUER, Key, Keys
from checkday.submission.reading import Submission

_ALGORITHMS = {"RS256", "ES384"}
_PARTS = re.compile(r"([\w-]+)\.([\w-]+)\.[\w-]*", re.ASCII)
_SUBJECT = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):[\x21-\x7e]{1,2048}", re.ASCII)
_ID = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_CLAIMS = "https://sts.amazonaws.com/"
_CLOCKS = 300
"""Seconds by which this machine's clock may be behind AWS's."""

_REQUIRED = ["iss", "sub", "aud", "iat", "exp", "jti"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every token of a run has to say."""

    audience: str
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A token that was found good."""

    id: str
    issuer: str
    account: str


def verified(submission: Submission, learner: Learner, wanted: Wanted, keys: Keys) -> Bound:
    """What the token says, if AWS signed it for this file, this learner and this course.

    Raises:
        Refused: it does not say that, or (`no_keys`) nobody can tell.

    """
    token = submission.token or ""
    header, claims = _unverified(token)
    algorithm, issuer = header.get("alg"), claims.get("iss")
    if algorithm not in _ALGORITHMS:
        raise Refused("token_algorithm", algorithm=str(algorithm))
    if not isinstance(issuer, str) or not ISSUER.fullmatch(issuer):
        raise Refused("token_issuer")
    key = keys.of(issuer).get(str(header.get("kid")))
    if key is None:
        raise Refused("token_key")
    claims = _signed(token, key, str(algorithm), issuer, wanted.audience)
    account = _account(claims, learner)
    _check_tags(claims, submission, learner, wanted)
    if not isinstance(claims["jti"], str) or not _ID.fullmatch(claims["jti"]):
        raise Refused("token_form")
    return Bound(claims["jti"], issuer, account)


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims; bounded first, because nobody vouches for them yet."""
    parts = _PARTS.fullmatch(token)
    if parts is None:
        raise Refused("token_form")
    header, claims = _part(parts[1]), _part(parts[2])
    if not isinstance(header, dict) or not isinstance(claims, dict) or "crit" in header:
        raise Refused("token_form")
    return header, claims


def _part(text: str) -> Any:
    try:
        return parsed(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (Refused, binascii.Error, ValueError) as error:
        raise Refused("token_form") from error


def _signed(token: str, key: Key, algorithm: str, issuer: str, audience: str) -> dict[str, Any]:
    import jwt  # noqa: PLC0415 - an extra, of which the caller has made sure

    refusals: list[tuple[type[Exception], str]] = [
        (jwt.InvalidSignatureError, "token_signature"),
        (jwt.InvalidAudienceError, "token_audience"),
        (jwt.ImmatureSignatureError, "token_future"),
        (jwt.InvalidAlgorithmError, "token_algorithm"),
    ]
    try:
        known = jwt.PyJWK(dict(key), algorithm)
        found: dict[str, Any] = jwt.decode(
            token,
            known,
            algorithms=[algorithm],
            audience=audience,
            issuer=issuer,
            leeway=_CLOCKS,
            options={"require": _REQUIRED, "verify_exp": False, "enforce_minimum_key_length": True},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        code = next((code for kind, code in refusals if isinstance(error, kind)), "token_form")
        if isinstance(error, (jwt.PyJWKError, jwt.InvalidKeyError)):
            code = "token_key"
        raise Refused(code, algorithm=algorithm) from error
    return found


def _account(claims: Mapping[str, Any], learner: Learner) -> str:
    """The account that AWS names twice, if both are the learner's."""
    subject = _SUBJECT.fullmatch(str(claims["sub"]))
    said = {_of_aws(claims).get("aws_account"), subject[1] if subject else None}
    if said != {learner.account}:
        raise Refused("token_account", wanted=learner.account)
    return learner.account


def _check_tags(claims: Mapping[str, Any], submission: Submission, learner: Learner, wanted: Wanted) -> None:
    tags = _of_aws(claims).get("request_tags")
    found = tags if isinstance(tags, dict) else {}
    if found.get(REPORT_TAG) != submission.digest:
        raise Refused("token_report")
    if found.get(LEARNER_TAG) != learner.id:
        raise Refused("token_learner", wanted=learner.id)
    if wanted.nonce is not None and found.get(NONCE_TAG) != wanted.nonce:
        raise Refused("token_nonce")


def _of_aws(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    found = claims.get(_CLAIMS)
    return found if isinstance(found, dict) else {}
