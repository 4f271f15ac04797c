"""The site as one file: unpacked anywhere, opened from the disk, without network."""

from __future__ import annotations

import shutil
import zipfile

import pytest

from checkday import site
from checkday.cli.workshop import workshop
from checkday.errors import BadSetting, CheckdayError, Unwritable
from checkday.words import Words


@pytest.fixture(scope="module")
def packed(built, tmp_path_factory):
    path = tmp_path_factory.mktemp("zip") / "seven-days.zip"
    site.pack(built, path)
    return path


@pytest.fixture(scope="module")
def unpacked(packed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("một thư mục")  # learners' folders have names like this
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    return (folder / "seven-days").as_uri()


@pytest.fixture
def page(chromium):
    """A tab without network. Whatever it asks of a host, or logs as an error, fails."""
    context = chromium.new_context(offline=True)
    context.set_default_timeout(10_000)
    page, asked, errors = context.new_page(), [], []
    page.on(
        "request", lambda r: None if r.url.startswith(("file:", "data:", "about:")) else asked.append(r.url)
    )
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    yield page
    context.close()
    assert (asked, errors) == ([], [])


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "typed", "marked"), [("vi", "du lieu", "dữ"), ("en", "crawler", "crawler")]
)
def test_search_works_from_a_file(page, unpacked, language, typed, marked):
    page.goto(f"{unpacked}/{language}/day1/bucket.html")
    page.focus(".md-search__input")
    page.fill(".md-search__input", typed)
    page.press(".md-search__input", "End")  # the theme listens to keys, not to changes
    page.wait_for_selector(".md-search-result__item mark", state="attached")
    marks = page.locator(".md-search-result__item mark").all_inner_texts()
    assert marked in {mark.lower() for mark in marks}
    found = page.locator(".md-search-result__item a").first.get_attribute("href")
    assert found.startswith(f"{unpacked}/{language}/")


@pytest.mark.browser
def test_variables_and_the_language_switch_work_from_a_file(page, unpacked):
    page.goto(f"{unpacked}/vi/prepare.html")
    page.fill("#ws-LEARNER", "an07")
    page.goto(f"{unpacked}/vi/day1/bucket.html#bucket")
    assert page.locator(".ws-who").first.inner_text().startswith("an07")
    href = page.locator(".md-header a[hreflang=en]").get_attribute("href")
    assert href == f"{unpacked}/en/day1/bucket.html#bucket"
    page.goto(href)
    assert page.locator("h1").first.inner_text().startswith("S3 bucket")


def test_the_same_pages_are_the_same_file(built, packed, tmp_path):
    site.pack(built, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == packed.read_bytes()


def test_one_folder_and_one_index_and_who_opens_it_is_told_where_to_begin(packed):
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
        assert {name.split("/")[0] for name in names} == {"seven-days"}
        told = archive.read("seven-days/README.txt").decode()
    assert ("mở tệp vi/index.html" in told, "open the file en/index.html" in told) == (True, True)
    assert [name for name in names if name.endswith("search_index.json")] == []


def test_it_is_small_enough_to_pass_around(packed):
    assert packed.stat().st_size < 2_500_000


def test_nothing_built_nothing_packed(tmp_path):
    with pytest.raises(BadSetting, match="not_built"):
        site.pack(tmp_path, tmp_path / "x.zip")


@pytest.mark.parametrize("name", ["no/such/folder/x.zip", "."])
def test_where_nothing_can_be_written_it_is_said_and_nothing_is_left(built, tmp_path, name):
    with pytest.raises(Unwritable, match=r"site\.unwritable"):
        site.pack(built, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_the_old_file(built, tmp_path, monkeypatch):
    (tmp_path / "x.zip").write_text("old")
    monkeypatch.setattr(
        "checkday.resources.os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(Unwritable):
        site.pack(built, tmp_path / "x.zip")
    assert [one.name for one in tmp_path.iterdir()] == ["x.zip"]
    assert (tmp_path / "x.zip").read_text() == "old"


def test_ctrl_c_leaves_no_half_file(built, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("checkday.resources.os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        site.pack(built, tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_site_as_a_wheel_carries_it_is_packed_with_its_search(built, packed, tmp_path):
    shutil.copytree(built, tmp_path / "site", ignore=lambda *_: {"search_index.js"})
    site.pack(tmp_path / "site", tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_bytes() == packed.read_bytes()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_command_packs_and_says_what_to_open(built, tmp_path, monkeypatch, capsys, language):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site").symlink_to(built)
    assert workshop(["site", "zip", "--out", "ngày.zip"], Words(language)) == 0
    assert zipfile.is_zipfile("ngày.zip")
    assert f"{language}/index.html" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["zip", "--port", "8000"], "site.wrong_option"),
        (["serve", "--out", "x.zip"], "site.wrong_option"),
        (["zip", "--out", "no/such/x.zip"], "site.unwritable"),
    ],
)
def test_a_wrong_call_is_told(built, tmp_path, monkeypatch, arguments, key):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site").symlink_to(built)
    with pytest.raises(CheckdayError) as caught:
        workshop(["site", *arguments], Words("vi"))
    assert caught.value.key == key
    assert {f"{key}.seen", f"{key}.todo"} <= Words("en")._sentences.keys()
