"""A release: a wheel that carries the pages, and serves them where nothing else is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("validators", "docs", "sample_data", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def checkout(built, tmp_path_factory):
    """A copy of the sources with the pages built: `make dist` without the waiting."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    shutil.copytree(built, folder / "site")
    return folder


def wheel_of(checkout, **environment):
    shutil.rmtree(checkout / "dist", ignore_errors=True)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    done = subprocess.run(
        command, cwd=checkout, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    return done, next((checkout / "dist").glob("*.whl"), None) if (checkout / "dist").is_dir() else None


@pytest.fixture(scope="module")
def wheel(checkout):
    done, path = wheel_of(checkout, CHECKDAY_RELEASE="1")
    assert done.returncode == 0, done.stderr
    return shutil.copy(path, checkout / "release.whl")


def test_a_release_carries_both_languages_and_is_light(wheel):
    with (
        zipfile.ZipFile(wheel) as archive,
        archive.open("checkday/_site.tar.xz") as packed,
        tarfile.open(fileobj=packed, mode="r:xz") as pages,
    ):
        names = set(pages.getnames())
    assert {"index.html", "404.html", "sitemap.xml", "vi/index.html", "en/day7/events.html"} <= names
    assert Path(wheel).stat().st_size < 3_000_000


def test_any_other_wheel_does_without(checkout, wheel):
    _, path = wheel_of(checkout)
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "_site" in name]


def test_a_release_without_pages_is_refused(checkout, wheel):
    (checkout / "site").rename(checkout / "elsewhere")
    try:
        done, path = wheel_of(checkout, CHECKDAY_RELEASE="1")
    finally:
        (checkout / "elsewhere").rename(checkout / "site")
    assert (done.returncode != 0, path) == (True, None)
    assert "workshop site build" in done.stderr


def test_the_wheel_serves_its_pages(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")  # noqa: S202 - our own
    (tmp_path / "elsewhere").mkdir()
    program = "from checkday.cli.workshop import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "site", "serve", "--port", "0", "--lang", "en"],
        cwd=tmp_path / "elsewhere",
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
            with urllib.request.urlopen(f"{address}vi/day1/bucket.html") as page:  # noqa: S310 - loopback
                assert '<h1 id="page">' in page.read().decode()
        finally:
            server.terminate()
