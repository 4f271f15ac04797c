"""A search index: data for pages from a server, a script for those from file://, which fetch nothing."""

from __future__ import annotations

import json
from pathlib import Path

DATA, SCRIPT = "search_index.json", "search_index.js"
"""The names under which the theme asks for it."""


def write(folder: Path) -> None:
    """Write the index in `folder` anew: letters as they are (MkDocs escapes them), then as a script."""
    index = json.loads((folder / DATA).read_text(encoding="utf-8"))
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    (folder / DATA).write_text(text, encoding="utf-8")
    (folder / SCRIPT).write_text(as_script(text), encoding="utf-8")


def as_script(index: str) -> str:
    """The script that gives a page the index as the theme looks for it."""
    return f"var __index = {index};\n"
