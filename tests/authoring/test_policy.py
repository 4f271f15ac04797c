"""The reads and their policy: known to AWS, read-only, small."""

import json
import re

import botocore.session
import pytest
from botocore import xform_name

from checkday.authoring.policy import actions, policy
from checkday.authoring.source import read
from checkday.authoring.tree import PACKAGE

MANAGED_POLICY = 6144
READING = re.compile(r"[a-z0-9-]+:(?:(?:BatchGet|Get|List|Describe|Head|Lookup)[A-Za-z]+|Query|Scan|GET)")
MAY_READ_DATA = {"arn:aws:s3:::fcj-*-lake-*/data/*", "arn:aws:s3:::fcj-*-lake-*/query_results/*"}


@pytest.fixture(scope="module")
def reads(root):
    return read(root, PACKAGE / "account/reads.yaml").data


@pytest.fixture(scope="module")
def operations(reads):
    """(service, operation) -> its model and what reads.yaml says of it."""
    session = botocore.session.get_session()
    found = {}
    for service, entries in reads.items():
        model = session.get_service_model(service)
        names = {xform_name(name): name for name in model.operation_names}
        for operation, entry in entries.items():
            found[service, operation] = (model.operation_model(names[operation]), entry)
    return found


def test_the_policy_fits_a_managed_policy(reads, record_property):
    size = len(json.dumps(policy(reads), separators=(",", ":")))
    record_property("characters", size)
    print(f"the policy has {size} characters")  # noqa: T201 - pytest -s shows it
    assert size <= MANAGED_POLICY


def test_every_action_reads(reads):
    for entries in reads.values():
        for entry in entries.values():
            assert all(READING.fullmatch(action) for action in actions(entry))


def test_data_is_read_only_where_the_course_puts_it(reads):
    for statement in policy(reads)["Statement"]:
        if "s3:GetObject" in statement["Action"]:
            assert set(statement["Resource"]) <= MAY_READ_DATA
        if {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"} & set(statement["Action"]):
            assert all(one.startswith("arn:aws:dynamodb:*:*:table/fcj-*") for one in statement["Resource"])


def test_answers_are_what_aws_documents(operations):
    for model, entry in operations.values():
        assert set(entry.get("answers", ())) <= set(model.output_shape.members)


def test_pages_are_turned_as_aws_documents(operations):
    for model, entry in operations.values():
        if pages := entry.get("pages"):
            assert pages["token"] in model.input_shape.members
            assert {pages["next"], pages["items"]} <= set(model.output_shape.members)


def test_one_statement_for_each_service_and_resources():
    entries = {
        "one": {"action": ["s3:ListB", "s3:ListA"], "on": ["arn:aws:s3:::b", "arn:aws:s3:::a"]},
        "two": {"action": "s3:ListC", "on": ["arn:aws:s3:::a", "arn:aws:s3:::b"]},
        "three": {"action": "logs:ListD"},
        "four": {"actions_none": True},
    }
    assert policy({"s3": entries})["Statement"] == [
        {"Sid": "Logs", "Effect": "Allow", "Action": ["logs:ListD"], "Resource": "*"},
        {
            "Sid": "S3",
            "Effect": "Allow",
            "Action": ["s3:ListA", "s3:ListB", "s3:ListC"],
            "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b"],
        },
    ]
