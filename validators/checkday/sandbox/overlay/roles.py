"""Whether an AWS service may act as a role of the account."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlencode

from checkday.sandbox.overlay.wire import Emulator, Request

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)")
_TRUST = re.compile(rb"<AssumeRolePolicyDocument>(.*?)</AssumeRolePolicyDocument>", re.DOTALL)


async def can_assume(role: str, service: str, source: str, emulator: Emulator) -> bool:
    """Whether the role is there and trusts the service when that acts for the resource `source`."""
    found = _ROLE.fullmatch(role)
    if found is None or found[1] != emulator.account:
        return False
    body = urlencode({"Action": "GetRole", "RoleName": found[2]}).encode()
    trust = _TRUST.search((await emulator.ask_as_service(Request("iam", "POST", "/", body=body))).body)
    return trust is not None and emulator.trusts(unquote(trust[1].decode()), service, source)


def arn_of(role: str, account: str) -> str:
    """A role's ARN, where AWS takes its name as well."""
    return role if role.startswith("arn:") else f"arn:aws:iam::{account}:role/{role.lstrip('/')}"
