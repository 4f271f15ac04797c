"""What a learner left running is in every graded report, and a snapshot judged again gives the same."""

from dataclasses import replace

from checkday.cohort.fleet import Way
from checkday.cohort.look import Task, look, unpack
from checkday.cohort.regrade import rejudge
from checkday.roster import Learner, State
from cohort_runs import plan
from worlds import World


def test_what_costs_money_is_told_with_its_price_and_again_from_the_snapshot(sandbox, tmp_path):
    world = World(sandbox)
    world.client("dynamodb").create_table(
        TableName="fcj-an01-forum",
        AttributeDefinitions=[{"AttributeName": "Name", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "Name", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 5},
    )
    wanted = replace(plan(), way=Way(endpoint=sandbox))
    task = Task(Learner("an01", "An", world.account))
    [found] = look(wanted, [task])
    report = unpack(found.report)
    assert found.state is State.GOOD
    [table] = [one for one in report["leftovers"] if "table/fcj-an01-forum" in one["arn"]]
    assert table["usd_month"] > 1
    assert report["leftovers_unseen"] == []
    assert report["requests"] == found.requests
    file = tmp_path / "s.json.gz"
    file.write_bytes(found.snapshot)
    [again] = rejudge(wanted, [Task(task.learner, files=(str(file),))])
    assert unpack(again.report) | {"findings": []} == report | {"findings": []}


def test_where_nothing_could_be_looked_at_nothing_is_said_to_be_left(sandbox):
    wanted = replace(plan(), way=Way(endpoint="http://127.0.0.1:9"))
    [found] = look(wanted, [Task(Learner("an01", "An", "123456789012"))])
    assert unpack(found.report)["leftovers_unseen"] is None


def test_a_snapshot_from_before_leftovers_were_looked_at_is_no_clean_account(sandbox, tmp_path, monkeypatch):
    wanted = replace(plan(), way=Way(endpoint=sandbox))
    task = Task(Learner("an01", "An", World(sandbox).account))
    monkeypatch.setattr("checkday.cohort.look.left", lambda *_: None)
    [found] = look(wanted, [task])
    file = tmp_path / "s.json.gz"
    file.write_bytes(found.snapshot)
    [again] = rejudge(wanted, [Task(task.learner, files=(str(file),))])
    for told in (unpack(found.report), unpack(again.report)):
        assert {one["cause"] for one in told["leftovers_unseen"]} == {"not_recorded"}
