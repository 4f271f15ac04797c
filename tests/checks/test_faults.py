"""A look that fails blocks: every declared call under every fault, never passed and never failed."""

from pathlib import Path

import pytest

from checkday import curriculum
from checkday.account.reads import camel, reads
from checkday.authoring import code
from checkday.authoring.tree import PACKAGE, load
from checkday.engine import check_of
from checkday.engine.proofs import trace_of
from checkday.model import Blocked, Outcome
from day7_world import Day7
from remembered import Remembered
from visiting import settled
from wire import cut, garble, refuse
from worlds import REGION, World

DENIED = {"s3": "AccessDenied", "iam": "AccessDenied", "sts": "AccessDenied"}
THROTTLED = {"s3": "SlowDown", "iam": "Throttling", "sts": "Throttling"}
EXPIRED = {"s3": "ExpiredToken", "iam": "ExpiredToken", "sts": "ExpiredToken"}
BAD_KEY = {"s3": "InvalidAccessKeyId", "iam": "InvalidClientTokenId", "sts": "InvalidClientTokenId"}

FAULTS = {
    "denied": lambda source, service, call: refuse(
        source, service, call, DENIED.get(service, "AccessDeniedException"), status=403
    ),
    "throttled": lambda source, service, call: refuse(
        source,
        service,
        call,
        THROTTLED.get(service, "ThrottlingException"),
        status=503 if service == "s3" else 400,
    ),
    "expired": lambda source, service, call: refuse(
        source, service, call, EXPIRED.get(service, "ExpiredTokenException")
    ),
    "no_network": cut,
    "timeout": lambda source, service, call: cut(source, service, call, slow=True),
    "bad_key": lambda source, service, call: refuse(
        source, service, call, BAD_KEY.get(service, "UnrecognizedClientException"), status=403
    ),
    "garbage": garble,
}
"""A Region that is off refuses good keys like bad ones: `bad_key` of any service but STS is that too."""

COURSE = curriculum.load(curriculum.days())
CHECKS = [*COURSE.milestones, *(f"{one.id}_trace" for one in COURSE.milestones.values() if one.proof)]


def declared():
    """Every read that a check makes, as its source says."""
    for module in load(Path(__file__).parents[2]).modules:
        if module.path.relative_to(PACKAGE).parts[0] == "checks":
            for read in code.reads(module, {service for service, _ in reads()}):
                yield read.service, camel(read.operation)


ALL_READS = sorted(set(declared()))


ELSEWHERE = {
    ("account", "GetRegionOptStatus"): "tests/test_doctor.py",
    ("freetier", "GetAccountPlanState"): "tests/test_doctor.py",
    ("s3", "GetBucketVersioning"): "tests/test_leftovers.py",
    ("s3", "ListObjectVersions"): "tests/test_leftovers.py",
    ("cloudtrail", "LookupEvents"): "tests/checks/test_traces.py",
}
"""Reads that no check makes itself -> the file that injects faults into them."""


def test_every_read_of_the_list_meets_every_fault():
    listed = {(service, camel(operation)) for service, operation in reads()}
    assert listed == {*ALL_READS, *ELSEWHERE}
    for (_, call), file in ELSEWHERE.items():
        assert call in (Path(__file__).parents[2] / file).read_text(encoding="utf-8")
    assert {"denied", "throttled", "expired", "no_network", "timeout", "bad_key", "garbage"} == FAULTS.keys()


@pytest.fixture(scope="module")
def solved(solved_by_pages):
    return solved_by_pages.account


@pytest.fixture(scope="module")
def bare(sandbox):
    """A world in which everything is missing or wrong, so that the explaining reads are made too."""
    world = World(sandbox)
    world.bucket("fcj-an01-elsewhere")
    world.role(rights=None)
    world.client("glue").create_database(DatabaseInput={"Name": "fcj_an01_db"})
    return world.account


@pytest.fixture(scope="module")
def begun(sandbox):
    """A world that was begun and left: an empty bucket, and a notebook that never started a session."""
    world = World(sandbox)
    world.bucket()
    world.role_name = "fcj-an01-session-role"
    world.role(
        {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
    world.client("backup").create_backup_vault(BackupVaultName="fcj-an01-vault")
    world.client("glue").create_job(
        Name="fcj-an01-notebook", Role=world.role_name, Command={"Name": "glueetl"}, JobMode="NOTEBOOK"
    )
    return world.account


@pytest.fixture(scope="module")
def charted(sandbox):
    """A world whose charts are in QuickSight: every kind of thing there, one feeding the next."""
    world = World(sandbox)
    quicksight, account = world.client("quicksight"), {"AwsAccountId": world.account}
    columns = [{"Name": "uuid", "Type": "string"}]
    table = {"Name": "processed_data", "StorageDescriptor": {"Columns": columns, "Location": "s3://b/d/"}}
    world.client("athena").create_work_group(Name="fcj-an01-wg")
    world.client("glue").create_database(DatabaseInput={"Name": "fcj_an01_db"})
    world.client("glue").create_table(DatabaseName="fcj_an01_db", TableInput=table)
    quicksight.create_account_subscription(
        **account,
        AccountName=f"fcj-{world.account}",
        Edition="ENTERPRISE",
        AuthenticationMethod="IAM_AND_QUICKSIGHT",
        NotificationEmail="an@example.com",
    )
    source = quicksight.create_data_source(
        **account,
        DataSourceId="s",
        Name="s",
        Type="ATHENA",
        DataSourceParameters={"AthenaParameters": {"WorkGroup": "fcj-an01-wg"}},
    )
    feed = {
        "DataSourceArn": source["Arn"],
        "Catalog": "AwsDataCatalog",
        "Schema": "fcj_an01_db",
        "Name": "processed_data",
        "InputColumns": [{"Name": "uuid", "Type": "STRING"}],
    }
    dataset = quicksight.create_data_set(
        **account,
        DataSetId="d",
        Name="d",
        ImportMode="DIRECT_QUERY",
        PhysicalTableMap={"t": {"RelationalTable": feed}},
    )
    shown = {
        "DataSetIdentifierDeclarations": [{"Identifier": "d", "DataSetArn": dataset["Arn"]}],
        "Sheets": [{"SheetId": "one"}],
    }
    quicksight.create_analysis(**account, AnalysisId="a", Name="a", Definition=shown)
    quicksight.create_dashboard(**account, DashboardId="b", Name="b", Definition=shown)
    return world.account


@pytest.fixture(scope="module")
def deleted(sandbox):
    """A world of whose table only DynamoDB's own backup is left."""
    world = World(sandbox)
    dynamodb, name = world.client("dynamodb"), "fcj-an01-catalog"
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    settled(dynamodb, name)
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
    dynamodb.delete_table(TableName=name)
    return world.account


@pytest.fixture(scope="module")
def unreserved(sandbox):
    """A world whose function may run as often at once as it likes."""
    world = World(sandbox)
    made = Day7(world)
    made.function("reduce", made.role("reduce-role"))
    return world.account


@pytest.fixture(scope="module")
def calm(sandbox, solved, bare, begun, charted, deleted, unreserved):
    """Which calls each check makes when nothing goes wrong, and what was answered, by account."""
    accounts = solved, bare, begun, charted, deleted, unreserved
    return {account: undisturbed(World(sandbox, account)) for account in accounts}


def undisturbed(world):
    world.source = Remembered(world.source)
    return {name: alone(world, name)[1] for name in CHECKS}, world.source


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr("checkday.account.live.time.sleep", lambda _: None)


@pytest.mark.parametrize(
    "fault", [pytest.param(one, marks=pytest.mark.audit) if one == "garbage" else one for one in FAULTS]
)
@pytest.mark.parametrize(("service", "call"), ALL_READS)
def test_fault(sandbox, calm, fault, service, call):
    met = 0
    for account, (checks, answers) in calm.items():
        asking = [name for name, calls in checks.items() if f"{service}:{call}" in calls]
        if not asking:
            continue
        world = World(sandbox, account)
        FAULTS[fault](world.source, service, call)
        # Only what fails is asked anew: all else is as it was a moment ago.
        world.source = answers.but(lambda look: look.call == f"{service}:{call}", world.source)
        for name in asking:
            met += 1
            outcome, made = alone(world, name)
            # S3 refuses a look at a bucket that is not ours; the list of our own then says that ours is gone.
            gone = call != "ListBuckets" and "s3:ListBuckets" in made and not has_bucket(world)
            assert isinstance(outcome, Blocked) or gone, (name, outcome)
    assert met, "no world of this test makes the call"


def has_bucket(world):
    found = World(world.endpoint, world.account).client("s3").list_buckets()["Buckets"]
    return world.bucket_name in [one["Name"] for one in found]


def alone(world, name):
    """What one check, or trace, says whatever its needs, and the calls it made in the first Region.

    Reads of other Regions only choose the words of a failure that is certain already.
    """
    lab = world.lab()
    milestone = COURSE.milestones[name.removesuffix("_trace")]
    try:
        (trace_of if name.endswith("_trace") else check_of)(milestone)(lab)
    except Outcome as outcome:
        return outcome, calls(lab)
    return None, calls(lab)


def calls(lab):
    return {look.call for look in lab.looks if look.region == REGION}


def test_denied_names_the_missing_permission(sandbox, solved):
    world = World(sandbox, solved)
    refuse(world.source, "iam", "GetRole", "AccessDenied", status=403)
    finding = world.finding("day1.stream_role")
    assert (finding.cause, finding.facts["permission"]) == ("denied", "iam:GetRole")


def test_a_policy_of_the_school_is_told_apart(sandbox, solved):
    world = World(sandbox, solved)
    refuse(
        world.source,
        "iam",
        "GetRole",
        "AccessDenied",
        status=403,
        message="with an explicit deny in a policy",
    )
    assert world.finding("day1.stream_role").cause == "denied_by_school"


def test_a_plan_without_firehose_blocks(sandbox, solved):
    world = World(sandbox, solved)
    refuse(world.source, "firehose", "DescribeDeliveryStream", "SubscriptionRequiredException")
    assert world.finding("day1.stream").cause == "plan"


def test_a_region_that_is_off_is_not_a_bad_key(sandbox, solved):
    world = World(sandbox, solved)
    refuse(world.source, "firehose", "DescribeDeliveryStream", "UnrecognizedClientException")
    finding = world.finding("day1.stream")
    assert (finding.verdict, finding.code) == ("blocked", "region_off")


def test_a_clock_that_is_off(sandbox, solved):
    world = World(sandbox, solved)
    message = "Signature not yet current: 20261123T1 is still later than 20261123T0"
    refuse(world.source, "sts", "GetCallerIdentity", "SignatureDoesNotMatch", status=403, message=message)
    assert world.finding("day1.account").cause == "clock"


def test_a_refusal_that_no_list_knows_is_our_error(sandbox, solved):
    world = World(sandbox, solved)
    refuse(world.source, "firehose", "DescribeDeliveryStream", "ValidationException")
    assert world.finding("day1.stream").verdict == "error"


def test_throttling_is_met_with_patience(sandbox, solved):
    world = World(sandbox, solved)
    refuse(world.source, "firehose", "DescribeDeliveryStream", "ThrottlingException")
    run = world.run("day1.stream")
    answer = next(one for one in run.account.answers() if one.look.operation == "describe_delivery_stream")
    assert answer.sent == 4
