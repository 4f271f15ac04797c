"""The console in a real browser: what a learner of Day 5 does with it, by mouse and by keyboard."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from checkday.console.visit import token_of

pytestmark = pytest.mark.browser

BOOK = {
    "Id": {"N": "205"},
    "Title": {"S": "Sách cũ"},
    "Authors": {"SS": ["An", "Bình"]},
    "Price": {"N": "12.5"},
    "Size": {"M": {"w": {"N": "10"}}},
}
KEY = {"Id": {"N": "205"}}

_CONTRAST = """() => {
  const channel = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c }
    return [255, 255, 255] };
  const faint = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push([e.outerHTML.slice(0, 80), ratio]);
  }
  return faint;
}"""

_STRUCTURE = """() => {
  const wrong = [];
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!e.labels.length) wrong.push(`no label: ${e.outerHTML}`);
  for (const e of document.querySelectorAll("table"))
    if (!e.caption || [...e.querySelectorAll("th")].some(th => !th.scope)) wrong.push("table");
  const levels = [...document.querySelectorAll("h1, h2, h3")].map(h => Number(h.tagName[1]));
  if (levels.filter(n => n === 1).length !== 1 || levels.some((n, i) => n > (levels[i - 1] ?? 0) + 1))
    wrong.push(`headings ${levels}`);
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id stands twice");
  for (const name of ["header", "main", "footer"])
    if (document.querySelectorAll(name).length !== 1) wrong.push(name);
  for (const e of document.querySelectorAll("nav, [role=region]"))
    if (!e.ariaLabel && !document.getElementById(e.getAttribute("aria-labelledby"))) wrong.push(e.outerHTML);
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the screen");
  return wrong;
}"""


@pytest.fixture
def open_tab(chromium, console_port):
    """Opens tabs of a browser of its own; what a page logs as an error, or asks of another host, fails."""
    contexts, seen = [], SimpleNamespace(errors=[], foreign=[])
    here = f"http://127.0.0.1:{console_port}"

    def open_one(width=1280, scheme="light"):
        size = {"width": width, "height": 800}
        context = chromium.new_context(base_url=here, viewport=size, color_scheme=scheme)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda m: seen.errors.append(m.text) if _complaint(m) else None)
        page.on("request", lambda r: seen.foreign.append(r.url) if not r.url.startswith(here) else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert (seen.errors, seen.foreign) == ([], [])


def _complaint(message):
    # Every status of 400 and above is logged too; what those are for, the tests ask themselves.
    return message.type == "error" and "the server responded with a status" not in message.text


@pytest.fixture
def book(table, dynamodb):
    """A table with one book, and what the book is now."""
    name = table(BOOK, Id="N")
    return SimpleNamespace(table=name, now=lambda: dynamodb.get_item(TableName=name, Key=KEY)["Item"])


def test_learner_edits_a_title_and_a_set_and_finds_them_in_dynamodb(open_tab, book):
    tab = open_tab()
    tab.goto(f"/en/ap-southeast-1/dynamodb/table?table={book.table}")
    tab.get_by_role("link", name="See the items").click()
    tab.get_by_role("link", name="205").click()
    tab.get_by_role("link", name="Edit item").click()
    tab.get_by_role("group", name="Title").get_by_label("Value").fill('Sách <mới> "2"')
    tab.get_by_role("group", name="Authors").get_by_label("Value").fill("An\nChi\nDũng")
    tab.get_by_role("button", name="Save changes").click()
    assert tab.get_by_role("status").text_content() == "Saved."
    now = book.now()
    assert now["Title"] == {"S": 'Sách <mới> "2"'}
    assert sorted(now["Authors"]["SS"]) == ["An", "Chi", "Dũng"]
    assert {name: now[name] for name in ("Price", "Size")} == {name: BOOK[name] for name in ("Price", "Size")}


def test_string_becomes_a_set_only_where_the_type_says_so(open_tab, book):
    tab = open_tab()
    tab.goto(f"/vi/ap-southeast-1/dynamodb/edit?table={book.table}&key={token_of(KEY)}")
    for name, kind in (("một", "S"), ("hai", "SS"), ("ba", "L")):
        row = tab.get_by_role("group", name="Thuộc tính mới").first
        row.get_by_label("Thuộc tính", exact=True).fill(name)
        row.get_by_label("Kiểu").select_option(kind)
        row.get_by_label("Giá trị").fill('[{"S": "a"}]' if kind == "L" else "a\nb")
        tab.get_by_role("button", name="Thêm chỗ").click()
    tab.get_by_role("button", name="Lưu thay đổi").click()
    now = book.now()
    assert now["một"] == {"S": "a\nb"}
    assert sorted(now["hai"]["SS"]) == ["a", "b"]
    assert now["ba"] == {"L": [{"S": "a"}]}


def test_two_people_edit_one_item_in_two_browsers(open_tab, book):
    mine, theirs = open_tab(), open_tab()
    for tab in (mine, theirs):
        tab.goto(f"/en/ap-southeast-1/dynamodb/edit?table={book.table}&key={token_of(KEY)}")
    theirs.get_by_role("group", name="Price").get_by_label("Value").fill("99")
    theirs.get_by_role("button", name="Save changes").click()
    mine.get_by_role("group", name="Title").get_by_label("Value").fill("mine")
    mine.get_by_role("button", name="Save changes").click()
    assert "someone has just changed this item" in mine.get_by_role("alert").text_content()
    mine.get_by_role("button", name="Save changes").click()
    now = book.now()
    assert (now["Title"], now["Price"]) == ({"S": "mine"}, {"N": "99"})


def test_keyboard_alone_reaches_the_content_and_writes(open_tab, book):
    tab = open_tab()
    tab.goto(f"/en/ap-southeast-1/dynamodb/new?table={book.table}")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id || document.querySelector(':target').id") == "main"
    while tab.evaluate("document.activeElement.id") != "text-0":
        tab.keyboard.press("Tab")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.type("7")
    while tab.evaluate("document.activeElement.value") != "save":
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.get_by_role("status").text_content() == "The item is created."


def test_page_of_another_site_cannot_write(open_tab, book):
    tab = open_tab()
    tab.goto(f"/en/ap-southeast-1/dynamodb/edit?table={book.table}&key={token_of(KEY)}")
    body = tab.locator("main form").evaluate("form => form.outerHTML")
    stranger = open_tab()
    stranger.set_content(body.replace('action="', f'action="{tab.url.partition("/en/")[0]}'))
    stranger.get_by_role("group", name="Title").get_by_label("Value").fill("stolen")
    stranger.get_by_role("button", name="Save changes").click()
    assert (
        "This page takes requests from itself only" in stranger.content() or "chính nó" in stranger.content()
    )
    assert book.now()["Title"] == BOOK["Title"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_can_be_read_by_everyone(open_tab, book, world, scheme, width):
    world.client("s3").create_bucket(
        Bucket=f"look-{scheme}-{width}", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
    )
    tab, key = open_tab(width, scheme), token_of(KEY)
    for path in (
        "",
        "/dynamodb",
        f"/dynamodb/table?table={book.table}",
        f"/dynamodb/items?table={book.table}",
        f"/dynamodb/item?table={book.table}&key={key}&done=saved",
        f"/dynamodb/edit?table={book.table}&key={key}",
        f"/dynamodb/new?table={book.table}",
        f"/dynamodb/delete?table={book.table}&key={key}",
        f"/dynamodb/query?table={book.table}&partition=205",
        "/s3",
        "/glue",
        "/lambda",
        "/cloudtrail",
        "/dynamodb/table?table=none",
    ):
        tab.goto(f"/vi/ap-southeast-1{path}")
        assert tab.evaluate(_STRUCTURE) == [], path
        assert tab.evaluate(_CONTRAST) == [], path
