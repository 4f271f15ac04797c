"""`workshop submit`: one file, told before it is written, signed by AWS only if the learner agrees."""

import argparse
import json
import os
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import jwt
import pytest

import graded
from checkday import quiz
from checkday.cli import submitting
from checkday.errors import BadSetting, WriteRefused
from checkday.model import Sighting
from checkday.record import Key, Record, lines
from checkday.settings import Settings
from checkday.submission import audience
from checkday.submission.keys import Keys
from checkday.submission.reading import read
from checkday.submission.tokens import Wanted, verified
from checkday.submission.writing import digest, sealed
from checkday.words import Words
from checkday.writer import NotSent, Signer
from cohort_runs import called
from submitted import AWS, COHORT, ISSUER, archive, contents, key, right_answers

AN = graded.learner()
WAY = {"credentials": (AN.account, "testing")}
ANSWER = (
    '<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult>'
    "<WebIdentityToken>{0}</WebIdentityToken><Expiration>2026-11-25T12:05:00Z</Expiration>"
    "</GetWebIdentityTokenResult></GetWebIdentityTokenResponse>"
)
ERROR = "<ErrorResponse><Error><Code>{0}</Code><Message>no</Message></Error></ErrorResponse>"


class Sts(HTTPServer):
    """AWS's own signer, for one account; `refuses` is the code of an error."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url, self.refuses, self.asked = f"http://127.0.0.1:{self.server_address[1]}", None, []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def token(self, asked):
        """What AWS would say to this."""
        names = (name for name in asked if name.startswith("Tags.") and name.endswith(".Key"))
        tags = {asked[name]: asked[name.replace(".Key", ".Value")] for name in names}
        now = int(datetime.now(UTC).timestamp())
        said = {
            "iss": ISSUER,
            "sub": f"arn:aws:iam::{AN.account}:user/an",
            "aud": asked["Audience.member.1"],
            "iat": now,
            "exp": now + int(asked["DurationSeconds"]),
            "jti": "id-1",
            AWS: {"aws_account": AN.account, "request_tags": tags},
        }
        return jwt.encode(said, key("ec"), algorithm=asked["SigningAlgorithm"], headers={"kid": "ec"})


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers["content-length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(text).items()}
        self.server.asked.append(asked)
        refused = self.server.refuses
        body = (ERROR.format(refused) if refused else ANSWER.format(self.server.token(asked))).encode()
        self.send_response(403 if refused else 200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing of it is for the terminal."""


@pytest.fixture
def sts():
    with Sts() as server:
        yield server
        server.shutdown()


def errand(sts, **given):
    given = {"cohort": COHORT, "nonce": None, "yes": True} | given
    return submitting._Errand(
        argparse.Namespace(**given), Words("en"), WAY | {"endpoint": sts.url}, Settings()
    )


def test_the_token_binds_this_very_file_to_the_account(sts, tmp_path):
    content = contents(AN)
    payload = content.payload()
    token = errand(sts, nonce="w3").token(content, digest(payload))
    archive(tmp_path)
    found = verified(read(sealed(payload, token)), AN, Wanted(audience(COHORT), "w3"), Keys(tmp_path))
    assert found.account == AN.account
    assert [one["Action"] for one in sts.asked] == ["GetWebIdentityToken"]


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("OutboundWebIdentityFederationDisabledException", "enable-outbound-web-identity-federation"),
        ("AccessDenied", "sts:TagGetWebIdentityToken"),
        ("JWTPayloadSizeExceededException", "JWTPayloadSizeExceededException"),
        ("ExpiredToken", "→"),
    ],
)
def test_what_aws_will_not_sign_is_told_and_handed_in_as_a_claim(sts, capsys, code, word):
    sts.refuses = code
    assert errand(sts).token(contents(AN), "0" * 64) is None
    said = capsys.readouterr().err
    assert word in said
    assert len(said.strip().split("\n")) == 2


def test_a_machine_that_is_not_aws_signs_nothing(sts):
    assert errand(sts).token(contents(AN, origin="simulated"), "0" * 64) is None
    assert sts.asked == []


@pytest.mark.parametrize("answer", ["n", "", None])
def test_nothing_is_asked_of_aws_before_the_learner_agrees(sts, monkeypatch, capsys, answer):
    monkeypatch.setattr("sys.stdin.isatty", lambda: answer is not None, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert errand(sts, yes=False).token(contents(AN), "0" * 64) is None
    said = capsys.readouterr()
    assert sts.asked == []
    assert (AN.account in said.out and "GetWebIdentityToken" in said.out) or "--yes" in said.err


def test_without_the_name_of_the_class_nothing_is_signed(sts, capsys):
    assert errand(sts, cohort=None).token(contents(AN, cohort=None), "0" * 64) is None
    assert "--cohort" in capsys.readouterr().err


def test_the_signer_can_do_nothing_else(sts):
    signer = Signer("https://a", {"fcj-report": "0"}, "ap-southeast-1", **WAY, endpoint=sts.url)
    client = signer._client("sts")
    for call, given in (
        (client.get_caller_identity, {}),
        (client.get_session_token, {}),
        (client.get_web_identity_token, {"Audience": ["https://b"], "SigningAlgorithm": "ES384"}),
    ):
        with pytest.raises(WriteRefused):
            call(**given)
    assert sts.asked == []


def test_an_account_that_does_not_answer(tmp_path):
    with pytest.raises(NotSent):
        Signer("https://a", {}, "ap-southeast-1", **WAY, endpoint="http://127.0.0.1:9").token()


def test_what_is_private_stays_at_home():
    private = {
        "who": "arn:aws:sts::1:assumed-role/x/an.nguyen@example.com",
        "key": "AKIAIOSFODNN7EXAMPLE",
        "url": "https://x/?X-Amz-Security-Token=abc%2Fdef&X-Amz-Signature=0123abcd",
        "jwt": "eyJhbGciOiJub25lIn0.eyJhIjoxMjM0NTY3fQ.c2ln",
    }
    finding = graded.finding("day1.bucket", facts={**private, "inside": [private]})
    record = [("0" * 16, {"id": "day1.bucket", "at": "2026-11-25T12:00:00Z", "evidence": private})]
    text = contents(AN, finding, record=record).payload().decode()
    for secret in ("example.com", "AKIA", "abc%2Fdef", "0123abcd", "eyJhbGci"):
        assert secret not in text
    assert read(sealed(text.encode(), None)).payload["reports"][0]["principal"] is None


def test_what_would_be_too_long_leaves_out_the_requests_first():
    request = Sighting("s3:ListBuckets", "us-east-1", "r" * 1_000, "2026-11-25T12:00:00Z", "sha256:0")
    finding = graded.finding("day1.bucket", facts={"x": "y" * 100_000}, evidence=[request] * 1_000)
    (report,) = json.loads(contents(AN, finding).payload())["reports"]
    assert {len(one["evidence"]) for one in report["findings"]} == {0}
    with pytest.raises(BadSetting, match=r"submit\.too_large"):
        contents(AN, graded.finding("day1.bucket", facts={"x": "y" * 1_050_000})).payload()


def test_lines_of_the_record_keep_their_order(state):
    record = Record(Key("live", AN.account, "an01"))
    record.add({"day1.bucket": {"bucket": "a"}}, course_version="c", at="2026-11-25T12:00:00Z")
    record.add({"day1.bucket": {"bucket": "b"}}, course_version="c", at="2026-11-25T13:00:00Z")
    Record(Key("simulated", AN.account, "an01")).add({"day1.stream": {}}, course_version="c", at="x")
    found = lines(record.key)
    assert [entry["evidence"]["bucket"] for _, entry in found] == ["a", "b"]
    written = Path(record.path).read_text(encoding="utf-8").split("\n")
    assert [stamp for stamp, _ in found] == [line[:16] for line in written[:2]]


def test_the_command_in_a_sandbox(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_LEARNER", "an01")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    quiz.store("an01", 3, right_answers(AN))
    path = tmp_path / "mine.jsonl"
    ended = called("submit", "--sandbox", "--output", path, "--lang", "en", "--cohort", "k1", "--yes")
    assert ended.code == 0, ended
    assert "e-mail" in ended.out.split("\n")[0]  # what it holds is said first
    assert "simulated" in ended.out
    found = read(path.read_bytes())
    assert (found.learner, found.account, found.origin, found.token) == (
        "an01",
        "123456789012",
        "simulated",
        None,
    )
    assert found.digest in ended.out
    assert found.payload["quizzes"] == {"3": right_answers(AN)}
    explained = next(one for one in found.payload["reports"][0]["findings"] if one["id"] == "day3.explain")
    assert explained["verdict"] == "passed"
    assert len(found.payload["reports"][0]["findings"]) == len(graded.COURSE.milestones)
    assert json.loads(path.read_bytes().split(b"\n")[1]) == {"sha256": found.digest, "token": None}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--sandbox", "--profile", "x"), 2),
        (("--nonce", "a b"), 2),
        (("--cohort", " "), 2),
        (("--cohort", "k" * 201), 2),
        (("--output", "/nowhere/x.jsonl", "--sandbox"), 5),
    ],
)
def test_arguments_that_cannot_be_used(sandbox, more, code):
    ended = called("submit", "--lang", "en", *more)
    assert (ended.code, len(ended.err.strip().split("\n"))) == (code, 2)


def test_a_file_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(Exception, match=r"submit\.unwritable"):
        submitting._write(str(tmp_path / "x"), b"x")
    assert list(tmp_path.iterdir()) == []
