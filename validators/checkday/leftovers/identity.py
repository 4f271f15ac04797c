"""Roles and policies: free, but a role that nobody needs is a door that nobody watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from checkday.leftovers import shell
from checkday.leftovers.compute import described_crawlers
from checkday.leftovers.items import Found, Place
from checkday.leftovers.lookup import lookup
from checkday.leftovers.owner import mine
from checkday.leftovers.storage import described_streams
from checkday.model import Blocked

_WIZARD = ":role/service-role/"
"""The path of what a console wizard makes. A role of another name elsewhere is the school's, and stays."""


def roles(place: Place) -> Iterator[Found]:
    """Roles with the learner's prefix, and those a console wizard made for the learner's resources."""
    for one in place.aws.iam.list_roles(MaxItems=1000)["Roles"]:
        if mine(place.learner, one["RoleName"]):
            yield from _role(place, one["Arn"], "free")
    for name in sorted(map(_last, _wizard_roles(place))):
        if (found := lookup(place.aws.iam.get_role, RoleName=name)) and not mine(place.learner, name):
            yield from _role(place, found["Role"]["Arn"], "by_wizard")


def policies(place: Place) -> Iterator[Found]:
    """The learner's own policies, and those a wizard made for its roles."""
    by_wizard = {arn for role in _wizard_roles(place) for arn in _attached(place, _last(role))}
    for one in place.aws.iam.list_policies(Scope="Local", MaxItems=1000)["Policies"]:
        if mine(place.learner, one["PolicyName"]):
            yield Found(one["PolicyName"], one["Arn"])
        elif one["Arn"] in by_wizard and ":policy/service-role/" in one["Arn"]:
            yield Found(one["PolicyName"], one["Arn"], "by_wizard")


def _wizard_roles(place: Place) -> set[str]:
    found = set(place.known_roles)
    for region in place.regions:
        with suppress(Blocked):  # told by the look at the streams themselves
            for stream in described_streams(place, region):
                for one in stream["Destinations"]:
                    found.add(one.get("ExtendedS3DestinationDescription", {}).get("RoleARN", ""))
        with suppress(Blocked):
            found.update(crawler.get("Role", "") for crawler in described_crawlers(place, region))
    return {arn for arn in found if _WIZARD in arn or arn.startswith("service-role/")}


def _role(place: Place, arn: str, why: str) -> Iterator[Found]:
    name = _last(arn)
    inline = lookup(place.aws.iam.list_role_policies, RoleName=name)
    if inline is None:
        return
    commands = [
        shell.fill((_DETACH,), name=name, policy=policy)[0] for policy in sorted(_attached(place, name))
    ]
    commands += [
        shell.fill((_DELETE_INLINE,), name=name, policy=policy)[0] for policy in inline["PolicyNames"]
    ]
    yield Found(name, arn, why, first=commands)


def _attached(place: Place, role: str) -> list[str]:
    found = lookup(place.aws.iam.list_attached_role_policies, RoleName=role)
    return [one["PolicyArn"] for one in found["AttachedPolicies"]] if found else []


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


_DETACH = "aws iam detach-role-policy --role-name {name} --policy-arn {policy}"
_DELETE_INLINE = "aws iam delete-role-policy --role-name {name} --policy-name {policy}"
