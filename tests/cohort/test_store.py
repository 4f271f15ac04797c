"""What was acknowledged stays, whatever kills the run; and a folder belongs to one run."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time

import pytest

from checkday.cohort.look import Looked, pack
from checkday.cohort.store import Identity, Row, Store
from checkday.errors import BadSetting, Unwritable
from checkday.roster import State
from checkday.roster.reading import numbered
from cohort_runs import learner

_KILLS = int(os.environ.get("CHECKDAY_KILLS", "6"))
"""`make audit` asks for more."""


def roster(count):
    return numbered("K1", [learner(number) for number in range(1, count + 1)])


def begun(folder, learners, days=(1,), version="v1"):
    identity = Identity(learners.digest, days, sandbox=True)
    return Store.begin(folder, learners, identity, course_version=version, tool="0")


def looked(name, points=2, **changes):
    finding = {"id": "day1.bucket", "points": points, "max_points": 2, "verdict": "passed", "code": None}
    report = pack({"findings": [finding | {"cause": None}]})
    return Looked(name, State.GOOD, at="2026-11-25T12:00:00Z", report=report, **changes)


def test_who_is_done_is_not_looked_at_again(tmp_path):
    store = begun(tmp_path, roster(4))
    store.add([Row(looked("le2")), Row(Looked("le3", State.UNREACHABLE)), Row(Looked("le4", State.INTERNAL))])
    store.close()
    assert [one.id for one in begun(tmp_path, roster(4)).todo(judged=True)] == ["le1", "le3", "le4"]


def test_what_was_only_collected_is_still_to_be_judged(tmp_path):
    store = begun(tmp_path, roster(1))
    store.add([Row(looked("le1"), judged=False)])
    assert (store.missing(judged=False), store.missing(judged=True)) == (0, 1)


def test_rows_come_in_the_order_of_the_roster_as_often_as_asked(tmp_path):
    store = begun(tmp_path, roster(3))
    store.add([Row(looked(name)) for name in ("le3", "le1", "le2")])
    for _ in range(2):
        assert [one.learner.id for one in store.rows()] == ["le1", "le2", "le3"]


def test_a_learner_has_one_row_however_often_it_was_looked_at(tmp_path):
    store = begun(tmp_path, roster(1))
    for points in (0, 2):
        store.add([Row(looked("le1", points))])
    assert [one.report["findings"][0]["points"] for one in store.rows()] == [2]


def test_the_first_proof_of_a_milestone_stays(tmp_path):
    store = begun(tmp_path, roster(1))
    for value in (1, 2):
        store.add([Row(looked("le1", proven={"day1.stream": {"arn": value}}))])
    assert store.earlier("le1")["day1.stream"].evidence == {"arn": 1}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"learners": roster(2)}, "other_roster"),
        ({"days": (1, 2)}, "other_days"),
        ({"version": "v2"}, "other_course_version"),
    ],
)
def test_the_folder_of_another_run_is_refused(tmp_path, change, key):
    begun(tmp_path, roster(1)).close()
    with pytest.raises(BadSetting, match=key):
        begun(tmp_path, **({"learners": roster(1)} | change))


def test_two_commands_at_once_in_one_folder(tmp_path):
    store = begun(tmp_path, roster(1))
    with pytest.raises(BadSetting, match="busy"):
        begun(tmp_path, roster(1))
    store.close()


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(BadSetting, match="no_run"):
        Store.open(tmp_path)


def test_a_damaged_store_is_told(tmp_path):
    (tmp_path / "run.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 40)
    with pytest.raises(BadSetting, match="damaged"):
        Store.open(tmp_path)


def test_a_full_disk_loses_nothing_that_was_kept(tmp_path):
    store = begun(tmp_path, roster(200))
    store.add([Row(looked("le1"))])
    pages = store._db.execute("pragma page_count").fetchone()[0]
    store._db.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(Unwritable):
        store.add(
            [Row(looked(f"le{at}", proven={"x": {"y": os.urandom(4000).hex()}})) for at in range(2, 99)]
        )
    assert [one.learner.id for one in store.rows()] == ["le1"]
    store.close()
    again = begun(tmp_path, roster(200))
    again.add([Row(looked("le2"))])
    assert len(list(again.rows())) == 2


_WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path
    sys.path[:0] = sys.argv[2:]
    from test_store import begun, looked, roster, Row
    store = begun(Path(sys.argv[1]), roster(3000))
    for one in store.todo(judged=True):
        store.add([Row(looked(one.id))])
        print(one.id, flush=True)
""")


def test_no_kill_loses_an_acknowledged_row(tmp_path):
    acknowledged: set[str] = set()
    chance = random.Random(3)  # noqa: S311 - not a secret
    for _ in range(_KILLS):
        paths = [os.path.dirname(__file__), os.path.dirname(os.path.dirname(__file__))]
        command = [sys.executable, "-c", _WRITER, tmp_path, *paths]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            first = writer.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.15))
            writer.send_signal(signal.SIGKILL)
            told = (first + writer.stdout.read()).decode().split("\n")[:-1]
        assert told
        assert not acknowledged & set(told), "done again"
        acknowledged |= set(told)
        with sqlite3.connect(tmp_path / "run.sqlite") as database:
            assert database.execute("pragma integrity_check").fetchone() == ("ok",)
            kept = {name for (name,) in database.execute("select id from graded")}
        assert acknowledged <= kept
        acknowledged = kept
