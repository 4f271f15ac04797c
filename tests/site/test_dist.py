"""A release: a wheel that carries the pages, and serves them where nothing else is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tarfile
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

from checkday import site

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
    (checkout / "release").mkdir()
    return shutil.copy(path, checkout / "release")


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


def test_make_dist_writes_the_wheel_and_the_sources(checkout):
    for name in ("Makefile", "constraints.txt", "mkdocs.yml", "mkdocs.en.yml"):
        shutil.copy(ROOT / name, checkout / name)
    binaries = f"BIN={Path(sys.executable).parent}"
    subprocess.run(["make", "-s", "-o", "docs", "dist", binaries], cwd=checkout, check=True)
    wheel, sources = sorted((checkout / "dist").iterdir(), key=lambda path: path.suffix, reverse=True)
    with tarfile.open(sources) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Makefile", "constraints.txt", "mkdocs.yml", "hatch_build.py", "docs/vi/index.md"} <= names
    assert [name for name in names if name.startswith(("site/", "dist/"))] == []
    with zipfile.ZipFile(wheel) as archive:
        assert "checkday/_site.tar.xz" in archive.namelist()


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The commands of a release in an environment of its own, with PyYAML and nothing else beside it."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install", "-q"]
    subprocess.run(
        [*pip, "--no-index", "--no-deps", "--disable-pip-version-check", wheel],
        check=True,
        capture_output=True,
    )
    packages = next(home.glob("lib/python3*/site-packages"))
    for name in ("yaml", "_yaml"):
        (packages / name).symlink_to(Path(yaml.__file__).parents[1] / name)
    return home / "bin"


def test_an_installed_release_has_no_builder(installed, tmp_path):
    done = subprocess.run(
        [installed / "workshop", "site", "build", "--lang", "en"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 2)
    assert "The sources of the pages are not here." in done.stderr


@pytest.mark.parametrize("path", ["vi/day1/bucket.html", "en/index.html", "vi/search/search_index.json"])
def test_an_installed_release_serves_its_pages(installed, built, tmp_path, path):
    with subprocess.Popen(
        [installed / "workshop", "site", "serve", "--port", "0", "--lang", "en"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
            with urllib.request.urlopen(f"{address}{path}") as page:  # noqa: S310 - loopback
                assert page.read() == (built / path).read_bytes()
        finally:
            server.send_signal(signal.SIGINT)
    assert server.returncode == 0


def test_an_installed_release_packs_its_pages(installed, built, tmp_path):
    subprocess.run([installed / "workshop", "site", "zip"], cwd=tmp_path, check=True, capture_output=True)
    site.pack(built, tmp_path / "same.zip")
    assert (tmp_path / "seven-days.zip").read_bytes() == (tmp_path / "same.zip").read_bytes()


def test_a_python_without_filters_unpacks_its_pages_too(tmp_path, monkeypatch):
    (tmp_path / "index.html").write_text("pages")
    with tarfile.open(tmp_path / "site.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "index.html", "index.html")
    monkeypatch.delattr("tarfile.data_filter")  # Python 3.11.0 to 3.11.3
    monkeypatch.setattr("checkday.resources.packed_site", lambda: tmp_path / "site.tar.xz")
    with site.released() as folder:
        assert (folder / "index.html").read_text() == "pages"
