"""The public keys with which AWS signs: fetched from the pinned host only, and kept, because keys rotate."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from checkday.errors import Unwritable
from checkday.resources import put
from checkday.submission.hostile import Refused, parsed

FOLDER = "keys"
ISSUER = re.compile(
    r"https://([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.tokens\.sts\.global\.api\.aws", re.ASCII
)
"""The host's end is the root of all trust here: anybody can run an issuer, but not under this name."""

_PATH = "/.well-known/jwks.json"
_SECONDS = 10
_LARGEST = 64 * 1024
_MOST = 100
_LONGEST_ID = 200

Key = Mapping[str, Any]
"""One JSON Web Key."""

Connect = Callable[[str], http.client.HTTPConnection]


class Keys:
    """The keys of each issuer, in files of a run's folder; `connect` opens the way to a host."""

    def __init__(self, folder: Path, connect: Connect | None = None) -> None:
        """Without `connect` nothing is ever fetched."""
        self._folder, self._connect = folder / FOLDER, connect
        self._asked: set[str] = set()

    def of(self, issuer: str) -> dict[str, Key]:
        """Key id -> key, of an issuer that `ISSUER` matches; all that were ever seen.

        Raises:
            Refused: `no_keys`, where none were ever fetched, or the kept ones are damaged.
            Unwritable: those that were fetched cannot be kept.

        """
        found = ISSUER.fullmatch(issuer)
        if found is None:
            raise Refused("token_issuer")
        path = self._folder / f"{found[1]}.json"
        keys = self._kept(path)
        if self._connect is not None and issuer not in self._asked:
            self._asked.add(issuer)
            keys = self._fetched(issuer.removeprefix("https://"), path, keys, self._connect)
        if not keys:
            raise Refused("no_keys", issuer=issuer)
        return keys

    def _fetched(self, host: str, path: Path, kept: dict[str, Key], connect: Connect) -> dict[str, Key]:
        fetched = _listed(_body(connect(host)))
        if fetched.keys() <= kept.keys():
            return kept
        keys = fetched | kept
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            put(str(path), json.dumps({"keys": list(keys.values())}, indent=1).encode())
        except OSError as error:
            raise Unwritable("output.unwritable", path=str(path), reason=error.strerror or "") from error
        return keys

    def _kept(self, path: Path) -> dict[str, Key]:
        try:
            with open(path, "rb") as file:
                content = file.read(_LARGEST * _MOST)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        return _listed(content)


def over_tls(host: str) -> http.client.HTTPConnection:
    """The way to AWS: no proxy, no redirects, and certificates that the system trusts."""
    return http.client.HTTPSConnection(host, timeout=_SECONDS, context=ssl.create_default_context())


def _body(connection: http.client.HTTPConnection) -> bytes:
    """What the host says, if it says it at once and in few bytes."""
    try:
        connection.request("GET", _PATH, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        content = answer.read(_LARGEST + 1)
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        connection.close()
    return content if answer.status == http.client.OK and len(content) <= _LARGEST else b""


def _listed(content: bytes) -> dict[str, Key]:
    """The keys of a JWKS that have an id; of anything else, none."""
    try:
        found = parsed(content)
    except Refused:
        return {}
    listed = found.get("keys") if isinstance(found, dict) else None
    keys = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    named = {one["kid"]: one for one in keys if isinstance(one.get("kid"), str)}
    return {name: one for name, one in named.items() if 0 < len(name) <= _LONGEST_ID}
