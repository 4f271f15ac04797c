"""The reference pages: sentences survive Markdown, and every link leads somewhere."""

import re
from html import unescape

import pytest
from markdown import Markdown

from checkday.authoring.generate import outputs
from checkday.authoring.reference import names
from checkday.authoring.rules.pages import anchors
from checkday.authoring.sentences import BadSentenceError, markdown, placeholders


def shown(sentence):
    """The sentence in a table cell, as a reader gets it."""
    page = f"| a | b |\n| --- | --- |\n| {markdown(sentence)} | x |\n"
    cell = re.search("<td>(.*?)</td>\n<td>x</td>", Markdown(extensions=["tables", "attr_list"]).convert(page))
    return cell[1]


@pytest.mark.parametrize("sentence", [
    "Bucket <b>x</b> & co | *a* _b_ [c](d) # e",
    "data/raw/ and my_file_name.json",
    "errors/!{{firehose:error-output-type}}/",
    "back`tick` and \\slash",
])  # fmt: skip
def test_nothing_in_a_sentence_marks_up(sentence):
    assert unescape(shown(sentence)) == sentence.replace("{{", "{").replace("}}", "}")
    assert "<b>" not in shown(sentence)


@pytest.mark.parametrize(("sentence", "html"), [
    ("There is no {name}.", "There is no <code>{name}</code>."),
    ("{bucket}{prefix}", "<code>{bucket}{prefix}</code>"),
    ("{bucket}/{prefix}", "<code>{bucket}</code>/<code>{prefix}</code>"),
])  # fmt: skip
def test_placeholders_are_code(sentence, html):
    assert shown(sentence) == html


@pytest.mark.parametrize("sentence", ["{a.b}", "{a!r}", "{n:,}", "{}", "{0}", "{a", "a}"])
def test_a_placeholder_is_a_plain_name(sentence):
    with pytest.raises(BadSentenceError):
        placeholders(sentence)


def test_pages_have_the_same_anchors_in_every_language(course):
    pages = {path: text for path, text in outputs(course).items() if path.suffix == ".md"}
    for name in (f"{name}.md" for name in names(course)):
        found = [list(anchors(text)) for path, text in pages.items() if path.name == name]
        assert len(found) == len(course.languages)
        assert found[0] == found[1]


def test_every_milestone_code_and_cause_is_on_the_pages(course):
    pages = {path.name: text for path, text in outputs(course).items() if path.parts[1:2] == ("vi",)}
    for milestone in course.milestones:
        assert f"`{milestone.id}` | [" in pages["milestones.md"]
        for code in milestone.data["codes"]:
            link = f"(../{milestone.task}.md#{milestone.name}.{code})"
            assert link in pages[f"messages-day{milestone.day}.md"]
            assert milestone.id in anchors(pages["messages.md"])  # where a link of an earlier edition leads
    assert {f"cause.{cause}" for cause in course.causes.data} <= anchors(pages["messages.md"]).keys()


def test_every_link_leads_to_an_anchor(course, root):
    for path, text in outputs(course).items():
        for page, anchor in re.findall(r"\]\(([\w./-]+\.md)#([^)]+)\)", text):
            target = root / path.parent / page
            assert anchor in anchors(target.read_text(encoding="utf-8"))
