"""The template's roles in a sandbox where policies count: who may enter, and what can be done inside."""

import functools
import json
from dataclasses import replace

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from checkday.account import Look
from checkday.account.answers import canonical
from checkday.cohort.fleet import Fleet, Refused, Way
from checkday.cohort.verifying import Standing, verify
from checkday.enroll import grader, links, prepared
from checkday.enroll.folder import as_yaml
from checkday.enroll.grader import Instructor
from checkday.roster import Learner
from checkday.sandbox import lifecycle

R1, R2 = "ap-southeast-1", "us-east-1"
ME = Instructor("999988887777")
ACCOUNT, OTHER = "111122223333", "444455556666"
EXTERNAL_ID = "fcj-" + "0a" * 24
AN = Learner("an01", "An", ACCOUNT, grader.arn(ACCOUNT, "an01"), EXTERNAL_ID)
POLICY = grader.reads()
LAKE = f"fcj-an01-lake-{ACCOUNT}-{R1}"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
LET_ANYBODY = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"AWS": f"arn:aws:iam::{ME.account}:root"},
}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    """Makes clients of a sandbox with AUTH=true: for an account's owner, or with the keys of a session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("strict")))
        patch.setenv("AUTH", "true")
        patch.setenv("CHECKDAY_SANDBOX_CREATING", "0.1")
        endpoint, session = lifecycle.up(port=None, region=R1).endpoint, boto3.Session()

        config = Config(retries={"total_max_attempts": 1}, read_timeout=10)

        @functools.cache  # a client costs more than all that is asked of it here
        def make(service, who, region=R1):
            key, secret, token = (who, "any", None) if isinstance(who, str) else who
            given = {"aws_access_key_id": key, "aws_secret_access_key": secret, "aws_session_token": token}
            return session.client(service, region, endpoint_url=endpoint, config=config, **given)

        make.endpoint = endpoint
        try:
            yield make
        finally:
            lifecycle.down()


def deploy(clients, template, name, region=R1, **parameters):
    stacks = clients("cloudformation", ACCOUNT, region)
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    body, may = as_yaml(template), ["CAPABILITY_NAMED_IAM"]
    stacks.create_stack(StackName=name, TemplateBody=body, Parameters=given, Capabilities=may)
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.2})
    return stacks.describe_stacks(StackName=name)["Stacks"][0]


def keys(given):
    found = given["Credentials"]
    return found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]


@pytest.fixture(scope="module")
def instructor(clients):
    """The keys of the instructor's role, which may do what its policy says."""
    iam = clients("iam", ME.account)
    for name in (ME.role, "somebody-else"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(LET_ANYBODY))
        policy = json.dumps(grader.instructor_policy())
        iam.put_role_policy(RoleName=name, PolicyName="grade", PolicyDocument=policy)
    return {name: entered(clients, ME.account, ME.account, name) for name in (ME.role, "somebody-else")}


def entered(clients, who, account, role, **more):
    arn = f"arn:aws:iam::{account}:role/{role}"
    return keys(clients("sts", who).assume_role(RoleArn=arn, RoleSessionName="test", **more))


@pytest.fixture(scope="module")
def stack(clients, instructor):
    """The stack of a learner, as the link fills it in, in another Region than the course's."""
    return deploy(clients, grader.template(POLICY), links.STACK, R2, **links.parameters(AN, ME))


@pytest.fixture(scope="module")
def inside(clients, stack, instructor):
    """Clients with the grader's keys, in an account that has something to read."""
    fill(clients)
    own = entered(clients, instructor[ME.role], ACCOUNT, "checkday/grader-an01", ExternalId=EXTERNAL_ID)
    return lambda service, region=R1: clients(service, own, region)


def fill(clients):
    s3, tables = clients("s3", ACCOUNT), clients("dynamodb", ACCOUNT)
    for bucket in (LAKE, "private-things"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": R1})
        s3.put_object(Bucket=bucket, Key="data/raw/x.json", Body=b"{}")
        s3.put_object(Bucket=bucket, Key="diary.txt", Body=b"dear me")
    for name in ("fcj-an01-forum", "salaries"):
        tables.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        tables.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0.2})
    clients("secretsmanager", ACCOUNT).create_secret(Name="fcj-an01-secret", SecretString="hush")


def refused(call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException", "403"}
    return False


def test_the_stack_names_the_role_that_the_roster_knew_before(stack):
    assert [one["OutputValue"] for one in stack["Outputs"]] == [AN.role_arn]


@pytest.mark.parametrize("given", [{}, {"ExternalId": EXTERNAL_ID[:-1]}, {"ExternalId": EXTERNAL_ID + "0"}])
def test_without_the_right_id_nobody_enters(clients, stack, instructor, given):
    sts = clients("sts", instructor[ME.role])
    assert refused(sts.assume_role, RoleArn=AN.role_arn, RoleSessionName="test", **given)


def test_the_right_id_in_other_hands(clients, stack, instructor):
    asked = {"RoleArn": AN.role_arn, "RoleSessionName": "test", "ExternalId": EXTERNAL_ID}
    assert refused(clients("sts", instructor["somebody-else"]).assume_role, **asked)
    assert refused(clients("sts", OTHER).assume_role, **asked)


def test_what_the_checks_read_is_allowed(inside):
    s3, tables, iam = inside("s3"), inside("dynamodb"), inside("iam")
    assert s3.get_object(Bucket=LAKE, Key="data/raw/x.json")["Body"].read() == b"{}"
    assert s3.list_objects_v2(Bucket=LAKE)["KeyCount"] == 2
    key = {"id": {"S": "1"}}
    assert "Item" not in tables.get_item(TableName="fcj-an01-forum", Key=key)
    assert tables.scan(TableName="fcj-an01-forum")["Count"] == 0
    assert tables.describe_table(TableName="fcj-an01-forum")["Table"]
    assert iam.get_role(RoleName="grader-an01")["Role"]["Arn"] == AN.role_arn
    assert inside("firehose").list_delivery_streams()["DeliveryStreamNames"] == []


FORBIDDEN = [
    ("s3", "get_object", {"Bucket": LAKE, "Key": "diary.txt"}),
    ("s3", "get_object", {"Bucket": "private-things", "Key": "data/raw/x.json"}),
    ("s3", "put_object", {"Bucket": LAKE, "Key": "data/raw/y.json", "Body": b""}),
    ("s3", "delete_object", {"Bucket": LAKE, "Key": "data/raw/x.json"}),
    ("s3", "create_bucket", {"Bucket": "fcj-x", "CreateBucketConfiguration": {"LocationConstraint": R1}}),
    ("dynamodb", "scan", {"TableName": "salaries"}),
    ("dynamodb", "get_item", {"TableName": "salaries", "Key": {"id": {"S": "1"}}}),
    ("dynamodb", "put_item", {"TableName": "fcj-an01-forum", "Item": {"id": {"S": "1"}}}),
    ("dynamodb", "delete_table", {"TableName": "fcj-an01-forum"}),
    ("secretsmanager", "get_secret_value", {"SecretId": "fcj-an01-secret"}),
    ("iam", "create_user", {"UserName": "x"}),
    ("iam", "create_access_key", {"UserName": "x"}),
    (
        "iam",
        "attach_role_policy",
        {"RoleName": "grader-an01", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    ),
    ("iam", "delete_role_policy", {"RoleName": "grader-an01", "PolicyName": grader.FENCE}),
    ("lambda", "get_function", {"FunctionName": "fcj-an01-copy"}),
    ("sts", "assume_role", {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/deputy", "RoleSessionName": "test"}),
    ("cloudformation", "delete_stack", {"StackName": links.STACK}),
]


def let_through(inside):
    return [one[:2] for one in FORBIDDEN if not refused(getattr(inside(one[0]), one[1]), **one[2])]


def test_all_else_is_refused(inside):
    assert let_through(inside) == []


def test_not_even_an_administrators_policy_opens_the_fence(clients, inside):
    iam = clients("iam", ACCOUNT)
    deputy = {**LET_ANYBODY, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    iam.create_role(RoleName="deputy", AssumeRolePolicyDocument=document(deputy))
    iam.attach_role_policy(RoleName="grader-an01", PolicyArn=ADMIN)
    assert let_through(inside) == []
    assert inside("s3").list_objects_v2(Bucket=LAKE)["KeyCount"] == 2
    iam.delete_role(RoleName="deputy")
    fence = {"RoleName": "grader-an01", "PolicyName": grader.FENCE}
    kept = iam.get_role_policy(**fence)["PolicyDocument"]
    iam.delete_role_policy(**fence)
    assert inside("s3").get_object(Bucket=LAKE, Key="diary.txt")["Body"].read() == b"dear me"
    iam.put_role_policy(**fence, PolicyDocument=json.dumps(kept))
    assert refused(inside("s3").get_object, Bucket=LAKE, Key="diary.txt")


def test_what_was_added_to_a_role_is_told(clients, fleet, stack):
    iam = clients("iam", ACCOUNT)
    iam.attach_role_policy(RoleName="grader-an01", PolicyArn=ADMIN)
    assert judged(fleet).notes == (("more_policies", ADMIN),)
    iam.detach_role_policy(RoleName="grader-an01", PolicyArn=ADMIN)


@pytest.fixture
def fleet(clients, instructor, monkeypatch):
    """The grader, at work with the instructor's keys."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    for name, value in zip(names, instructor[ME.role], strict=True):
        monkeypatch.setenv(name, value)
    return Fleet(Way(aws=clients.endpoint))


def judged(fleet, **changes):
    return verify(fleet, replace(AN, **changes), grader.reads_name(POLICY), grader.FENCE)


def test_a_role_made_from_the_template_is_good_and_nothing_is_odd(fleet, stack):
    found = judged(fleet)
    assert (found.standing, found.cause, found.notes) == (Standing.GOOD, None, ())


def test_a_role_without_the_condition_is_found_out(clients, fleet, stack):
    iam = clients("iam", ACCOUNT)
    iam.create_role(RoleName="open", AssumeRolePolicyDocument=document(LET_ANYBODY))
    iam.create_role(
        RoleName="any-id",
        AssumeRolePolicyDocument=document(
            {**LET_ANYBODY, "Condition": {"StringLike": {"sts:ExternalId": "*"}}}
        ),
    )
    # The instructor's own policy names the graders' roles only: these are tried by whoever may take on any.
    clients("iam", ME.account).attach_role_policy(RoleName=ME.role, PolicyArn=ADMIN)
    for name, cause in (("open", "opens_with_none"), ("any-id", "opens_with_other")):
        found = judged(fleet, role_arn=f"arn:aws:iam::{ACCOUNT}:role/{name}")
        assert (found.standing, found.cause) == (Standing.WRONG, cause)
    clients("iam", ME.account).detach_role_policy(RoleName=ME.role, PolicyArn=ADMIN)


def test_a_role_that_is_deleted_half_way_is_blocked(clients, fleet, stack):
    """Last of those that need the role."""
    live = fleet.source(AN)
    assert live.fetch(Look(R1, "sts", "get_caller_identity", canonical({}))).cause is None
    clients("cloudformation", ACCOUNT, R2).delete_stack(StackName=links.STACK)
    waiter = clients("cloudformation", ACCOUNT, R2).get_waiter("stack_delete_complete")
    waiter.wait(StackName=links.STACK, WaiterConfig={"Delay": 0.2})
    found = live.fetch(Look(R1, "s3", "list_buckets", canonical({})))
    assert (found.cause, found.absent) == ("denied", None)
    with pytest.raises(Refused) as caught:
        fleet.source(AN)
    assert caught.value.cause == "role_denied"
    assert judged(fleet).standing is Standing.BLOCKED


def test_the_schools_template_makes_every_role_of_the_pages(clients):
    deploy(clients, prepared.template(), "school", LearnerId="an01")
    iam = clients("iam", ACCOUNT)
    made = {one["RoleName"] for one in iam.list_roles()["Roles"]}
    assert made >= {f"fcj-an01-{one}-role" for one in ("firehose", "glue", "session", "copy", "api", "map")}
    inline = iam.get_role_policy(RoleName="fcj-an01-firehose-role", PolicyName="deliver")["PolicyDocument"]
    assert inline["Statement"][1]["Resource"] == f"arn:aws:s3:::{LAKE}/*"
    attached = iam.list_attached_role_policies(RoleName="fcj-an01-session-role")["AttachedPolicies"]
    assert {one["PolicyName"] for one in attached} == {"AWSGlueServiceRole", "fcj-an01-passrole"}
