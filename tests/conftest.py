"""What every test gets: no network but loopback, fake credentials, folders of its own."""

import contextlib
import ipaddress
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

# Set before anything of ours or of botocore is imported, and inherited by every child process.
_HOME = tempfile.TemporaryDirectory(prefix="checkday-tests-", ignore_cleanup_errors=True)
for variable in [name for name in os.environ if name.startswith(("AWS_", "WORKSHOP_", "XDG_"))]:
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
        yield lifecycle.up(port=None, region="ap-southeast-1").endpoint
    finally:
        lifecycle.down()


@pytest.fixture(scope="session")
def environment(sandbox):
    """The variables of `workshop env --sandbox`."""
    return variables(sandbox, os.environ["XDG_STATE_HOME"])


def variables(endpoint: str, state_home: str) -> dict[str, str]:
    """What a learner's shell holds when it works in the sandbox at this endpoint."""
    from checkday import names  # noqa: PLC0415
    from checkday.settings import Settings  # noqa: PLC0415

    keys = {
        "XDG_STATE_HOME": state_home,
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_ENDPOINT_URL": endpoint,
    }
    return names.environment(Settings(learner="an01"), "123456789012") | keys


@pytest.fixture(scope="session")
def printed(environment):
    """(day, section) -> what it printed when a learner ran the pages' commands for the first time.

    But for those of the clean-ups: what they print is in `cleaned_by_pages`.
    """
    from pages import BUILDING, printed_by  # noqa: PLC0415

    return printed_by(BUILDING, environment)


@pytest.fixture(scope="session")
def solved_by_pages(printed, environment):
    """The world of that learner, after `workshop solve` has run everything once more: safe to run twice."""
    from checkday import curriculum  # noqa: PLC0415
    from checkday.solve import solve  # noqa: PLC0415
    from pages import BUILDING  # noqa: PLC0415
    from worlds import World  # noqa: PLC0415

    failure = solve(curriculum.days(), tasks=BUILDING, environment=environment, say=lambda _: None)
    assert failure is None, failure
    return World(environment["AWS_ENDPOINT_URL"], "123456789012")


@pytest.fixture(scope="session")
def cleaned_by_pages(solved_by_pages, tmp_path_factory):
    """The same world after every clean-up, twice; in a copy of the sandbox, so that the other one stays."""
    from pages import CLEANING, printed_by  # noqa: PLC0415
    from worlds import Cleaned, World  # noqa: PLC0415

    home = tmp_path_factory.mktemp("cleaned")
    with twin(home) as endpoint:
        world, learner = World(endpoint, solved_by_pages.account), home / "learner"
        world.findings(learner)  # check-day all, before anything is deleted
        first = printed_by(CLEANING, variables(endpoint, str(home)))
        printed_by(CLEANING, variables(endpoint, str(home)))
        yield Cleaned(World(endpoint, solved_by_pages.account), first, learner)


@contextlib.contextmanager
def twin(home: Path):
    """A second sandbox that goes on from where the session's stands; the endpoint."""
    from checkday.sandbox import lifecycle  # noqa: PLC0415

    original = os.environ["XDG_STATE_HOME"]
    lifecycle.down()  # only what has stopped can be copied whole
    shutil.copytree(f"{original}/checkday/sandbox", home / "checkday" / "sandbox")
    lifecycle.up(port=None, region="ap-southeast-1")
    try:
        os.environ["XDG_STATE_HOME"] = str(home)
        endpoint = lifecycle.up(port=None, region="ap-southeast-1").endpoint
        os.environ["XDG_STATE_HOME"] = original
        yield endpoint
    finally:
        os.environ["XDG_STATE_HOME"] = str(home)
        lifecycle.down()
        os.environ["XDG_STATE_HOME"] = original
