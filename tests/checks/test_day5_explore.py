"""Day 5, exploring and the console: one account state for every outcome code."""

import pytest

from checkday import quiz
from checkday.engine.golden import Golden
from day5_worlds import FORUM, INDEX, OWN_ITEM, OWN_THREAD, Tables
from wire import answer
from worlds import LEARNER

GOLDEN = Golden(LEARNER)
POSTER = GOLDEN["tables"]["asked"]["poster"]


@pytest.fixture
def world(sandbox) -> Tables:
    return Tables(sandbox)


# read


def answers(*, right):
    """That many right answers to the quiz, and wrong ones to the rest."""
    given = {}
    for number, question in enumerate(quiz.load(5).questions):
        numbers = map(str, GOLDEN["tables"]["right"].values())
        candidates = [str(one) for one in range(1, 5)] if question.digest else numbers
        good = next(one for one in candidates if quiz.is_right(question, one, GOLDEN))
        given[question.id] = good if number < right else "no answer"
    return given


@pytest.mark.parametrize(
    ("right", "code"), [(7, None), (6, None), (5, "wrong_answers"), (0, "wrong_answers")]
)
def test_read(world, right, code):
    assert ("day5.read", world.said("day5.read", answers={5: answers(right=right)})) == ("day5.read", code)


def test_read_without_an_answer(world):
    assert world.said("day5.read", answers={}) == "not_answered"


def test_answers_that_nobody_handed_in_are_open_not_wrong(world):
    assert world.said("day5.read", answers=None) == "not_submitted"


def test_what_our_own_looks_read_does_not_answer_a_question(world):
    world.tables().load()
    world.said("day5.loaded")
    assert world.said("day5.read", answers={}) == "not_answered"


# write


def test_write(world):
    world.tables("catalog").write("catalog", OWN_ITEM)
    assert world.said("day5.write") is None


@pytest.mark.parametrize("tables", [(), ("catalog",)])
def test_nothing_written(world, tables):
    if tables:
        world.tables(*tables)
    assert ("day5.write", world.said("day5.write")) == ("day5.write", "missing")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Price": {"S": "45000"}}, "number_as_string"),
        ({"Tags": {"L": [{"S": "hàng mới"}]}}, "set_as_list"),
        ({"Tags": {"M": {"SS": {"L": [{"S": "hàng mới"}]}}}}, "plain_json"),
        ({"Tags": {"S": "hàng mới"}}, "wrong_type"),
        ({"Price": {"M": {}}}, "wrong_type"),
        ({"Owner": {"S": "an02"}}, "wrong_owner"),
    ],
)
def test_written_otherwise(world, change, code):
    world.tables("catalog").write("catalog", OWN_ITEM | change)
    assert ("day5.write", world.said("day5.write")) == ("day5.write", code)


def test_written_without_an_attribute(world):
    world.tables("catalog").write("catalog", {name: OWN_ITEM[name] for name in ("Id", "Owner", "Price")})
    assert world.said("day5.write") == "no_attribute"


# condition


def counter(world, value):
    world.tables("forum").load("forum").change("forum", {"Name": {"S": FORUM}}, {"Messages": value})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"N": "19"}, None),
        ({"N": "18"}, "unchanged"),
        ({"N": "20"}, "wrong_count"),
        ({"S": "19"}, "not_a_number"),
        ({"N": "19.5"}, "not_a_number"),
    ],
)
def test_condition(world, value, code):
    counter(world, value)
    assert ("day5.condition", world.said("day5.condition")) == ("day5.condition", code)


@pytest.mark.parametrize("tables", [(), ("forum",)])
def test_no_forum_to_update(world, tables):
    if tables:
        world.tables(*tables)
    assert ("day5.condition", world.said("day5.condition")) == ("day5.condition", "missing")


# transaction


def replies(world, count, counted):
    world.tables("thread", "reply").load("thread", "reply")
    for hour in range(count):
        world.reply(f"2026-01-20T{hour:02}:00:00Z")
    world.change("thread", OWN_THREAD, {"Replies": counted})


@pytest.mark.parametrize(
    ("count", "counted", "code"),
    [
        (1, {"N": "1"}, None),
        (0, {"N": "0"}, "nothing_yet"),
        (1, {"N": "0"}, "half"),
        (0, {"N": "1"}, "half"),
        (1, {"N": "2"}, "half"),
        (2, {"N": "2"}, "twice"),
        (1, {"S": "1"}, "not_a_number"),
    ],
)
def test_transaction(world, count, counted, code):
    replies(world, count, counted)
    assert ("day5.transaction", world.said("day5.transaction")) == ("day5.transaction", code)


def test_transaction_under_another_name(world):
    replies(world, 0, {"N": "1"})
    world.reply(poster="an02")
    assert world.said("day5.transaction") == "wrong_poster"


def test_no_thread_for_a_transaction(world):
    assert world.said("day5.transaction") == "missing"


# gsi


def test_gsi(world):
    world.tables("reply").index()
    assert world.said("day5.gsi") is None


def test_gsi_without_a_table(world):
    assert world.said("day5.gsi") == "no_table"


def test_no_index(world):
    world.tables("reply")
    assert world.said("day5.gsi") == "missing"


def test_an_index_that_is_being_deleted(world):
    world.tables("reply").index()
    described = world.described("reply", "UPDATING")
    described["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"] = "DELETING"
    answer(world.source, "dynamodb", "DescribeTable", described)
    assert world.said("day5.gsi") == "missing"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "PostedBy-ReplyDateTime-gsi"}, "wrong_name"),
        ({"keys": INDEX[:1]}, "wrong_keys"),
        ({"keys": [("ReplyDateTime", "HASH"), ("PostedBy", "RANGE")]}, "wrong_keys"),
        ({"projection": "KEYS_ONLY"}, "projection"),
    ],
)
def test_another_index(world, changes, code):
    world.tables("reply").index(**changes)
    assert ("day5.gsi", world.said("day5.gsi")) == ("day5.gsi", code)


@pytest.mark.parametrize(("filling", "code"), [(False, "creating"), (True, "backfilling")])
def test_an_index_on_its_way(world, filling, code):
    world.tables("reply").index()
    described = world.described("reply", "UPDATING")
    described["Table"]["GlobalSecondaryIndexes"][0] |= {"IndexStatus": "CREATING", "Backfilling": filling}
    answer(world.source, "dynamodb", "DescribeTable", described)
    finding = world.finding("day5.gsi")
    assert ("day5.gsi", finding.code, finding.verdict.value) == ("day5.gsi", code, "pending")


# gsi_query


def test_gsi_query(world):
    world.tables("reply").load("reply").index()
    assert world.said("day5.gsi_query") is None


def test_gsi_query_counts_what_this_learner_is_asked_about(world):
    world.tables("reply").load("reply").index()
    assert world.lab().golden["tables"]["right"]["posted"] in {13, 15, 20}
    assert world.run("day5.gsi_query").report.findings[0].facts["poster"] == POSTER


@pytest.mark.parametrize("tables", [(), ("reply",)])
def test_no_index_to_query(world, tables):
    if tables:
        world.tables(*tables)
    assert ("day5.gsi_query", world.said("day5.gsi_query")) == ("day5.gsi_query", "missing")


def test_an_index_to_query_on_its_way(world):
    world.tables("reply").index()
    described = world.described("reply", "ACTIVE")
    described["Table"]["GlobalSecondaryIndexes"][0] |= {"IndexStatus": "CREATING", "Backfilling": True}
    answer(world.source, "dynamodb", "DescribeTable", described)
    assert world.said("day5.gsi_query") == "backfilling"


def test_an_index_over_half_the_items(world):
    world.tables("reply").load("reply", most=10).index()
    assert world.said("day5.gsi_query") == "too_few"


def test_an_index_over_more_items(world):
    world.tables("reply").load("reply").index().reply(poster=POSTER)
    assert world.said("day5.gsi_query") == "too_many"


# console_item

EDITED = {"Title": {"S": "Mưa trên mái tôn (bản có hình)"}, "Reviewers": {"SS": ["a", "b"]}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (EDITED, None),
        (EDITED | {"Title": {"S": "Mưa trên mái tôn"}}, "same_title"),
        (EDITED | {"Title": {"S": " "}}, "same_title"),
        (EDITED | {"Reviewers": {"L": [{"S": "a"}, {"S": "b"}]}}, "set_as_list"),
        (EDITED | {"Reviewers": {"M": {"SS": {"L": [{"S": "a"}]}}}}, "plain_json"),
        (EDITED | {"Reviewers": {"S": "a, b"}}, "wrong_type"),
        (EDITED | {"Reviewers": {"SS": ["a"]}}, "too_few_reviewers"),
        (EDITED | {"Price": {"S": "155000"}}, "number_as_string"),
        ({}, "no_attribute"),
    ],
)
def test_console_item(world, change, code):
    world.tables("catalog").load("catalog").change("catalog", {"Id": {"N": "101"}}, change)
    assert ("day5.console_item", world.said("day5.console_item")) == ("day5.console_item", code)


def test_no_item_to_edit(world):
    world.tables("catalog")
    assert world.said("day5.console_item") == "missing"
