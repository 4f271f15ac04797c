"""A console in a thread of this process, and a browser that is only a socket."""

from __future__ import annotations

import asyncio
import html
import http.client
import re
import threading
import urllib.parse
from types import SimpleNamespace

from checkday.console import serving

R1, R2 = "ap-southeast-1", "us-east-1"
_INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def settled(dynamodb, table):
    """Wait until a new table takes items."""
    waiting = {"Delay": 0.05, "MaxAttempts": 400}
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig=waiting)


class Visitor:
    """Asks one console as a browser does: keeps its cookie, sends its own origin with every form."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie = port, ""
        self.origin = f"http://127.0.0.1:{port}"

    def send(self, method, path, body=b"", **headers):
        """One request; `headers` may replace what a browser would send, or leave it out with None."""
        sent = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie}
        if method == "POST":
            sent |= {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        sent["Content-Length"] = str(len(body))
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.headers.get("Set-Cookie"):
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return SimpleNamespace(
            status=answer.status,
            headers=answer.headers,
            content=content,
            text=content.decode("utf-8", "replace"),
        )

    def get(self, path, language="vi", region=R1, **query):
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self.send("GET", f"/{language}/{region}{path}{asked}")

    def post(self, path, fields, **headers):
        """Send a form as a browser encodes it; `path` is an address that a page gave."""
        boundary = "xxxFormBoundaryxxx"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        body = "".join([*parts, f"--{boundary}--\r\n"]).encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return self.send("POST", path, body, **{"Content_Type": kind} | headers)

    def follow(self, answer):
        """The page that a write leads to."""
        assert answer.status == 303, answer.text
        return self.send("GET", answer.headers["Location"])


class Form:
    """The form of a page, as far as a person can change it."""

    def __init__(self, page):
        text = page.text
        self.address = html.unescape(re.search(r'<form method="post"[^>]*action="([^"]+)"', text)[1])
        self.fields = {name: html.unescape(value) for name, value in _INPUT.findall(text)}
        for name, value in re.findall(r'<input id="(name-\d+)"[^>]*?value="([^"]*)"', text):
            self.fields[name] = html.unescape(value)
        for name, value in re.findall(r'name="(text-\d+|json)"[^>]*>\n(.*?)</textarea>', text, re.DOTALL):
            self.fields[name] = html.unescape(value)
        for name, options in re.findall(r'<select id="(kind-\d+)"[^>]*>(.*?)</select>', text, re.DOTALL):
            self.fields[name] = re.search(r'value="([^"]*)" selected', options)[1]
        self.fields["action"] = "save"

    def row(self, name):
        return next(
            at.partition("-")[2]
            for at, value in self.fields.items()
            if at.startswith("name-") and value == name
        )

    def set(self, name, text, kind=None):
        at = self.row(name)
        self.fields[f"text-{at}"] = text
        if kind:
            self.fields[f"kind-{at}"] = kind

    def add(self, name, kind, text):
        at = self.row("")
        self.fields |= {f"name-{at}": name, f"kind-{at}": kind, f"text-{at}": text}

    def drop(self, name):
        self.fields[f"drop-{self.row(name)}"] = "1"


def run_console(find, language="vi"):
    """A console in a thread; what it returns is its port and what stops it."""
    listener, loop = serving.bind(None), asyncio.new_event_loop()
    port, stop = listener.getsockname()[1], asyncio.Event()

    def serve():
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serving.serve(listener, find, (R1, R2), language, until=stop.wait))
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()

    def end():
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        assert not thread.is_alive()

    return port, end
