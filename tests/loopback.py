"""As much of AWS as the writer meets, on loopback: it counts what it took, and can be told to misbehave."""

import base64
import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ACCOUNT, REGION = "123456789012", "ap-southeast-1"
BUCKET = f"fcj-an01-lake-{ACCOUNT}-{REGION}"
STREAM = "fcj-an01-stream"
OK = {"RecordId": "r"}

Reply = tuple[int, Any]
Deed = Callable[["Aws", list[bytes]], Reply | None]


class Aws(ThreadingHTTPServer):
    """One account with one stream and one bucket. `plan` holds what the next batches meet, in turn."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.taken: list[bytes] = []
        self.sizes: list[int] = []
        self.objects: dict[str, bytes] = {}
        self.plan: list[Deed] = []
        self.stream: dict[str, Any] = {"CreateTimestamp": 1700000000}
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.doing = threading.Lock()

    def handle_error(self, *_: Any) -> None:
        """A client that went away is what some tests are about."""

    def put_records(self, records: list[bytes]) -> Reply | None:
        with self.doing:
            self.sizes.append(len(records))
            deed = self.plan.pop(0) if self.plan else take
        return deed(self, records)

    def flush(self) -> None:
        """What the stream has taken so far lies in the bucket."""
        self.objects["data/raw/2026/01/15/00/one"] = b"\n".join(self.taken)

    def counts(self) -> Counter[int]:
        """How many records were taken how often."""
        return Counter(Counter(self.taken).values())

    def describe(self) -> dict[str, Any]:
        destination = {
            "BucketARN": f"arn:aws:s3:::{BUCKET}",
            "Prefix": "data/raw/",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
        }
        known = {
            "DeliveryStreamName": STREAM,
            "DeliveryStreamARN": f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{STREAM}",
            "DeliveryStreamStatus": "ACTIVE",
            "DeliveryStreamType": "DirectPut",
            "Destinations": [{"ExtendedS3DestinationDescription": destination}],
        }
        return {"DeliveryStreamDescription": known | self.stream}


def take(aws: Aws, records: list[bytes]) -> Reply:
    """All of them."""
    aws.taken += records
    return 200, {"FailedPutCount": 0, "RequestResponses": [OK] * len(records)}


def take_half(aws: Aws, records: list[bytes]) -> Reply:
    """Every other one; the rest is too much."""
    aws.taken += records[::2]
    no = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
    answers = [no if place % 2 else OK for place in range(len(records))]
    return 200, {"FailedPutCount": len(records) // 2, "RequestResponses": answers}


def take_silently(aws: Aws, records: list[bytes]) -> None:
    """All of them, and the line breaks before the answer."""
    take(aws, records)


def take_slowly(aws: Aws, records: list[bytes]) -> Reply:
    """All of them, but the answer comes when the test says so."""
    reply = take(aws, records)
    aws.reached.set()
    aws.go_on.wait(30)
    return reply


def lose(_aws: Aws, _records: list[bytes]) -> None:
    """None of them, and nobody says so."""


def refuse(code: str, status: int = 400) -> Deed:
    """None of them, for this reason."""
    return lambda _aws, _records: (status, {"__type": code, "message": "refused"})


class _Handler(BaseHTTPRequestHandler):
    server: Aws
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        if operation == "PutRecordBatch":
            records = [base64.b64decode(record["Data"]) for record in json.loads(body)["Records"]]
            self._answer(self.server.put_records(records))
        elif operation == "DescribeDeliveryStream":
            gone = 400, {"__type": "ResourceNotFoundException", "message": "gone"}
            self._answer((200, self.server.describe()) if self.server.stream else gone)
        else:
            names = (
                f"<Account>{ACCOUNT}</Account><Arn>arn:aws:iam::{ACCOUNT}:user/an01</Arn><UserId>u</UserId>"
            )
            result = f"<GetCallerIdentityResult>{names}</GetCallerIdentityResult>"
            self._answer((200, f"<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>"))

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if "list-type" in parse_qs(address.query):
            self._answer((200, self._list()))
        else:
            self._answer((200, self.server.objects[unquote(address.path).removeprefix(f"/{BUCKET}/")]))

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, content = self.server.plan.pop(0)(self.server, [body]) if self.server.plan else (200, "")
        if status == 200:
            self.server.objects[unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}/")] = body
        self._answer((status, content))

    def _list(self) -> str:
        now = datetime.now(UTC).isoformat()
        entries = "".join(
            f"<Contents><Key>{key}</Key><Size>{len(body)}</Size><LastModified>{now}</LastModified></Contents>"
            for key, body in self.server.objects.items()
        )
        count = f"<KeyCount>{len(self.server.objects)}</KeyCount>"
        return f"<ListBucketResult><Name>{BUCKET}</Name>{count}{entries}</ListBucketResult>"

    def _answer(self, reply: Reply | None) -> None:
        if reply is None:
            self.close_connection = True
            self.connection.close()
            return
        status, body = reply
        if isinstance(body, dict):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
