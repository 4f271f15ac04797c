"""Where the queries run, looked at before anything is sent: the workgroup, the table, what it may cost."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any, Self

from checkday import names, prices
from checkday.account import Absent, Account, Window
from checkday.model import Blocked
from checkday.writer import NotSent

TABLE = "processed_data"

_LEAST = 10 * 1024 * 1024
"""Bytes that Athena bills for a query, however few it scans."""

_MEGABYTE, _TERABYTE = 1024**2, 1024**4


@dataclass(frozen=True, slots=True)
class Place:
    """The learner's workgroup, database and bucket in one account and Region."""

    account: str
    region: str
    workgroup: str
    database: str
    bucket: str

    @classmethod
    def of(cls, learner: str, account: str, region: str) -> Self:
        group = names.name("workgroup", learner=learner, account=account, region=region)
        return cls(account, region, group, names.database(learner), names.bucket(learner, account, region))

    def table_bytes(self, account: Account) -> int:
        """The size of the table's objects: the most that a query can scan.

        Raises:
            NotSent: the workgroup, the table or the bucket is missing, or may not be looked at.

        """
        window = account.window(self.region, set())
        try:
            self._check_workgroup(window)
            self._check_table(window)
            return self._size(window)
        except Blocked as cause:
            raise NotSent(f"cause.{cause.code}", **cause.facts) from cause

    def _check_workgroup(self, window: Window) -> None:
        try:
            found: Any = window.athena.get_work_group(WorkGroup=self.workgroup)["WorkGroup"]
        except Absent as absent:
            raise NotSent("dashboard.no_workgroup", name=self.workgroup, region=self.region) from absent
        if found.get("State") == "DISABLED":
            raise NotSent("dashboard.disabled", name=self.workgroup)

    def _check_table(self, window: Window) -> None:
        try:
            tables: Any = window.glue.get_tables(DatabaseName=self.database).get("TableList", ())
        except Absent as absent:
            raise NotSent("dashboard.no_table", table=TABLE, name=self.database) from absent
        if all(one["Name"] != TABLE for one in tables):
            raise NotSent("dashboard.no_table", table=TABLE, name=self.database)

    def _size(self, window: Window) -> int:
        try:
            found: Any = window.s3.list_objects_v2(Bucket=self.bucket, Prefix=names.PROCESSED_PREFIX)
        except Absent as absent:
            raise NotSent("data.no_bucket", name=self.bucket) from absent
        return sum(one["Size"] for one in found.get("Contents", ()))


@dataclass(frozen=True, slots=True)
class Cost:
    """What queries come to that scan so many bytes each."""

    megabytes: int
    """Billed, all queries together."""
    cents: int
    """Rounded up: what is not 0 is at least 1."""
    per_terabyte: float
    """US dollars."""


def cost(region: str, *scanned: int) -> Cost:
    """By the list price, and at least 10 MB for every query."""
    billed = [-(-max(one, _LEAST) // _MEGABYTE) for one in scanned]
    usd = prices.cost(region, athena_tb_scanned=sum(billed) * _MEGABYTE / _TERABYTE).usd_month
    return Cost(sum(billed), ceil(usd * 100), prices.figure("athena_tb_scanned", region).usd)
