"""The reader's marks: each planted fault is seen at its line, and what is right is left alone."""

from __future__ import annotations

import unicodedata

import pytest

from checkday.authoring.lint import lint
from checkday.authoring.syllables import is_marked, is_syllable

PAGE = "docs/vi/day1/box.md"
LONG = " ".join(["chữ"] + ["và chữ"] * 20) + "."


def told(small, text, page=PAGE):
    """What is said of a page to which a text was added, as key and fact."""
    path = small.root / page
    lines = path.read_text(encoding="utf-8").count("\n")
    path.write_text(path.read_text(encoding="utf-8") + f"\n{text}\n", encoding="utf-8")
    found = lint(small.root)
    assert {one.path.as_posix() for one in found} <= {page}
    assert {one.line for one in found} <= set(range(lines + 2, lines + 8))
    return [(one.key.removeprefix("lint."), next(iter(one.facts.values()), "")) for one in found]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bấm vào hôp này.", [("no_syllable", "hôp")]),
        ("Bấm vào hộpp này.", [("no_syllable", "hộpp")]),
        ("Bạn đươc xem.", [("no_syllable", "đươc")]),
        ("Bạn đuợc xem.", [("no_syllable", "đuợc")]),
        ("Khoá này mở được.", [("no_syllable", "Khoá")]),
        ("Một tách café.", []),
        ("Gửi gửi đi.", [("doubled_word", "Gửi gửi")]),
        ("Còn lại mãi mãi.", []),
        ("Dùng `x` `x`.", []),
        ("Có hai  dấu cách.", [("double_space", "")]),
        ("Xong rồi!", [("refused_sign", "!")]),
        ("Chờ đã…", [("refused_sign", "…")]),
        ("Bấm “Mở”.", [("refused_sign", "“"), ("refused_sign", "”")]),
        ('Bấm "Mở" rồi chờ...', []),
        ("![Ảnh](x.svg)", []),
        ("Mở tập tin này.", [("refused_word", "tập tin")]),
        ("Đặt Buffer nhỏ hơn.", [("refused_word", "buffer")]),
        ("Đặt **Buffer size**, bộ đệm (buffer) và `buffer`.", []),
        (LONG, [("long_sentence", "41")]),
        ("| " + LONG + " |", []),
        ("```bash\necho  'Xong rồi!' gửi gửi hộpp\n```", []),
    ],
)
def test_a_page_is_read_as_a_careful_reader_would(small, text, said):
    assert told(small, text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The the box.", [("doubled_word", "The the")]),
        ("It is “open”!", [("refused_sign", "!"), ("refused_sign", "“"), ("refused_sign", "”")]),
        ("Two  spaces.", [("double_space", "")]),
        ("The buffer of a Khoá.", []),
    ],
)
def test_english_is_held_to_what_holds_in_every_language(small, text, said):
    assert told(small, text, "docs/en/day1/box.md") == said


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("Nhìn quanh phòng.", "Nhìn quanh phònng.", "lint.no_syllable"),
        ("Nhìn quanh phòng.", "Nhìn nhìn quanh.", "lint.doubled_word"),
        ("Nhìn quanh phòng.", "Mở tập tin.", "lint.refused_word"),
        ("Nhìn quanh phòng.", "Nhìn quanh phòng đi…", "lint.refused_sign"),
    ],
)
def test_sentences_of_the_curriculum_are_read_too(small, old, new, key):
    small.plant("day1.yaml", old, new)
    (found,) = lint(small.root)
    assert (found.key, found.path, found.line) == (key, small.path("day1.yaml"), small.line("day1.yaml", new))


RIGHT = """
ảnh áo bằng bậc buổi cái chỗ chạy chuyến chuỗi cửa dữ liệu đã đến điều đẩy đường đọc được gì gìn giờ
giá giếng giết giữa giường ghế ghép gỡ hạn hết hòa hóa hoàn hoặc hủy huỳnh ít ích kế kết kẽ khóa
khoảng khoẻn khuya khuỷu khuyên kiểm kỹ lẫn lệnh liệu luật luồng lượt lưu lũy mã máy mẫu mỗi mục
mười nếu ngoài ngoặc người nghĩa nghỉ nguồn nguyên nhật nhiều những ổ ở phép phân phút phương quá
quả quý quyền quyết quốc quỹ quẳng quặng quầy quên quét quỳnh rất rảnh rỗi sẵn sắp sửa tệp thẻ thì
thiếu thỏa thuở thủy thuê tiền toàn trả trước trường tự tuần tùy tuyệt từng úp uống ví viết vòng
vùng xóa xoắn xuất xuống xuyên ý yếu yêu yến Ước Đặt ĐỌC oẳn goòng xoèn khoét hươu rượu nướu cừu mưa
bữa ngữ thuật tuân huênh tuệ
"""
WRONG = """
khoá hoà thuỷ tuỳ xoá tóan hòan đuợc nguời trừong trươg gía qúy qúa qụi hộpp phònng cế kă ngê gê
nghà nghă ghạ đạtt căc bưc dâp thướg tiêu͂ng bôc qẩn wế zậy fải jì ẹc̣ ạâ ấă đđ ôô
"""


def test_syllables_are_known():
    assert [word for word in composed(RIGHT) if is_marked(word) and not is_syllable(word)] == []


def test_what_is_no_syllable_is_seen():
    assert [word for word in composed(WRONG) if not is_marked(word) or is_syllable(word)] == []


def composed(words):
    return unicodedata.normalize("NFC", words).split()


@pytest.mark.parametrize("word", ["bucket", "cho", "x", "AWS"])
def test_words_without_marks_are_not_judged(word):
    assert not is_marked(word)
