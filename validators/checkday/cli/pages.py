"""`workshop site`: build the pages, serve them on this machine, or pack them into one file."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from checkday import resources
from checkday import site as builder
from checkday.cli import exits
from checkday.errors import BadSetting

if TYPE_CHECKING:
    import argparse

    from checkday.words import Words

OUT = Path("site")
ZIP = "seven-days.zip"


def site(given: argparse.Namespace, words: Words) -> int:
    """Build into ./site, serve what is built until Ctrl-C, or pack it."""
    _refuse_what_does_not_belong(given)
    if given.action == "build":
        return _build(words)
    if given.action == "zip":
        return _pack(given.out or ZIP, words)
    if given.port is not None and not given.port.isdecimal():
        raise BadSetting("site.bad_port", port=given.port)
    port = int(given.port) if given.port else builder.PORT
    with _built() as folder:
        builder.serve(folder, port, ready=lambda url: print(words("site.serving", url=url), flush=True))
    return exits.PASSED


def _refuse_what_does_not_belong(given: argparse.Namespace) -> None:
    for option, action in (("port", "serve"), ("out", "zip")):
        if getattr(given, option) is not None and given.action != action:
            raise BadSetting("site.wrong_option", option=f"--{option}", action=action)


def _build(words: Words) -> int:
    print(words("site.building"), flush=True)
    builder.build(OUT)
    print(words("site.built", path=(OUT / "index.html").resolve()))
    return exits.PASSED


def _pack(path: str, words: Words) -> int:
    with _built() as folder:
        kilobytes = builder.pack(folder, Path(path)) // 1000
    print(words("site.packed", path=Path(path).resolve(), kilobytes=kilobytes))
    return exits.PASSED


def _built() -> AbstractContextManager[Path]:
    """What was built here, or else in the checkout, or else what came with the package."""
    for folder in (OUT, resources.built_site()):
        if (folder / "index.html").is_file():
            return nullcontext(folder)
    return builder.released()
