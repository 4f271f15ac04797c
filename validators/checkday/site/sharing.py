"""Scripts that stand in many pages, moved into one file: fetched once, and once in a zip.

In the sources they stand in the page, so that any builder of the same configuration makes whole pages.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_WORTH = 1000
"""Characters; less than that costs no more in the page than the line that fetches it."""


def share(folder: Path) -> None:
    """Rewrite the pages of one language's build in place."""
    pages = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    counts = Counter(script for page in pages.values() for script in _SCRIPT.findall(page))
    shared = {one: _name(one) for one, count in counts.items() if count > 1 and len(one) >= _WORTH}
    for script, name in shared.items():
        (folder / name).write_text(script, encoding="utf-8")
    for path, page in pages.items():
        base = "../" * (len(path.relative_to(folder).parts) - 1)
        path.write_text(_SCRIPT.sub(lambda one: _fetched(one, shared, base), page), encoding="utf-8")  # noqa: B023


def _name(script: str) -> str:
    """After its content, so that a browser never keeps an old one."""
    return f"assets/javascripts/{hashlib.sha256(script.encode()).hexdigest()[:8]}.js"


def _fetched(script: re.Match[str], shared: dict[str, str], base: str) -> str:
    name = shared.get(script[1])
    return f'<script src="{base}{name}"></script>' if name else script[0]
