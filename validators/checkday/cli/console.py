"""`workshop console`: pages over the running sandbox, until Ctrl-C."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from checkday import settings
from checkday.cli import exits
from checkday.cli.sandbox import connection
from checkday.errors import BadSetting

if TYPE_CHECKING:
    import argparse

    from checkday.console.clients import Way
    from checkday.words import Words

_NEEDS = ("botocore", "hypercorn", "jinja2", "python_multipart", "starlette")


def console(given: argparse.Namespace, words: Words) -> int:
    """Serve the console and print its address."""
    if not all(map(find_spec, _NEEDS)):
        raise BadSetting("console.not_installed")
    if given.port is not None and not given.port.isdecimal():
        raise BadSetting("sandbox.bad_port", port=given.port)
    wanted = settings.load(language=given.lang)
    if connection() is None:
        raise BadSetting("sandbox.not_running")

    from checkday.console import serving

    listener = serving.bind(int(given.port) if given.port else None)
    print(words("console.serving", url=f"http://{serving.HOST}:{listener.getsockname()[1]}/"), flush=True)
    serving.run(listener, _way, (wanted.region, wanted.replica_region), words.language)
    print(words("console.stopped"))
    return exits.PASSED


def _way() -> Way | None:
    from checkday.console.clients import Way

    found = connection()
    return None if found is None else Way(found.endpoint, *found.credentials)
