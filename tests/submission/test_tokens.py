"""AWS's word for a file: every way in which it may be for somebody, something or somewhere else."""

import http.server
import json
import threading
import time
from http.client import HTTPConnection

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import graded
from checkday.submission import audience, keys
from checkday.submission.hostile import Refused
from checkday.submission.keys import Keys
from checkday.submission.reading import read
from checkday.submission.tokens import Wanted, verified
from submitted import AWS, COHORT, ISSUER, archive, contents, file, jwks, key, signed, told, unsigned

AN, BI = graded.learner(1), graded.learner(2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run's folder with the keys of AWS."""
    path = tmp_path_factory.mktemp("run")
    archive(path)
    return path


def verify(folder, token, *, who=AN, nonce=None, content=None):
    submission = read(file(content or contents(AN), token))
    return verified(submission, who, Wanted(audience(COHORT), nonce), Keys(folder))


def refusal(folder, token, **given):
    with pytest.raises(Refused) as caught:
        verify(folder, token, **given)
    told(caught.value.code, caught.value.facts)
    return caught.value.code


@pytest.mark.parametrize("by", ["ec", "rsa"])
def test_a_token_of_aws_for_this_very_file(folder, by):
    found = verify(folder, signed(AN, by=by))
    assert (found.issuer, found.account) == (ISSUER, AN.account)


def test_one_that_has_expired_says_what_was_so_when_it_was_made(folder):
    long_ago = int(time.time()) - 30 * 86_400
    assert verify(folder, signed(AN, iat=long_ago, exp=long_ago + 300))


def test_a_clock_that_is_a_little_behind(folder):
    assert verify(folder, signed(AN, iat=int(time.time()) + 120))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"aud": audience("k2")}, "token_audience"),
        ({"aud": "https://example.org"}, "token_audience"),
        ({"account": BI.account, "subject": BI.account}, "token_account"),
        ({"account": BI.account}, "token_account"),
        ({"subject": BI.account}, "token_account"),
        ({"sub": "arn:aws:iam::000000000001"}, "token_account"),
        ({AWS: {"aws_account": AN.account, "request_tags": {}}}, "token_report"),
        ({AWS: [1]}, "token_account"),
        ({"tags": {"fcj-report": "0" * 64}}, "token_report"),
        ({"tags": {"fcj-learner": BI.id}}, "token_learner"),
        ({"by": "other", "kid": "ec"}, "token_signature"),
        ({"by": "other"}, "token_key"),
        ({"kid": "../../etc/passwd"}, "token_key"),
        ({"by": "rsa", "kid": "ec"}, "token_key"),
        ({"by": "ec", "kid": "rsa"}, "token_key"),
        ({"by": "rsa", "algorithm": "PS256"}, "token_algorithm"),
        ({"by": "rsa", "algorithm": "RS512"}, "token_algorithm"),
        ({"iat": int(time.time()) + 900, "exp": int(time.time()) + 1000}, "token_future"),
        ({"iat": "soon"}, "token_form"),
        ({"jti": 7}, "token_form"),
        ({"jti": "x" * 500}, "token_form"),
        ({"jti": None}, "token_form"),
        ({"iss": ISSUER + ".evil.com"}, "token_issuer"),
        ({"iss": ISSUER.replace("//", "//evil.com/#")}, "token_issuer"),
        ({"iss": ISSUER + "/"}, "token_issuer"),
        ({"iss": ISSUER + "\n"}, "token_issuer"),
        ({"iss": ISSUER.replace("https", "http")}, "token_issuer"),
        ({"iss": ISSUER.upper()}, "token_issuer"),
        ({"iss": ISSUER.replace("1", "\u0661", 1)}, "token_issuer"),
        ({"iss": ""}, "token_issuer"),
    ],
)
def test_a_token_for_something_else(folder, given, code):
    assert refusal(folder, signed(AN, **given)) == code


def test_no_signature_at_all(folder):
    assert refusal(folder, unsigned(AN, {"alg": "none", "kid": "ec"})) == "token_algorithm"
    assert refusal(folder, unsigned(AN, {"alg": "None", "kid": "ec"})) == "token_algorithm"
    assert refusal(folder, unsigned(AN, {"alg": "ES384", "kid": "ec"})) == "token_signature"


def test_a_secret_that_everybody_knows(folder):
    public = key("rsa").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert refusal(folder, unsigned(AN, {"alg": "HS256", "kid": "rsa"}, public)) == "token_algorithm"
    assert refusal(folder, unsigned(AN, {"alg": "RS256", "kid": "rsa"}, public)) == "token_signature"


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "..", "e30.e30.", "a" * 8_000, "W10.W10.x", "e.\u0661.x"]
)
def test_what_is_no_token(folder, token):
    assert refusal(folder, token) in {"token_form", "token_algorithm"}


def test_a_header_that_wants_more_is_not_understood(folder):
    assert refusal(folder, unsigned(AN, {"alg": "ES384", "kid": "ec", "crit": ["x"]})) == "token_form"
    deep = {"alg": "ES384", "kid": "ec", "x": eval("[" * 40 + "]" * 40)}  # noqa: S307 - forty lists
    assert refusal(folder, unsigned(AN, deep)) == "token_form"


def test_keys_that_a_header_brings_along_are_not_used(folder):
    bearing = {
        "alg": "ES384",
        "kid": "mine",
        "jku": "https://evil.com/jwks.json",
        "jwk": {"kty": "oct", "k": "eA"},
    }
    assert refusal(folder, unsigned(AN, bearing, b"x")) == "token_key"


def test_a_report_that_was_changed_afterwards(folder):
    token = signed(AN)(contents(AN).payload())
    assert refusal(folder, token, content=contents(AN, quizzes={3: {"q": "1"}})) == "token_report"


def test_the_code_of_the_instructor(folder):
    assert verify(folder, signed(AN, tags={"fcj-nonce": "w3-8fa1"}), nonce="w3-8fa1")
    assert refusal(folder, signed(AN), nonce="w3-8fa1") == "token_nonce"
    assert refusal(folder, signed(AN, tags={"fcj-nonce": "w2"}), nonce="w3-8fa1") == "token_nonce"


def test_without_keys_nobody_can_tell(tmp_path):
    assert refusal(tmp_path, signed(AN)) == "no_keys"
    archive(tmp_path)
    (tmp_path / "keys" / "11111111-2222-4333-8444-555555555555.json").write_bytes(b'{"keys": [')
    assert refusal(tmp_path, signed(AN)) == "no_keys"


def test_a_weak_key_is_no_key(tmp_path):
    archive(tmp_path)
    path = tmp_path / "keys" / "11111111-2222-4333-8444-555555555555.json"
    weak = [{"kid": "rsa", "kty": "RSA", "n": "AQAB", "e": "AQAB"}, {"kid": "oct", "kty": "oct", "k": "eA"}]
    path.write_text(json.dumps({"keys": weak}))
    assert refusal(tmp_path, signed(AN, by="rsa")) == "token_key"
    assert refusal(tmp_path, signed(AN, kid="oct")) == "token_key"


class Aws(http.server.HTTPServer):
    """The host of an issuer: what it says and how it ends."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.says, self.asked = (200, jwks("ec")), []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def connect(self, host):
        self.asked.append(host)
        return HTTPConnection("127.0.0.1", self.server_address[1], timeout=1)


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = self.server.says
        self.server.asked.append(self.path)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing of it is for the terminal."""


@pytest.fixture
def aws():
    with Aws() as server:
        yield server
        server.shutdown()


def test_keys_are_asked_for_once_at_the_one_host_and_kept(aws, tmp_path):
    archived = Keys(tmp_path, aws.connect)
    assert set(archived.of(ISSUER)) == set(archived.of(ISSUER)) == {"ec"}
    assert aws.asked == [ISSUER.removeprefix("https://"), "/.well-known/jwks.json"]
    aws.says = (200, jwks("rsa"))
    assert set(Keys(tmp_path, aws.connect).of(ISSUER)) == {"ec", "rsa"}  # keys rotate, files are read later
    assert set(Keys(tmp_path).of(ISSUER)) == {"ec", "rsa"}


@pytest.mark.parametrize(
    "says",
    [
        (302, jwks("ec")),
        (404, jwks("ec")),
        (200, b"<html>"),
        (200, b'{"keys": {}}'),
        (200, b'{"keys": [1, {"kid": 7}, {"kid": ""}]}'),
        (200, b"[" * 50_000),
        (200, b'{"keys": []}' + b" " * 100_000),
    ],
)
def test_an_answer_that_holds_no_keys(aws, tmp_path, says):
    aws.says = says
    with pytest.raises(Refused, match="no_keys"):
        Keys(tmp_path, aws.connect).of(ISSUER)
    assert "/elsewhere" not in aws.asked
    assert not (tmp_path / "keys").exists()


def test_a_host_that_cannot_be_reached(tmp_path):
    with pytest.raises(Refused, match="no_keys"):
        Keys(tmp_path, lambda _: HTTPConnection("127.0.0.1", 9, timeout=1)).of(ISSUER)


def test_no_other_host_is_ever_asked(aws, tmp_path):
    for other in (
        "https://evil.com",
        ISSUER + ".evil.com",
        ISSUER + "/x",
        ISSUER.replace("https://", "https://u@"),
    ):
        with pytest.raises(Refused, match="token_issuer"):
            Keys(tmp_path, aws.connect).of(other)
    assert aws.asked == []


def test_the_way_to_aws_knows_no_proxy_and_checks_certificates():
    way = keys.over_tls("x.tokens.sts.global.api.aws")
    assert (way.host, way.port, way._tunnel_host) == ("x.tokens.sts.global.api.aws", 443, None)
    assert way._context.check_hostname
