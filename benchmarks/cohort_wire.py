"""Between a grader and the canned cohort: who the learners are, and which requests are the same.

Ids of learners and accounts are all equally long, so one recorded answer serves for everybody.
"""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

ACCOUNT, LEARNER = "123456789012", "an01"
"""Whose answers are recorded."""

RECORDING = Path(__file__).with_name("solved.json.gz")

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4", re.IGNORECASE)
_NOW = re.compile(rb"(StartTime|EndTime)(\xc1\xfb.{8}|[\":=]+[^,}&]+)", re.DOTALL)
"""What a check asks from or until, in CBOR, JSON or a form: another moment in every run."""


class Signed(NamedTuple):
    """Who signed a request, for which Region and service."""

    key: str
    region: str
    service: str


class Reply(NamedTuple):
    """One recorded answer. The body is kept as text of one byte a character."""

    status: int
    headers: dict[str, str]
    body: bytes

    def kept(self) -> list[object]:
        return [self.status, self.headers, self.body.decode("latin-1")]


def recorded() -> dict[str, Reply]:
    """Request -> answer, as `cohort_record.py` has kept them."""
    content = json.loads(gzip.decompress(RECORDING.read_bytes()))
    return {
        key: Reply(status, headers, body.encode("latin-1"))
        for key, (status, headers, body) in content.items()
    }


def signed(authorization: str) -> Signed:
    """The signature's scope.

    Raises:
        ValueError: nobody signed it.

    """
    found = _SCOPE.search(authorization)
    if found is None:
        raise ValueError(authorization)
    return Signed(*found.groups())


def key_of(who: Signed, method: str, path: bytes, which: str, body: bytes) -> str:
    """The same for every request that asks the same; `which` is its target or the range it wants."""
    asked = _NOW.sub(rb"\1", body).decode("latin-1")
    return f"{who.region} {who.service} {method} {unquote_to_bytes(path).decode('latin-1')} {which} {asked}"


def account_of(number: int) -> str:
    return f"{100_000_000_000 + number}"


def learner_of(account: str) -> str:
    """As long as the recorded one: the cohort has room for 46,656."""
    number = int(account) - 100_000_000_000
    return "a" + "".join(_DIGITS[number // 36**place % 36] for place in (2, 1, 0))


def role_of(account: str) -> str:
    return f"arn:aws:iam::{account}:role/grader"
