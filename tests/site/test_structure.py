"""How the site is put together: few tabs, no lost page, overviews and totals that agree with the course."""

from __future__ import annotations

import posixpath
import re
import shlex
from pathlib import Path

import pytest
import yaml

from checkday.authoring import parity
from checkday.cli import check_day, workshop
from checkday.cli.arguments import words_for

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DAYS = range(1, 8)
LANGUAGES = ("vi", "en")
CONFIGS = {"vi": "mkdocs.yml", "en": "mkdocs.en.yml"}
CENTS = {"vi": ("cent", "cent"), "en": ("cent", "cents")}
HOURS = {"vi": "giờ", "en": "hours"}
MINUTES = {"vi": "phút", "en": "minutes"}
TOTAL = {"vi": "Tổng", "en": "Total"}
HEADS = {
    "vi": (["Bài", "Khi xong", "Thời gian", "Chi phí"], ["Mốc", "Ý nghĩa"]),
    "en": (["Task", "When done", "Time", "Cost"], ["Milestone", "Meaning"]),
}
ABBREVIATION = re.compile(r"\b[A-Z]{3,6}\b")
NOT_PROSE = re.compile(r"`[^`]*`|\*\*[^*]*\*\*|\([^)]*\)|\{[^}]*\}|\"[^\"]*\"")
NAMES = {"AWS", "USD", "SQL", "JSON", "CSV", "NULL", "PUT", "HTML", "CPU", "CDK", "CREATE", "TABLE", "SELECT"}
"""What is a name, a format or a word of SQL rather than an abbreviation to be explained."""
INSTRUCTOR = (
    "instructor",
    *(f"instructor/{name}" for name in ("setup", "results", "trust", "limits", "scale", "privacy")),
)
each_day = pytest.mark.parametrize("day", DAYS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def page(language, name):
    return (DOCS / language / name).read_text(encoding="utf-8")


def pages(language):
    """The files that people wrote."""
    found = (path.relative_to(DOCS / language).as_posix() for path in (DOCS / language).rglob("*.md"))
    return [name for name in found if not name.startswith(parity.GENERATED)]


def front(language, name):
    return yaml.safe_load(page(language, name).split("---")[1])


def curriculum(day):
    path = ROOT / "validators" / "checkday" / "curriculum" / f"day{day}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def table(language, name, section):
    """The cells of a section's first table, without the line below its head."""
    text = page(language, name).partition(f"{{ #{section} }}")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [row for row in rows if not set(row[0]) <= {"-"}]


def navigation(language):
    return yaml.safe_load((ROOT / CONFIGS[language]).read_text(encoding="utf-8"))["nav"]


def links(language, name):
    """The pages that a page's own text links to."""
    folder = posixpath.dirname(name)
    found = re.findall(r"\]\(([^)#:\s]+\.md)", page(language, name))
    return {posixpath.normpath(posixpath.join(folder, target)) for target in found}


def cents(cell):
    """What a cell says of money, in cents: "about 16 cents" is 16, "0 USD" is 0."""
    amount, unit = re.search(r"(\d+) (cents?|USD)\b", cell).groups()
    return int(amount) * (100 if unit == "USD" else 1)


def totals():
    """Minutes and cents of all days, from the front matter of their first pages."""
    days = [front("vi", f"day{day}/index.md") for day in DAYS]
    return sum(day["minutes"] for day in days), sum(round(day["cost_usd"] * 100) for day in days)


@each_language
def test_there_are_at_most_seven_tabs(language):
    assert len(navigation(language)) <= 7


@each_language
def test_every_page_can_be_reached_from_the_first_by_links_in_the_text(language):
    known, waiting = set(), ["index.md"]
    while waiting:
        name = waiting.pop()
        known.add(name)
        waiting += links(language, name) - known - set(waiting)
    every = {path.relative_to(DOCS / language).as_posix() for path in (DOCS / language).rglob("*.md")}
    assert every - known == set()


@each_language
@each_day
def test_an_overview_lists_its_tasks_with_time_and_cost(day, language):
    head, *rows, total = table(language, f"day{day}/index.md", "tasks")
    tasks = curriculum(day)["tasks"]
    assert head == HEADS[language][0]
    assert [re.search(r"\]\((\w+)\.md\)", row[0])[1] for row in rows] == [
        task["id"].partition("/")[2] for task in tasks
    ]
    assert [row[2] for row in rows] == [f"{task['minutes']} {MINUTES[language]}" for task in tasks]
    assert all(cents(row[3]) >= round(task["cost_usd"] * 100) for row, task in zip(rows, tasks, strict=True))
    own = front(language, f"day{day}/index.md")
    assert total[0] == TOTAL[language]
    assert total[2] == f"{sum(task['minutes'] for task in tasks)} {MINUTES[language]}"
    assert (own["minutes"], round(own["cost_usd"] * 100)) == (int(total[2].split()[0]), cents(total[3]))


@each_language
@each_day
def test_an_overview_counts_and_links_every_milestone(day, language):
    head, *rows = table(language, f"day{day}/index.md", "milestones")
    assert head == HEADS[language][1]
    wanted = [
        (f"[{one['id']}]({task['id'].partition('/')[2]}.md#{one['id'].partition('.')[2]})", one)
        for task in curriculum(day)["tasks"]
        for one in task["milestones"]
    ]
    assert sorted(row[0] for row in rows) == sorted(link for link, _ in wanted)
    points = sum(one["points"] for _, one in wanted)
    counted = table(language, f"day{day}/index.md", "tasks")[-1][1]
    assert [int(number) for number in re.findall(r"\d+", counted)] == [len(wanted), points]


@each_language
@each_day
def test_a_task_page_says_the_time_and_cost_of_the_curriculum(day, language):
    for task in curriculum(day)["tasks"]:
        own = front(language, f"{task['id']}.md")
        assert (own["minutes"], own["cost_usd"]) == (task["minutes"], task["cost_usd"]), task["id"]


@each_language
def test_the_first_page_repeats_what_the_overviews_say(language):
    _, *rows, total = table(language, "index.md", "days")
    for day, row in zip(DAYS, rows, strict=True):
        *_, overview = table(language, f"day{day}/index.md", "tasks")
        assert (row[0], row[2]) == (f"[{day}](day{day}/index.md)", f"{overview[2]}, {overview[3]}")
    milestones = [one for day in DAYS for task in curriculum(day)["tasks"] for one in task["milestones"]]
    points = sum(one["points"] for one in milestones)
    assert [int(number) for number in re.findall(r"\d+", total[1])] == [len(milestones), points]
    minutes, amount = totals()
    assert re.findall(r"\d+", total[2]) == [str(minutes), str(amount)]


@each_language
def test_the_first_screen_says_the_totals(language):
    above = page(language, "index.md").partition("\n## ")[0]
    minutes, amount = totals()
    assert f"{minutes // 60} {HOURS[language]} ({minutes} {MINUTES[language]})" in above
    assert f"{amount} {CENTS[language][amount > 1]}" in above
    assert "](prepare.md#sandbox){ .md-button" in above
    assert "](prepare.md#account-path){ .md-button" in above


@each_language
@pytest.mark.parametrize("name", ["index.md", "faq.md", "instructor.md"])
def test_every_page_that_tells_the_cost_of_the_course_tells_the_same(name, language):
    _, amount = totals()
    assert f"{amount} {CENTS[language][1]}" in page(language, name)
    assert "2 USD" in page(language, name)
    assert amount < 200


@each_language
def test_the_budget_of_a_class_follows_from_the_cost_of_a_learner(language):
    _, amount = totals()
    section = page(language, "instructor.md").partition("{ #budget }")[2].partition("\n## ")[0]
    learners, least, most = map(int, re.search(r"(30)\D+(\d+) USD\D+(\d+) USD", section).groups())
    assert (least, most) == (learners * amount // 100, learners * 2)


@each_language
def test_the_instructors_sessions_take_as_long_as_the_days(language):
    _, *rows = table(language, "instructor.md", "sessions")
    assert [row[0] for row in rows] == [f"[{day}](day{day}/index.md)" for day in DAYS]
    assert [int(row[3]) for row in rows] == [front("vi", f"day{day}/index.md")["minutes"] for day in DAYS]


@each_language
def test_the_questions_are_as_many_as_somebody_reads(language):
    questions = re.findall(r"^### .+ \{ #[\w-]+ \}$", page(language, "faq.md"), re.MULTILINE)
    assert 15 <= len(questions) <= 25


@each_language
def test_every_abbreviation_has_a_tooltip(language):
    explained = re.findall(
        r"^\*\[(\w+)\]", (DOCS / "_shared" / "abbr" / f"{language}.md").read_text(), re.MULTILINE
    )
    prose = (parity.load(DOCS, language, name).lines for name in pages(language))
    said = {
        word
        for lines in prose
        for _, line in lines
        for word in ABBREVIATION.findall(NOT_PROSE.sub(" ", line))
    }
    assert said - set(explained) - NAMES == set()


@each_language
def test_the_glossary_is_in_the_order_of_the_alphabet(language):
    terms = re.findall(r"^## (.+?)(?:: .+)? \{", page(language, "glossary.md"), re.MULTILINE)
    assert len(terms) > 100
    assert terms == sorted(terms, key=str.lower)


@each_language
def test_no_page_names_a_command_that_does_not_exist(language):
    for path in (DOCS / language).rglob("*.md"):
        named = set(re.findall(r"(?:^|`)workshop ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= set(workshop.COMMANDS), path


@each_language
@pytest.mark.parametrize(
    "name",
    [
        "faq.md",
        "cleanup.md",
        "instructor.md",
        *(f"instructor/{one}.md" for one in ("setup", "results", "scale")),
    ],
)
def test_commands_on_the_pages_about_the_course_are_ones_that_can_be_given(language, name):
    given = [line for block in parity.load(DOCS, language, name).blocks for line in commands(block)]
    assert given != []
    for program, *arguments in given:
        # Parsing is all that is wanted: an argument that is not known ends it with a BadSetting.
        words = words_for(arguments)
        parser = {"check-day": check_day._parser, "workshop": workshop._parser}[program](words)
        assert parser.parse_args(arguments)


def commands(block):
    """The calls of a fenced block, without what is set before them or takes their output."""
    for line in block.splitlines():
        call = re.search(r"(?:check-day|workshop) [^)\"`>]+", line)
        if call:
            yield shlex.split(call[0])


@pytest.mark.browser
@each_language
def test_a_phone_shows_both_ways_to_start_without_scrolling(tab, language):
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(f"{language}/index.html")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    buttons = [one.bounding_box() for one in tab.locator(".md-content .md-button").all()]
    assert len(buttons) == 2
    assert buttons[0]["y"] + buttons[0]["height"] < buttons[1]["y"]
    assert all(box["y"] + box["height"] <= 740 and box["height"] >= 24 for box in buttons)


@pytest.mark.browser
@each_language
@pytest.mark.parametrize("name", ["faq", "cleanup", "cost", "glossary", *INSTRUCTOR])
def test_a_phone_never_scrolls_sideways(tab, language, name):
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(f"{language}/{name}.html")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
