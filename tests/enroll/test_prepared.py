"""The school's template against the pages' commands: the same roles, whoever makes them."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from checkday.authoring.prepared_roles import prepared_roles
from checkday.authoring.problem import BadSources
from checkday.authoring.sections import in_file
from checkday.enroll import prepared
from checkday.enroll.folder import as_yaml
from checkday.sandbox import lifecycle
from checkday.solve import solve
from pages import BUILDING, SHARED
from warm_aws import warm_aws
from worlds import LEARNER, World, variables

SCRIPTS = sorted((SHARED / "cmd").glob("day*/*.sh"))
MADE = re.compile(r'"(\$P-[a-z]+-role)"')
ROLE_MILESTONES = ("day1.stream_role", "day2.crawler_role", "day3.session_role", "day7.reduce_role")


def with_roles(world):
    """The world, once the school has made the roles."""
    stacks = world.client("cloudformation")
    given = [{"ParameterKey": "LearnerId", "ParameterValue": LEARNER}]
    body, may = as_yaml(prepared.template()), ["CAPABILITY_NAMED_IAM"]
    stacks.create_stack(StackName="roles", TemplateBody=body, Parameters=given, Capabilities=may)
    stacks.get_waiter("stack_create_complete").wait(StackName="roles", WaiterConfig={"Delay": 0.2})
    return world


@pytest.fixture
def school(sandbox):
    return with_roles(World(sandbox))


@pytest.fixture
def endpoint_of_its_own(tmp_path):
    """A second sandbox: who calls an API there without a signature is in its first account."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path))
        try:
            yield lifecycle.up(port=None, region="ap-southeast-1").endpoint
        finally:
            lifecycle.down()


def roles(world):
    """Role -> whom it trusts, what it may and how it is marked; with the account's id left out."""
    iam, found = world.client("iam"), {}
    for one in iam.list_roles()["Roles"]:
        name = one["RoleName"]
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        rights = {key: iam.get_role_policy(RoleName=name, PolicyName=key)["PolicyDocument"] for key in inline}
        tags = {one["Key"]: one["Value"] for one in iam.list_role_tags(RoleName=name)["Tags"]}
        tags = sorted((key, value) for key, value in tags.items() if not key.startswith("aws:"))
        seen = (one["AssumeRolePolicyDocument"], rights, sorted(it["PolicyArn"] for it in attached), tags)
        found[name] = repr(seen).replace(world.account, "ACCOUNT")
    return found


def policies(world):
    iam = world.client("iam")
    return {
        one["PolicyName"]: repr(
            iam.get_policy_version(PolicyArn=one["Arn"], VersionId="v1")["PolicyVersion"]["Document"]
        ).replace(world.account, "ACCOUNT")
        for one in iam.list_policies(Scope="Local")["Policies"]
    }


@pytest.mark.audit
def test_the_stack_makes_what_the_pages_commands_make(school, sandbox, tmp_path):
    own = World(sandbox)
    with warm_aws(tmp_path) as programs:
        path = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path)}
        for script in SCRIPTS:
            wanted = [
                body for body in in_file(script).values() if re.search("iam (create|put|attach)-", body)
            ]
            subprocess.run(
                ["bash", "-euo", "pipefail", "-c", "\n".join(wanted)],
                env=variables(sandbox, str(tmp_path), own.account) | path,
                stdout=subprocess.DEVNULL,
                check=True,
            )
    assert roles(school) == roles(own)
    assert policies(school) == policies(own)


def test_no_role_of_the_pages_is_missing():
    named = {one for script in SCRIPTS for one in MADE.findall(script.read_text())}
    wanted = {one.replace("$P", "fcj-${LearnerId}") for one in named}
    found = [one["Properties"].get("RoleName", {}) for one in prepared.template()["Resources"].values()]
    assert {one["Fn::Sub"] for one in found if one} == wanted
    assert len(wanted) == 8


def test_a_role_of_the_school_counts(school):
    school.bucket()
    school.reference()
    school.logs()
    school.stream()
    assert school.settled().verdict("day1.stream_role") == ("passed", None)


@pytest.mark.audit
def test_the_whole_course_with_the_schools_roles(endpoint_of_its_own, tmp_path):
    """`workshop solve` finds the roles, leaves them, and every milestone about a role passes."""
    school = with_roles(World(endpoint_of_its_own, "123456789012"))
    before = {one["RoleName"]: one["RoleId"] for one in school.client("iam").list_roles()["Roles"]}
    environment = variables(endpoint_of_its_own, str(tmp_path))
    with warm_aws(tmp_path) as programs:
        failure = solve(
            range(1, 8), tasks=BUILDING, environment=environment, say=lambda _: None, programs=programs
        )
    assert failure is None, failure
    school = World(endpoint_of_its_own, school.account)  # what looks at an account has a deadline
    assert [school.verdict(one)[0] for one in ROLE_MILESTONES] == ["passed"] * len(ROLE_MILESTONES)
    after = {one["RoleName"]: one["RoleId"] for one in school.client("iam").list_roles()["Roles"]}
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("commands", ["aws iam create-role --role-name $DB", "aws iam create-role; exit 3"])
def test_commands_that_cannot_be_run_by_themselves(tmp_path, commands):
    script = tmp_path / "docs/_shared/cmd/day1/stream.sh"
    script.parent.mkdir(parents=True)
    script.write_text(f"# --8<-- [start:role]\n{commands}\n# --8<-- [end:role]\n")
    with pytest.raises(BadSources) as caught:
        prepared_roles(tmp_path)
    assert [(one.path, one.key) for one in caught.value.problems] == [
        (Path("docs/_shared/cmd/day1/stream.sh"), "lint.role_commands")
    ]
