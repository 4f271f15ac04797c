"""ExternalIds: one a learner, made by us, unguessable, and never shown."""

from __future__ import annotations

import secrets

SHORTEST, LONGEST = 20, 1224
PATTERN = r"[\w+=,.@:/-]*"
"""What STS takes."""

_BYTES = 24
"""192 bits, as 48 letters and digits: nothing a URL, a shell or a spreadsheet would read otherwise."""


def new() -> str:
    """An id that nobody can guess."""
    return f"fcj-{secrets.token_hex(_BYTES)}"
