"""`check-day --format` and `--output`: what is written is what would be printed."""

import subprocess
import sys

import pytest

from checkday import snapshot
from checkday.cli.check_day import FORMATS, check_day
from checkday.errors import Unwritable
from checkday.words import Words
from test_outputs import READERS, SITE


@pytest.fixture
def replay(tmp_path):
    """A snapshot in which AWS was never asked: everything is blocked."""
    path = str(tmp_path / "snapshot.json")
    empty = snapshot.Snapshot("an01", ("ap-southeast-1", "us-east-1"), "live", "2026-01-15T08:00:00Z", {})
    snapshot.write(path, empty)
    return ["1", "--replay", path]


@pytest.mark.parametrize("form", FORMATS)
def test_output_writes_what_would_be_printed(form, replay, tmp_path, capsys):
    path = tmp_path / "report"
    assert check_day([*replay, "--format", form], Words("en")) == 4
    printed = capsys.readouterr().out
    assert check_day([*replay, "--format", form, "--output", str(path)], Words("en")) == 4
    assert (path.read_text(encoding="utf-8"), capsys.readouterr().out) == (printed, "")
    assert READERS[f"as_{form}"](printed.replace("http://127.0.0.1:8000", SITE))


@pytest.mark.parametrize("form", FORMATS)
def test_what_cannot_be_written_is_printed(form, replay, capsys):
    with pytest.raises(Unwritable):
        check_day([*replay, "--format", form, "--output", "/dev/full/report"], Words("en"))
    assert "day1" in capsys.readouterr().out


def test_a_format_is_loaded_only_when_it_is_asked_for(replay):
    program = (
        "import sys; from checkday.cli.check_day import check_day; from checkday.words import Words\n"
        f"check_day({replay!r}, Words('en'))\n"
        "print({'xml.etree', 'checkday.outputs.as_html', 'checkday.outputs.as_junit'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
