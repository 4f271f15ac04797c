"""Learners' code that does harm by accident: it harms its own session at most, and leaves nothing behind."""

from __future__ import annotations

import contextlib

import pytest
from botocore.exceptions import ClientError

from checkday.sandbox import lifecycle, process
from interactive import Interactive, client, role, wait

LOOP = "while True:\n  pass"
STUBBORN = "import time\nwhile True:\n  try: time.sleep(1)\n  except BaseException: pass"
DAEMON = """
import subprocess
shell = "setsid sh -c 'sleep 600 >/dev/null 2>&1 & echo $!'"
print(subprocess.run(shell, shell=True, capture_output=True, text=True).stdout)
"""


# The statement goes on, so that it cannot be over before the warden has counted.
CROWD = """
import subprocess
for _ in range(150):
    subprocess.Popen(['sleep', '600'])
while True:
    pass
"""

BABBLE = """
import os
for descriptor in range(3, 64):
    try: os.write(descriptor, b"nonsense\\n")
    except OSError: pass
"""


@pytest.fixture(scope="module")
def impatient(tmp_path_factory):
    """A sandbox in which a statement may run for a second and a half."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("impatient")))
        patch.setenv("CHECKDAY_SANDBOX_STATEMENT_SECONDS", "1.5")
        patch.setenv("CHECKDAY_SANDBOX_PROVISIONING", "0.1")
        yield lifecycle.up(port=None, region="ap-southeast-1")
        lifecycle.down()


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A sandbox whose sessions are ready at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("quick")))
        patch.setenv("CHECKDAY_SANDBOX_PROVISIONING", "0")
        yield lifecycle.up(port=None, region="ap-southeast-1")
        lifecycle.down()


def sessions(running, name):
    """A session, and afterwards a look whether its processes are gone."""
    role(client(running.endpoint, "iam"))
    found = Interactive(client(running.endpoint, "glue"), name[-80:])
    pids = found.run("import os; print(os.getpid(), os.getppid())").split()
    yield found
    with contextlib.suppress(ClientError):
        found.stop()
    assert wait(lambda: all(process.birth(int(pid)) is None for pid in pids), 10)


@pytest.fixture
def session(quick, request):
    yield from sessions(quick, request.node.name)


@pytest.fixture
def hasty(impatient, request):
    yield from sessions(impatient, request.node.name)


@pytest.fixture(scope="module")
def tough(quick):
    """One session for what does not end it."""
    yield from sessions(quick, "tough")


def cancel(session, number):
    wait(lambda: session.statement(number)["State"] == "RUNNING")
    session.glue.cancel_statement(SessionId=session.name, Id=number)


def test_an_endless_loop_is_cancelled_and_what_waits_goes_on(session):
    session.run("kept = 7")
    loop, waiting, last = session.begin(LOOP), session.begin("1"), session.begin("kept")
    session.glue.cancel_statement(SessionId=session.name, Id=waiting)
    assert session.statement(waiting)["State"] == "CANCELLED"
    cancel(session, loop)
    assert session.result(loop)["State"] == "CANCELLED"
    assert session.result(last)["Output"]["Data"]["TextPlain"] == "7"


def test_an_endless_query_is_cancelled(session):
    number = session.begin(
        "a = spark.range(10**6)\na.crossJoin(a).crossJoin(a).crossJoin(a).distinct().count()"
    )
    cancel(session, number)
    assert session.result(number)["State"] == "CANCELLED"
    assert session.run("spark.range(3).count()") == "3"


def test_a_loop_that_will_not_end_ends_with_its_session(session):
    number = session.begin(STUBBORN)
    cancel(session, number)
    assert session.result(number)["State"] == "CANCELLED"
    assert wait(lambda: session.status == "FAILED")
    assert "interrupted" in session.told["ErrorMessage"]


def test_a_session_stops_in_the_midst_of_a_loop(session):
    number = session.begin(STUBBORN)
    wait(lambda: session.statement(number)["State"] == "RUNNING")
    assert session.stop() == "STOPPED"
    assert session.statement(number)["State"] == "CANCELLED"


def test_a_statement_may_not_run_for_ever(hasty):
    hasty.run("kept = 7")
    statement = hasty.result(hasty.begin(LOOP))
    assert (statement["State"], statement["Output"]["ErrorName"]) == ("ERROR", "TimeoutException")
    assert hasty.run("kept") == "7"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os._exit(3)", "The driver has ended with exit code 3."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "The driver crashed."),
        ("import os; os.killpg(0, 9)", "The driver was killed, perhaps for want of memory."),
        (CROWD, "Too many processes were started."),
        (BABBLE, "The driver does not answer as it should."),
    ],
)
def test_a_session_that_breaks_has_failed(session, code, reason):
    number = session.begin(code)
    assert wait(lambda: session.status == "FAILED")
    assert session.told["ErrorMessage"] == reason
    assert session.statement(number)["State"] == "ERROR"


def test_a_session_that_breaks_between_statements(session):
    session.run("import os, threading; threading.Timer(0.2, os._exit, [4]).start()")
    assert wait(lambda: session.status == "FAILED")
    assert session.told["ErrorMessage"] == "The driver has ended with exit code 4."


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import sys; sys.exit(1)", "SystemExit"),
        ("import os\nwhile True: os.fork()", "BlockingIOError"),
        ("x = [0] * 10**10", "MemoryError"),
        ("x = []\nwhile True: x.append(bytes(10**8))", "MemoryError"),
        ("def f(): f()\nf()", "RecursionError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise BaseException('odd')", "BaseException"),
        ("with open('big', 'wb') as f: f.truncate(10**12)", "OSError"),
        ("class E(Exception):\n  def __str__(self): raise ValueError\nraise E", "E"),
    ],
)
def test_what_only_the_statement_suffers_from(tough, code, name):
    assert tough.fail(code)[0] == name
    assert tough.run("x = None; spark.range(3).count()") == "3"


def test_what_is_printed_is_cut(tough):
    code = "line = 'x' * 99\nfor _ in range(10**6): print(line)"
    text = tough.run(code)
    assert 256 * 1024 <= len(text) < 257 * 1024
    assert text.endswith("cut)")
    text = tough.run("print('y' * 10**8)")
    assert 256 * 1024 <= len(text) < 257 * 1024


def test_daemons_go_with_the_session(session):
    daemon = int(session.run(DAEMON))
    child = int(session.run("import subprocess; subprocess.Popen(['sleep', '600']).pid"))
    assert process.birth(daemon)
    assert process.birth(child)
    session.stop()
    assert wait(lambda: process.birth(daemon) is None and process.birth(child) is None, 10)


def test_a_fork_that_comes_back_says_nothing(tough):
    assert tough.run("import os; pid = os.fork()\nprint('one')") == "one"
    assert tough.run("1 + 1") == "2"


def test_there_are_only_so_many_sessions(impatient):
    glue = client(impatient.endpoint, "glue")
    role(client(impatient.endpoint, "iam"))
    names = [f"many-{number}" for number in range(8)]
    settings = {"Role": "arn:aws:iam::123456789012:role/session", "Command": {"Name": "glueetl"}}
    for name in names:
        glue.create_session(Id=name, **settings)
    with pytest.raises(glue.exceptions.ResourceNumberLimitExceededException):
        glue.create_session(Id="one-more", **settings)
    for name in names:
        glue.delete_session(Id=name)


def test_a_notebook_of_50_mib_is_refused(server):
    glue = client(server.endpoint, "glue")
    with pytest.raises(ClientError):
        glue.run_statement(SessionId="nobody", Code="x" * 50 * 1024 * 1024)
    assert process.birth(server.pid)
