"""With AUTH=true a query reads and writes what its caller may, and nothing else."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

R1 = "ap-southeast-1"
BUCKET = "guarded-lake"
OUTPUT = {"OutputLocation": f"s3://{BUCKET}/results/"}
STEM = f"arn:aws:s3:::{BUCKET}"
TABLE = (
    "CREATE EXTERNAL TABLE IF NOT EXISTS secrets (a int) "
    "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://guarded-lake/data/'"
)

ATHENA = {"Action": "athena:*"}
OUT = {
    "Action": ["s3:GetBucketLocation", "s3:PutObject", "s3:GetObject"],
    "Resource": [STEM, f"{STEM}/results/*"],
}
DATA = {"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": [STEM, f"{STEM}/data/*"]}
CATALOG = {"Action": ["glue:GetTable", "glue:GetDatabase", "glue:GetPartitions"]}


@pytest.fixture
def run(strict_server, connect, until):
    """Runs a query as the holder of a key; the status at its end."""

    def ask(athena, text):
        context = {"Database": "guarded"}
        number = athena.start_query_execution(
            QueryString=text, ResultConfiguration=OUTPUT, QueryExecutionContext=context
        )["QueryExecutionId"]
        root = connect(strict_server, "athena")

        def over():
            status = root.get_query_execution(QueryExecutionId=number)["QueryExecution"]["Status"]
            return status if status["State"] not in {"QUEUED", "RUNNING"} else None

        return until(over)

    return ask


@pytest.fixture
def lake(strict_server, connect, run):
    s3 = connect(strict_server, "s3")
    try:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": R1})
    except s3.exceptions.BucketAlreadyOwnedByYou:
        return
    s3.put_object(Bucket=BUCKET, Key="data/x.json", Body=b'{"a": 42}\n')
    for text in ("CREATE DATABASE guarded", TABLE):
        assert run(connect(strict_server, "athena"), text)["State"] == "SUCCEEDED"


@pytest.fixture
def athena(strict_server, connect, request, lake):
    """Athena for a user with these statements."""

    def make(*statements):
        iam = connect(strict_server, "iam")
        name = "".join(letter for letter in request.node.name if letter.isalnum())[:60]
        iam.create_user(UserName=name)
        whole = [{"Effect": "Allow", "Resource": "*", **one} for one in statements]
        policy = json.dumps({"Version": "2012-10-17", "Statement": whole})
        iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return connect(strict_server, "athena", key=key["AccessKeyId"], secret=key["SecretAccessKey"])

    return make


def test_whoever_has_all_the_rights_gets_an_answer(athena, run):
    assert run(athena(ATHENA, OUT, DATA, CATALOG), "SELECT a FROM secrets")["State"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ((ATHENA, OUT, DATA), "is not authorized to perform: glue:GetTable on resource: arn:aws:glue:"),
        ((ATHENA, OUT, CATALOG), "Permission denied on S3 path: s3://guarded-lake/data/"),
        (
            (ATHENA, OUT, CATALOG, {"Action": "s3:ListBucket"}),
            "Permission denied on S3 path: s3://guarded-lake/data/x.json",
        ),
        (
            (ATHENA, DATA, CATALOG, {"Action": "s3:GetBucketLocation"}),
            "Access denied when writing output to url: s3://guarded-lake/results/",
        ),
    ],
)
def test_a_right_that_is_missing(athena, run, statements, reason):
    status = run(athena(*statements), "SELECT a FROM secrets")
    assert status["State"] == "FAILED"
    assert reason in status["StateChangeReason"]


def test_a_catalog_that_may_only_be_read(athena, run):
    user = athena(ATHENA, OUT, DATA, CATALOG)
    for text in ("DROP TABLE secrets", "CREATE TABLE copied AS SELECT 1 a", "CREATE DATABASE other"):
        assert run(user, text)["State"] == "FAILED"
    assert run(user, "SELECT a FROM secrets")["State"] == "SUCCEEDED"


def test_nothing_is_written_where_the_caller_may_not(athena, run, strict_server, connect):
    status = run(
        athena(ATHENA, OUT, DATA, CATALOG),
        "UNLOAD (SELECT a FROM secrets) TO 's3://guarded-lake/data/out/' WITH (format = 'JSON')",
    )
    assert "Access denied when writing output" in status["StateChangeReason"]
    found = connect(strict_server, "s3").list_objects_v2(Bucket=BUCKET, Prefix="data/out/")
    assert found["KeyCount"] == 0


def test_a_place_for_results_must_be_known_to_the_caller(athena):
    user = athena(ATHENA, DATA, CATALOG)
    with pytest.raises(ClientError, match="Unable to verify/create output bucket guarded-lake"):
        user.start_query_execution(QueryString="SELECT 1", ResultConfiguration=OUTPUT)


def test_results_are_read_with_the_readers_rights(athena, run, strict_server, connect):
    reader = athena({"Action": "athena:GetQueryResults"})
    root = connect(strict_server, "athena")
    number = root.start_query_execution(QueryString="SELECT 1", ResultConfiguration=OUTPUT)[
        "QueryExecutionId"
    ]
    run(root, "SELECT 1")
    with pytest.raises(ClientError, match="Access denied when reading"):
        reader.get_query_results(QueryExecutionId=number)


def test_a_user_without_the_right_starts_no_query(athena):
    with pytest.raises(ClientError, match="athena:StartQueryExecution"):
        athena(OUT).start_query_execution(QueryString="SELECT 1", ResultConfiguration=OUTPUT)
