"""The built site in a real browser: what a learner does with it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import markdown
import pytest

from built_pages import read, target

pytestmark = pytest.mark.browser

LAB = "day1/bucket.html"
BUCKET = "fcj-an01-lake-111122223333-ap-southeast-1"
MODULES = Path(__file__).parents[2] / "docs" / "_theme" / "overrides" / "workshop"


def introduce(tab, learner="an01", account="111122223333"):
    """Fill in the form of the prepare page."""
    tab.goto("vi/prepare.html")
    tab.fill("#ws-LEARNER", learner)
    tab.fill("#ws-ACCT", account)


def harness(body, *modules, then):
    """A page made by hand, with some of the theme's scripts; such a page has no storage either."""
    scripts = "".join((MODULES / f"{name}.js").read_text() for name in modules)
    facts = '{"id": "day1/bucket", "milestones": []}'
    data = f'<script id="ws-page" type="application/json">{facts}</script>'
    return f'<div class="md-typeset">{body}</div>{data}<script>const words = {{}}; {scripts}; {then}</script>'


def test_every_page_opens_without_a_complaint_and_fetches_only_what_it_says(tab, built):
    pages = [e.text for e in ET.parse(built / "sitemap.xml").iter() if e.tag.endswith("}loc")]  # noqa: S314
    assert len(pages) >= 14
    asked, said = set(), set()
    tab.on("request", lambda request: asked.add(built / urlsplit(request.url).path[1:]))
    for page in (built / urlsplit(each).path[1:] for each in pages):
        tab.goto(page.relative_to(built).as_posix())
        said |= {page} | {target(page, address)[0] for address in read(page).fetched}
    tab.wait_for_load_state("networkidle")
    # Their weight (test_gates_weight.py) is counted from what they say, so a browser must ask for no more.
    assert asked - said == set()


@pytest.mark.parametrize(("here", "there"), [("vi", "en"), ("en", "vi")])
def test_language_switch_keeps_page_and_anchor(tab, here, there):
    tab.goto(f"{here}/{LAB}#bucket_private")
    tab.hover(".md-select > button")
    tab.click(f".md-select__link[hreflang={there}]")
    assert tab.url.endswith(f"/{there}/{LAB}#bucket_private")
    assert tab.get_attribute("html", "lang") == there


def test_language_switch_follows_the_anchor_that_was_clicked_last(tab):
    tab.goto(f"vi/{LAB}")
    tab.evaluate("location.hash = '#bucket'")
    tab.wait_for_function("document.querySelector('.md-select__link[hreflang=en]').hash === '#bucket'")


def test_language_switch_works_on_files(tab, built):
    tab.goto((built / "vi" / "day1" / "bucket.html").as_uri() + "#bucket")
    tab.hover(".md-select > button")
    tab.click(".md-select__link[hreflang=en]")
    assert tab.url == (built / "en" / "day1" / "bucket.html").as_uri() + "#bucket"


def test_variables_fill_the_commands_of_every_page(tab):
    introduce(tab)
    for page in (f"vi/{LAB}", f"en/{LAB}"):
        tab.goto(page)
        assert any(BUCKET in text for text in tab.locator(".language-bash code").all_text_contents())


def test_commands_stay_as_written_before_the_learner_has_a_name(tab):
    tab.goto(f"vi/{LAB}")
    assert tab.locator("var.ws-var").count() > 0
    assert tab.locator("var.ws-var--filled").count() == 0


def test_form_shows_the_names_that_follow(tab):
    introduce(tab)
    names = tab.locator(".ws-form output").all_text_contents()
    assert names == ["fcj-an01", BUCKET, "fcj_an01_db"]


@pytest.mark.parametrize(
    "learner", ["x; rm -rf /", "$(id)", "`id`", "An01", "a", "an--01", "-an", "a" * 21, "an01\u202e"]
)
def test_form_refuses_what_is_no_learner_id(tab, learner):
    introduce(tab, learner=learner)
    assert tab.get_attribute("#ws-LEARNER", "aria-invalid") == "true"
    tab.goto(f"vi/{LAB}")
    assert tab.locator("var.ws-var--filled").count() == 0


def test_tampered_storage_never_reaches_a_command(tab):
    introduce(tab)
    state = '{"variables": {"LEARNER": "x; rm -rf /", "R1": ["us-east-1"], "ACCT": 5}, "done": 3}'
    tab.evaluate("state => localStorage.setItem('fcj-workshop', state)", state)
    tab.goto(f"vi/{LAB}")
    assert tab.locator("var.ws-var--filled").count() == 0


def test_clear_forgets_the_learner(tab):
    introduce(tab)
    tab.click(".ws-form button")
    tab.goto(f"vi/{LAB}")
    assert tab.locator("var.ws-var--filled").count() == 0


def test_copied_command_holds_the_value(tab):
    introduce(tab)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto(f"vi/{LAB}")
    tab.evaluate(
        "document.querySelectorAll('.tabbed-set input').forEach(i => { i.checked = true })"
    )  # CLI is last
    block = tab.locator(".language-bash", has_text=BUCKET).first
    block.hover()
    block.locator("button[data-md-type=copy]").click()
    tab.wait_for_selector(".md-dialog--active")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert BUCKET in copied
    assert "$BUCKET" not in copied


def test_steps_ticked_in_one_language_show_in_the_other(tab):
    tab.goto(f"vi/{LAB}")
    tab.get_by_label("Tôi đã làm xong bước này").first.check()
    tab.goto(f"en/{LAB}")
    boxes = tab.get_by_label("I have done this step").all()
    assert [box.is_checked() for box in boxes] == [True] + [False] * 3
    assert tab.locator(".ws-done").text_content().split() == ["Done:", "1/4"]


def test_boxes_of_task_lists_are_known_by_page_heading_and_number(tab):
    boxes = ("<li class=task-list-item><input type=checkbox> a</li>" * 2).join(["<h2 id=x>", "</h2>"])
    tab.set_content(harness(boxes, "store", "dom", "progress", then="progress.prepare();"))
    names = [box.get_attribute("data-done") for box in tab.locator("input").all()]
    assert names == ["day1/bucket#x/1", "day1/bucket#x/2"]
    assert tab.locator("input").first.get_attribute("aria-label") == "a"


def test_front_page_offers_both_languages_then_remembers(tab):
    tab.goto("")
    assert tab.locator("a.choice").all_text_contents() == ["Đọc bằng tiếng Việt", "Read in English"]
    tab.click("a.choice[hreflang=en]")
    tab.wait_for_url("**/en/index.html")
    tab.goto("")
    tab.wait_for_url("**/en/index.html")
    tab.goto("#choose")
    assert tab.locator("a.choice").count() == 2


@pytest.mark.parametrize("lost", ["vi/no/such.html", "nothing"])
def test_lost_address_is_answered_in_both_languages(tab, lost):
    assert tab.goto(lost).status == 404
    assert tab.locator("section[lang=vi], section[lang=en]").count() == 2
    tab.click("a.choice[hreflang=en]")
    assert tab.url.endswith("/en/index.html")
    assert [url.endswith(lost) for url in tab.seen.lost] == [True]
    tab.seen.lost.clear()
    tab.seen.errors.clear()  # the browser logs the lost address itself


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('ls "s3://$BUCKET/a"', f'ls "s3://{BUCKET}/a"'),
        ("ls ${P}${DB} $P-stream", "ls fcj-an01fcj_an01_db fcj-an01-stream"),
        ("ls '$P' \\$P ${P:-x} $P_x $PATH", "ls '$P' \\$P ${P:-x} $P_x $PATH"),
        ("P=$P # $R2", "P=fcj-an01 # us-east-1"),
        ("cat <<EOF\n$P\nEOF", "cat <<EOF\nfcj-an01\nEOF"),
        ("cat <<'EOF'\n$P\nEOF\necho $P", "cat <<'EOF'\n$P\nEOF\necho fcj-an01"),
    ],
)
def test_only_what_the_shell_would_expand_is_filled(tab, written, shown):
    html = markdown.markdown(
        f"```bash\n{written}\n```",
        extensions=["pymdownx.superfences", "pymdownx.highlight"],
        extension_configs={"pymdownx.highlight": {"pygments_lang_class": True}},
    )
    script = "variables.set('LEARNER', 'an01'); variables.set('ACCT', '111122223333'); commands.prepare();"
    tab.set_content(harness(html, "store", "dom", "values", "commands", then=script))
    assert tab.locator("code").text_content().rstrip("\n") == shown
