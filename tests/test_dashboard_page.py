"""The dashboard's figures and its page: right numbers, both languages, and names that can do nothing."""

import json
import re
from html.parser import HTMLParser

import pytest

from checkday.dashboard import charts, figures
from checkday.dashboard.asking import Answer
from checkday.dashboard.place import cost
from checkday.words import Words
from checkday.writer import NotSent
from dashboard_page import CELLS, HOSTILE, answers, large, rendered


def read(cells=CELLS, artists=None):
    return figures.read(*answers(cells, artists))


class Elements(HTMLParser):
    """What a browser would make of the page: its elements, attributes and text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


# The figures


def test_the_most_plays_come_first_and_numbers_are_numbers():
    found = read()
    assert found.cells[0] == (8, "Đợi ngọn đèn cầu thang", 300)
    assert (found.total, found.played, len(found.devices), len(found.tracks)) == (334, 334, 3, 2)
    assert found.tracks[0] == ("Đợi ngọn đèn cầu thang", 307)


def test_devices_devoted_to_one_track_are_counted():
    assert read({("1", "a"): 6, ("1", "b"): 5, ("2", "a"): 5, ("2", "b"): 5}).fans == 1


def test_what_is_kept_is_what_was_drawn():
    kept = read({("1", "a"): 2, ("x", "b"): 3}, {"c": 5}).chart()
    assert json.loads(json.dumps(kept)) == {"heat_map": [["x", "b", 3], [1, "a", 2]], "tree_map": [["c", 5]]}


def test_a_null_is_shown_and_counted():
    assert read({(None, None): 4}, {None: 4}).cells == [(figures.NOTHING, figures.NOTHING, 4)]


@pytest.mark.parametrize("device", ["007", "1.5", "٣", "9" * 400, ""])
def test_a_device_that_is_no_plain_number_stays_text(device):
    assert isinstance(read({(device, "a"): 1}).cells[0][0], str)


def test_nothing_to_draw_is_told():
    with pytest.raises(NotSent, match=r"dashboard\.empty"):
        read({}, {"a": 1})


@pytest.mark.parametrize("plays", ["x", "", None, "0", "-1", "1.5", "9" * 20, "9" * 5000])
def test_an_answer_that_no_count_can_give_is_told(plays):
    heat, tree = answers()
    with pytest.raises(NotSent, match="bad_answer"):
        figures.read(heat, Answer("q", tree.columns, [["a", plays]], 0))


def test_other_columns_than_asked_for_are_told():
    heat, tree = answers()
    with pytest.raises(NotSent, match="bad_answer"):
        figures.read(tree, heat)


@pytest.mark.parametrize(
    ("plays", "starts"),
    [
        ([1], [1]),
        ([1, 2], [1, 2]),
        ([3, 9], [2, 5]),
        ([1, 300], [5, 10, 20, 50, 100, 200]),
        ([295, 3864], [200, 500, 1000, 2000]),
        ([7, 7], [5]),
    ],
)
def test_shades_begin_at_round_numbers_that_the_counts_span(plays, starts):
    assert figures.steps(plays) == starts
    assert figures.step(plays[0], starts) == 0
    assert figures.step(plays[-1], starts) == len(starts) - 1


@pytest.mark.parametrize(
    ("scanned", "megabytes", "cents"),
    [((0, 0), 20, 1), ((10 * 1024**2 + 1, 1), 21, 1), ((1024**4, 1024**4), 2 * 1024**2, 1000)],
)
def test_a_query_is_billed_for_ten_megabytes_at_least(scanned, megabytes, cents):
    found = cost("ap-southeast-1", *scanned)
    assert (found.megabytes, found.cents) == (megabytes, cents)


# The page


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_says_everything_in_both_languages_and_opens_in_one(language):
    page = rendered(language)
    assert f'<html lang="{language}">' in page
    assert f'id="to-{language}" checked' in page
    for one in ("vi", "en"):
        assert Words(one)("dashboard.page.heat.text") in page
        assert Words(one)("dashboard.page.cost.simulated", megabytes=20, price="5", cents=1) in page
    assert page.count('<span lang="vi">') == page.count('<span lang="en">')


def test_digits_are_grouped_as_each_language_does():
    page = rendered(cells={("1", "a"): 1500}, artists={"a": 1500})
    assert "1.500 lượt" in page
    assert "1,500 plays" in page


def test_origin_account_time_queries_and_bytes_are_named():
    page = rendered(origin="live")
    facts = ("an01 · 123456789012", "2026-01-15 08:30 UTC", "query-one", "query-two", "1,234,567", "AWS")
    assert all(fact in page for fact in facts)
    assert "FROM processed_data" in page
    assert Words("en")("dashboard.page.origin.simulated") not in page


def test_all_rows_are_in_the_table_and_the_first_ten_in_sight():
    page = rendered(cells=large(4, 5), artists={"a": 1})
    seen, hidden = page.split("<details>", 1)
    assert seen.split("heat-title", 1)[1].count("<tr><td>") == 10
    assert hidden.split("</details>", 1)[0].count("<tr><td>") == 20


def test_what_does_not_fit_the_picture_is_said():
    assert "40 most played tracks" in rendered(cells=large(2, 41))
    assert "most played tracks and" not in rendered(cells=large(2, 40))


def test_text_in_the_pictures_is_text_in_the_reader_s_own_font():
    picture = charts.tree_map(read(), charts.WIDE, charts.Label("t", "d", "x y"))
    assert ">Đợi ngọn đèn cầu thang<" in picture
    assert set(re.findall(r'font-family="([^"]*)"', picture)) == {"sans-serif"}
    assert "@font-face" not in rendered()
    assert ' role="img"' in picture
    assert "<title>t</title><desc>d</desc>" in picture


def test_the_page_asks_nobody_for_anything():
    page = rendered(cells=large())
    found = Elements(page)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in {
        value for _, value in found.attributes
    }
    assert not found.tags & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "foreignobject",
        "image",
        "use",
        "a",
    }
    assert not {name for name, _ in found.attributes} & {"href", "src", "xlink:href", "style", "onload"}
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "").replace("http-equiv", "")


def test_hostile_names_are_shown_and_do_nothing():
    page = rendered(cells={(name, name): 5 for name in HOSTILE})
    found = Elements(page)
    assert found.tags == Elements(rendered(cells=large(3, 11))).tags
    assert not {name for name, _ in found.attributes if name.startswith("on") or name in {"href", "src"}}
    assert HOSTILE[0] in found.texts
    assert not set(page) & {"\x1b", "\x07", "\u202e", "\u2066"}
    assert "\\u202e" in page
    assert "{{ 7 * 7 }}" in "".join(found.texts)


def test_the_same_rows_give_the_same_page():
    assert rendered() == rendered(cells=dict(reversed(CELLS.items())))


def test_a_page_of_the_course_s_own_size_stays_small():
    assert len(rendered(cells=large()).encode()) < 500_000
