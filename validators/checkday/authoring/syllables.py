"""Which letters make a Vietnamese syllable, and where its tone mark stands (the old way: hòa, khóa, thủy)."""

from __future__ import annotations

import re
import unicodedata

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_TONES_BEFORE_A_STOP = {"sắc", "nặng"}
_FRONT = tuple("eêiy")

# Each line: a vowel group, then what may close it; "-" stands for nothing.
_RIMES = """
a - c ch i m n ng nh o p t u y
ă c m n ng p t
â c m n ng p t u y
e - c m n ng o p t
ê - ch m n nh p t u
i - a ch m n nh p t u
iê c m n ng p t u
o - a c e i m n ng p t
oa c ch i m n ng nh o p t y
oă c m n ng t
oe n o t
oo c ng
ô - c i m n ng p t
ơ - i m n p t
u - a c i m n ng p t y
uâ n ng t y
uê - ch n nh
uô c i m n ng t
uơ -
uy a ch n nh p t u
uyê n t
ư - a c i m n ng t u
ươ c i m n ng p t u
y -
yê m n ng t u
"""
_KNOWN = {
    vowels + ("" if end == "-" else end)
    for vowels, *ends in map(str.split, _RIMES.strip().splitlines())
    for end in ends
}
_VOWELS = "aăâeêioôơuưy"
_AFTER_QU = {rime[1:] for rime in _KNOWN if rime[0] in "uo" and rime[1:2] and rime[1] in _VOWELS} | {
    "i",
    "it",
    "ăp",
}
_AFTER_GI = _KNOWN | {"êc", "êng", "êt", "êm", "ê", "êu"}
_ONSETS = re.compile(r"(ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx]|)(.+)")


def is_marked(word: str) -> bool:
    """Whether any letter of the word is written in Vietnamese only."""
    return any(letter in "đĐ" or unicodedata.normalize("NFD", letter) != letter for letter in word)


def is_syllable(word: str) -> bool:
    """Whether the word, composed (NFC), can be one Vietnamese syllable with its tone mark in place."""
    plain, tone, at = _toneless(word.lower())
    split = _ONSETS.fullmatch(plain)
    if split is None:
        return False
    return any(
        _fits(onset, rime) and _is_toned_well(rime, tone, at - len(onset))
        for onset, rime in _readings(split[1], split[2], plain)
    )


def _toneless(word: str) -> tuple[str, str | None, int]:
    """The word without its tone mark, the tone, and which letter bears it; -2 for more than one mark."""
    plain, tone, at = "", None, -1
    for place, letter in enumerate(word):
        marks = [mark for mark in unicodedata.normalize("NFD", letter) if mark in _TONES]
        if marks:
            at, tone = (place if tone is None else -2), _TONES[marks[0]]
        bare = "".join(mark for mark in unicodedata.normalize("NFD", letter) if mark not in _TONES)
        plain += unicodedata.normalize("NFC", bare)
    return plain, tone, at


def _readings(onset: str, rime: str, plain: str) -> list[tuple[str, str]]:
    """How the letters can be split: where no other vowel follows, as in gì and gìn, the i is one."""
    has_no_other = plain.startswith("gi") and not set(plain[2:]) & set(_VOWELS)
    return [("g", plain[1:])] if has_no_other else [(onset, rime)]


def _fits(onset: str, rime: str) -> bool:
    if onset == "qu":
        return rime in _AFTER_QU
    if onset == "gi":
        return rime in _AFTER_GI
    if rime not in _KNOWN:
        return False
    if onset in {"c", "g", "ng"}:
        return not rime.startswith(_FRONT) or (onset == "g" and rime.startswith("i"))
    return onset not in {"k", "gh", "ngh"} or rime.startswith(_FRONT)


def _is_toned_well(rime: str, tone: str | None, at: int) -> bool:
    if rime.endswith(("c", "ch", "p", "t")) and tone not in _TONES_BEFORE_A_STOP:
        return False
    return tone is None or at == _toned(rime)


def _toned(rime: str) -> int:
    """Which letter of the rime bears the tone mark."""
    special = [place for place, letter in enumerate(rime) if letter in "ăâêôơư"]
    if special:
        return special[-1]
    vowels = len(rime.rstrip("bcdghmnpt"))
    return vowels - 1 if vowels < len(rime) else max(vowels - 2, 0)
