"""Proof that a form was made for this browser by this run of the console."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class Tokens:
    """Tokens of one run; a browser's secret is in its cookie, and only its keyed digest in the forms."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    @staticmethod
    def secret(cookie: str | None) -> str:
        """The browser's secret; a new one if it has none of ours."""
        return cookie if cookie and _SECRET.fullmatch(cookie) else secrets.token_urlsafe(32)

    def token(self, secret: str) -> str:
        """What this browser's forms carry."""
        return hmac.new(self._key, secret.encode(), hashlib.sha256).hexdigest()

    def fits(self, secret: str | None, token: str) -> bool:
        return secret is not None and hmac.compare_digest(self.token(secret).encode(), token.encode())
