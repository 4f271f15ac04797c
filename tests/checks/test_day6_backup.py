"""Day 6, backup and restore: one account state for every outcome code."""

from datetime import UTC, datetime, timedelta

import pytest

from day6_worlds import SENTINEL, Patterns, named

ITEMS = [{"Id": {"N": str(number)}} for number in range(24)]
GUARDED = ["dynamodb:DeleteBackup", "backup:DeleteRecoveryPoint"]
DENY = {"Effect": "Deny", "Action": GUARDED, "Resource": "*"}


@pytest.fixture
def world(sandbox) -> Patterns:
    return Patterns(sandbox)


def on(days=7, **window):
    return {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": days} | window


# pitr


def test_a_window_of_seven_days(world):
    world.table("catalog").recovery = on()
    assert world.said("day6.pitr") is None


@pytest.mark.parametrize(
    ("recovery", "code"), [({"PointInTimeRecoveryStatus": "DISABLED"}, "off"), (on(35), "window")]
)
def test_pitr(world, recovery, code):
    world.table("catalog").recovery = recovery
    assert world.said("day6.pitr") == code


@pytest.mark.parametrize(("status", "code"), [(None, "no_table"), ("CREATING", "creating")])
@pytest.mark.parametrize("milestone", ["day6.pitr"])
def test_pitr_without_its_table(world, milestone, status, code):
    if status:
        world.table("catalog", TableStatus=status)
    assert (milestone, world.said(milestone)) == (milestone, code)


# backup


@pytest.mark.parametrize(
    ("backup", "code"),
    [
        ({}, None),
        ({"BackupStatus": "CREATING"}, "creating"),
        ({"of": "forum"}, "wrong_table"),
        ({"name": "mine"}, "wrong_name"),
        ({"BackupType": "SYSTEM"}, "missing"),
        ({"TableName": "fcj-somebody-catalog"}, "missing"),
    ],
)
def test_backup(world, backup, code):
    world.backup(**backup)
    assert world.said("day6.backup") == code


def test_no_backup(world):
    assert world.said("day6.backup") == "missing"


def test_a_backup_that_the_console_made_in_aws_backup_counts(world):
    world.points(world.point(BackupVaultName="Default"))
    assert world.said("day6.backup") is None


def test_the_vault_of_the_later_exercise_does_not_count_as_one(world):
    world.points(world.point())
    assert world.said("day6.backup") == "missing"


# restore_backup, restore_pitr


def restored(world, what, items=ITEMS, **summary):
    source = {"SourceBackupArn": f"{world.arn('catalog')}/backup/01"} if what == "catalog-od" else {}
    return world.table("catalog", ITEMS).restored(what, items, **(source | summary))


@pytest.mark.parametrize(
    ("milestone", "what"), [("day6.restore_backup", "catalog-od"), ("day6.restore_pitr", "catalog-pitr")]
)
def test_restored_with_items(world, milestone, what):
    restored(world, what)
    assert world.said(milestone) is None


@pytest.mark.parametrize(
    ("milestone", "what"), [("day6.restore_backup", "catalog-od"), ("day6.restore_pitr", "catalog-pitr")]
)
@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("nothing", "missing"),
        ("running", "restoring"),
        ("copied", "not_restored"),
        ("empty", "empty"),
        ("other", "wrong_source"),
    ],
)
def test_a_restore_that_is_none_yet(world, milestone, what, state, code):
    other = {"SourceTableArn": world.arn("forum"), "SourceBackupArn": f"{world.arn('forum')}/backup/1"}
    if what == "catalog-pitr":
        del other["SourceBackupArn"]
    make = {
        "nothing": lambda: world.table("catalog"),
        "running": lambda: restored(world, what, RestoreInProgress=True),
        "copied": lambda: world.table(what, ITEMS),
        "empty": lambda: restored(world, what, items=()),
        "other": lambda: restored(world, what, **other),
    }
    make[state]()
    assert (milestone, world.said(milestone)) == (milestone, code)


def test_restored_from_time_instead_of_a_backup(world):
    world.restored("catalog-od", ITEMS)
    assert world.said("day6.restore_backup") == "from_time"


def test_restored_from_a_backup_instead_of_time(world):
    world.restored("catalog-pitr", ITEMS, SourceBackupArn=f"{world.arn('catalog')}/backup/01")
    assert world.said("day6.restore_pitr") == "from_backup"


def test_restored_from_a_recovery_point_of_aws_backup(world):
    point = world.point()
    world.points(point).restored("catalog-od", ITEMS, SourceBackupArn=point["RecoveryPointArn"])
    assert world.said("day6.restore_backup") is None


@pytest.mark.parametrize(
    ("age", "code"), [(timedelta(minutes=1), "too_young"), (timedelta(hours=1), "missing")]
)
def test_there_must_be_a_past_to_return_to(world, age, code):
    now = datetime.now(UTC)  # not when the suite began: by now that may be past enough
    begun = now - age
    latest = begun if code == "too_young" else now - timedelta(minutes=5)
    world.table("catalog").recovery = on(EarliestRestorableDateTime=begun, LatestRestorableDateTime=latest)
    assert ("day6.restore_pitr", world.said("day6.restore_pitr")) == ("day6.restore_pitr", code)


# restore_equal


def three(world, here=ITEMS, there=(*ITEMS, SENTINEL), **changes):
    world.table("catalog", here).restored("catalog-pitr", there)
    return world.restored("catalog-od", there, **changes)


def test_the_deleted_item_is_back(world):
    three(world)
    assert world.said("day6.restore_equal") is None


@pytest.mark.parametrize(
    ("here", "there", "code"),
    [
        ((*ITEMS, SENTINEL), (*ITEMS, SENTINEL), "sentinel_here"),
        (ITEMS, ITEMS, "no_sentinel"),
        (ITEMS, (*ITEMS, SENTINEL | {"Owner": {"S": "an02"}}), "not_yours"),
        (ITEMS, (*ITEMS[:5], SENTINEL), "fewer"),
    ],
)
def test_restore_equal(world, here, there, code):
    three(world, here, there)
    assert ("day6.restore_equal", world.said("day6.restore_equal")) == ("day6.restore_equal", code)


def test_restore_equal_with_other_keys(world):
    three(world).table("catalog-od", (*ITEMS, SENTINEL), keys=["Id", "Title"])
    assert world.said("day6.restore_equal") == "other_keys"


def test_restore_equal_without_a_table(world):
    assert world.said("day6.restore_equal") == "missing"


def test_restore_equal_while_a_table_is_being_made(world):
    three(world).table("catalog-od", (), TableStatus="CREATING")
    assert world.said("day6.restore_equal") == "creating"


def test_restore_equal_when_a_table_goes_while_we_look(world):
    # Gone between two looks of the same check: whatever is said, it is no zero.
    three(world)
    del world.items[named("catalog-od")]
    del world.tables[named("catalog-od")]
    assert world.said("day6.restore_equal") in {"missing", "no_table"}


# vault, backup_job


def test_a_vault(world):
    assert world.vaults("Default").said("day6.vault") == "missing"
    assert world.vaults("Default", named("vault")).said("day6.vault") is None


@pytest.mark.parametrize(
    ("points", "state", "code"),
    [
        (["catalog"], "COMPLETED", None),
        ([], None, "missing"),
        ([], "RUNNING", "running"),
        ([], "FAILED", "failed"),
        (["forum"], None, "wrong_table"),
    ],
)
def test_backup_job(world, points, state, code):
    world.vaults(named("vault")).points(*(world.point(one) for one in points))
    world.jobs(*([{"State": state, "ResourceArn": world.arn("catalog")}] if state else []))
    assert ("day6.backup_job", world.said("day6.backup_job")) == ("day6.backup_job", code)


def test_backup_job_without_a_vault(world):
    assert world.said("day6.backup_job") == "no_vault"


# guard_policy


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (DENY, None),
        (DENY | {"Action": ["dynamodb:DeleteBackup", "backup:*"]}, None),
        (DENY | {"Action": ["dynamodb:DeleteBackup", "backup:DeleteBackupSelection"]}, "wrong_action"),
        (DENY | {"Effect": "Allow"}, "does_not_deny"),
        (DENY | {"Resource": "arn:aws:dynamodb:*:*:table/x"}, "does_not_deny"),
        (DENY | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}, "does_not_deny"),
    ],
)
def test_guard_policy(world, statement, code):
    world.policy(statement)
    assert ("day6.guard_policy", world.said("day6.guard_policy")) == ("day6.guard_policy", code)


def test_no_guard_policy(world):
    assert world.said("day6.guard_policy") == "missing"


def test_a_guard_that_is_attached_would_stop_the_clean_up(world):
    arn = world.policy(DENY)
    world.role()
    world.client("iam").attach_role_policy(RoleName=world.role_name, PolicyArn=arn)
    assert world.said("day6.guard_policy") == "attached"


# clean_backup


def clean(world):
    return world.said("day6.clean_backup")


def test_nothing_of_the_backups_is_left(world):
    world.backup(BackupType="SYSTEM")
    assert clean(world) is None


@pytest.mark.parametrize("milestone", ["day6.clean_backup"])
def test_backups_that_are_left(world, milestone):
    leave = [
        lambda: world.restored("catalog-od", ()),
        world.backup,
        lambda: world.points(world.point(vault="Default")),
        lambda: world.vaults(named("vault")),
        lambda: world.policy(DENY),
    ]
    for one in leave:
        one()
        assert (milestone, clean(world)) == (milestone, "still_there")
        world.tables.clear()
        world.backups.clear()
        world.points().vaults()


def test_a_restored_table_that_is_going(world):
    world.restored("catalog-od", ()).tables[named("catalog-od")]["TableStatus"] = "DELETING"
    assert ("day6.clean_backup", clean(world)) == ("day6.clean_backup", "deleting")
