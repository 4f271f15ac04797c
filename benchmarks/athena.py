"""How fast the sandbox's Athena is, beside DuckDB alone on the same files; each figure has a bound.

Ratios within one run, medians of several: the machine may be busy. Run it as `python benchmarks/athena.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3

from checkday.sandbox import lifecycle

REGION, BUCKET = "ap-southeast-1", "benchmark-lake"
PARTITIONS, ROWS = 30, 20_000
ROUNDS = 5
COLUMNS = {
    "uuid": ("string", "VARCHAR"),
    "device_ts": ("string", "VARCHAR"),
    "device_id": ("int", "INTEGER"),
    "device_temp": ("int", "INTEGER"),
    "track_id": ("int", "INTEGER"),
    "activity_type": ("string", "VARCHAR"),
}
GROUPS = "SELECT activity_type, count(*) FROM {source} GROUP BY activity_type ORDER BY 1"
SERDE = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"


def bodies() -> Iterator[bytes]:
    """The objects of the partitions, always the same ones."""
    chance = random.Random(20251117)  # noqa: S311 - data for a measurement
    kinds = ("Running", "Working", "Walking", "Traveling", "Sitting")
    for day in range(PARTITIONS):
        lines = (
            json.dumps(
                {
                    "uuid": str(uuid.UUID(int=chance.getrandbits(128))),
                    "device_ts": f"2026-01-{day + 1:02} 08:{second // 3600:02}:{second // 60 % 60:02}.000",
                    "device_id": chance.randrange(51),
                    "device_temp": chance.choice((28, 32, 34, 40)),
                    "track_id": chance.randrange(31),
                    "activity_type": chance.choice(kinds),
                }
            )
            for second in range(ROWS)
        )
        yield "".join(f"{line}\n" for line in lines).encode()


class Queries:
    """Queries to the sandbox."""

    def __init__(self, server: lifecycle.Running) -> None:
        session = boto3.Session("123456789012", "any", region_name=REGION)
        self.athena, self.s3 = (
            session.client(name, endpoint_url=server.endpoint) for name in ("athena", "s3")
        )
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})

    def run(self, text: str) -> dict[str, Any]:
        said = {"QueryExecutionContext": {"Database": "db"}, "QueryString": text}
        output = {"OutputLocation": f"s3://{BUCKET}/results/"}
        number = self.athena.start_query_execution(ResultConfiguration=output, **said)["QueryExecutionId"]
        while True:
            found: dict[str, Any] = self.athena.get_query_execution(QueryExecutionId=number)["QueryExecution"]
            if found["Status"]["State"] not in {"QUEUED", "RUNNING"}:
                assert found["Status"]["State"] == "SUCCEEDED", found["Status"]
                return found
            time.sleep(0.02)

    def timed(self, text: str) -> tuple[float, float]:
        """Seconds as the caller counts them, and as Athena does."""
        begun = time.perf_counter()
        found = self.run(text)
        return time.perf_counter() - begun, found["Statistics"]["EngineExecutionTimeInMillis"] / 1000

    def rows(self, text: str) -> list[list[str]]:
        page = self.athena.get_query_results(QueryExecutionId=self.run(text)["QueryExecutionId"])
        return [[cell["VarCharValue"] for cell in row["Data"]] for row in page["ResultSet"]["Rows"]][1:]


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    def once() -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    return statistics.median(once() for _ in range(rounds))


BARE = """
import sys, json, time, duckdb
files, columns, query = json.loads(sys.argv[1])
database = duckdb.connect(config={"threads": 2})
source = f"read_json({files}, format='newline_delimited', columns={columns}, auto_detect=false)"
for _ in sys.stdin:
    begun = time.perf_counter()
    rows = database.execute(query.format(source=source)).fetchall()
    print(json.dumps([time.perf_counter() - begun, rows]), flush=True)
"""


@contextlib.contextmanager
def bare(files: list[str]) -> Iterator[Callable[[], tuple[float, list[list[str]]]]]:
    """DuckDB alone, in a process of its own as the sandbox's engine is; each call is one query."""
    kinds = {name: kind for name, (_, kind) in COLUMNS.items()}
    command = [sys.executable, "-c", BARE, json.dumps([files, kinds, GROUPS])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        into, out = process.stdin, process.stdout

        def ask() -> tuple[float, list[list[str]]]:
            into.write("\n")
            into.flush()
            taken, rows = json.loads(out.readline())
            return taken, [[str(value) for value in row] for row in rows]

        yield ask
        into.close()


def peak_of_engines(server: int) -> float:
    """MiB at most that any engine has had; 0 where the system does not tell."""
    peaks = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            held = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if held.get("PPid", "").strip() == str(server):
            peaks.append(int(held["VmHWM"].split()[0]) / 1024)
    return max(peaks)


def fill(queries: Queries, folder: Path) -> list[str]:
    """The same objects in S3 and as files."""
    files = []
    for index, body in enumerate(bodies()):
        queries.s3.put_object(Bucket=BUCKET, Key=f"raw/day={index:02}/x.json", Body=body)
        path = folder / f"{index:02}.json"
        path.write_bytes(body)
        files.append(str(path))
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
    place = f"LOCATION 's3://{BUCKET}"
    queries.run("CREATE DATABASE db")
    queries.run(f"CREATE EXTERNAL TABLE raw ({columns}) PARTITIONED BY (day string) {SERDE} {place}/raw/'")
    queries.run("MSCK REPAIR TABLE raw")
    queries.run(f"CREATE EXTERNAL TABLE small ({columns}) {SERDE} {place}/raw/day=00/'")
    return files


def measure(queries: Queries, files: list[str], server: int) -> None:
    size = sum(map(os.path.getsize, files))
    print(f"{PARTITIONS * ROWS:,} rows in {PARTITIONS} partitions, {size / 2**20:.0f} MiB of JSON")
    small = GROUPS.format(source="small")
    first = seconds(lambda: queries.run(small), 1)
    show("20,000 records, first", first, 2.0)
    show("20,000 records, then", seconds(lambda: queries.run(small)), 0.5)
    whole = GROUPS.format(source="raw")
    show("600,000 rows, first", seconds(lambda: queries.run(whole), 1), 10.0)
    with bare(files) as alone:
        assert queries.rows(whole) == alone()[1]
        # Turn and turn about, so that a busy machine weighs on both.
        triples = [(*queries.timed(whole), alone()[0]) for _ in range(2 * ROUNDS)]
    ours, engine, theirs = (statistics.median(times) for times in zip(*triples, strict=True))
    assert queries.run(whole)["Statistics"]["DataScannedInBytes"] == size
    show("600,000 rows, then", ours, 2.0)
    show("as Athena counts it", engine)
    show("DuckDB alone", theirs)
    show("ratio of these two", engine / theirs, 2.0, "")
    keyed = "SELECT day, count(*) FROM raw GROUP BY day"
    show("by partition key", seconds(lambda: queries.run(keyed)), 2.0)
    show(
        "CREATE TABLE AS, Parquet",
        seconds(lambda: queries.run("CREATE TABLE p AS SELECT * FROM raw"), 1),
        20.0,
    )
    show("600,000 rows of Parquet", seconds(lambda: queries.run(GROUPS.format(source="p"))), 0.5)
    parquet = queries.run(GROUPS.format(source="p"))["Statistics"]["DataScannedInBytes"]
    show("bytes, JSON to one column of Parquet", size / parquet, None, "")
    assert parquet * 20 < size
    show("all 600,000 rows as a result", seconds(lambda: queries.run("SELECT * FROM raw"), 1), 20.0)
    show("memory of an engine at most", peak_of_engines(server), 300, "MiB")


def show(name: str, value: float, bound: float | None = None, unit: str = "s") -> None:
    limit = "" if bound is None else f"  (at most {bound:g})"
    print(f"{name:<40}{value:9.2f} {unit}{limit}")
    assert bound is None or value <= bound, name


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        server = lifecycle.up(port=None, region=REGION)
        try:
            queries = Queries(server)
            measure(queries, fill(queries, Path(folder)), server.pid)
        finally:
            lifecycle.down()


if __name__ == "__main__":
    main()
