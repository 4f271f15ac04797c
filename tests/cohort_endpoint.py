"""AWS as far as grading needs it, on loopback: roles, identities, refusals, and who signed what."""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO
from urllib.parse import parse_qs

from checkday.cohort import look as looking

_SIGNED = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
STS = (
    '<{0}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{0}Result>{1}</{0}Result></{0}Response>'
)
XML_ERROR = "<ErrorResponse><Error><Code>{0}</Code><Message>no</Message></Error></ErrorResponse>"
INSTRUCTOR = "testing"

Reply = tuple[int, str]


class Endpoint(ThreadingHTTPServer):
    """Every account but those in `roles` (account -> error code of AssumeRole) can be entered.

    `trusts` says by which ExternalId: (account, ExternalId) -> whether it is the right one.
    All reads are refused, but those that `says` answers: (service, action, account) -> (status, body).
    What accounts in `trickles` are told comes a byte at a time; what is asked with AssumeRole does not.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.roles: dict[str, str] = {}
        self.trusts: Callable[[str, str | None], bool] = lambda _, external_id: external_id == "x-1"
        self.says: Callable[[str, str, str], Reply | None] = lambda *_: None
        self.trickles: set[str] = set()
        self.pace = 0.05
        self.requests: dict[str, list[str]] = defaultdict(list)
        self.assumed: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def instead_of_aws(monkeypatch):
    """An endpoint in AWS's place for the fleet of this process, which waits for nothing."""
    monkeypatch.setattr("checkday.cohort.fleet.time.sleep", lambda _: None)
    monkeypatch.setattr("checkday.account.live.time.sleep", lambda _: None)
    looking._made.cache_clear()  # a client keeps the endpoint that it was made for
    with Endpoint() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield server
    looking._made.cache_clear()


def nothing_there(service: str, _action: str, account: str) -> Reply | None:
    """Nothing is there, which is an answer too; of some accounts it takes longer than of others."""
    if service == "sts":
        return None
    time.sleep(0.003 * (1 + int(account) % 16))
    return (400, '{"__type": "ResourceNotFoundException"}') if service == "firehose" else None


class _Trickle:
    """A connection that never pauses for as long as any timeout, and never gets anywhere."""

    def __init__(self, wire: BinaryIO, pace: float) -> None:
        self._wire, self._pace, self._never = wire, pace, threading.Event()

    def write(self, content: bytes) -> None:
        for byte in content:
            self._wire.write(bytes([byte]))
            self._wire.flush()
            self._never.wait(self._pace)  # some tests make sleeping free

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wire, name)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each body waits 40 ms for a word about its headers
    server: Endpoint

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        key, _, service = _SIGNED.search(self.headers["authorization"]).groups()
        self.server.requests[key].append(f"{self.command} {service} {self.path} {body}")
        status, text = self._reply(key, service, body)
        if status == 0:
            self.close_connection = True
            return
        if key.removeprefix("KEY") in self.server.trickles:
            self.wfile = _Trickle(self.wfile, self.server.pace)
        self.send_response(status)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else text.encode())

    do_GET = do_POST = do_HEAD = _answer  # noqa: N815

    def _reply(self, key: str, service: str, body: str) -> Reply:
        fields = {name: found[0] for name, found in parse_qs(body).items()}
        action, account = fields.get("Action", ""), key.removeprefix("KEY")
        if action == "AssumeRole":
            return self._assume(fields)
        said = self.server.says(service, action, account)
        if said is not None:
            return said
        if action == "GetCallerIdentity":
            who = f"<Account>{account}</Account><Arn>arn:aws:sts::{account}:x</Arn><UserId>u</UserId>"
            return 200, STS.format(action, who)
        if service in {"s3", "iam", "sts"}:
            return 403, XML_ERROR.format("AccessDenied")
        return 400, '{"__type": "AccessDeniedException", "message": "no"}'

    def _assume(self, fields: dict[str, str]) -> Reply:
        account = fields["RoleArn"].split(":")[4]
        if not self.server.trusts(account, fields.get("ExternalId")):
            return 403, XML_ERROR.format("AccessDenied")
        self.server.assumed.append(account)
        if account in self.server.roles:
            return 403, XML_ERROR.format(self.server.roles[account])
        keys = (
            f"<AccessKeyId>KEY{account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
            "<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
        )
        return 200, STS.format("AssumeRole", f"<Credentials>{keys}</Credentials>")

    def log_message(self, *_) -> None:
        """Nobody reads it."""
