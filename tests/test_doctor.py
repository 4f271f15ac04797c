"""What the doctor says: of the account in each of its states, of permissions, and of the machine."""

import argparse
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import botocore.session
import pytest
from botocore.validate import ParamValidator

from checkday.account import Account
from checkday.account.answers import restored
from checkday.account.reads import reads
from checkday.cli.doctor import doctor
from checkday.doctor import Witness, examine, machine, needed, permissions
from checkday.doctor.rights import _filled, _probes, _values
from checkday.settings import Settings
from checkday.words import Words
from wire import answer, cut, refuse
from worlds import LEARNER, REGION, REPLICA, World

SETTINGS = Settings(learner=LEARNER, region=REGION, replica_region=REPLICA)
MODELS = botocore.session.Session()


@pytest.fixture
def world(sandbox):
    """An account, seen through a witness."""
    world = World(sandbox)
    world.source = Witness(endpoint=sandbox, credentials=(world.account, "testing"))
    for operation, body in (("ListSessions", {"Ids": [], "Sessions": []}), ("ListJobs", {"JobNames": []})):
        answer(world.source, "glue", operation, body)
    return world


@pytest.fixture
def live(world, monkeypatch):
    """The same account, taken for a real one."""
    monkeypatch.setattr(Witness, "simulated", property(lambda _: False))
    plan(world, accountPlanType="PAID", accountPlanStatus="ACTIVE")
    return world


def plan(world, **state):
    arn = {"accountId": world.account, "accountPlanRemainingCredits": {"amount": 87.5, "unit": "USD"}}
    answer(world.source, "freetier", "GetAccountPlanState", arn | state)


def said(world):
    """Word key -> diagnosis."""
    found = examine(world.source, Account(world.source), SETTINGS)
    return {one.key: one for one in found}


def test_the_sandbox_is_fine(world):
    marks = {key: str(one.mark) for key, one in said(world).items()}
    assert marks == {"doctor.identity": "✓", "doctor.clock": "✓", "doctor.region": "✓"}


def test_a_live_account_is_asked_for_its_plan_too(live):
    found = said(live)
    assert found["doctor.plan.paid"].facts == {"credits": "87.5 USD"}
    assert found["doctor.credentials.long_term"].facts == {"method": "explicit"}


def test_the_root_user_is_warned(live):
    assert str(said(live)["doctor.root"].mark) == "!"


@pytest.mark.parametrize(
    ("state", "key", "mark"),
    [
        ({"accountPlanType": "FREE", "accountPlanStatus": "ACTIVE"}, "doctor.plan.free", "!"),
        ({"accountPlanType": "FREE", "accountPlanStatus": "EXPIRED"}, "doctor.plan.expired", "✗"),
        ({"accountPlanType": "PAID", "accountPlanStatus": "NOT_STARTED"}, "doctor.plan.not_started", "!"),
    ],
)
def test_each_plan_has_its_line(world, monkeypatch, state, key, mark):
    monkeypatch.setattr(Witness, "simulated", property(lambda _: False))
    plan(world, **state)
    assert str(said(world)[key].mark) == mark


@pytest.mark.parametrize(
    ("code", "key"),
    [("ResourceNotFoundException", "doctor.plan.older"), ("AccessDeniedException", "cause.denied")],
)
def test_an_older_account_has_no_plan_and_a_hidden_one_is_told(world, monkeypatch, code, key):
    monkeypatch.setattr(Witness, "simulated", property(lambda _: False))
    refuse(world.source, "freetier", "GetAccountPlanState", code)
    assert str(said(world)[key].mark) in "✓!"


@pytest.mark.parametrize(("status", "mark"), [("DISABLED", "✗"), ("ENABLING", "!")])
def test_a_region_that_is_off(world, status, mark):
    body = {"RegionName": REGION, "RegionOptStatus": status}
    answer(world.source, "account", "GetRegionOptStatus", body)
    assert str(said(world)["doctor.region_off"].mark) == mark


def test_a_region_shows_itself_to_those_who_may_not_ask(world):
    refuse(world.source, "account", "GetRegionOptStatus", "AccessDeniedException", status=403)
    assert str(said(world)["doctor.region"].mark) == "✓"


def test_credentials_that_are_refused_are_all_there_is_to_say(world):
    refuse(world.source, "sts", "GetCallerIdentity", "ExpiredToken")
    found = said(world)
    assert str(found["cause.expired"].mark) == "✗"
    assert not any(key.startswith("doctor.region") for key in found)


@pytest.mark.parametrize(
    ("seconds", "key", "mark"),
    [(0, "doctor.clock", "✓"), (90, "doctor.clock_off", "!"), (-3600, "doctor.clock_off", "✗")],
)
def test_the_clock_is_compared_with_what_aws_says(world, seconds, key, mark):
    theirs = format_datetime(datetime.now(UTC) - timedelta(seconds=seconds), usegmt=True)
    world.source._hear({"headers": {"date": theirs}})
    found = said(world)[key]
    assert (str(found.mark), found.facts["seconds"]) == (mark, pytest.approx(abs(seconds), abs=2))


@pytest.mark.parametrize("response", [None, {}, {"headers": {}}, {"headers": {"date": "yesterday"}}])
def test_an_answer_without_a_date_says_nothing_of_the_clock(world, response):
    world.source._hear(response)
    assert world.source.skew is None


# Permissions


def tried(world, **options):
    options = {"simulated": True} | options
    return permissions(Account(world.source), SETTINGS, world.account, **options)


def test_every_read_can_be_tried_with_parameters_that_aws_takes():
    values = _values(SETTINGS, "111122223333")
    for (service, operation), read in reads().items():
        if read.actions and (parameters := _probes()[f"{service}.{operation}"]) is not None:
            model = MODELS.get_service_model(service).operation_model(read.call.partition(":")[2])
            filled = json.loads(json.dumps(_filled(parameters, values)), object_hook=restored)
            report = ParamValidator().validate(filled, model.input_shape)
            assert not report.has_errors(), (read.call, report.generate_report())


def test_no_probe_is_left_over():
    assert _probes().keys() == {".".join(one) for one, read in reads().items() if read.actions}


def test_all_are_there_in_an_account_without_policies(world):
    found = tried(world)
    assert (found.denied, found.forbidden, found.untried) == (set(), set(), set())
    assert "firehose:DescribeDeliveryStream" in found.allowed


def test_a_denied_read_names_its_action_and_the_policy_that_grants_it(world):
    refuse(world.source, "dynamodb", "DescribeTable", "AccessDeniedException")
    found = tried(world)
    assert found.denied == {"dynamodb:DescribeTable"}
    (statement,) = needed(found.denied)["Statement"]
    assert statement["Action"] == ["dynamodb:DescribeTable"]
    assert statement["Resource"] == ["arn:aws:dynamodb:*:*:table/fcj-*"]


def test_one_refusal_outweighs_what_the_same_action_allowed(world):
    refuse(world.source, "s3", "HeadBucket", "403", status=403)
    assert tried(world).denied == {"s3:ListBucket"}


def test_what_the_school_forbids_nobody_here_can_grant(world):
    message = "with an explicit deny in a service control policy"
    refuse(world.source, "iam", "ListRoles", "AccessDenied", status=403, message=message)
    found = tried(world)
    assert (found.denied, found.forbidden) == (set(), {"iam:ListRoles"})


def test_a_cut_line_is_neither_allowed_nor_denied(world, monkeypatch):
    monkeypatch.setattr("checkday.account.live.time.sleep", lambda _: None)
    cut(world.source, "dynamodb", "ListTables")
    found = tried(world)
    assert found.untried == {"dynamodb:ListTables"}
    assert "dynamodb:ListTables" not in found.allowed


def test_trying_makes_no_write(world):
    tried(world)
    assert world.source.guard.violations == []


# The machine


def marks():
    return {one.key: str(one.mark) for one in machine()}


def test_a_machine_with_everything(state, monkeypatch, tmp_path):
    tool(tmp_path, monkeypatch, "echo aws-cli/2.31.0 Python/3.13.7")
    assert marks() == {"doctor.python": "✓", "doctor.cli": "✓", "doctor.state": "✓"}


@pytest.mark.parametrize("script", ["exit 3", "true"])
def test_an_aws_cli_that_does_not_run(state, monkeypatch, tmp_path, script):
    tool(tmp_path, monkeypatch, script)
    assert marks()["doctor.broken_cli"] == "✗"


def test_no_aws_cli(state, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert marks()["doctor.no_cli"] == "✗"


@pytest.mark.parametrize(("megabytes", "mark"), [(100, "!"), (5, "✗")])
def test_a_full_disk(state, monkeypatch, megabytes, mark):
    full = argparse.Namespace(free=megabytes * 1024 * 1024)
    monkeypatch.setattr("checkday.doctor.tools.shutil.disk_usage", lambda _: full)
    assert marks()["doctor.state_full"] == mark


def test_a_state_folder_that_is_a_file(state):
    state.write_text("")
    assert marks()["doctor.state_unwritable"] == "✗"


def tool(folder, monkeypatch, script):
    program = folder / "aws"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


# The command


def call(world, monkeypatch, **given):
    monkeypatch.setattr("checkday.cli.doctor._witness", lambda _: world and world.source)
    options = {"sandbox": False, "profile": None, "region": None, "lang": "en", "policy": False} | given
    return doctor(argparse.Namespace(**options), Words("en"))


def test_fine_is_zero(world, monkeypatch, state, capsys):
    assert call(world, monkeypatch) == 0
    said = capsys.readouterr().out
    assert f"✓ AWS knows you as arn:aws:iam::{world.account}:root" in said
    assert "✗" not in said


def test_a_missing_permission_is_one_and_prints_what_to_ask_for(world, monkeypatch, state, capsys):
    refuse(world.source, "iam", "GetRole", "AccessDenied", status=403)
    assert call(world, monkeypatch) == 1
    said = capsys.readouterr().out
    assert "✗ Permissions are missing: iam:GetRole." in said
    assert json.loads(said[said.index("{") : said.rindex("}") + 1]) == needed({"iam:GetRole"})


def test_a_live_account_without_a_learner_id_is_one(live, monkeypatch, state, capsys):
    assert call(live, monkeypatch) == 1
    assert "workshop init" in capsys.readouterr().out


def test_a_sandbox_that_does_not_run_is_one_and_the_machine_is_still_looked_at(monkeypatch, state, capsys):
    assert call(None, monkeypatch, sandbox=True) == 1
    said = capsys.readouterr().out
    assert "workshop sandbox up" in said
    assert "Python 3." in said


def test_the_policy_is_all_that_is_printed(monkeypatch, capsys):
    assert call(None, monkeypatch, policy=True) == 0
    assert json.loads(capsys.readouterr().out) == needed()
