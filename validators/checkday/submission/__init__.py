"""What a learner hands in: one file, written on the learner's machine, and read by the instructor as hostile.

Its first line is the payload in canonical JSON (`submission.schema.json`), its second the seal: the SHA-256
of the first line's bytes and, if there is one, a token in which AWS signed that very hash.
"""

from __future__ import annotations

from urllib.parse import quote

SCHEMA = "checkday.submission/1"
LARGEST = 1024 * 1024
"""Bytes of a whole file."""

REPORT_TAG, LEARNER_TAG, NONCE_TAG = "fcj-report", "fcj-learner", "fcj-nonce"
"""Request tags of the token."""


def audience(cohort: str) -> str:
    """For whom a token is made: a name in the form of an address, under a domain that nobody can own."""
    return f"https://seven-days-of-data-on-aws.invalid/{quote(cohort, safe='')}"
