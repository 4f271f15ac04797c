"""What the checks of several days ask of a role."""

from __future__ import annotations

from checkday.checks.traces import was_stripped
from checkday.lab import Evidence, Lab, NotYet


def assumable_role(lab: Lab, name: str, service: str) -> Evidence:
    """The service may take on the role, and the role is not provably without any right.

    What a role may do shows in its effects; only one with no policy at all, in front of a bucket with
    no policy either, is already known to be powerless.
    """
    found = lab.find(lab.aws.iam.get_role, RoleName=name)
    if found is None:
        raise NotYet("missing", name=name)
    trusted = _trusted_services(found["Role"]["AssumeRolePolicyDocument"])
    if service not in trusted:
        raise NotYet("wrong_trust", name=name, actual=", ".join(trusted) or "-")
    inline = lab.aws.iam.list_role_policies(RoleName=name)["PolicyNames"]
    attached = inline or lab.aws.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    if not attached and lab.find(lab.aws.s3.get_bucket_policy, Bucket=lab.name("bucket")) is None:
        if was_stripped(lab, name):
            raise NotYet("missing", name=name)  # on its way out, as good as gone
        raise NotYet("no_rights", name=name)
    return {"role": found["Role"]["Arn"]}


def _trusted_services(policy: object) -> list[str]:
    statements = policy.get("Statement", []) if isinstance(policy, dict) else []
    services: list[str] = []
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        names = principal.get("Service", []) if isinstance(principal, dict) else []
        if statement.get("Effect") == "Allow":
            services += [names] if isinstance(names, str) else names
    return sorted(services)
