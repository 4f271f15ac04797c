"""Spark jobs: a script from S3, run once; notebooks, which are only kept."""

from __future__ import annotations

import json

import pytest

from interactive import client, role, wait

BUCKET = "scripts-for-jobs"
SCRIPT = """
import sys
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

given = getResolvedOptions(sys.argv, ["JOB_NAME", "target"])
context = GlueContext(SparkContext())
job = Job(context)
job.init(given["JOB_NAME"], given)
context.spark_session.range(5).write.mode("overwrite").parquet(given["target"])
print("done", given["JOB_NAME"])
job.commit()
sys.exit(0)
"""


@pytest.fixture(scope="module")
def clients(server):
    return lambda service: client(server.endpoint, service)


@pytest.fixture(scope="module")
def s3(clients):
    s3 = clients("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    return s3


@pytest.fixture
def job(clients, s3, request):
    """Makes a job of a script, and runs it to its end."""
    glue, name = clients("glue"), request.node.name
    role(clients("iam"))

    def run(script, **settings):
        s3.put_object(Bucket=BUCKET, Key=f"{name}.py", Body=script)
        command = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/{name}.py", "PythonVersion": "3"}
        glue.create_job(Name=name, Role="session", Command=command, GlueVersion="5.0")
        identity = glue.start_job_run(JobName=name, **settings)["JobRunId"]
        ended = lambda run: run["JobRunState"] not in {"STARTING", "RUNNING"} and run  # noqa: E731
        return wait(lambda: ended(glue.get_job_run(JobName=name, RunId=identity)["JobRun"]))

    yield run
    glue.delete_job(JobName=name)


def test_a_job_runs_its_script(job, s3, clients):
    target = f"s3://{BUCKET}/out/"
    run = job(SCRIPT, Arguments={"--target": target})
    assert run["JobRunState"] == "SUCCEEDED", run
    assert "ErrorMessage" not in run
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix="out/")["Contents"]
    assert [each["Key"].endswith(("_SUCCESS", ".snappy.parquet")) for each in found] == [True, True]
    events = clients("logs").get_log_events(logGroupName="/aws-glue/jobs/output", logStreamName=run["Id"])
    assert events["events"][0]["message"] == "done test_a_job_runs_its_script"


def test_a_script_that_fails_says_why(job):
    run = job("spark.read.json('s3://not-there-at-all/')")
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "NameError: name 'spark' is not defined"


def test_a_script_that_is_not_there(job, s3):
    run = job("", Arguments={})
    assert run["JobRunState"] == "SUCCEEDED"


def test_a_job_that_exits_has_failed(job):
    assert job("import os; os._exit(5)")["ErrorMessage"] == "The driver has ended with exit code 5."


def test_a_run_is_stopped_and_there_is_one_at_a_time(clients, s3, wire_faults):
    glue = clients("glue")
    role(clients("iam"))
    s3.put_object(Bucket=BUCKET, Key="loop.py", Body="while True: pass")
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/loop.py"}
    glue.create_job(Name="loop", Role="session", Command=command)
    run = glue.start_job_run(JobName="loop")["JobRunId"]
    with pytest.raises(glue.exceptions.ConcurrentRunsExceededException):
        glue.start_job_run(JobName="loop")
    assert glue.batch_stop_job_run(JobName="loop", JobRunIds=[run])["Errors"] == []
    wait(lambda: glue.get_job_run(JobName="loop", RunId=run)["JobRun"]["JobRunState"] == "STOPPED")
    assert [each["Id"] for each in glue.get_job_runs(JobName="loop")["JobRuns"]] == [run]
    assert wire_faults(glue, "GetJobRun", JobName="loop", RunId=run) == []
    assert wire_faults(glue, "GetJobRuns", JobName="loop") == []


def test_a_notebook_job_is_kept_with_its_mode(clients, wire_faults):
    glue = clients("glue")
    command = {"Name": "glueetl", "ScriptLocation": "s3://somewhere/notebook.py"}
    role(clients("iam"))
    glue.create_job(Name="fcj-an01-notebook", Role="session", Command=command, JobMode="NOTEBOOK")
    assert glue.get_job(JobName="fcj-an01-notebook")["Job"]["JobMode"] == "NOTEBOOK"
    (found,) = [each for each in glue.get_jobs()["Jobs"] if each["Name"] == "fcj-an01-notebook"]
    assert found["JobMode"] == "NOTEBOOK"
    assert wire_faults(glue, "GetJobs") == []
    glue.update_job(JobName="fcj-an01-notebook", JobUpdate={"Description": json.dumps("x")})
    assert glue.get_job(JobName="fcj-an01-notebook")["Job"]["JobMode"] == "NOTEBOOK"
    assert "fcj-an01-notebook" in glue.list_jobs()["JobNames"]
    glue.delete_job(JobName="fcj-an01-notebook")
