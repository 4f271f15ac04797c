"""`workshop dashboard` as a person runs it: what it asks, says, writes and keeps, and what it survives."""

import errno
import io
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

import wire
from checkday import chart
from checkday.account.live import Live
from checkday.cli import dashboard as command
from checkday.cli import exits
from checkday.cli.workshop import workshop
from checkday.dashboard import asking
from checkday.errors import BadSetting, Unwritable, WriteRefused
from checkday.words import Words
from checkday.writer import Athena, Execution, NotSent
from dashboard_page import HOSTILE
from worlds import REGION, World

GROUP, DATABASE = "fcj-an01-wg", "fcj_an01_db"
SERDE = {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}
COLUMNS = [
    {"Name": name, "Type": kind}
    for name, kind in (("device_id", "int"), ("track_name", "string"), ("artist_name", "string"))
]
PLAYS = [(8, "Đèn", "Ve Sầu")] * 3 + [(8, "Train", "Kettle"), (0, "Train", "Kettle")]


def build(sandbox, plays=PLAYS, columns=COLUMNS):
    """An account with the workgroup of Day 2 and the table of Day 3."""
    world = World(sandbox)
    world.bucket()
    rows = [dict(zip(("device_id", "track_name", "artist_name"), play, strict=True)) for play in plays]
    world.put("data/processed-data/part.json", "".join(json.dumps(row) + "\n" for row in rows).encode())
    world.client("glue").create_database(DatabaseInput={"Name": DATABASE})
    storage = {
        "Columns": columns,
        "Location": f"s3://{world.bucket_name}/data/processed-data/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": SERDE,
    }
    table = {"Name": "processed_data", "StorageDescriptor": storage, "TableType": "EXTERNAL_TABLE"}
    world.client("glue").create_table(DatabaseName=DATABASE, TableInput=table)
    results = {"OutputLocation": f"s3://{world.bucket_name}/query_results/"}
    configuration = {"ResultConfiguration": results, "EnforceWorkGroupConfiguration": True}
    world.client("athena").create_work_group(Name=GROUP, Configuration=configuration)
    return world


def executions(world):
    return world.client("athena").list_query_executions(WorkGroup=GROUP)["QueryExecutionIds"]


@pytest.fixture(scope="module")
def lake(sandbox):
    return build(sandbox)


@pytest.fixture
def at(monkeypatch, state, tmp_path):
    """Points the environment of `workshop env` at a world, and the shell at an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("WORKSHOP_LEARNER", "an01")

    def point(world):
        monkeypatch.setenv("AWS_ENDPOINT_URL", world.endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", world.account)
        return folder

    return point


@pytest.fixture
def here(at, lake):
    return at(lake)


@pytest.fixture
def live(here, monkeypatch):
    """The same, taken for the real AWS."""
    monkeypatch.setattr(Live, "simulated_in", lambda *_: False)
    return here


def run(*arguments, lang="en"):
    return workshop(["dashboard", *arguments, "--lang", lang], Words(lang))


def refused(capsys, *arguments):
    """What is said when it ends with 1, and that nothing was written or kept."""
    assert run(*arguments) == exits.FAILED
    assert chart.stored("an01") is None
    return capsys.readouterr().err


# It works


def test_the_page_is_written_and_the_numbers_are_kept(here, lake, capsys):
    assert run() == exits.PASSED
    page = (here / "dashboard-an01.html").read_text()
    assert str(here / "dashboard-an01.html") in capsys.readouterr().out
    assert "5 plays in all, of 2 devices, 2 tracks and 2 artists" in page
    kept = chart.stored("an01")
    assert kept["heat_map"] == [[8, "Đèn", 3], [0, "Train", 1], [8, "Train", 1]]
    assert kept["tree_map"] == [["Ve Sầu", 3], ["Kettle", 2]]
    assert (kept["origin"], kept["account"]) == ("simulated", lake.account)
    assert set(kept["queries"]) <= set(executions(lake))
    assert all(number in page for number in kept["queries"])
    found = lake.client("athena").get_query_execution(QueryExecutionId=kept["queries"][0])["QueryExecution"]
    assert f"{found['Statistics']['DataScannedInBytes']:,} bytes" in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_opens_in_the_language_that_is_spoken(here, lang):
    assert run("--output", "x.html", lang=lang) == exits.PASSED
    assert f'<html lang="{lang}">' in (here / "x.html").read_text()


def test_results_of_more_than_a_page_are_read_whole(at, sandbox):
    at(build(sandbox, [(number, "a", "b") for number in range(1_001)]))
    assert run() == exits.PASSED
    assert len(chart.stored("an01")["heat_map"]) == 1_001


def test_hostile_names_come_through_athena_and_do_nothing(at, sandbox):
    folder = at(build(sandbox, [(1, name, name) for name in HOSTILE]))
    assert run() == exits.PASSED
    page = (folder / "dashboard-an01.html").read_text()
    assert not re.search("<script|<img|\x1b|\u202e", page)
    assert len(chart.stored("an01")["tree_map"]) == len(HOSTILE)


# What is missing


def test_no_workgroup(at, sandbox, capsys):
    at(World(sandbox))
    said = refused(capsys)
    assert GROUP in said
    assert "day2/check" in said


def test_no_table(at, sandbox, capsys):
    world = build(sandbox)
    at(world)
    world.client("glue").delete_table(DatabaseName=DATABASE, Name="processed_data")
    assert "day3/output" in refused(capsys)
    world.client("glue").delete_database(Name=DATABASE)
    assert "day3/output" in refused(capsys)
    assert not executions(world)


def test_a_workgroup_that_is_off(at, sandbox, capsys):
    world = build(sandbox)
    at(world)
    world.client("athena").update_work_group(WorkGroup=GROUP, State="DISABLED")
    assert "disabled" in refused(capsys)


def test_no_rows(at, sandbox, capsys):
    at(build(sandbox, []))
    assert "no rows" in refused(capsys)


def test_a_failed_query_tells_athena_s_reason(at, sandbox, capsys):
    at(build(sandbox, columns=COLUMNS[:2]))
    said = refused(capsys)
    assert "FAILED" in said
    assert "artist_name" in said


def test_a_workgroup_without_a_place_for_results(at, sandbox, capsys):
    world = build(sandbox)
    at(world)
    updates = {"ResultConfigurationUpdates": {"RemoveOutputLocation": True}}
    world.client("athena").update_work_group(WorkGroup=GROUP, ConfigurationUpdates=updates)
    assert "output location" in refused(capsys)


def test_a_sleeping_sandbox_is_told(at, lake, capsys):
    at(lake)
    assert "sandbox" in refused(capsys, "--sandbox")


def test_the_library_that_is_not_installed_is_named(here, monkeypatch):
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    with pytest.raises(BadSetting, match="not_installed") as caught:
        run()
    assert 'pip install ".[dashboard]"' in Words("en")(f"{caught.value.key}.todo")


def test_sandbox_and_profile_do_not_go_together(here):
    with pytest.raises(BadSetting, match="conflict"):
        run("--sandbox", "--profile", "p")


# What cannot be written


@pytest.mark.parametrize("path", ["missing/x.html", "folder"])
def test_a_place_that_cannot_be_written_is_told_before_a_query_runs(here, lake, path):
    (here / "folder").mkdir()
    before = executions(lake)
    with pytest.raises(Unwritable, match=r"dashboard\.unwritable"):
        run("--output", path)
    assert executions(lake) == before


def test_a_full_disk_leaves_no_half_page(here, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("checkday.resources.put", full)
    with pytest.raises(Unwritable, match=r"dashboard\.unwritable"):
        run()
    assert not list(here.iterdir())


def test_numbers_that_cannot_be_kept_are_told(here, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(Unwritable, match="not_kept"):
        run()


# The real AWS


def test_without_a_terminal_nothing_runs_unasked(live, lake, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    before = executions(lake)
    with pytest.raises(BadSetting, match="no_terminal"):
        run()
    assert executions(lake) == before
    assert run("--yes") == exits.PASSED
    assert chart.stored("an01")["origin"] == "live"


@pytest.mark.parametrize(("answer", "code", "more"), [("y", 0, 2), ("", 1, 0), ("n", 1, 0)])
def test_account_and_effect_are_named_and_the_answer_counts(
    live, lake, monkeypatch, capsys, answer, code, more
):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    before = len(executions(lake))
    assert run() == code
    assert len(executions(lake)) == before + more
    said = capsys.readouterr().out
    assert all(word in said for word in ("2 Athena queries", GROUP, lake.account, REGION, "less than 1 cent"))


# Faults


def connection(world, learner_group=GROUP):
    way = {"endpoint": world.endpoint, "credentials": (world.account, "testing")}
    return Athena(learner_group, DATABASE, list(asking.statements().values()), REGION, **way)


@pytest.mark.parametrize("operation", ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"])
def test_a_missing_permission_is_named(here, lake, monkeypatch, capsys, operation):
    athena = connection(lake)
    wire.refuse(athena, "athena", operation, "AccessDeniedException")
    monkeypatch.setattr(command, "Athena", lambda *_, **__: athena)
    assert f"athena:{operation}" in refused(capsys)


def test_a_throttled_start_is_tried_again_and_begins_one_query(lake, monkeypatch):
    monkeypatch.setattr("checkday.writer.athena.pause", lambda _: 0)
    athena, failures = connection(lake), [1, 2]
    tokens = set()

    def sometimes(request, **_):
        tokens.add(json.loads(request.body)["ClientRequestToken"])
        if failures:
            failures.pop()
            raise wire.ReadTimeoutError(endpoint_url=request.url, error="cut")

    wire._hook(athena, "athena", "StartQueryExecution", sometimes)
    before = len(executions(lake))
    athena.start(asking.statements()["tree_map"])
    assert (len(executions(lake)) - before, len(tokens), failures) == (1, 1, [])


def test_an_answer_that_is_not_athena_s_is_told(lake, monkeypatch):
    monkeypatch.setattr("checkday.writer.athena.pause", lambda _: 0)
    athena = connection(lake)
    wire.answer(athena, "athena", "StartQueryExecution", {})
    with pytest.raises(NotSent, match="bad_answer"):
        athena.start(asking.statements()["tree_map"])


class Scripted:
    """An Athena whose queries go through these states; it notes what it was told to stop."""

    def __init__(self, *states, rows=(["artist_name", "plays"], ["a", "1"])):
        self.states, self.content, self.started, self.stopped = states, rows, [], []

    def start(self, statement):
        self.started.append(statement)
        return f"q{len(self.started)}"

    def execution(self, number):
        state = self.states[int(number[1:]) - 1]
        return Execution(number, state, "why", 5)

    def rows(self, _number):
        return iter(self.content)

    def stop(self, number):
        self.stopped.append(number)


def asked(athena, progress=lambda *_: None):
    return asking.ask(athena, ["one", "two"], progress)


def ended(athena, reason, monkeypatch, sleep=lambda _: None):
    monkeypatch.setattr(
        asking, "time", SimpleNamespace(monotonic=iter(range(0, 10_000, 100)).__next__, sleep=sleep)
    )
    with pytest.raises(reason) as caught:
        asked(athena)
    assert athena.stopped == athena.started_ids()
    return caught.value


Scripted.started_ids = lambda self: [f"q{number}" for number in range(1, len(self.started) + 1)]


def test_a_query_that_fails_stops_the_other(monkeypatch):
    assert ended(Scripted("RUNNING", "FAILED"), NotSent, monkeypatch).facts["reason"] == "why"


def test_waiting_has_an_end(monkeypatch):
    assert ended(Scripted("RUNNING", "QUEUED"), NotSent, monkeypatch).key == "dashboard.too_slow"


def test_ctrl_c_stops_both(monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    ended(Scripted("RUNNING", "RUNNING"), KeyboardInterrupt, monkeypatch, interrupt)


def test_more_rows_than_the_course_can_have(monkeypatch):
    monkeypatch.setattr(asking, "MOST_ROWS", 1)
    rows = [["artist_name", "plays"], ["a", "1"], ["b", "1"]]
    assert (
        ended(Scripted("SUCCEEDED", "SUCCEEDED", rows=rows), NotSent, monkeypatch).key == "dashboard.too_many"
    )


def test_progress_names_the_state_and_counts_what_is_done(monkeypatch):
    seen, athena = [], Scripted("SUCCEEDED", "QUEUED")
    athena.states = ["SUCCEEDED", "QUEUED"]

    def progress(state, done):
        seen.append((state, done))
        athena.states[1] = "SUCCEEDED"

    monkeypatch.setattr(asking.time, "sleep", lambda _: None)
    assert [one.rows for one in asked(athena, progress)] == [[["a", "1"]]] * 2
    assert seen == [("QUEUED", 1)]


def test_ctrl_c_ends_with_130_and_leaves_nothing(here, monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command.asking, "ask", interrupt)
    assert run() == exits.INTERRUPTED
    assert "cancelled" in capsys.readouterr().err
    assert not list(here.iterdir())
    assert chart.stored("an01") is None


# The guard

SQL = asking.statements()["tree_map"]
RIGHT = {"QueryString": SQL, "WorkGroup": GROUP, "QueryExecutionContext": {"Database": DATABASE}}


@pytest.mark.parametrize(
    ("call", "parameters"),
    [
        ("start_query_execution", RIGHT | {"QueryString": "DROP TABLE processed_data"}),
        ("start_query_execution", RIGHT | {"QueryString": f"{SQL};"}),
        ("start_query_execution", RIGHT | {"WorkGroup": "primary"}),
        ("start_query_execution", RIGHT | {"QueryExecutionContext": {"Database": "fcj_an02_db"}}),
        ("start_query_execution", RIGHT | {"QueryExecutionContext": {"Database": DATABASE, "Catalog": "c"}}),
        ("start_query_execution", RIGHT | {"ResultConfiguration": {"OutputLocation": "s3://other/"}}),
        ("start_query_execution", {"QueryString": SQL}),
        ("stop_query_execution", {"QueryExecutionId": "of-somebody-else"}),
        ("get_query_results", {"QueryExecutionId": "of-somebody-else"}),
        ("get_query_execution", {"QueryExecutionId": "of-somebody-else"}),
        ("delete_work_group", {"WorkGroup": GROUP}),
        ("create_named_query", {"Name": "n", "Database": DATABASE, "QueryString": SQL}),
    ],
)
def test_nothing_else_is_sent_and_the_attempt_is_remembered(lake, call, parameters):
    athena, before = connection(lake), executions(lake)
    with pytest.raises(WriteRefused):
        getattr(athena._client("athena"), call)(**parameters)
    assert athena.guard.violations
    assert executions(lake) == before


def test_the_command_line_does_not_load_what_only_this_command_needs():
    code = "import sys, checkday.cli.workshop; print({'vl_convert', 'jinja2', 'botocore'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
