"""The AWS CLI, imported once: each call in the pages' scripts is then a fork, not a start of Python.

Seven days are some 400 calls, and two thirds of the time of each went into imports and into reading the
services' models. What runs is the same program, with the caller's arguments, variables, folder and files:
test_warm_aws.py compares the two.
"""

import array
import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NoReturn

SERVICES = "apigatewayv2 athena backup cloudwatch dynamodb firehose glue iam lambda logs s3 sqs sts"
_RIGHTS = (socket.SOL_SOCKET, socket.SCM_RIGHTS)

_CALL = """\
import array, json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect(os.path.join(os.path.dirname(sys.argv[0]), "socket"))
    call = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
    files = array.array("i", [0, 1, 2])
    server.sendmsg([len(call).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
    server.sendall(call)
    code = server.recv(1)
sys.exit(code[0] if code else 255)
"""


@contextlib.contextmanager
def warm_aws(folder: Path):
    """A folder for PATH with our programs, whose `aws` is answered by a process that is up already."""
    for name in ("check-day", "python", "python3", "workshop"):
        _write(folder / name, f'#!/bin/sh\nexec "{Path(sys.executable).parent / name}" "$@"\n')
    _write(folder / "aws", f"#!{sys.executable} -SE\n{_CALL}")
    command = [sys.executable, __file__, str(folder / "socket")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout.readline() == b"ready\n"
        try:
            yield folder
        finally:
            server.terminate()


def _write(program: Path, text: str) -> None:
    program.write_text(text)
    program.chmod(0o755)


def _serve(path: str) -> None:
    """Answer calls until terminated, each in a fork of its own."""
    driver = _import()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        gc.freeze()  # what is imported stays shared between the forks
        while True:
            caller, _ = listening.accept()
            with caller:
                if os.fork() == 0:
                    _answer(caller, driver)


def _import():
    from awscli import clidriver  # noqa: PLC0415 - the tests import this module, not the CLI
    from botocore.loaders import JSONFileLoader  # noqa: PLC0415

    JSONFileLoader.load_file = staticmethod(cache(JSONFileLoader().load_file))
    session = clidriver.create_clidriver().session
    for service in SERVICES.split():
        session.create_client(service, "us-east-1", aws_access_key_id="-", aws_secret_access_key="-")
    return clidriver


def _answer(caller: socket.socket, clidriver) -> NoReturn:
    """Become the caller, run the CLI, send back its exit code; a crash is told where the caller looks."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    length, [(_, _, files)], _, _ = caller.recvmsg(4, socket.CMSG_SPACE(3 * array.array("i").itemsize))
    arguments, environment, folder = json.loads(_whole(caller, int.from_bytes(length, "big")))
    for number, file in enumerate(array.array("i", files)):
        os.dup2(file, number)
        os.close(file)
    models = {"AWS_DATA_PATH": os.environ["AWS_DATA_PATH"]}  # the CLI notes this when it is imported
    os.environ.clear()
    os.environ.update(environment | models)
    os.chdir(folder)
    sys.argv = ["aws", *arguments]
    try:
        code = clidriver.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    caller.sendall(bytes([code & 255]))
    os._exit(0)


def _whole(caller: socket.socket, length: int) -> bytes:
    with caller.makefile("rb") as reading:
        return reading.read(length)


if __name__ == "__main__":
    _serve(sys.argv[1])
