"""The template of a school whose learners may make no roles: the course's roles, as the pages make them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from checkday.enroll.grader import Document
from checkday.resources import generated
from checkday.settings import REGION, REPLICA_REGION

_MARK = "${"


def template() -> Document:
    """The CloudFormation template; its content is recorded from the pages' own commands."""
    found: Mapping[str, Any] = json.loads(generated("prepared_roles.json").read_text(encoding="utf-8"))
    resources = {_logical(one["name"]): _policy(one) for one in found["policies"]}
    resources |= {_logical(one["name"]): _role(one, resources) for one in found["roles"]}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Seven Days of Data on AWS: the roles of the course, for a learner who may make none.",
        "Parameters": _PARAMETERS,
        "Resources": resources,
    }


_REGION_PATTERN = "^[a-z]{2}(-[a-z]+)+-[1-9]$"

_PARAMETERS: Document = {
    "LearnerId": {
        "Type": "String",
        "Description": "The learner id, for example an01.",
        "AllowedPattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        "MinLength": 2,
        "MaxLength": 20,
    },
    "Region": {
        "Type": "String",
        "Description": "The main Region of the course.",
        "AllowedPattern": _REGION_PATTERN,
        "Default": REGION,
    },
    "ReplicaRegion": {
        "Type": "String",
        "Description": "The replica Region (Day 7).",
        "AllowedPattern": _REGION_PATTERN,
        "Default": REPLICA_REGION,
    },
}


def _role(recorded: Mapping[str, Any], policies: Mapping[str, Any]) -> Document:
    own = [{"PolicyName": key, "PolicyDocument": value} for key, value in recorded["inline"].items()]
    properties = {
        "RoleName": recorded["name"],
        "AssumeRolePolicyDocument": recorded["trust"],
        "ManagedPolicyArns": [_attached(one, policies) for one in recorded["attached"]],
        "Policies": own,
        "Tags": _tags(recorded),
    }
    properties = {key: value for key, value in properties.items() if value}
    return {"Type": "AWS::IAM::Role", "Properties": _substituted(properties)}


def _policy(recorded: Mapping[str, Any]) -> Document:
    properties = {"ManagedPolicyName": recorded["name"], "PolicyDocument": recorded["document"]}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": _substituted(properties)}


def _attached(arn: str, policies: Mapping[str, Any]) -> str | Document:
    logical = _logical(arn.rpartition("/")[2])
    return {"Ref": logical} if logical in policies else arn


def _tags(recorded: Mapping[str, Any]) -> list[Document]:
    return [{"Key": key, "Value": value} for key, value in recorded["tags"].items()]


def _logical(name: str) -> str:
    """`fcj-${LearnerId}-glue-role` -> `GlueRole`."""
    return "".join(part.capitalize() for part in name.rpartition("}")[2].split("-"))


def _substituted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _substituted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_substituted(inner) for inner in value]
    return {"Fn::Sub": value} if isinstance(value, str) and _MARK in value else value
