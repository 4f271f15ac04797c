"""Day 6's lists: what is planted in them, what a learner is asked, and that nothing is asked twice alike."""

import csv
import hashlib
from collections import Counter

import pytest

from checkday import data, resources
from checkday.data import access_log, billing, patterns, staff
from checkday.data.loads import LOADS
from checkday.golden import day6

OF_OTHER_LABS = {9, 18, 46, 47, 84, 197, 16_750, 18_000}
LEARNERS = [f"learner-{number}" for number in range(40)]


def rows(name):
    text = (resources.sample_data() / "ddb" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def log():
    return rows("access_log")


@pytest.mark.parametrize("module", [access_log, staff, billing], ids=lambda module: module.__name__)
def test_the_committed_files_are_the_generator_s(module):
    for name, content in module.files(data.DOCS_SEED).items():
        committed = (resources.sample_data() / name).read_bytes()
        assert hashlib.sha256(committed).hexdigest() == hashlib.sha256(content).hexdigest(), name


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("module", [access_log, staff, billing], ids=lambda module: module.__name__)
def test_any_other_seed_is_sane_as_well(module, seed):
    assert module.files(seed) == module.files(seed) != module.files(data.DOCS_SEED)


def test_the_log_has_its_hot_host_statuses_and_days(log):
    hosts = Counter(one["host"] for one in log)
    assert len(log) == 4_000
    assert hosts.most_common(1)[0][1] == 480
    assert Counter(one["status"] for one in log) == access_log.STATUSES
    assert {one["date"] for one in log} == set(access_log.DATES)
    assert len(rows("access_log_stream")) == 2_000


def test_the_hosts_are_of_the_ranges_kept_for_examples(log):
    assert {host.rpartition(".")[0] for host in (one["host"] for one in log)} <= {
        "192.0.2",
        "198.51.100",
        "203.0.113",
    }


def test_the_staff():
    people = rows("staff")
    assert len({one["name"] for one in people}) == len(people) == 1_000
    assert len({one["city"] for one in people}) == 12
    assert len({one["title"] for one in people}) == 40
    assert len({one["dept"] for one in people}) == 5
    assert sum(one["is_manager"] == "1" for one in people) == 80


def test_the_billing_is_many_to_many():
    lines = rows("billing")
    assert [len({one[name] for one in lines}) for name in ("invoice", "bill", "customer")] == [800, 780, 600]
    on = Counter(one["bill"] for one in lines)
    assert sum(number > 1 for number in on.values()) == 234
    assert len({(one["invoice"], one["bill"]) for one in lines}) == len(lines)


@pytest.mark.parametrize(("load", "count"), [("log", 20_000), ("log-stream", 2_000), ("staff", 3_637)])
def test_no_two_items_have_one_key(load, count):
    found = LOADS[load].items()
    keys = {tuple(one[name]["S"] for name, _ in LOADS[load].keys) for one in found}
    assert len(keys) == len(found) == count


def test_the_stream_s_part_comes_under_ids_of_its_own():
    assert not {one["PK"]["S"] for one in LOADS["log"].items()} & {
        one["PK"]["S"] for one in LOADS["log-stream"].items()
    }


def test_the_shards_are_one_to_ten_and_none_is_empty_or_large():
    found = Counter(one["ShardKey"]["S"] for one in LOADS["log"].items())
    assert found.keys() == {f"shard#{number}" for number in range(1, 11)}
    assert max(found.values()) < 1.1 * min(found.values())


def test_a_shard_is_the_same_in_every_python():
    # zlib's checksum, not Python's own hash, which is another one in every process.
    assert [patterns.shard_of(one) for one in ("1", "2", "20001")] == [4, 8, 2]


def test_numbers_are_in_the_form_that_dynamodb_keeps():
    for one in (*LOADS["log"].items(), *LOADS["log-stream"].items()):
        took = one["Took"]["N"]
        assert not took.endswith(("0", ".")) or took == "0"


@pytest.mark.parametrize("learner", LEARNERS)
def test_what_is_asked_has_an_answer_that_is_nobody_else_s(learner):
    found = day6(data.seed_of(learner))
    right = found["right"]
    assert all(number > 0 for number in right.values())
    assert not OF_OTHER_LABS & {number for name, number in right.items() if name not in {"units", "status"}}
    assert len({right["place"], right["district"], right["dept"]}) == 3
    assert (right["invoice"] > 4, right["customer"] > 2, right["bill"] == 4) == (True, True, True)


def test_learners_are_asked_about_different_things():
    asked = [str(day6(data.seed_of(learner))["asked"]) for learner in LEARNERS]
    assert len(set(asked)) == len(asked)


def test_the_counts_are_those_of_the_items():
    found = day6(data.seed_of("an01"))
    asked, right = found["asked"], found["right"]
    log = LOADS["log"].items()
    begin = f"{asked['status']}#{asked['date']}"
    assert sum(one["StatusTime"]["S"].startswith(begin) for one in log) == right["status"]
    people = LOADS["staff"].items()
    assert sum(one["SK"]["S"] == f"city#{asked['city']}" for one in people) == right["city"]
    assert sum("IsManager" in one for one in people) == found["there"]["managers"]
    invoices = LOADS["invoice"].items()
    assert sum(one["PK"]["S"] == f"I#{asked['invoice']}" for one in invoices) == right["invoice"]
    parts = Counter(one["SK"]["S"] for one in invoices)
    assert (parts[f"B#{asked['bill']}"], parts[f"C#{asked['customer']}"]) == (
        right["bill"],
        right["customer"],
    )
