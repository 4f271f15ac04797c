"""The subscription of an account to QuickSight, its settings and its users."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from checkday.sandbox.overlay.quicksight_calls import Call, Refused, for_account
from checkday.sandbox.overlay.quicksight_store import (
    Store,
    forget_all,
    name_is_taken,
    subscribe,
    subscription,
)
from checkday.sandbox.overlay.wire import Handler

_USER = "user"
_DEFAULT = "default"


async def _describe(call: Call) -> dict[str, Any]:
    kept = subscription(call.emulator.account)
    if kept is None:
        message = f"Account {call.emulator.account} is not signed up with QuickSight"
        raise Refused("ResourceNotFoundException", message)
    names = ("AccountName", "Edition", "NotificationEmail", "AuthenticationType")
    status = "UNSUBSCRIBED" if kept["ended"] else "ACCOUNT_CREATED"
    return {"AccountInfo": {name: kept[name] for name in names} | {"AccountSubscriptionStatus": status}}


async def _create(call: Call) -> dict[str, Any]:
    said, kept = call.said, subscription(call.emulator.account)
    if kept is not None and not kept["ended"]:
        message = f"Account {call.emulator.account} is already signed up with QuickSight"
        raise Refused("ResourceExistsException", message)
    if name_is_taken(said["AccountName"]):
        raise Refused("ResourceExistsException", "The account name is taken.")
    facts = {
        "AccountName": said["AccountName"],
        "Edition": said.get("Edition", "ENTERPRISE"),
        "NotificationEmail": said["NotificationEmail"],
        "AuthenticationType": said["AuthenticationMethod"],
        "TerminationProtectionEnabled": True,
        "region": call.emulator.region,
        "ended": False,
    }
    subscribe(call.emulator.account, facts)
    identity = call.emulator.caller(call.request)
    name = "root" if identity["type"] == "Root" else str(identity["arn"]).partition("/")[2]
    _keep_user(call, name, said["NotificationEmail"], "ADMIN")
    answer = {"IAMUser": identity["type"] == "IAMUser", "userLoginName": name}
    return {"SignupResponse": {**answer, "accountName": said["AccountName"], "directoryType": "IAM"}}


def _subscribed(call: Call) -> dict[str, Any]:
    kept = subscription(call.emulator.account)
    if kept is None or kept["ended"]:
        message = f"Account information for account {call.emulator.account} is not found."
        raise Refused("ResourceNotFoundException", message)
    return kept


async def _delete(call: Call) -> dict[str, Any]:
    kept = _subscribed(call)
    if kept["TerminationProtectionEnabled"]:
        message = "Termination protection is enabled for the account; turn it off first."
        raise Refused("PreconditionNotMetException", message)
    forget_all(call.emulator.account)
    subscribe(call.emulator.account, {**kept, "ended": True})
    return {}


async def _settings(call: Call) -> dict[str, Any]:
    kept = _subscribed(call)
    names = ("AccountName", "Edition", "NotificationEmail", "TerminationProtectionEnabled")
    found = {name: kept[name] for name in names}
    return {"AccountSettings": {**found, "DefaultNamespace": _DEFAULT, "PublicSharingEnabled": False}}


async def _update_settings(call: Call) -> dict[str, Any]:
    kept = _subscribed(call)
    _check_namespace(call, call.said["DefaultNamespace"])
    changed = {name: call.said[name] for name in _CHANGEABLE if name in call.said}
    subscribe(call.emulator.account, {**kept, **changed})
    return {}


_CHANGEABLE = ("NotificationEmail", "TerminationProtectionEnabled")


async def _register(call: Call) -> dict[str, Any]:
    said = call.said
    _check_namespace(call, said["Namespace"])
    name = _user_name(said)
    if call.store.get(_USER, name) is not None:
        raise Refused("ResourceExistsException", f"User {name} already exists.")
    return {"User": _keep_user(call, name, said["Email"], said["UserRole"], said["IdentityType"])}


def _user_name(said: Mapping[str, Any]) -> str:
    """A user of IAM is called as there, a session of a role by both names; others choose."""
    if said["IdentityType"] == "IAM":
        if "IamArn" not in said:
            raise Refused("InvalidParameterValueException", "IamArn is required for the identity type IAM.")
        name = str(said["IamArn"]).rpartition("/")[2]
        return f"{name}/{said['SessionName']}" if "SessionName" in said else name
    if "UserName" not in said:
        raise Refused("InvalidParameterValueException", "UserName is required.")
    return str(said["UserName"])


def _keep_user(call: Call, name: str, email: str, role: str, kind: str = "IAM") -> dict[str, Any]:
    user = {
        "Arn": call.arn(_USER, f"{_DEFAULT}/{name}"),
        "UserName": name,
        "Email": email,
        "Role": role,
        "IdentityType": kind,
        "Active": True,
        "PrincipalId": f"federated/iam/{uuid.uuid4()}",
    }
    call.store.put(_USER, name, user)
    return user


async def _list_users(call: Call) -> dict[str, Any]:
    _check_namespace(call, call.said["Namespace"])
    return call.page(_users(call), "UserList")


async def _describe_user(call: Call) -> dict[str, Any]:
    return {"User": _user(call)}


async def _delete_user(call: Call) -> dict[str, Any]:
    call.store.delete(_USER, _user(call)["UserName"])
    return {}


def _user(call: Call) -> dict[str, Any]:
    _check_namespace(call, call.said["Namespace"])
    found = call.store.get(_USER, call.said["UserName"])
    if found is None:
        raise Refused("ResourceNotFoundException", f"User {call.said['UserName']} is not found.")
    return found


def _users(call: Call) -> list[dict[str, Any]]:
    return Store(call.emulator.account, call.emulator.region).all(_USER)


def _check_namespace(call: Call, name: str) -> None:
    kept = subscription(call.emulator.account)
    if kept is None or kept["ended"] or name != _DEFAULT:
        message = f"Account {call.emulator.account} is not signed up with QuickSight with namespace {name}"
        raise Refused("ResourceNotFoundException", message)


HANDLERS: Mapping[str, Handler] = {
    "CreateAccountSubscription": for_account(_create, subscribes=True),
    "DescribeAccountSubscription": for_account(_describe),
    "DeleteAccountSubscription": for_account(_delete),
    "DescribeAccountSettings": for_account(_settings),
    "UpdateAccountSettings": for_account(_update_settings),
    "RegisterUser": for_account(_register, HTTPStatus.CREATED),
    "ListUsers": for_account(_list_users),
    "DescribeUser": for_account(_describe_user),
    "DeleteUser": for_account(_delete_user),
}
