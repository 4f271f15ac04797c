"""Half-way through a clean-up, in whatever order: what was right is passed or open, and never a zero."""

import shutil

import pytest

from checkday import curriculum
from conftest import twin
from worlds import World

P, DATABASE = "fcj-an01", "fcj_an01_db"
ROLES = [f"{P}-firehose-role", f"{P}-glue-role", f"{P}-session-role"]
LOGS = "/aws/kinesisfirehose/"
COURSE = curriculum.load([1, 2, 3, 4])
BUILT = [one.id for one in COURSE.milestones.values() if one.lasts == "event"]


def empty(world, prefix=""):
    s3 = world.client("s3")
    for one in s3.list_objects_v2(Bucket=world.bucket_name, Prefix=prefix).get("Contents", ()):
        s3.delete_object(Bucket=world.bucket_name, Key=one["Key"])


def tables(world, *names):
    for name in names or [
        one["Name"] for one in world.client("glue").get_tables(DatabaseName=DATABASE)["TableList"]
    ]:
        world.client("glue").delete_table(DatabaseName=DATABASE, Name=name)


def strip_roles(world):
    iam = world.client("iam")
    for role in ROLES:
        for one in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=role, PolicyArn=one["PolicyArn"])
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            iam.delete_role_policy(RoleName=role, PolicyName=name)


def roles(world):
    for role in ROLES:
        world.client("iam").delete_role(RoleName=role)


def logs(world):
    found = world.client("logs").describe_log_groups(logGroupNamePrefix=f"{LOGS}{P}-")["logGroups"]
    for one in found:
        world.client("logs").delete_log_group(logGroupName=one["logGroupName"])


def workgroup_again(world):
    results = {"OutputLocation": f"s3://{world.bucket_name}/query_results/"}
    settings = {"ResultConfiguration": results, "BytesScannedCutoffPerQuery": 100 * 1024 * 1024}
    world.client("athena").create_work_group(Name=f"{P}-wg", Configuration=settings)


def neighbours(world):
    """What else may be there under names that begin like ours."""
    world.bucket(f"{P}-trial-{world.account}")
    world.bucket(f"{P}-b-lake-{world.account}-ap-southeast-1")
    world.bucket(f"{P}-lake-{world.account}-us-east-1", "us-east-1")
    world.stream(name=f"{P}-b-stream")


STEPS = {
    "stream": lambda w: w.client("firehose").delete_delivery_stream(DeliveryStreamName=w.stream_name),
    "crawler": lambda w: w.client("glue").delete_crawler(Name=f"{P}-crawler"),
    "database": lambda w: w.client("glue").delete_database(Name=DATABASE),
    "session": lambda w: w.client("glue").delete_session(Id=f"{P}-session"),
    "one table": lambda w: tables(w, "raw"),
    "tables": tables,
    "results": lambda w: empty(w, "query_results/"),
    "output": lambda w: empty(w, "data/processed-data/"),
    "records": lambda w: empty(w, "data/raw/"),
    "objects": empty,
    "bucket": lambda w: w.client("s3").delete_bucket(Bucket=w.bucket_name),
    "rights": strip_roles,
    "roles": roles,
    "logs": logs,
    "workgroup": lambda w: w.client("athena").delete_work_group(
        WorkGroup=f"{P}-wg", RecursiveDeleteOption=True
    ),
    "workgroup again": workgroup_again,
    "neighbours": neighbours,
}
ORDERS = [
    ["logs", "database", "crawler", "results", "records", "objects", "rights", "roles", "stream", "bucket"],
    ["workgroup", "one table", "tables", "crawler", "output", "objects", "stream", "bucket", "session"],
    ["neighbours", "stream", "objects", "bucket", "crawler", "tables", "workgroup", "workgroup again"],
]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(one, id=one[0], marks=pytest.mark.audit if one[0] == "workgroup" else ())
        for one in ORDERS
    ],
)
def test_no_step_of_a_cleanup_makes_a_zero(solved_by_pages, environment, tmp_path, order):
    learner = tmp_path / "learner"
    shutil.copytree(f"{environment['XDG_STATE_HOME']}/checkday/chart", learner / "checkday" / "chart")
    with twin(tmp_path) as endpoint:
        for step in order:
            STEPS[step](World(endpoint, solved_by_pages.account))
            # A first look: without a Record, and without whatever was seen after the step before.
            found = World(endpoint, solved_by_pages.account).findings(learner, remember=False, course=COURSE)
            zeros = {name: found[name].code for name in BUILT if found[name].points == 0}
            assert (step, zeros) == (step, {})
            causes = {found[name].cause for name in BUILT if found[name].verdict == "blocked"}
            assert (step, causes - {"proof_gone"}) == (step, set())
