"""`workshop enroll` in this process, on a roster of this test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkday.cli.workshop import workshop
from checkday.words import Words

HEADER = "id,name,account"


@pytest.fixture
def enroll(tmp_path, capsys):
    """Enrols the learners of these lines of CSV, and returns exit code, output and errors."""

    def call(*lines: str, header: str = HEADER, account: str | None = "999988887777", more: tuple = ()):
        roster = tmp_path / "roster.csv"
        roster.write_text("\n".join((header, *lines)), encoding="utf-8")
        return run(roster, *(("--account", account) if account else ()), *more)

    def run(roster: Path, *more: str):
        code = workshop(["enroll", str(roster), "--out", str(tmp_path / "class"), *more], Words("en"))
        return code, *capsys.readouterr()

    call.run, call.folder = run, tmp_path / "class"
    return call
