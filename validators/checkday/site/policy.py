"""What a page may do: run the scripts that it was built with and no other, ask its own host and no other.

The policy stands in the page, because the site is also opened from a zip, where no server says it. It is
written after the build, when every script has its last form.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

# Styles in a page cannot be named by digest: the diagrams bring theirs, and the theme writes style attributes
# while it runs. `data:` are the theme's icons.
_RULES = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_CHARSET = re.compile(r"<meta charset=\"utf-8\">", re.IGNORECASE)


def seal(folder: Path) -> None:
    """Give every page in the folder its Content-Security-Policy, before anything that it loads."""
    for path in folder.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        path.write_text(_CHARSET.sub(rf"\g<0>{_meta(page)}", page, count=1), encoding="utf-8")


def _meta(page: str) -> str:
    scripts = sorted({f"'{digest(script)}'" for script in _SCRIPT.findall(page)})
    rules = _RULES.format(scripts=" ".join(scripts))
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def digest(script: str) -> str:
    """What a policy calls this script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
