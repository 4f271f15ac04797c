"""What the browser keeps: taken to another machine and back, and where it keeps nothing at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from learner_reports import DAY1, found, written

pytestmark = pytest.mark.browser
LAB = "day1/bucket.html"
KEEPS_NOTHING = "Trình duyệt này đang không lưu được gì"
OFF = """for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, {
    configurable: true,
    get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
});"""
FULL = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };"""


def choose(tab, text, name="state.json"):
    before = tab.locator(".ws-answer").inner_html()
    tab.set_input_files("#ws-files", {"name": name, "mimeType": "application/json", "buffer": text.encode()})
    tab.wait_for_function("before => document.querySelector('.ws-answer').innerHTML !== before", arg=before)
    return tab.locator(".ws-answer p").all_text_contents()


def stored(tab):
    return json.loads(tab.evaluate("localStorage.getItem('fcj-workshop')") or "{}")


def saved(tab):
    """Press the button; the file's name and text."""
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Xuất mọi thứ ra tệp").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text(encoding="utf-8")


def used(tab):
    """A browser in which somebody has worked; on the prepare page."""
    tab.goto(f"vi/{LAB}")
    tab.get_by_label("Tôi đã làm xong bước này").first.check()
    tab.goto("vi/prepare.html")
    tab.fill("#ws-LEARNER", "an01")
    tab.fill("#ws-ACCT", "111122223333")
    choose(tab, DAY1, "report.json")


def emptied(tab):
    tab.evaluate("localStorage.clear()")
    tab.goto("vi/prepare.html")
    tab.reload()


def test_everything_is_saved_to_one_file_and_comes_back(tab):
    used(tab)
    before = stored(tab)
    name, text = saved(tab)
    assert name == "fcj-workshop-an01.json"
    emptied(tab)
    seen, _ = choose(tab, text)
    assert "✓ state.json: Đã thêm từ tệp xuất: 2 thông tin, 1 dấu đã đánh, 7 kết quả." in seen
    assert stored(tab) == before
    assert tab.input_value("#ws-ACCT") == "111122223333"


def test_what_is_here_already_stays_beside_what_comes(tab):
    used(tab)
    _, text = saved(tab)
    emptied(tab)
    newer = written(found("day1.account", "failed", "root"), at="2026-01-17T08:00:00Z")
    choose(tab, newer)
    assert "kết quả đó mới hơn hoặc là của tài khoản AWS thật: 1." in choose(tab, text)[0]
    kept = stored(tab)["findings"]
    assert (kept["day1.account"]["verdict"], kept["day1.bucket"]["verdict"]) == ("failed", "passed")


def test_only_what_is_agreed_leaves_the_browser(tab):
    used(tab)
    tampered = stored(tab)
    tampered["variables"]["R1"] = "x; rm -rf /"
    tampered["done"] |= {"__proto__x": 5, "<b>": True}
    tampered["findings"]["day1.bucket"]["code"] = 5
    tab.evaluate("kept => localStorage.setItem('fcj-workshop', kept)", json.dumps(tampered))
    tab.reload()
    _, text = saved(tab)
    assert json.loads(text)["done"] == {"day1.account": True}
    assert choose(tab, text)[0].startswith("✓")
    assert "rm -rf" not in text


def state(**changes):
    content = {"schema": "fcj-workshop.state/1", "variables": {}, "done": {}, "findings": {}} | changes
    return json.dumps(content)


FOUND = {
    "verdict": "passed", "code": None, "cause": None, "proof": "live",
    "at": "2026-01-15T08:00:00Z", "learner": "an01", "origin": "live",
}  # fmt: skip
REFUSED = {
    "older schema": (state(schema="fcj-workshop.state/0"), "không phải báo cáo"),
    "variables a list": (state(variables=[]), "Phần variables "),
    "variable unknown": (state(variables={"PATH": "x"}), "Phần variables.PATH"),
    "variable of prototype": (state().replace('"variables": {', '"variables": {"__proto__": 1'), "Phần"),
    "variable a shell": (state(variables={"LEARNER": "x; rm -rf /"}), "Phần variables.LEARNER"),
    "variable a number": (state(variables={"ACCT": 111122223333}), "Phần variables.ACCT"),
    "no ticks": (state(done=None), "Phần done "),
    "tick not true": (state(done={"day1.bucket": 1}), "Phần done.day1.bucket"),
    "tick markup": (state(done={"<img src=x onerror=alert(1)>": True}), "Phần done.<img"),
    "finding a text": (state(findings={"day1.bucket": "passed"}), "Phần findings.day1.bucket"),
    "finding half": (state(findings={"day1.bucket": {"verdict": "passed"}}), "Phần findings.day1.bucket"),
    "of another": (state(variables={"LEARNER": "binh02"}), "Tệp này của binh02"),
    "of two": (state(findings={"day1.bucket": FOUND | {"learner": "binh02"}}), "Tệp này của binh02"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_state_is_refused_in_two_lines_and_nothing_is_lost(tab, name):
    text, said = REFUSED[name]
    used(tab)
    before = stored(tab)
    seen, todo = choose(tab, text)
    assert seen.startswith("✗ state.json: ")
    assert said in seen
    assert len(todo) > 20
    assert stored(tab) == before
    assert tab.locator(".ws-answer img").count() == 0


def test_a_state_of_two_learners_is_refused_where_nobody_is_known(tab):
    tab.goto("vi/prepare.html")
    mixed = {"day1.account": FOUND, "day1.bucket": FOUND | {"learner": "binh02"}}
    assert "Tệp này của binh02" in choose(tab, state(findings=mixed))[0]
    assert "findings" not in stored(tab) or stored(tab)["findings"] == {}


def test_unknown_milestones_of_a_state_are_left_out(tab):
    tab.goto("vi/prepare.html")
    assert (
        "Số mốc lạ đã bỏ qua: 1."
        in choose(tab, state(findings={"day1.bucket": FOUND, "constructor": FOUND}))[0]
    )
    assert list(stored(tab)["findings"]) == ["day1.bucket"]


def test_everything_is_forgotten_only_after_a_question(tab):
    used(tab)
    before = stored(tab)
    tab.once("dialog", lambda dialog: dialog.dismiss())
    tab.get_by_role("button", name="Xóa mọi thứ đã lưu").click()
    assert stored(tab) == before
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="Xóa mọi thứ đã lưu").click()
    tab.wait_for_selector(".ws-answer :text('không còn giữ gì')")
    assert stored(tab) == {"language": "vi"}
    assert tab.input_value("#ws-LEARNER") == ""


def test_another_tab_of_the_site_follows(tab):
    tab.goto("vi/day1/index.html")
    other = tab.context.new_page()
    other.goto("vi/prepare.html")
    choose(other, DAY1)
    tab.wait_for_selector(".ws-progress :text('2/8')")


@pytest.mark.parametrize(
    "kept", ["[]", "5", "null", '"x"', "{", '{"done": 3, "findings": [], "variables": "x", "owner": {}}']
)
def test_a_page_lives_with_whatever_is_kept(tab, kept):
    tab.goto("vi/prepare.html")
    tab.evaluate("kept => localStorage.setItem('fcj-workshop', kept)", kept)
    tab.goto(f"vi/{LAB}")
    tab.get_by_label("Tôi đã làm xong bước này").first.check()
    assert stored(tab)["done"] == {"day1.account": True}


# A browser that keeps nothing


@pytest.mark.parametrize("broken", [OFF, FULL], ids=["off", "full"])
def test_without_storage_a_page_works_and_says_so_once(tab, broken):
    tab.add_init_script(broken)
    tab.goto(f"vi/{LAB}")
    tab.get_by_label("Tôi đã làm xong bước này").first.check()
    tab.get_by_label("Tôi đã làm xong bước này").last.check()
    assert tab.locator(".ws-done").text_content().split()[-1] == "2/4"
    assert tab.locator(".ws-notice").all_text_contents() == [
        f"{KEEPS_NOTHING}, nên những gì bạn điền và đánh dấu chỉ còn đến khi bạn rời trang."
    ]
    assert tab.locator(".ws-notice").get_attribute("role") == "status"


@pytest.mark.parametrize("broken", [OFF, FULL], ids=["off", "full"])
def test_without_storage_a_file_is_read_and_saved(tab, broken):
    tab.add_init_script(broken)
    tab.goto("en/prepare.html")
    tab.fill("#ws-LEARNER", "an01")
    assert choose(tab, DAY1)[0].startswith("✓")
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Save everything to a file").click()
    text = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert (text["variables"], len(text["findings"])) == ({"LEARNER": "an01"}, 7)
    assert "This browser keeps nothing at the moment" in tab.locator(".ws-notice").inner_text()


def test_a_storage_that_is_really_full_loses_nothing_that_it_holds(tab):
    used(tab)
    before = stored(tab)
    tab.evaluate("""() => {
        for (let size = 1 << 22; size > 0; size >>= 1) {
            try { for (let i = 0; ; i++) localStorage.setItem(`x${size}-${i}`, "x".repeat(size)); } catch {}
        }
    }""")
    tab.goto(f"vi/{LAB}")
    tab.get_by_label("Tôi đã làm xong bước này").last.check()
    assert tab.get_by_label("Tôi đã làm xong bước này").last.is_checked()
    assert tab.locator(".ws-notice").count() == 1
    assert stored(tab) == before


def test_a_page_in_a_frame_without_an_origin_has_really_no_storage_and_lives(tab, address):
    """The browser itself refuses here: nothing is simulated."""
    tab.seen.known = (
        "CORS",
        "ERR_FAILED",
        "Worker",
        "Network error",
    )  # search asks its own host, which is none here
    tab.goto("")
    tab.set_content(f'<iframe sandbox="allow-scripts" src="{address}vi/{LAB}"></iframe>')
    page = tab.frame_locator("iframe")
    page.get_by_label("Tôi đã làm xong bước này").first.check()
    assert KEEPS_NOTHING in page.locator(".ws-notice").inner_text()


# A browser that runs nothing


@pytest.fixture
def plain(chromium, address):
    """A tab without JavaScript."""
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    yield context.new_page()
    context.close()


def _named(control):
    """What a control is for: the state of the page it switches, or the words in it."""
    if control.evaluate("one => one.matches('.md-select button')"):
        return "language"
    return next(filter(None, (control.get_attribute(a) for a in ("for", "id", "name"))), control.inner_text())


@pytest.mark.parametrize("page", ["index.html", "prepare.html", "day1/index.html", LAB])
def test_without_javascript_no_control_is_shown_that_does_nothing(plain, page):
    plain.goto(f"vi/{page}")
    assert plain.locator("h1").is_visible()
    shown = plain.locator(":is(button, input, select, label.md-header__button):visible").all()
    # Only what CSS answers by itself: tabs, the drawer, the list of languages.
    alive = {"__drawer", "__toc", "language"}
    names = [_named(one) for one in shown]
    assert [name for name in names if not name.startswith("__tabbed") and name not in alive] == []


def test_without_javascript_the_form_says_what_it_needs_and_the_link_still_leads_there(plain):
    plain.goto(f"vi/{LAB}")
    plain.click(".ws-seen")
    assert plain.url.endswith("/prepare.html#report")
    assert "cần JavaScript" in plain.locator("#ws-report").inner_text()
    assert plain.locator("pre:visible").count() > 5
