"""`workshop site`: build the pages, or serve them on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from checkday import site as builder
from checkday.cli import exits
from checkday.errors import BadSetting

if TYPE_CHECKING:
    import argparse

    from checkday.words import Words

OUT = Path("site")


def site(given: argparse.Namespace, words: Words) -> int:
    """Build into ./site, or serve what is there until Ctrl-C."""
    if given.action == "build":
        print(words("site.building"), flush=True)
        builder.build(OUT)
        print(words("site.built", path=(OUT / "index.html").resolve()))
        return exits.PASSED
    if given.port is not None and not given.port.isdecimal():
        raise BadSetting("site.bad_port", port=given.port)
    port = int(given.port) if given.port else builder.PORT
    builder.serve(port, OUT, ready=lambda url: print(words("site.serving", url=url), flush=True))
    return exits.PASSED
