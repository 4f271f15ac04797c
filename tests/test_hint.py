"""workshop hint: one level more at each call, in both languages, whatever the state of anything else."""

import json
import re
import subprocess
import sys
from itertools import product

import pytest

from checkday import curriculum, resources
from checkday.authoring.sections import sections
from checkday.cli.workshop import workshop
from checkday.errors import BadSetting
from checkday.words import Words

MILESTONES = curriculum.load(curriculum.days()).milestones


@pytest.fixture
def hint(state, capsys):
    """What one call prints."""

    def called(*arguments, language="en"):
        assert workshop(["hint", *arguments], Words(language)) == 0
        return capsys.readouterr().out

    return called


def level(said):
    return int(re.search(r"\((?:hint|gợi ý) (\d)", said)[1])


def test_each_call_goes_one_level_further_and_the_last_stays(hint):
    assert [level(hint("day1.stream")) for _ in range(4)] == [1, 2, 3, 3]


def test_each_milestone_has_its_own_level(hint):
    hint("day1.stream")
    assert level(hint("day1.bucket")) == 1
    assert level(hint("day1.stream")) == 2


def test_a_level_that_was_asked_for_counts_as_shown(hint):
    assert level(hint("day1.stream", "--level", "2")) == 2
    assert level(hint("day1.stream", "--level", "1")) == 1
    assert level(hint("day1.stream")) == 3


def test_reset_begins_again(hint):
    hint("day1.stream", "--level", "3")
    assert level(hint("day1.stream", "--reset")) == 1
    assert level(hint("day1.stream")) == 2


def test_only_the_last_level_shows_the_command_and_it_is_the_pages(hint):
    command = sections(resources.shared(), "day1/bucket")["private"]
    assert [command in hint("day1.bucket_private") for _ in range(3)] == [False, False, True]


def test_where_to_go_next(hint):
    said = hint("day1.stream", language="vi")
    assert "workshop hint day1.stream" in said
    assert "/vi/day1/stream.html#stream\n" in said
    last = hint("day1.stream", "--level", "3")
    assert "for the next hint" not in last
    assert 'eval "$(workshop env)"' in last


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", MILESTONES)
def test_every_hint_can_be_shown(hint, name, language):
    for wanted in ("1", "2", "3"):
        said = hint(name, "--level", wanted, language=language)
        assert "{" not in said.splitlines()[2]
        assert MILESTONES[name].title[language] in said


def test_the_last_level_is_a_script_that_bash_understands():
    for milestone, language in product(MILESTONES.values(), ("vi", "en")):
        known = sections(resources.shared(), milestone.task)
        named = re.findall(r"\{(\w+)\}", milestone.hints[2][language])
        script = "\n".join(known[name] for name in named)
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(
    ("name", "known", "unknown"),
    [
        ("day1.box", "day1.bucket", "day2.crawl"),
        ("stream", "day2.crawl", "-"),
        ("\x1b[2J", "day1.account", "-"),
    ],
)
def test_an_unknown_id_names_the_known_ones(state, name, known, unknown):
    with pytest.raises(BadSetting) as error:
        workshop(["hint", name], Words("en"))
    assert error.value.key == "hint.unknown"
    listed = error.value.facts["known"].split(", ")
    assert known in listed
    assert unknown not in listed


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"\xff",
        b'{"day1.stream": 9}',
        b'{"day1.stream": "2"}',
        b'{"day1.stream": [1]}',
        b"[" * 100_000,
    ],
    ids=["torn", "list", "bytes", "too_high", "text", "nested", "deep"],
)
def test_a_damaged_memory_is_as_good_as_none(hint, state, content):
    state.mkdir(parents=True)
    (state / "hints.json").write_bytes(content)
    assert [level(hint("day1.stream")), level(hint("day1.stream"))] == [1, 2]
    assert json.loads((state / "hints.json").read_text()) == {"day1.stream": 2}


def test_a_memory_that_cannot_be_kept_is_a_warning(state, capsys):
    state.parent.mkdir(exist_ok=True)
    state.write_text("a file where a folder should be")
    assert workshop(["hint", "day1.stream"], Words("en")) == 0
    told = capsys.readouterr()
    assert level(told.out) == 1
    assert "--level 2" in told.err


def test_aws_is_not_asked(state):
    program = (
        "import sys; from checkday.cli.workshop import workshop; from checkday.words import Words\n"
        "workshop(['hint', 'day1.stream'], Words('en'))\n"
        "print({'botocore', 'checkday.account.live'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
