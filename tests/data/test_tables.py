"""The items of Day 5: shaped as the course says, and with one clear answer for every learner."""

import json
from collections import Counter
from unicodedata import is_normalized

import pytest

from checkday import data, golden, quiz
from checkday.data import ddb
from checkday.data.loads import LOADS
from checkday.resources import sample_data

OF_OTHER_LABS = {101, 102, 201, 4, 1000, 50}
"""Numbers of the labs before ours that are answers there."""

SEEDS = [data.seed_of(f"learner-{number}") for number in range(200)]


def items(name):
    return json.loads((sample_data() / "ddb" / f"{name}.json").read_text())


def texts(name, attribute):
    return [one[attribute]["S"] for one in items(name) if attribute in one]


@pytest.mark.parametrize(("name", "count"), [("catalog", 24), ("forum", 4), ("thread", 12), ("reply", 48)])
def test_counts_and_keys(name, count):
    found = [tuple(str(one[key]) for key, _ in LOADS[name].keys) for one in items(name)]
    assert len(found) == len(set(found)) == count
    assert all(kind in one[key] for one in items(name) for key, kind in LOADS[name].keys)


def test_the_catalog_is_books_and_bicycles_that_differ():
    assert Counter(texts("catalog", "Category")) == {"Book": 12, "Bicycle": 12}
    assert [one["Id"]["N"] for one in items("catalog") if "Price" not in one] == [str(ddb.WITHOUT_PRICE)]
    kinds = {kind for one in items("catalog") for value in one.values() for kind in value}
    assert kinds == {"S", "N", "BOOL", "L", "M", "SS"}
    prices = [one["Price"]["N"] for one in items("catalog") if "Price" in one]
    assert len(set(prices)) == 23


def test_the_forums_count_what_is_there():
    assert list(Counter(texts("thread", "ForumName")).values()) == [5, 4, 3]
    for forum in items("forum"):
        name = forum["Name"]["S"]
        if name == ddb.WITHOUT_COUNTERS:
            assert forum.keys() == {"Name", "Category"}
            continue
        assert int(forum["Threads"]["N"]) == texts("thread", "ForumName").count(name)
        assert int(forum["Messages"]["N"]) == sum(one.startswith(f"{name}#") for one in texts("reply", "Id"))


def test_the_threads_count_their_replies_and_one_is_empty():
    counted = Counter(texts("reply", "Id"))
    for thread in items("thread"):
        key = f"{thread['ForumName']['S']}#{thread['Subject']['S']}"
        assert int(thread["Replies"]["N"]) == counted[key]
    assert counted["#".join(ddb.OWN_THREAD)] == 0


def test_top_lists_have_no_ties():
    assert sorted(Counter(texts("reply", "PostedBy")).values()) == [13, 15, 20]
    messages = [one["Messages"]["N"] for one in items("forum") if "Messages" in one]
    likes = [one["Likes"]["N"] for one in items("reply")]
    assert len(set(messages)) == 3
    assert len(set(likes)) == 48


def test_two_replies_of_one_second_are_in_two_threads():
    moments = Counter(texts("reply", "ReplyDateTime"))
    twice = [moment for moment, count in moments.items() if count == 2]
    assert max(moments.values()) == 2
    assert len(twice) == 1
    assert len({one["Id"]["S"] for one in items("reply") if one["ReplyDateTime"]["S"] == twice[0]}) == 2


def test_letters_are_composed_and_some_are_vietnamese():
    for path in (sample_data() / "ddb").iterdir():
        text = path.read_text()
        assert is_normalized("NFC", text)
        assert "\\u" not in text
    assert "ữ" in "".join(texts("thread", "Subject")) or "ề" in "".join(texts("thread", "Subject"))


def test_one_item_a_line():
    text = (sample_data() / "ddb" / "reply.json").read_text()
    assert text.count("\n") == 48 + 2


# What is asked, and the right answers


@pytest.mark.parametrize("seed", SEEDS)
def test_every_question_has_an_answer_worth_asking(seed):
    right = golden.day5(seed)["right"]
    assert all(answer > 0 for answer in right.values())
    assert right["later"] >= 2
    assert 2 <= right["dearer"] <= 9
    assert right["price"] not in OF_OTHER_LABS


def test_learners_are_asked_about_different_things():
    asked = Counter(json.dumps(golden.day5(seed)["asked"]) for seed in SEEDS)
    answers = Counter(json.dumps(golden.day5(seed)["right"]) for seed in SEEDS)
    assert len(asked) > 190
    assert len(answers) > 180
    assert all(
        len({golden.day5(seed)["asked"][name] for seed in SEEDS}) > 1 for name in golden.day5(1)["asked"]
    )


def test_the_same_learner_is_always_asked_the_same():
    assert golden.day5(7) == golden.day5(7)


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_the_answers_by_other_means(seed):
    """Counted once more, as SQL would: with comprehensions over plain rows."""
    asked, right = (golden.day5(seed)[name] for name in ("asked", "right"))
    replies = [{key: next(iter(value.values())) for key, value in one.items()} for one in items("reply")]
    newest = max(
        (one for one in replies if one["Id"] == asked["newest"]), key=lambda one: one["ReplyDateTime"]
    )
    assert int(newest["Likes"]) == right["likes"]
    later = [
        one
        for one in replies
        if (one["Id"], one["ReplyDateTime"] > asked["since"]) == (asked["thread"], True)
    ]
    assert len(later) == right["later"]
    assert texts("reply", "PostedBy").count(asked["poster"]) == right["posted"]


def test_what_the_pages_write_is_never_asked_about():
    own = "#".join(ddb.OWN_THREAD)
    for seed in SEEDS:
        asked = golden.day5(seed)["asked"]
        assert own not in {asked["thread"], asked["newest"]}
        assert asked["item"] != 201


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("seed", SEEDS[:10])
def test_every_question_can_be_asked(seed, language):
    own = {"tables": golden.day5(seed)}
    for question in quiz.load(5).questions:
        text = quiz.asked(question, language, own)
        assert "{" not in text
        if question.about:
            assert quiz.is_right(question, str(quiz._looked_up(question.golden, own)), own)
            assert any(str(value) in text for value in own["tables"]["asked"].values())
