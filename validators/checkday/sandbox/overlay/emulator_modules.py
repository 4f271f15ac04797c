"""The services of ministack 1.5.33 that it loads only when they are needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack import app


def when_loaded(name: str, hook: Callable[[Any], None]) -> None:
    """Have this done to a service's module when the emulator loads it: most days need none of it."""
    load = app._get_module  # noqa: SLF001
    hooked: list[Any] = []

    def loaded(wanted: str) -> Any:
        module = load(wanted)
        if wanted == name and not hooked:
            hooked.append(module)
            hook(module)
        return module

    app._get_module = loaded  # noqa: SLF001
