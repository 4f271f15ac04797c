"""What every test gets: no network but loopback, fake credentials, folders of its own."""

import contextlib
import ipaddress
import os
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

# Set before anything of ours or of botocore is imported, and inherited by every child process.
_HOME = tempfile.TemporaryDirectory(prefix="checkday-tests-", ignore_cleanup_errors=True)
_NOT_OURS = ("AWS_", "WORKSHOP_", "XDG_", "REQUESTS_CA_BUNDLE")
for variable in [name for name in os.environ if name.startswith(_NOT_OURS)]:
    del os.environ[variable]
os.environ |= {
    "HOME": _HOME.name,
    "XDG_STATE_HOME": f"{_HOME.name}/state",
    "XDG_CACHE_HOME": f"{_HOME.name}/cache",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_CONFIG_FILE": f"{_HOME.name}/aws-config",
    "AWS_SHARED_CREDENTIALS_FILE": f"{_HOME.name}/aws-credentials",
    "AWS_EC2_METADATA_DISABLED": "true",
    # A child that tries to leave the machine meets a closed port instead.
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
    "LC_ALL": "C.UTF-8",
}
# A suite started in the background ignores Ctrl-C, and would pass that on to the programs it tests.
signal.signal(signal.SIGINT, signal.default_int_handler)


class LeftTheMachine(Exception):
    """A test tried to reach something that is not this machine."""


def _stay_here(event: str, arguments: tuple) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise LeftTheMachine(host)
    if event == "socket.getaddrinfo" and arguments[0] not in {"localhost", "127.0.0.1", "::1", None}:
        raise LeftTheMachine(str(arguments[0]))


sys.addaudithook(_stay_here)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A state folder of this test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "checkday"


@pytest.fixture(scope="session")
def sandbox():
    """The endpoint of one sandbox for the whole session; each test takes an account of its own in it."""
    from checkday.account import models  # noqa: PLC0415 - after the environment above
    from checkday.account.reads import operations  # noqa: PLC0415
    from checkday.sandbox import lifecycle  # noqa: PLC0415

    models.build(operations())  # clients then cost a fifth, and there are many of them
    os.environ |= {"XDG_STATE_HOME": f"{_HOME.name}/state", "CHECKDAY_SANDBOX_CREATING": "0.2"}
    try:
        yield _strict().endpoint
    finally:
        lifecycle.down()


def _strict():
    """A sandbox in which policies count, for all but an account's own root: the tests' usual keys."""
    from checkday.sandbox import lifecycle  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTH", "true")
        return lifecycle.up(port=None, region="ap-southeast-1")


@pytest.fixture(scope="session")
def environment(sandbox):
    """The variables of `workshop env --sandbox`."""
    from worlds import variables  # noqa: PLC0415

    return variables(sandbox, os.environ["XDG_STATE_HOME"])


@pytest.fixture(scope="session")
def chromium():
    """The system's own browser, once for all tests: two of them would be in each other's way."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only browser tests pay for it

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        # In CI the tests run, and fail; elsewhere one line of the summary says what they need.
        (pytest.fail if "CI" in os.environ else pytest.skip)(
            "the browser tests need Chromium: apt-get install chromium"
        )
    playwright = sync_playwright().start()
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    browser = playwright.chromium.launch(executable_path=program, headless=True, args=flags)
    yield browser
    browser.close()
    playwright.stop()


@pytest.fixture(scope="session")
def printed(environment):
    """(day, section) -> what it printed when a learner ran the pages' commands for the first time.

    The learner is a user with the policies on the pages: each command has the rights that it needs. But for
    those of the clean-ups: what they print is in `cleaned_by_pages`.
    """
    from learners import Learners  # noqa: PLC0415
    from pages import BUILDING, printed_by  # noqa: PLC0415
    from worlds import World  # noqa: PLC0415

    learners = Learners(World(environment["AWS_ENDPOINT_URL"], "123456789012"))
    return printed_by(BUILDING, environment, learners.of)


@pytest.fixture(scope="session")
def solved_by_pages(printed, environment):
    """The world of that learner. That all of it may be run twice is a slow gate of test_pages.py."""
    from worlds import World  # noqa: PLC0415

    return World(environment["AWS_ENDPOINT_URL"], "123456789012")


@pytest.fixture(scope="session")
def cleaned_by_pages(solved_by_pages, environment, tmp_path_factory):
    """The same world after every clean-up, twice; in a copy of the sandbox, so that the other one stays."""
    from learners import Learners  # noqa: PLC0415
    from pages import CLEANING, printed_by  # noqa: PLC0415
    from worlds import Cleaned, World, variables  # noqa: PLC0415

    home = tmp_path_factory.mktemp("cleaned")
    with twin(home) as endpoint:
        world, learner = World(endpoint, solved_by_pages.account), home / "learner"
        shutil.copytree(f"{environment['XDG_STATE_HOME']}/checkday/chart", learner / "checkday" / "chart")
        world.findings(learner)  # check-day all, before anything is deleted
        learners = Learners(World(endpoint, solved_by_pages.account), "cleaner")
        first = printed_by(CLEANING, variables(endpoint, str(home)), learners.of)
        printed_by(CLEANING, variables(endpoint, str(home)))
        yield Cleaned(World(endpoint, solved_by_pages.account), first, learner)


@contextlib.contextmanager
def twin(home: Path):
    """A second sandbox that goes on from where the session's stands; the endpoint."""
    from checkday.sandbox import lifecycle  # noqa: PLC0415

    original = os.environ["XDG_STATE_HOME"]
    lifecycle.down()  # only what has stopped can be copied whole
    shutil.copytree(f"{original}/checkday/sandbox", home / "checkday" / "sandbox")
    _strict()
    try:
        os.environ["XDG_STATE_HOME"] = str(home)
        endpoint = _strict().endpoint
        os.environ["XDG_STATE_HOME"] = original
        yield endpoint
    finally:
        os.environ["XDG_STATE_HOME"] = str(home)
        lifecycle.down()
        os.environ["XDG_STATE_HOME"] = original


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """One process more than there are cores: much of a test's time is waiting for the sandbox."""
    return (os.cpu_count() or 1) + 1


_EXPENSIVE = re.compile(r"\b(solved|cleaned)_by_pages\b")
"""Worlds that take minutes to make: the files that need them run in one process."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """One process a file, for `make test`, which uses as many as the machine has cores."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - only where it is installed

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            return "pages" if _EXPENSIVE.search((config.rootpath / file).read_text()) else file

    return ByFile(config, log)
