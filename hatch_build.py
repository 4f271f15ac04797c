"""A release carries the built pages (`make dist`); every other wheel does without them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Pages(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the parent's names
        if "CHECKDAY_RELEASE" not in os.environ:
            return
        site = Path(self.root, "site")
        if not (site / "index.html").is_file():
            raise FileNotFoundError(f"{site}: run `workshop site build` first")
        for file in site.rglob("*"):
            if file.is_file() and file.name != "search_index.js":  # only pages from file:// ask for that
                build_data["force_include"][str(file)] = f"checkday/_site/{file.relative_to(site).as_posix()}"
