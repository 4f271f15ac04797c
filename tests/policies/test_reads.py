"""The published policy has no action that nothing of ours asks for, and each is named when it lacks."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from checkday.account import faults
from checkday.account.reads import operations, reads
from checkday.authoring import code
from checkday.authoring.tree import PACKAGE, load

OURS = ("checks", "traces", "leftovers", "doctor")
"""Who asks. The engine asks what the checks and traces make it ask."""
ONLY_FOR_THE_LEARNER = {
    # `leftovers` looks whether a bucket kept old versions; `doctor` at the Region and at the plan.
    ("s3", "get_bucket_versioning"),
    ("s3", "list_object_versions"),
    ("account", "get_region_opt_status"),
    ("freetier", "get_account_plan_state"),
}


def asked():
    """Read -> the packages whose source asks for it."""
    found = {}
    for module in load(Path(__file__).parents[2]).modules:
        part = module.path.relative_to(PACKAGE).parts[0]
        for one in code.reads(module, set(operations())) if part in OURS else ():
            found.setdefault((one.service, one.operation), set()).add(part)
    return found


def test_each_read_is_asked_for_by_somebody():
    by = asked()
    assert not [read for read in reads() if not by.get(read)]
    assert {read for read in reads() if not by[read] & {"checks", "traces"}} == ONLY_FOR_THE_LEARNER


@pytest.mark.parametrize("read", [one for one in reads().values() if one.actions], ids=lambda one: one.call)
def test_a_denial_names_the_actions_that_lack(read):
    denial = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, read.call)
    cause, facts = faults.cause(denial, read, "AWS")
    assert (cause, facts["permission"]) == ("denied", " ".join(read.actions))
