"""Facts as a person reads them, and commands as a shell does."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from checkday.plain import plain

_STEP = 1024


def fill(templates: Iterable[str], **values: str) -> tuple[str, ...]:
    """The commands with every value quoted: names are chosen by others."""
    quoted = {name: shlex.quote(plain(value)) for name, value in values.items()}
    return tuple(template.format_map(quoted) for template in templates)


def size(count: float) -> str:
    """A number of bytes, for example `3.2 MiB`."""
    for unit in ("B", "KiB", "MiB"):
        if count < _STEP:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= _STEP
    return f"{count:.1f} GiB"
