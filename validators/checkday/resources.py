"""Where the package's files lie: in the wheel, or in the checkout of an editable install."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent


def shared() -> Path:
    """The folder of the pages' commands, code and diagrams (`docs/_shared`)."""
    return _first(_CHECKOUT / "docs" / "_shared", _PACKAGE / "_shared")


def sample_data() -> Path:
    """The folder of the committed sample data."""
    return _first(_CHECKOUT / "sample_data", _PACKAGE / "_sample_data")


def built_site() -> Path:
    """Where a checkout's built pages lie, from wherever the command is called; they need not be there."""
    return _CHECKOUT / "site"


def packed_site() -> Path:
    """The built pages that a release carries as one archive; another installation has none."""
    return _PACKAGE / "_site.tar.xz"


def generated(name: str) -> Path:
    """One compiled file of the package (`make gen` writes them)."""
    return _PACKAGE / "generated" / name


def state_folder() -> Path:
    """What must outlive a run: settings, the Record, the sandbox. XDG base directory specification."""
    return _xdg("XDG_STATE_HOME", ".local/state")


def cache_folder() -> Path:
    """What may be thrown away at any time."""
    return _xdg("XDG_CACHE_HOME", ".cache")


def put(path: str, content: bytes) -> None:
    """Write a file at once or not at all; a link stays a link, and a device or pipe is written to.

    Raises:
        OSError: it cannot be written, and nothing of it is left.

    """
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as file:
            file.write(content)
        return
    path = os.path.realpath(path)
    try:
        with open(f"{path}.new", "wb") as file:
            file.write(content)
        os.replace(f"{path}.new", path)
    except BaseException:  # Ctrl-C too
        with suppress(OSError):  # half a file would only fill a full disk
            os.unlink(f"{path}.new")
        raise


def _first(*folders: Path) -> Path:
    # An editable install has both when a wheel was built in place: the checkout is the fresher one,
    # and only a checkout has a pyproject.toml beside its folders.
    checkout, package = folders
    return checkout if (_CHECKOUT / "pyproject.toml").is_file() else package


def _xdg(variable: str, fallback: str) -> Path:
    base = os.environ.get(variable, "")
    # The specification tells to ignore a relative path.
    root = Path(base) if base.startswith("/") else Path.home() / fallback
    return root / "checkday"
