"""Day 5, the tables: one account state for every outcome code."""

import pytest

from checkday import names
from day5_worlds import KEYS, Tables
from wire import answer, refuse
from worlds import REPLICA

TABLES = ["day5.table_catalog", "day5.table_forum", "day5.table_thread", "day5.table_reply"]


@pytest.fixture
def world(sandbox) -> Tables:
    return Tables(sandbox)


def table_of(milestone):
    return milestone.partition("_")[2]


# table_catalog, table_forum, table_thread, table_reply


def test_every_table_as_the_page_makes_it(world):
    world.tables()
    assert [world.said(milestone) for milestone in TABLES] == [None] * 4


@pytest.mark.parametrize(
    "milestone", ["day5.table_catalog", "day5.table_forum", "day5.table_thread", "day5.table_reply"]
)
def test_no_table(world, milestone):
    assert (milestone, world.said(milestone)) == (milestone, "missing")


@pytest.mark.parametrize(
    "milestone", ["day5.table_catalog", "day5.table_forum", "day5.table_thread", "day5.table_reply"]
)
def test_a_table_in_another_region(world, milestone):
    world.table(table_of(milestone), region=REPLICA)
    finding = world.finding(milestone)
    assert (milestone, finding.code, finding.facts["actual"]) == (milestone, "wrong_region", REPLICA)


@pytest.mark.parametrize(
    "milestone", ["day5.table_catalog", "day5.table_forum", "day5.table_thread", "day5.table_reply"]
)
def test_a_table_that_is_being_made(world, milestone):
    world.table(table_of(milestone))
    answer(world.source, "dynamodb", "DescribeTable", world.described(table_of(milestone), "CREATING"))
    assert (milestone, world.said(milestone)) == (milestone, "creating")


@pytest.mark.parametrize(
    "milestone", ["day5.table_catalog", "day5.table_forum", "day5.table_thread", "day5.table_reply"]
)
def test_a_table_that_is_being_deleted(world, milestone):
    world.table(table_of(milestone))
    answer(world.source, "dynamodb", "DescribeTable", world.described(table_of(milestone), "DELETING"))
    assert (milestone, world.said(milestone)) == (milestone, "deleting")


@pytest.mark.parametrize(
    "milestone", ["day5.table_catalog", "day5.table_forum", "day5.table_thread", "day5.table_reply"]
)
def test_a_key_in_other_letters(world, milestone):
    name, *rest = KEYS[table_of(milestone)]
    world.table(table_of(milestone), keys=[(name[0].lower(), name[1]), *rest])
    assert (milestone, world.said(milestone)) == (milestone, "key_name")


@pytest.mark.parametrize(
    "milestone", ["day5.table_catalog", "day5.table_forum", "day5.table_thread", "day5.table_reply"]
)
def test_a_key_of_another_type(world, milestone):
    (name, kind), *rest = KEYS[table_of(milestone)]
    world.table(table_of(milestone), keys=[(name, "N" if kind == "S" else "S"), *rest])
    assert (milestone, world.said(milestone)) == (milestone, "key_type")


@pytest.mark.parametrize(
    "milestone", ["day5.table_catalog", "day5.table_forum", "day5.table_thread", "day5.table_reply"]
)
def test_a_key_of_another_name(world, milestone):
    world.table(table_of(milestone), keys=[("pk", "S")])
    assert (milestone, world.said(milestone)) == (milestone, "wrong_keys")


@pytest.mark.parametrize("milestone", ["day5.table_thread", "day5.table_reply"])
def test_keys_the_wrong_way_round(world, milestone):
    world.table(table_of(milestone), keys=KEYS[table_of(milestone)][::-1])
    assert (milestone, world.said(milestone)) == (milestone, "swapped_keys")


def test_a_sort_key_too_many(world):
    world.table("forum", keys=[("Name", "S"), ("Category", "S")])
    assert world.said("day5.table_forum") == "wrong_keys"


def test_tables_of_another_learner(world):
    world.table("forum", name="fcj-an-02-forum")
    finding = world.finding("day5.table_catalog")
    assert (finding.cause, finding.facts["actual"]) == ("other_learner_id", "an-02")


@pytest.mark.parametrize(
    ("name", "learner"),
    [
        ("fcj-an01-catalog", "an01"),
        ("fcj-an-02-reply", "an-02"),
        ("fcj-catalog", None),
        ("fcj--catalog", None),
        ("my-an01-catalog", None),
        ("fcj-an01-orders", None),
    ],
)
def test_whose_a_table_is(name, learner):
    assert names.learner_of(name) == learner


# loaded


def test_loaded(world):
    world.tables().load()
    assert world.said("day5.loaded") is None


def test_more_items_than_the_sample_do_not_matter(world):
    world.tables().load().write("catalog", {"Id": {"N": "201"}})
    assert world.said("day5.loaded") is None


def test_loaded_without_tables(world):
    assert world.said("day5.loaded") == "missing"


def test_nothing_loaded(world):
    world.tables()
    assert world.said("day5.loaded") == "empty"


def test_a_part_loaded(world):
    """As by one batch-write-item whose UnprocessedItems nobody sent again."""
    world.tables().load(most=20)
    finding = world.finding("day5.loaded")
    facts = {name: finding.facts[name] for name in ("table", "actual", "wanted")}
    assert (finding.code, facts) == (
        "partial", {"table": "fcj-an01-catalog", "actual": 20, "wanted": 24},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Price": {"S": "155000"}}, "number_as_string"),
        ({"Price": {"M": {"N": {"S": "155000"}}}}, "plain_json"),
        ({"Authors": {"S": "Kẹo Dừa Đêm"}}, "wrong_type"),
        ({"Price": {"N": "1"}, "Title": {"S": "<script>"}}, None),
    ],
)
def test_items_of_the_sample_with_other_types(world, change, code):
    world.tables().load().change("catalog", {"Id": {"N": "101"}}, change)
    assert ("day5.loaded", world.said("day5.loaded")) == ("day5.loaded", code)


def test_a_set_loaded_as_a_list(world):
    world.tables().load().change("catalog", {"Id": {"N": "121"}}, {"Tags": {"L": [{"S": "city"}]}})
    assert world.said("day5.loaded") == "set_as_list"


def test_a_table_of_a_million_items_is_not_read_to_its_end(world):
    world.tables().load()
    page = {
        "Items": [{"Id": {"S": "x"}, "ReplyDateTime": {"S": str(at)}} for at in range(900)],
        "Count": 900,
        "ScannedCount": 900,
        "LastEvaluatedKey": {"Id": {"S": "x"}, "ReplyDateTime": {"S": "899"}},
    }
    answer(world.source, "dynamodb", "Scan", page)
    finding = world.finding("day5.loaded")
    assert (finding.code, finding.facts["truncated"]) == ("crowded", 2700)
    asked = [one for one in world.run("day5.loaded").account.answers() if one.look.operation == "scan"]
    assert len(asked) <= 12


def test_items_of_400_kilobytes(world):
    world.tables().load()
    for number in range(900, 905):
        world.write("catalog", {"Id": {"N": str(number)}, "Blob": {"S": "x" * 399_000}})
    assert world.said("day5.loaded") is None


def test_hostile_items(world):
    world.tables().load()
    evil = {"\x1b[2J<b>": {"S": "\u202e=cmd()"}, "Nested": {"M": {"S": {"M": {"S": {"S": "x"}}}}}}
    world.write("forum", {"Name": {"S": "../../etc/passwd\n<script>"}} | evil)
    assert world.said("day5.loaded") is None


# billing


def test_billing(world):
    world.tables().recover()
    assert world.said("day5.billing") is None


def test_billing_without_tables(world):
    assert world.said("day5.billing") == "missing"


def test_no_recovery(world):
    world.tables().recover("catalog", "forum", "thread")
    finding = world.finding("day5.billing")
    assert (finding.code, finding.facts["tables"]) == ("no_recovery", "fcj-an01-reply")


@pytest.mark.parametrize(("units", "code"), [(5, None), (6, "provisioned")])
def test_provisioned(world, units, code):
    world.tables("catalog", "forum", "thread").table("reply", units=units).recover()
    assert ("day5.billing", world.said("day5.billing")) == ("day5.billing", code)


# how it is asked


def test_half_a_look_is_blocked(world):
    world.tables().load()
    refuse(world.source, "dynamodb", "Scan", "ProvisionedThroughputExceededException")
    assert world.finding("day5.loaded").cause == "throttled"
