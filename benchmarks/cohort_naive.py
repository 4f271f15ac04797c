"""Grading without an engine for it: a pool of threads, and in each account a boto3 session of its own.

    python benchmarks/cohort_naive.py FIRST COUNT THREADS     prints what each account comes to as JSON

The same checks make the same reads in the same order; only how the clients come about is another way.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock, local
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config

from checkday import curriculum
from checkday.account.clients import Clients
from checkday.account.live import Live
from checkday.cohort.left import left, sent
from checkday.engine import OneByOne, examine
from checkday.engine.golden import Golden
from checkday.engine.run import selection
from checkday.model import Course
from checkday.settings import REGION, REPLICA_REGION, Settings
from cohort_wire import account_of, learner_of, role_of


class OwnClients(Clients):
    """One account's clients, each made by boto3 from all of its data, as its guide says."""

    def __init__(self, session: boto3.session.Session) -> None:
        """Without the one of `Clients`, which has prepared what makes ours quick."""
        self.endpoint, self._boto = None, session
        self.guard = None
        self.session = session._session  # noqa: SLF001 - Live asks it for nothing that is used here
        self._config = Config(retries={"total_max_attempts": 1})
        self._clients, self._hosts, self._making, self._sent = {}, set(), Lock(), local()

    def _create(self, service: str, region: str) -> BaseClient:
        client: BaseClient = self._boto.client(service, region_name=region, config=self._config)
        client.meta.events.register("before-send.*.*", self._count)
        return client


def graded(course: Course, number: int) -> tuple[str, str, int, dict[str, str]]:
    """One account: take on the role, look, judge."""
    account = account_of(number)
    sts = boto3.session.Session(region_name=REGION).client("sts")
    keys: dict[str, Any] = sts.assume_role(
        RoleArn=role_of(account), RoleSessionName="naive", ExternalId="x-1"
    )
    session = boto3.session.Session(
        aws_access_key_id=keys["Credentials"]["AccessKeyId"],
        aws_secret_access_key=keys["Credentials"]["SecretAccessKey"],
        aws_session_token=keys["Credentials"]["SessionToken"],
        region_name=REGION,
    )
    learner = learner_of(account)
    settings = Settings(learner=learner, region=REGION, replica_region=REPLICA_REGION)
    run = examine(
        course,
        selection(course, curriculum.days(), ()),
        Live(clients=OwnClients(session)),
        settings,
        origin=lambda: "simulated",
        remember=False,
        golden=Golden(learner),
        pool=OneByOne(),
    )
    left(run, settings)
    verdicts = {one.milestone.id: one.cause or one.verdict.value for one in run.report.findings}
    return learner, "good", sent(run), verdicts


def main(first: int, count: int, threads: int) -> None:
    course = curriculum.load(curriculum.days())
    with ThreadPoolExecutor(threads) as pool:
        print(json.dumps(list(pool.map(partial(graded, course), range(first, first + count)))))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
