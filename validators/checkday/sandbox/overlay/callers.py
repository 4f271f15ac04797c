"""Who calls, as CloudTrail tells it; beside `emulator`, the only module that knows the emulator's insides."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ministack.core.iam_evaluator import ResolvedCredential, resolve_credential
from ministack.services import iam

_AN_HOUR = 3600


def identity(key: str, account: str) -> Mapping[str, Any]:
    """The `userIdentity` behind an access key; one that nobody was given acts as the account itself."""
    found = resolve_credential(key, account) if key else None
    if not isinstance(found, ResolvedCredential) or found.principal_type == "Root":
        return _root(account, key)
    common = {
        "principalId": found.principal_id,
        "arn": found.principal_arn,
        "accountId": found.account_id,
        "accessKeyId": key,
    }
    if found.principal_type == "AssumedRole":
        name = found.principal_arn.split("/")[1]
        context = role_session(name, found.account_id, found.expiration or time.time() + _AN_HOUR)
        return {"type": "AssumedRole", **common, "sessionContext": context}
    kind = "IAMUser" if found.principal_type == "User" else "FederatedUser"
    return {"type": kind, **common, "userName": found.principal_name}


def role_session(role: str, account: str, ends: float) -> Mapping[str, Any]:
    """The `sessionContext` of whoever acts as a role until then."""
    record = iam._roles.get_scoped(account, None, role) or {}  # noqa: SLF001
    issuer = {
        "type": "Role",
        "principalId": record.get("RoleId", ""),
        "arn": record.get("Arn") or f"arn:aws:iam::{account}:role/{role}",
        "accountId": account,
        "userName": role,
    }
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(min(ends - _AN_HOUR, time.time())))
    return {"sessionIssuer": issuer, "attributes": {"creationDate": began, "mfaAuthenticated": "false"}}


def _root(account: str, key: str) -> Mapping[str, Any]:
    arn = f"arn:aws:iam::{account}:root"
    return {"type": "Root", "principalId": account, "arn": arn, "accountId": account, "accessKeyId": key}
