"""The CLI that is up already says what the one that is started says."""

import subprocess
import sys
from pathlib import Path

import pytest

from warm_aws import warm_aws

KEYS = {"AWS_ACCESS_KEY_ID": "123456789012", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}
REAL = Path(sys.executable).parent


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    with warm_aws(tmp_path_factory.mktemp("warm")) as folder:
        yield folder


@pytest.mark.parametrize(
    "command",
    [
        "aws --version",
        "aws dynamodb list-tables --query 'length(TableNames)'",
        "aws dynamodb describe-table --table-name none",
        "aws dynamodb nonsense",
        "aws s3api put-object --bucket none --key a --body",
        "aws sts get-caller-identity | tr a-z A-Z",
        'printf \'{"TableName": "none"}\' > in.json; aws dynamodb describe-table --cli-input-json file://in.json',
        "aws s3 cp - s3://none/key < /dev/null",
        "AWS_ACCESS_KEY_ID=999999999999 aws sts get-caller-identity --query Account --output text",
    ],
)
def test_both_say_the_same(sandbox, warm, tmp_path, command):
    def said(programs):
        environment = KEYS | {
            "AWS_ENDPOINT_URL": sandbox,
            "PATH": f"{programs}:/usr/bin:/bin",
            "HOME": str(tmp_path),
        }
        done = subprocess.run(
            ["bash", "-c", command],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    assert said(warm) == said(REAL)
