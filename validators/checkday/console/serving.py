"""The console's life: bound to loopback before anyone is told of it, ended by Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from hypercorn.asyncio import serve as serve_with_hypercorn
from hypercorn.config import Config

from checkday.console.application import application
from checkday.console.clients import FindWay
from checkday.errors import BadSetting

if TYPE_CHECKING:
    from hypercorn.typing import ASGIFramework

HOST = "127.0.0.1"
_HIGHEST_PORT = 65535
_LONGEST_ADDRESS = 64 * 1024
"""Bytes: an item key of 3 KB is four times as long in an address."""


def bind(port: int | None) -> socket.socket:
    """A listening socket on this machine only; on any free port, unless one is given.

    Raises:
        BadSetting: the port cannot be had.

    """
    if port is not None and not 0 < port <= _HIGHEST_PORT:
        raise BadSetting("sandbox.bad_port", port=port)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port or 0))
        listener.listen()
    except OSError as error:
        listener.close()
        key = "sandbox.port_in_use" if error.errno == errno.EADDRINUSE else "sandbox.port_refused"
        raise BadSetting(key, port=port) from error
    return listener


def run(listener: socket.socket, find: FindWay, regions: tuple[str, str], language: str) -> None:
    """Serve until Ctrl-C or SIGTERM."""

    async def until_told() -> None:
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        await serve(listener, find, regions, language, until=told.wait)

    asyncio.run(until_told())


async def serve(
    listener: socket.socket,
    find: FindWay,
    regions: tuple[str, str],
    language: str,
    until: Callable[[], Awaitable[object]],
) -> None:
    """Serve on a listening socket, which is closed at the end."""
    port = listener.getsockname()[1]
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.accesslog = None
    config.errorlog = None  # its traces hold what was typed; ours do not
    config.include_server_header = False
    config.h11_max_incomplete_size = _LONGEST_ADDRESS
    config.keep_alive_timeout = 15
    config.read_timeout = 60
    config.graceful_timeout = 1.0
    console = application(find, port, regions, language)
    await serve_with_hypercorn(cast("ASGIFramework", console), config, shutdown_trigger=until)
