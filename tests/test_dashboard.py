"""`workshop dashboard` as a person runs it: what it asks, says, writes and keeps, and what it survives."""

import errno
import io
import re
import subprocess
import sys

import pytest

import wire
from checkday import chart
from checkday.account.live import Live
from checkday.cli import dashboard as command
from checkday.cli import exits
from checkday.cli.workshop import workshop
from checkday.errors import BadSetting, Unwritable
from checkday.words import Words
from dashboard_lake import COLUMNS, DATABASE, GROUP, build, connection, executions
from dashboard_page import HOSTILE
from worlds import REGION, World


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


@pytest.mark.parametrize("operation", ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"])
def test_a_missing_permission_is_named(here, lake, monkeypatch, capsys, operation):
    athena = connection(lake)
    wire.refuse(athena, "athena", operation, "AccessDeniedException")
    monkeypatch.setattr(command, "Athena", lambda *_, **__: athena)
    assert f"athena:{operation}" in refused(capsys)


def test_ctrl_c_ends_with_130_and_leaves_nothing(here, monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command.asking, "ask", interrupt)
    assert run() == exits.INTERRUPTED
    assert "cancelled" in capsys.readouterr().err
    assert not list(here.iterdir())
    assert chart.stored("an01") is None


def test_the_command_line_does_not_load_what_only_this_command_needs():
    code = "import sys, checkday.cli.workshop; print({'vl_convert', 'jinja2', 'botocore'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
