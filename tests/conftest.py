"""What every test gets: no network but loopback, fake credentials, folders of its own."""

import ipaddress
import os
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
    from checkday import names  # noqa: PLC0415
    from checkday.settings import Settings  # noqa: PLC0415

    variables = names.environment(Settings(learner="an01"), "123456789012")
    keys = {
        "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"],
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_ENDPOINT_URL": sandbox,
    }
    return variables | keys


@pytest.fixture(scope="session")
def printed(environment):
    """(day, section) -> what it printed when a learner ran every command of the pages for the first time."""
    from pages import TASKS, sections  # noqa: PLC0415

    found = {}
    for task in TASKS:
        for name, text in sections(task, environment).items():
            found[task.partition("/")[0], name] = text
    return found


@pytest.fixture(scope="session")
def solved_by_pages(printed, environment):
    """The world of that learner, after `workshop solve` has run everything once more: safe to run twice."""
    from checkday import curriculum  # noqa: PLC0415
    from checkday.solve import solve  # noqa: PLC0415
    from pages import TASKS  # noqa: PLC0415
    from worlds import World  # noqa: PLC0415

    failure = solve(curriculum.days(), tasks=TASKS, environment=environment, say=lambda _: None)
    assert failure is None, failure
    return World(environment["AWS_ENDPOINT_URL"], "123456789012")
