"""The server keeps to this machine, and takes nothing from the learner's own settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from checkday.sandbox.server import environment, settle

LISTEN = "0A"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_nothing_listens_but_one_port_of_loopback(server, aws):
    for service in ("iot", "s3", "iam", "lambda", "transfer"):
        aws(service)
    aws("lambda").list_functions()
    aws("iot").list_things()
    folder = Path(f"/proc/{server.pid}")
    sockets = {str(entry.readlink()) for entry in (folder / "fd").iterdir()}
    rows = [
        line.split()
        for name in ("tcp", "tcp6", "udp", "udp6")
        for line in (folder / "net" / name).read_text().splitlines()
    ]
    mine = [row for row in rows if f"socket:[{row[9]}]" in sockets]
    assert {row[1] for row in mine if row[3] == LISTEN} == {f"0100007F:{server.port:04X}"}
    assert all(row[1].startswith("0100007F:") for row in mine)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_service_that_is_missing_is_refused_at_little_cost(server, aws):
    client, before = aws("freetier", "us-east-1"), resident(server)
    with pytest.raises(ClientError) as caught:
        client.get_account_plan_state()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert resident(server) - before < 50 * 1024 * 1024


def resident(server):
    """Bytes of memory that the server has now."""
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_the_server_forgets_the_settings_of_the_learner(monkeypatch, tmp_path):
    learner = {"AWS_PROFILE": "private", "AWS_SESSION_TOKEN": "secret", "MINISTACK_HOST": "x", "AUTH": "true"}
    monkeypatch.setattr(os, "environ", learner)
    settings = environment(4711, "ap-southeast-1", tmp_path)
    settle(settings)
    assert os.environ == {"AUTH": "true", **settings}


def test_the_settings_are_those_that_keep_the_emulator_at_home(tmp_path):
    settings = environment(4711, "ap-southeast-1", tmp_path)
    assert settings["BIND_HOST"] == "127.0.0.1"
    assert settings["MINISTACK_ACCOUNT_ID"] == settings["AWS_ACCESS_KEY_ID"] == "123456789012"
    assert {settings[name] for name in ("IOT_MTLS_ENABLED", "SFTP_ENABLED")} == {"0"}
    assert {settings[name] for name in ("PERSIST_STATE", "S3_PERSIST")} == {"1"}
    assert settings["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4711"
