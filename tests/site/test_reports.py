"""Reports of check-day in the page: good ones show where the learner stands, all others change nothing."""

from __future__ import annotations

import pytest

from learner_reports import CHECKED, DAY1, found, written
from report_form import LAB, LATER, TASKS, choose, give, states, stored

pytestmark = pytest.mark.browser


def test_each_milestone_shows_what_was_found(tab):
    seen, todo = give(tab, DAY1)
    assert "✓ report-1.json: Đã đọc báo cáo của an01: 7 mốc" in seen
    assert todo == "Mở bài bạn đang làm để xem từng mốc."
    shown = states(tab)
    assert list(shown) == ["account", "bucket", "bucket_private", "reference"]
    assert shown["account"].startswith("✓ đạt · ")
    assert "theo dấu vết mà AWS còn giữ" in shown["bucket"]
    assert shown["bucket_private"].startswith("✗ chưa đạt · Lý do và cách sửa open")
    assert shown["reference"].startswith("? chưa xem được · Lý do và cách sửa denied")
    assert all(text.endswith("mô phỏng") for text in shown.values())


def test_waiting_is_told_from_not_done(tab):
    give(tab, DAY1)
    shown = states(tab, "vi/day1/stream.html")
    assert shown["stream_role"].startswith("… đang chờ AWS")
    assert shown["stream"].startswith("- chờ bước trước · chờ mốc day1.stream_role")
    assert shown["stream_target"].startswith("! lỗi của công cụ · Lý do và cách sửa broken_check")
    assert "stream_logging" not in shown


def test_the_other_language_shows_the_same(tab):
    give(tab, DAY1)
    shown = states(tab, f"en/{LAB}")
    assert shown["account"].startswith("✓ passed · ")
    assert shown["bucket_private"].startswith("✗ not done · Why, and how to mend it open")


def test_reasons_lead_to_where_they_are_explained(tab, built):
    give(tab, DAY1)
    states(tab)
    own, cause = (link.get_attribute("href") for link in tab.locator(".ws-state a").all())
    assert own == "#bucket_private.open"
    assert cause == "../reference/messages.html#cause.denied"
    assert 'id="bucket_private.open"' in (built / "vi" / LAB).read_text(encoding="utf-8")
    assert 'id="cause.denied"' in (built / "vi/reference/messages.html").read_text(encoding="utf-8")


def test_the_next_open_milestone_is_named_below_the_title_and_marked(tab):
    give(tab, DAY1)
    states(tab)
    assert tab.locator(".ws-seen").text_content() == "check-day: 2/4"
    assert tab.locator(".ws-next a").get_attribute("href").endswith("day1/bucket.html#bucket_private")
    marked = tab.locator(".ws-state--next")
    assert marked.text_content() == "→ Làm tiếp từ đây"
    assert marked.evaluate("p => document.getElementById('bucket_private').compareDocumentPosition(p)") == 4


def test_every_next_leads_to_an_anchor_that_is_there(tab, built):
    tab.goto("vi/index.html")
    for line in TASKS.items():
        task, names = line[0], line[1]["milestones"]
        page = (built / "vi" / f"{task}.html").read_text(encoding="utf-8")
        assert [name for name in names if f'id="{name}"' not in page] == []


def test_next_follows_the_navigation(built):
    page = (built / "vi" / "index.html").read_text(encoding="utf-8")
    places = [page.index(f'href="{task}.html" class="md-nav__link"') for task in TASKS]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("page", "days"), [("vi/index.html", 7), ("vi/day1/index.html", 1), ("en/day2/index.html", 1)]
)
def test_overviews_show_each_day_and_where_to_continue(tab, page, days):
    give(tab, DAY1)
    tab.goto(page)
    assert tab.locator(".ws-progress li").count() == days
    tab.click(".ws-progress p a")
    assert tab.url.endswith("/day1/bucket.html#bucket_private")


def test_progress_of_a_day_is_said_in_numbers_and_by_a_named_bar(tab):
    give(tab, DAY1)
    tab.goto("vi/index.html")
    assert tab.locator(".ws-progress li").first.inner_text().split() == ["Ngày", "1", "2/8"]
    assert tab.get_by_role("progressbar", name="Ngày 1").get_attribute("value") == "2"


def test_ticks_count_where_nothing_was_checked(tab):
    tab.goto(f"vi/{LAB}")
    tab.get_by_label("Tôi đã làm xong bước này").first.check()
    tab.goto("vi/day1/index.html")
    assert "1/8" in tab.locator(".ws-progress").inner_text()
    tab.click(".ws-progress p a")
    assert tab.url.endswith("#bucket")


def test_nothing_is_shown_to_who_has_not_begun(tab):
    assert states(tab) == {}
    tab.goto("vi/index.html")
    assert tab.locator(".ws-progress").count() == 0


def test_the_end_of_the_course_is_said(tab):
    tab.goto("vi/index.html")
    course = TASKS
    ids = [f"{task.split('/')[0]}.{name}" for task, one in course.items() for name in one["milestones"]]
    give(tab, written(*(found(one, "passed") for one in ids)))
    tab.goto("vi/index.html")
    assert "Mọi mốc của khóa học đã xong." in tab.locator(".ws-progress").inner_text()
    assert tab.locator(".ws-progress a").count() == 7


# Several reports


@pytest.mark.parametrize("turned", [False, True])
def test_of_several_reports_the_newest_outcome_stays_whatever_the_order(tab, turned):
    files = [
        written(found("day1.bucket", "failed", "missing")),
        written(found("day1.bucket", "passed"), at=LATER),
    ]
    give(tab, *(reversed(files) if turned else files))
    assert states(tab)["bucket"].startswith("✓ đạt")


def test_the_sandbox_never_stands_for_an_account(tab):
    live = written(found("day1.bucket", "failed", "missing"), origin="live")
    later = written(found("day1.bucket", "passed"), at=LATER)
    answers = give(tab, live, later)
    assert "kết quả cũ, vì kết quả đó mới hơn hoặc là của tài khoản AWS thật: 1." in answers[2]
    assert states(tab)["bucket"].startswith("✗ chưa đạt")


def test_a_good_file_counts_beside_a_broken_one(tab):
    answers = give(tab, "{", DAY1)
    assert [line[0] for line in answers[::2]] == ["✗", "✓"]
    assert "đạt" in states(tab)["bucket"]


def test_unknown_milestones_are_counted_and_left_out(tab):
    text = DAY1.replace("day1.account", "day9.account").replace("day1.bucket_private", "__proto__")
    assert "Số mốc lạ đã bỏ qua: 2." in give(tab, text)[0]
    assert sorted(stored(tab)["findings"]) == [
        f"day1.{name}" for name in ("bucket", "reference", "stream", "stream_role", "stream_target")
    ]


# By mouse, by keyboard, by ear


def test_a_report_can_be_dropped(tab):
    tab.goto("vi/prepare.html")
    drop = """text => {
        const files = new DataTransfer();
        files.items.add(new File([text], "report.json"));
        const drop = new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true});
        return document.querySelector("#ws-report fieldset").dispatchEvent(drop);
    }"""
    assert tab.evaluate(drop, DAY1) is False
    tab.wait_for_selector(".ws-answer p")
    assert "an01" in tab.locator(".ws-answer").inner_text()


def test_the_form_is_reached_and_used_with_the_keyboard(tab):
    tab.goto(f"vi/{LAB}")
    tab.focus(".ws-seen")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/prepare.html#report")
    tab.focus("#ws-R2")
    reached = []
    for _ in range(6):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert reached[0] == "Xóa các ô này"
    assert reached[-3:] == ["ws-files", "Xuất mọi thứ ra tệp", "Xóa mọi thứ đã lưu"]


def test_the_form_has_names_and_a_region_that_is_read_aloud(tab):
    tab.goto("vi/prepare.html")
    assert tab.get_by_role("group", name="Kết quả của check-day").count() == 1
    box = tab.get_by_label("Chọn một hoặc nhiều tệp báo cáo, hoặc thả chúng vào khung này")
    assert box.get_attribute("aria-describedby") == "ws-files-rule"
    assert tab.locator(".ws-answer").get_attribute("role") == "status"


def test_reports_are_read_from_a_folder_of_files_too(tab, built):
    tab.seen.known = ("ERR_FILE_NOT_FOUND", "search_index.js")  # search comes with the offline edition
    tab.goto((built / "vi" / "prepare.html").as_uri())
    assert choose(tab, DAY1)[0].startswith("✓")
    assert len(states(tab, (built / "en" / LAB).as_uri())) == 4


def test_reading_a_report_asks_the_network_for_nothing(tab):
    tab.goto("vi/prepare.html", wait_until="networkidle")
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    choose(tab, DAY1)
    assert asked == []


def test_times_are_those_of_the_check(tab):
    give(tab, DAY1)
    local = "time => new Date(time).toLocaleString('vi', {dateStyle: 'short', timeStyle: 'short'})"
    assert tab.evaluate(local, CHECKED) in states(tab)["account"]
