"""How fast the sandbox crawls: 77 MiB of JSON in 30 partitions, then 100,000 small objects and one of 1 GB.

    python benchmarks/crawler.py [--large]

Everything is generated. A figure counts only if the crawl found what is there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from checkday.sandbox import lifecycle

REGION = "ap-southeast-1"
MEGABYTE = 1024 * 1024
PARTITIONS, BYTES = 30, 77 * MEGABYTE
LIMIT_SECONDS, LIMIT_BYTES = 4.0, 300 * MEGABYTE
TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "glue.amazonaws.com"},
    }
}
ACTIVITIES = ("Running", "Working", "Walking", "Traveling", "Sitting")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also many objects, and a huge one")
    large = parser.parse_args().large
    with sandbox() as (client, pid):
        prepare(client)
        seconds, peak = partitioned(client, pid)
        assert seconds < LIMIT_SECONDS, seconds
        assert peak < LIMIT_BYTES, peak
        if large:
            many(client, pid)
            huge(client, pid)


@contextmanager
def sandbox() -> Iterator[tuple[Callable[[str], Any], int]]:
    """A sandbox of its own whose crawls take no longer than they must."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XDG_STATE_HOME": folder, "CHECKDAY_SANDBOX_CRAWL": "0"}
        running = lifecycle.up(port=None, region=REGION)
        session = boto3.Session("123456789012", "any", region_name=REGION)
        config = Config(max_pool_connections=16)
        try:
            yield lambda name: session.client(name, endpoint_url=running.endpoint, config=config), running.pid
        finally:
            lifecycle.down()


def prepare(client: Callable[[str], Any]) -> None:
    client("s3").create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": REGION})
    client("iam").create_role(RoleName="crawler", AssumeRolePolicyDocument=json.dumps(TRUST))
    client("glue").create_database(DatabaseInput={"Name": "lake"})


def partitioned(client: Callable[[str], Any], pid: int) -> tuple[float, float]:
    chance, s3, size = random.Random(20251117), client("s3"), BYTES // PARTITIONS  # noqa: S311
    for hour in range(PARTITIONS):
        body = b"".join(records(chance, size))
        s3.put_object(Bucket="lake", Key=f"events/raw/2026/01/{15 + hour // 24}/{hour % 24:02}/x", Body=body)
    seconds, peak = crawl(client, pid, "events/raw")
    glue = client("glue")
    table = glue.get_table(DatabaseName="lake", Name="raw")["Table"]
    found = glue.get_partitions(DatabaseName="lake", TableName="raw")["Partitions"]
    types = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
    assert len(found) == PARTITIONS
    assert types == {
        "uuid": "string",
        "device_ts": "string",
        "device_id": "int",
        "device_temp": "int",
        "track_id": "int",
        "activity_type": "string",
    }
    show("77 MiB in 30 partitions", seconds, peak)
    return seconds, peak


def records(chance: random.Random, size: int) -> Iterator[bytes]:
    written = 0
    while written < size:
        record = {
            "uuid": f"{chance.getrandbits(128):032x}",
            "device_ts": "2026-01-15 08:00:00.000",
            "device_id": chance.randrange(51),
            "device_temp": chance.randrange(28, 41),
            "track_id": chance.randrange(31),
            "activity_type": chance.choice(ACTIVITIES),
        }
        line = json.dumps(record).encode() + b"\n"
        written += len(line)
        yield line


def many(client: Callable[[str], Any], pid: int) -> None:
    s3, count = client("s3"), 100_000

    def put(number: int) -> None:
        s3.put_object(Bucket="lake", Key=f"many/{number % 100:02}/{number}", Body=b'{"n": %d}\n' % number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(count)))
    seconds, peak = crawl(client, pid, "many")
    table = client("glue").get_table(DatabaseName="lake", Name="many")["Table"]
    assert table["Parameters"]["objectCount"] == str(count)
    show("100,000 objects", seconds, peak)


def huge(client: Callable[[str], Any], pid: int) -> None:
    """One object of 1 GB: as the parts it was uploaded in, so that this process stays small."""
    s3, part = client("s3"), b'{"n": 1, "text": "' + b"x" * 100 + b'"}\n'
    where: dict[str, Any] = {"Bucket": "lake", "Key": "huge/one"}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    body, tags = part * (64 * MEGABYTE // len(part)), []
    for number in range(1, 17):
        answer = s3.upload_part(**where, UploadId=upload, PartNumber=number, Body=body)
        tags.append({"PartNumber": number, "ETag": answer["ETag"]})
    s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": tags})
    before = resident(pid)
    seconds, peak = crawl(client, pid, "huge")
    table = client("glue").get_table(DatabaseName="lake", Name="huge")["Table"]
    assert int(table["Parameters"]["recordCount"]) == 16 * len(body) // len(part)
    show("1 GB in one object, memory above the idle server's", seconds, peak - before)


def crawl(client: Callable[[str], Any], pid: int, folder: str) -> tuple[float, float]:
    """Seconds, and the most memory of the server with the process it starts."""
    glue, name = client("glue"), folder.replace("/", "-")
    target = {"S3Targets": [{"Path": f"s3://lake/{folder}/"}]}
    glue.create_crawler(Name=name, Role="crawler", DatabaseName="lake", Targets=target)
    began, peak = time.perf_counter(), 0.0
    glue.start_crawler(Name=name)
    while (found := glue.get_crawler(Name=name)["Crawler"])["State"] != "READY":
        peak = max(peak, resident(pid) + sum(map(resident, children(pid))))
    assert found["LastCrawl"]["Status"] == "SUCCEEDED", found["LastCrawl"]
    return time.perf_counter() - began, peak


def resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    except OSError:
        return 0.0


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += map(int, task.read_text(encoding="ascii").split())
    return found


def show(what: str, seconds: float, peak: float) -> None:
    print(f"{what}: {seconds:.2f} s, {peak / MEGABYTE:.0f} MiB")


if __name__ == "__main__":
    sys.exit(main())
