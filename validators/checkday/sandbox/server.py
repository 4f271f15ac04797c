"""The sandbox's server as a program: sets the emulator's settings, then runs it with our overlay.

`lifecycle` starts it as `python -m checkday.sandbox.server --port N`; all it keeps is in the state folder.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from checkday.resources import state_folder
from checkday.sandbox.lifecycle import ACCOUNT, HOST

_FORGOTTEN = ("AWS_", "MINISTACK_", "S3_", "LAMBDA_")
"""The learner's own settings must not leak into an emulator that starts programs of its own."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m checkday.sandbox.server")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--region", default="ap-southeast-1")
    parser.add_argument("--with-parent", action="store_true", help="stop when the parent process ends")
    given = parser.parse_args(arguments)
    settle(environment(given.port, given.region, state_folder() / "sandbox"))

    from checkday.sandbox.serving import serve  # noqa: PLC0415 - the emulator reads its settings when imported

    asyncio.run(serve(HOST, given.port, with_parent=given.with_parent))


def settle(settings: Mapping[str, str]) -> None:
    """Make these the settings of this process and of all that it starts."""
    for name in [name for name in os.environ if name.startswith(_FORGOTTEN)]:
        del os.environ[name]
    os.environ.update(settings)


def environment(port: int, region: str, folder: Path) -> Mapping[str, str]:
    """Every setting of the emulator, and what the programs that it starts need to reach it."""
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": region,
        # Both would listen on every interface of the machine.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # The overlay keeps the event history.
        "CLOUDTRAIL_RECORDING": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "objects"),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": HOST,
    }


if __name__ == "__main__":
    main()
