"""A release carries the built pages (`make dist`); every other wheel does without them."""

from __future__ import annotations

import os
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKED = "checkday/_site.tar.xz"
"""One archive, because a wheel compresses each file alone, and pages are much alike: a third of the size."""


class Pages(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the parent's names
        if "CHECKDAY_RELEASE" not in os.environ:
            return
        site = Path(self.root, "site")
        if not (site / "index.html").is_file():
            raise FileNotFoundError(f"{site}: run `workshop site build` first")
        self.folder = tempfile.TemporaryDirectory()
        packed = Path(self.folder.name, "site.tar.xz")
        with tarfile.open(packed, "w:xz") as archive:
            for file in sorted(one for one in site.rglob("*") if one.is_file()):
                archive.add(file, file.relative_to(site).as_posix(), filter=_anonymous)
        build_data["force_include"][str(packed)] = PACKED

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        if hasattr(self, "folder"):
            self.folder.cleanup()


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """The same content is the same archive; the index as a script is for pages opened from file:// only."""
    if Path(entry.name).name == "search_index.js":
        return None
    entry.mtime = entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o644
    return entry
