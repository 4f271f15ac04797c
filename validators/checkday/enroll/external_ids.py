"""ExternalIds: one a learner, made by us, unguessable, and never shown."""

from __future__ import annotations

import secrets

SHORTEST, LONGEST = 20, 1224
PATTERN = r"[A-Za-z0-9][\w+=.@:/-]*"
"""What STS takes, but for commas and odd beginnings: a spreadsheet could take such an id for a formula."""

_BYTES = 24
"""192 bits, as 48 letters and digits: nothing a URL, a shell or a spreadsheet would read otherwise."""


def new() -> str:
    """An id that nobody can guess."""
    return f"fcj-{secrets.token_hex(_BYTES)}"
