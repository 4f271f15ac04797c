"""Text that can do nothing in a file: no character that paints, reorders, hides or breaks a document."""

from __future__ import annotations

_ALLOWED = "\n\u00a0"


def inert(text: str) -> str:
    """The text with everything unprintable shown as an escape; line ends and hard spaces stay.

    Facts come escaped already (`checkday.plain`); a file that others open does not rely on it. What XML
    cannot hold at all (surrogates, U+FFFE, most controls) is among what Python calls unprintable.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in _ALLOWED else f"\\u{ord(one):04x}" for one in text)
