"""Both installs find the pages' commands and the data: the checkout, and a wheel far from it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = (
    "from checkday import resources, curriculum; "
    "print(resources.shared() / 'cmd/day1/bucket.sh'); "
    "print(resources.sample_data() / 'lake/tracks_reference.json'); "
    "assert curriculum.load([1]).milestones"
)


def paths(*arguments, cwd=None):
    command = [sys.executable, *arguments, "-c", PROGRAM]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=cwd).stdout.splitlines()


def test_the_checkout():
    assert all(Path(path).is_relative_to(ROOT) and Path(path).is_file() for path in paths())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def test_the_wheel(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert all(
        Path(path).is_relative_to(tmp_path) and Path(path).is_file() for path in done.stdout.splitlines()
    )


def test_the_wheel_holds_nothing_that_only_the_checkout_needs(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if "/tests/" in name or "__pycache__" in name]


def test_validators_is_no_package():
    # With an __init__.py it would shadow a public package of that name.
    assert not (ROOT / "validators" / "__init__.py").exists()
