"""Who calls, and as whom a service may; with `emulator`, all that knows the insides of the emulator."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ministack.core import iam_evaluator as evaluator
from ministack.core.iam_evaluator import EvalContext, ResolvedCredential, resolve_credential
from ministack.services import iam, sts

_AN_HOUR = 3600
_LONGEST_ROLE = 48 * _AN_HOUR
"""Seconds that an AWS service may act as a role with one set of keys."""


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
        ends = found.expiration or time.time() + _AN_HOUR
        return {"type": "AssumedRole", **common, "sessionContext": _context(account, common["arn"], ends)}
    kind = "IAMUser" if found.principal_type == "User" else "FederatedUser"
    return {"type": kind, **common, "userName": found.principal_name}


def acting_as(account: str, role: str, session: str) -> Mapping[str, Any]:
    """The `userIdentity` of a service that acts as a role."""
    arn = role_session_arn(account, role, session)
    context = _context(account, arn, time.time() + _AN_HOUR)
    who = f"{context['sessionIssuer']['principalId']}:{session}"
    return {
        "type": "AssumedRole",
        "principalId": who,
        "arn": arn,
        "accountId": account,
        "sessionContext": context,
    }


def role_session_arn(account: str, role: str, session: str) -> str:
    """How a session of a role is named."""
    return f"arn:aws:sts::{account}:assumed-role/{role.rpartition('/')[2]}/{session}"


def role_allows(
    place: tuple[str, str], role: str, action: str, resource: str, context: Mapping[str, str]
) -> bool:
    """What the evaluator decides for a caller with a key, here for a role that no key stands for."""
    account, region = place
    name = role.rpartition("/")[2]
    asked = EvalContext(
        principal_arn=role_session_arn(account, role, "sandbox"),
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=region,
        service_context={key.lower(): value for key, value in context.items()},
    )
    limits = evaluator._permissions_boundary(iam._roles, name, account)  # noqa: SLF001
    policies = evaluator._gather_role_policies(name, account)  # noqa: SLF001
    result = evaluator.evaluate(asked, policies, *limits)
    found = evaluator._resource_policy(action.partition(":")[0], resource)  # noqa: SLF001
    if found is not None:
        result = evaluator.combine_resource_policy(result, asked, *found, limits=limits)
    return bool(result.decision == "Allow")


def keys(account: str, role: str, session: str) -> Mapping[str, str]:
    """Keys for a program that acts as a role, as the variables of its environment."""
    made = {
        "AWS_ACCESS_KEY_ID": iam._gen_session_access_key(),  # noqa: SLF001
        "AWS_SECRET_ACCESS_KEY": iam._gen_secret(),  # noqa: SLF001
        "AWS_SESSION_TOKEN": iam._gen_session_token(),  # noqa: SLF001
    }
    acting = {
        "Arn": role_session_arn(account, role, session),
        "UserId": f"{sts._role_id(role)}:{session}",  # noqa: SLF001
        "SecretAccessKey": made["AWS_SECRET_ACCESS_KEY"],
        "SessionToken": made["AWS_SESSION_TOKEN"],
        "Expiration": time.time() + _LONGEST_ROLE,
        "AccountId": account,
        "PrincipalType": "AssumedRole",
    }
    sts.register_session(made["AWS_ACCESS_KEY_ID"], acting)
    return made


def _context(account: str, arn: str, ends: float) -> Mapping[str, Any]:
    """The `sessionContext` of whoever acts as a role until then."""
    name = arn.split("/")[1]
    record = iam._roles.get_scoped(account, None, name) or {}  # noqa: SLF001
    issuer = {
        "type": "Role",
        "principalId": record.get("RoleId", ""),
        "arn": record.get("Arn") or f"arn:aws:iam::{account}:role/{name}",
        "accountId": account,
        "userName": name,
    }
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(min(ends - _AN_HOUR, time.time())))
    return {"sessionIssuer": issuer, "attributes": {"creationDate": began, "mfaAuthenticated": "false"}}


def _root(account: str, key: str) -> Mapping[str, Any]:
    arn = f"arn:aws:iam::{account}:root"
    return {"type": "Root", "principalId": account, "arn": arn, "accountId": account, "accessKeyId": key}
