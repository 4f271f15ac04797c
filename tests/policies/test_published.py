"""The checks under a role that has exactly the published policy, where the emulator's evaluator decides."""

import json
import re
from collections import defaultdict

import boto3
import pytest
from botocore.exceptions import ClientError

from checkday import chart, curriculum
from checkday.account.live import Live
from checkday.account.reads import reads
from checkday.account.shared import signing_as
from checkday.cohort import look as looking
from checkday.cohort.fleet import Fleet, Way
from checkday.cohort.look import Plan, Task, look, unpack
from checkday.engine.golden import Golden
from checkday.model import OTHER_PATH
from checkday.outputs import as_json
from checkday.resources import generated
from checkday.roster import Learner
from remembered import Remembered
from worlds import LEARNER, REGION, World

POLICY = json.loads(generated("policy.json").read_text())
ACTIONS = sorted(action for one in POLICY["Statement"] for action in one["Action"])
COURSE = curriculum.load(curriculum.days())
NEEDED = {read.call: read.actions for read in reads().values()}
EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
INSTRUCTOR, SECRET = "999988887777", "of-an01-alone-000000"


def without(action):
    """The published policy without one action."""
    kept = [{**one, "Action": sorted({*one["Action"]} - {action})} for one in POLICY["Statement"]]
    return {**POLICY, "Statement": [one for one in kept if one["Action"]]}


class Roles:
    """Roles in the account of a learner who has solved everything, and what is seen through them."""

    def __init__(self, world):
        self.world, self.iam, self.made = world, world.client("iam"), []
        self.sts = world.client("sts")

    def role(self, name, policy):
        """The role's ARN; whoever is the instructor and knows the learner's secret may take it on."""
        own = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": self.world.account}}
        knows = {"StringEquals": {"sts:ExternalId": SECRET}}
        trust = {"Statement": [own, {**own, "Principal": {"AWS": INSTRUCTOR}, "Condition": knows}]}
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        self.made.append(name)
        if policy:
            self.iam.put_role_policy(RoleName=name, PolicyName="only", PolicyDocument=json.dumps(policy))
        return made["Role"]["Arn"]

    def seen_as(self, name, policy):
        """A world seen by whoever has the role."""
        given = self.sts.assume_role(RoleArn=self.role(name, policy), RoleSessionName="tests")["Credentials"]
        world = World(self.world.endpoint, self.world.account)
        keys = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        world.source = Live(endpoint=world.endpoint, credentials=keys)
        return world

    def end(self):
        for name in self.made:
            for policy in self.iam.list_role_policies(RoleName=name)["PolicyNames"]:
                self.iam.delete_role_policy(RoleName=name, PolicyName=policy)
            self.iam.delete_role(RoleName=name)


@pytest.fixture(scope="module")
def roles(solved_by_pages):
    made = Roles(World(solved_by_pages.endpoint, solved_by_pages.account))
    yield made
    made.end()


@pytest.fixture(scope="module")
def granted(roles):
    world = roles.seen_as("exact", POLICY)
    world.source = Remembered(world.source)
    return world


@pytest.fixture(scope="module")
def denied(roles):
    """Who may do nothing; `named` are the actions that the evaluator's own messages named, by call."""
    source = Remembered(roles.seen_as("none", None).source)
    source.named = {}

    def note(parsed, model, **_):
        message = parsed.get("Error", {}).get("Message", "")
        call = f"{model.service_model.service_name}:{model.name}"
        source.named[call] = set(re.findall(r"perform: ([a-z0-9-]+:[A-Za-z]+)", message))

    source.source._session.get_component("event_emitter").register("after-call.*.*", note)
    return source


GOLDEN = Golden(LEARNER)


def judged(world, *only):
    """Milestone -> (verdict, code, the finding)."""
    kept = {"answers": {}, "chart": chart.stored(LEARNER), "golden": GOLDEN}
    return {one.milestone.id: one for one in world.run(*(only or COURSE.milestones), **kept).report.findings}


def short(findings):
    return {name: (one.verdict.value, one.code) for name, one in findings.items()}


@pytest.fixture(scope="module")
def found(granted):
    """What is found through the role that has exactly the published policy."""
    return judged(granted)


def test_all_checks_say_under_the_published_policy_what_they_say_to_root(roles, found):
    assert short(found) == short(judged(World(roles.world.endpoint, roles.world.account)))


def needing(found):
    """Action -> the milestones that rest on it in this world."""
    resting = defaultdict(set)
    for name, finding in found.items():
        for sighting in finding.evidence:
            for action in NEEDED[sighting.call]:
                resting[action].add(name)
    return resting


def test_each_removed_action_blocks_its_milestones_and_is_named(granted, denied, found):
    world = World(granted.endpoint, granted.account)
    for action, names in needing(found).items():
        world.source = granted.source.but(lambda look, action=action: action in NEEDED[look.call], denied)
        for name, finding in judged(world, *names).items():
            if (finding.verdict, finding.code) != ("passed", OTHER_PATH) and found[name].verdict == "passed":
                assert finding.verdict == "blocked", (action, name, finding.code)
                assert action in finding.facts["permission"].split(), (action, name)
            # Who drew the charts at home has nothing in QuickSight: a denial there decides nothing.
            assert finding.code != OTHER_PATH or found[name].code == OTHER_PATH


def test_the_evaluator_denies_for_the_action_that_the_table_names(granted, denied, found):
    """The table of reads and the emulator's own table of actions agree, for every call that was made."""
    assert needing(found)
    for asked in granted.source.kept:
        answer, actions = denied.fetch(asked), NEEDED[asked.call]
        if actions:
            assert (answer.cause, answer.facts.get("permission")) == ("denied", " ".join(actions))
    assert len(denied.named) > 40
    # HEAD has no body, so no message.
    wrong = {call: names for call, names in denied.named.items() if names and not names & {*NEEDED[call]}}
    assert not wrong


@pytest.mark.parametrize("action", ["iam:GetRole", "glue:GetTables"])
def test_a_role_that_lacks_one_action_is_told_so(roles, found, action):
    """The same with a role that really lacks it: what the answers of two roles are put together for above."""
    world = roles.seen_as("lacks-" + action.replace(":", "-"), without(action))
    names = sorted(needing(found)[action])
    lacking = judged(world, *names)
    assert {lacking[name].verdict.value for name in names if found[name].verdict == "passed"} == {"blocked"}
    assert all(action in one.facts["permission"] for one in lacking.values() if one.code == "denied")


@pytest.fixture
def instructor(monkeypatch, roles):
    """A grader with keys of another account, for whom this sandbox stands in place of AWS."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", INSTRUCTOR)
    looking._made.cache_clear()
    yield Way(aws=roles.world.endpoint)
    looking._made.cache_clear()


def entered(roles, name, policy, external_id=SECRET):
    return Learner(LEARNER, "An", roles.world.account, roles.role(name, policy), external_id)


def test_a_cohort_is_graded_through_its_roles_as_by_root(roles, found, instructor):
    days = tuple(curriculum.days())
    plan = Plan(days, curriculum.load(days).version, instructor, as_json.document)
    seen = look(plan, [Task(entered(roles, "graded", POLICY))])[0]
    graded = unpack(seen.report)["findings"]
    # What the learner's own machine holds is for `--submissions`.
    differing = [one for one in graded if one["verdict"] != found[one["id"]].verdict]
    assert {one["cause"] for one in differing} <= {"not_submitted"}
    assert (seen.cause, len(graded)) == (None, len(COURSE.milestones))


@pytest.mark.parametrize("wrong", [None, "of-an01-alone-000001"])
def test_nobody_enters_without_the_learners_secret(roles, instructor, wrong):
    learner = entered(roles, f"closed-{wrong}", POLICY, wrong)
    plan = Plan((1,), curriculum.load((1,)).version, instructor, as_json.document)
    assert look(plan, [Task(learner)])[0].cause == "role_denied"


@pytest.mark.audit
def test_a_role_that_allows_everything_is_still_only_read(roles, instructor):
    """The session policies are the second wall: other data, other services and every write stay shut."""
    fleet = Fleet(instructor)
    source = fleet.source(entered(roles, "wide", EVERYTHING))
    bucket = roles.world.bucket_name
    roles.world.put("private/letter.txt", b"dear diary")
    with signing_as(source._keys("s3")):
        s3 = fleet.clients.client("s3", REGION)
        assert s3.get_object(Bucket=bucket, Key="data/reference_data/tracks_reference.json")
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.get_object(Bucket=bucket, Key="private/letter.txt")
        with pytest.raises(ClientError, match="AccessDenied"):
            fleet.clients.client("dynamodb", REGION).list_tables()
    given = source._keys("dynamodb")
    own = boto3.client(
        "dynamodb",
        REGION,
        endpoint_url=roles.world.endpoint,
        aws_access_key_id=given.access_key,
        aws_secret_access_key=given.secret_key,
        aws_session_token=given.token,
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        own.delete_table(TableName=f"fcj-{LEARNER}-catalog")
    roles.world.client("s3").delete_object(Bucket=bucket, Key="private/letter.txt")
