"""The Content-Security-Policy of built pages: each script that stands in a page is named by its digest.

The theme writes a policy that lets any such script run, so that a page is whole before its scripts are known.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

UNSEALED = "script-src 'self' 'unsafe-inline'"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def seal(folder: Path) -> None:
    """Rewrite the pages of a build in place, after everything else that changes them."""
    for path in folder.rglob("*.html"):
        path.write_text(sealed(path.read_text(encoding="utf-8")), encoding="utf-8")


def sealed(html: str) -> str:
    """The page, in which only the scripts that stand there now may run, and those of its own host."""
    names = sorted({f"'{digest(script)}'" for script in _SCRIPT.findall(html)})
    return html.replace(UNSEALED, " ".join(["script-src 'self'", *names]), 1)


def digest(script: str) -> str:
    """What a policy calls this script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
