"""`workshop grade` and `workshop regrade` over accounts of the sandbox in different states."""

import os
import re
import shlex
import signal
import sqlite3
import subprocess
import time
from dataclasses import replace

import pytest

from checkday import snapshot
from checkday.cohort.look import unpack
from checkday.roster import Learner
from cohort_endpoint import Endpoint
from cohort_runs import command, facts, learner, meta, rows, verdicts, workshop, written
from worlds import LEARNER, World

pytestmark = pytest.mark.audit

NOBODY = "000000009999"


@pytest.fixture(scope="module")
def cohort(sandbox):
    """An account where Day 1 is done, and two where nothing is."""
    worlds = {LEARNER: World(sandbox).solved().settled(), "bi02": World(sandbox), "=ch": World(sandbox)}
    names = {LEARNER: "Nguyễn Văn An", "bi02": "=cmd|' /C calc'!A0", "=ch": "<b>Chi</b>"}
    learners = [Learner(name.replace("=", ""), names[name], world.account) for name, world in worlds.items()]
    return worlds, learners


@pytest.fixture
def graded(cohort, tmp_path):
    return tmp_path / "run", written(tmp_path, *cohort[1])


def grade(folder, roster, *more):
    return workshop("grade", roster, "--out", folder, "--sandbox", "--days", "1", "--lang", "en", *more)


def report(folder, who):
    with sqlite3.connect(folder / "run.sqlite") as database:
        return unpack(database.execute("select report from graded where id = ?", (who,)).fetchone()[0])


def test_each_account_is_judged_for_what_it_is(graded):
    folder, roster = graded
    ended = grade(folder, roster)
    assert ended.code == 4, ended  # what waits for what is not there is open
    assert [rows(folder)[one][0] for one in (LEARNER, "bi02", "ch")] == ["good"] * 3
    done, nothing = report(folder, LEARNER), report(folder, "bi02")
    assert set(verdicts(done).values()) == {"passed"}
    assert {one["trust"] for one in done["findings"]} == {"observed"}
    assert (done["mode"], done["origin"], done["learner"]) == ("grade", "simulated", LEARNER)
    assert verdicts(nothing)["day1.bucket"] == "failed"
    assert nothing["totals"]["points"] < done["totals"]["points"]


def test_a_second_call_asks_nothing_again(graded):
    folder, roster = graded
    grade(folder, roster)
    before = rows(folder)
    ended = grade(folder, roster)
    assert "All 3 accounts are graded" in ended.out
    assert rows(folder) == before


def test_another_roster_or_other_days_in_the_same_folder(graded, cohort, tmp_path):
    folder, roster = graded
    grade(folder, roster)
    other = written(tmp_path, *cohort[1][:2], name="other.csv")
    for ended in (grade(folder, other), grade(folder, roster, "--days", "2")):
        assert ended.code == 2
        assert len(ended.err.strip().split("\n")) == 2


def test_what_was_seen_once_stays_after_clean_up(sandbox, tmp_path):
    world = World(sandbox).solved().settled()
    roster = written(tmp_path, Learner(LEARNER, "An", world.account))
    folder = tmp_path / "run"
    assert grade(folder, roster, "--collect-only").code == 0
    assert rows(folder)[LEARNER][2]
    time.sleep(1.1)  # the next snapshot is one of another second
    world.client("firehose").delete_delivery_stream(DeliveryStreamName=world.stream_name)
    until = time.monotonic() + 20
    while (
        world.client("firehose").list_delivery_streams()["DeliveryStreamNames"] and time.monotonic() < until
    ):
        time.sleep(0.2)
    assert grade(folder, roster).code == 0
    stream = next(one for one in report(folder, LEARNER)["findings"] if one["id"] == "day1.stream")
    assert (stream["verdict"], stream["proof"], stream["trust"]) == ("passed", "snapshot", "observed")
    assert len(list((folder / "snapshots").iterdir())) == 2
    assert workshop("regrade", folder, "--lang", "en").code == 0
    assert verdicts(report(folder, LEARNER))["day1.stream"] == "passed"


def test_regrading_what_did_not_change_changes_nothing(graded):
    folder, roster = graded
    grade(folder, roster)
    before = [report(folder, one) for one in (LEARNER, "bi02", "ch")]
    ended = workshop("regrade", folder, "--lang", "en", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert ended.code == 4, ended
    assert "0 learners gain, 0 lose" in ended.out
    assert [report(folder, one) for one in (LEARNER, "bi02", "ch")] == before


def test_a_lower_mark_is_kept_until_it_is_accepted(graded):
    folder, roster = graded
    grade(folder, roster)
    (path,) = (folder / "snapshots").glob(f"{LEARNER}.*")
    taken = snapshot.read(str(path))
    answers = {
        look: replace(one, pages=[], absent="ResourceNotFoundException")
        if look.operation == "describe_delivery_stream"
        else one
        for look, one in taken.answers.items()
    }
    snapshot.write(str(path), replace(taken, answers=answers))
    ended = workshop("regrade", folder, "--lang", "en")
    assert "0 learners gain, 1 lose" in ended.out
    assert verdicts(report(folder, LEARNER))["day1.stream"] == "passed"
    assert "day1.stream" in facts(folder, LEARNER)["kept"]
    ended = workshop("regrade", folder, "--lang", "en", "--accept-losses")
    assert "1 lose" in ended.out
    assert verdicts(report(folder, LEARNER))["day1.stream"] != "passed"


def test_a_damaged_snapshot_is_our_error_and_keeps_the_mark(graded):
    folder, roster = graded
    grade(folder, roster)
    (path,) = (folder / "snapshots").glob(f"{LEARNER}.*")
    path.write_bytes(path.read_bytes()[:100])
    assert workshop("regrade", folder, "--lang", "en").code == 5
    assert rows(folder)[LEARNER][0] == "internal"
    assert verdicts(report(folder, LEARNER))["day1.stream"] == "passed"


@pytest.fixture
def aws():
    server = Endpoint()
    yield server
    server.shutdown()
    server.server_close()


def live(aws, folder, roster, *more):
    more = ("--days", "1", "--lang", "en", "--jobs", "1", *more)
    return workshop("grade", roster, "--out", folder, *more, AWS_ENDPOINT_URL=aws.url)


def test_broken_accounts_are_open_and_told_by_cause(aws, tmp_path):
    aws.roles[f"{2:012d}"] = "AccessDenied"
    roster = written(tmp_path, learner(1), learner(2), replace(learner(3), role_arn=None))
    ended = live(aws, tmp_path / "run", roster)
    assert ended.code == 4
    assert {one[1] for one in rows(tmp_path / "run").values()} == {"denied", "role_denied", "no_role"}
    assert "role_denied" in ended.out
    aws.roles.clear()
    live(aws, tmp_path / "run", roster)
    assert rows(tmp_path / "run")["le2"][1] == "denied"


def test_expired_credentials_stop_the_run_and_it_goes_on_later(aws, tmp_path):
    roster = written(tmp_path, *(learner(number) for number in range(1, 200)))
    aws.roles |= {f"{number:012d}": "ExpiredToken" for number in range(100, 200)}
    ended = live(aws, tmp_path / "run", roster)
    assert ended.code == 4
    assert "aws sso login" in ended.err
    done = rows(tmp_path / "run")
    assert 0 < len(done) < 100
    assert len(aws.assumed) < 199
    aws.roles.clear()
    live(aws, tmp_path / "run", roster)
    assert len(rows(tmp_path / "run")) == 199


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_cut_short_goes_on(aws, tmp_path, end):
    aws.says = slowly
    roster, folder = written(tmp_path, *(learner(number) for number in range(1, 120))), tmp_path / "run"
    line = command("grade", roster, "--out", folder, "--days", "1", "--jobs", "1")
    everywhere = os.environ | {"AWS_ENDPOINT_URL": aws.url}
    with subprocess.Popen(line, env=everywhere, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as first:
        until = time.monotonic() + 60
        while time.monotonic() < until and not count(folder):
            time.sleep(0.02)
        first.send_signal(end)
        first.communicate(timeout=30)
        assert first.returncode == (130 if end is signal.SIGINT else -signal.SIGKILL)
    kept = rows(folder)
    assert 0 < len(kept) < 119
    ended = live(aws, folder, roster)
    assert int(re.search(r"Going on: (\d+)", ended.out)[1]) == len(kept)
    assert {one[0] for one in rows(folder).values()} == {"good"}
    assert count(folder) == 119
    once = {name for name in kept if aws.assumed.count(f"{int(name[2:]):012d}") == 1}
    assert once == set(kept)


def slowly(service, _action, _account):
    """Nothing is there, which is an answer too."""
    if service == "sts":
        return None
    time.sleep(0.02)
    return (400, '{"__type": "ResourceNotFoundException"}') if service == "firehose" else None


def count(folder):
    try:
        return len(rows(folder))
    except sqlite3.OperationalError:
        return 0


@pytest.mark.parametrize(
    ("more", "key"),
    [
        (("--days", "9"), "days"),
        (("--days", "2-"), "days"),
        (("--jobs", "0"), "--jobs"),
        (("--scheduler", "spark"), "scheduler"),
        (("--scheduler", "tcp://127.0.0.1:9"), "scheduler"),
        (("--submissions", "x"), "submissions"),
    ],
)
def test_arguments_that_cannot_be_used(tmp_path, more, key):
    ended = workshop("grade", written(tmp_path, learner(1)), "--out", tmp_path / "run", "--lang", "en", *more)
    assert ended.code == 2
    assert key in ended.err
    assert len(ended.err.strip().split("\n")) == 2


def test_a_pinned_course_version_must_be_ours(tmp_path):
    roster = tmp_path / "roster.yaml"
    roster.write_text("course_version: other\nlearners: [{id: an01, name: An, account: '000000000001'}]\n")
    assert workshop("grade", roster, "--out", tmp_path / "run").code == 2


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    ended = workshop("grade", written(tmp_path, learner(1)), "--out", tmp_path / "file")
    assert ended.code == 5


def test_regrade_without_a_run(tmp_path):
    assert workshop("regrade", tmp_path / "none").code == 2


def test_what_a_run_is_stands_in_its_store(graded):
    folder, roster = graded
    grade(folder, roster)
    found = meta(folder)
    assert (found["schema"], found["days"], found["cohort"]) == ("checkday.run/1", "[1]", "roster")


def test_a_full_disk_stops_the_run_and_it_goes_on_later(aws, tmp_path):
    aws.says = slowly
    roster, folder = written(tmp_path, *(learner(number) for number in range(1, 120))), tmp_path / "run"
    line = shlex.join(command("grade", roster, "--out", folder, "--days", "1", "--jobs", "1", "--lang", "en"))
    limited = f"ulimit -f 192; exec {line}"  # no file grows beyond that, as on a disk that is full
    everywhere = os.environ | {"AWS_ENDPOINT_URL": aws.url}
    ended = subprocess.run(
        ["bash", "-c", limited], env=everywhere, capture_output=True, timeout=100, check=False
    )
    assert ended.returncode == 5, ended
    assert b"run the same command again" in ended.stderr
    kept = set(rows(folder))
    assert 0 < len(kept) < 119
    live(aws, folder, roster)
    assert count(folder) == 119
    assert all(aws.assumed.count(f"{int(name[2:]):012d}") == 1 for name in kept)
