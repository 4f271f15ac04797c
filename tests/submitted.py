"""Submissions as `workshop submit` writes them, and tokens as AWS signs them, with keys of the tests."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

import graded
from checkday import quiz
from checkday.cli import receiving
from checkday.engine.golden import Golden
from checkday.model import LANGUAGES
from checkday.submission import audience
from checkday.submission.ledger import Outcome
from checkday.submission.writing import Contents, digest, sealed
from checkday.words import Words

ISSUER = "https://11111111-2222-4333-8444-555555555555.tokens.sts.global.api.aws"
OTHER_ISSUER = ISSUER.replace("1111", "9999", 1)
COHORT = "k1"
AWS = "https://sts.amazonaws.com/"


@cache
def key(name="ec"):
    """A private key: `ec` and `other` on P-384, `rsa` of 2,048 bits."""
    if name == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP384R1())


def jwks(*names):
    """What AWS publishes."""
    return json.dumps({"keys": [_public(name) for name in names or ("ec", "rsa")]}).encode()


def archive(folder, *names, issuer=ISSUER):
    """The same as a run keeps it."""
    path = folder / "keys" / f"{issuer.removeprefix('https://').partition('.')[0]}.json"
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(jwks(*names))


def _public(name):
    algorithm = jwt.algorithms.get_default_algorithms()["RS256" if name == "rsa" else "ES384"]
    return json.loads(algorithm.to_jwk(key(name).public_key())) | {"kid": name}


def contents(who, *others, **given):
    """What this learner hands in; all is passed but the others."""
    parts = {
        "learner": who.id,
        "account": who.account,
        "origin": "live",
        "cohort": COHORT,
        "made": "2026-11-25T12:00:00Z",
        "quizzes": {},
        "chart": None,
        "record": (),
    } | given
    report = graded.report(who, *others, origin=parts["origin"], account=parts["account"])
    return Contents(report=report, **parts)


def changed(content, **changes):
    """The payload with other values, sealed anew by somebody who knows how."""
    document = json.loads(content.payload()) | changes
    return sealed(json.dumps(document).encode(), None)


def file(content, token=None):
    payload = content.payload()
    return sealed(payload, token(payload) if callable(token) else token)


def claims(who, payload, **changes):
    now = int(time.time())
    tags = {"fcj-report": digest(payload), "fcj-learner": who.id} | changes.pop("tags", {})
    subject = f"arn:aws:iam::{changes.pop('subject', who.account)}:role/Student"
    of_aws = {"aws_account": changes.pop("account", who.account), "request_tags": tags}
    return {
        "iss": ISSUER,
        "sub": subject,
        "aud": audience(COHORT),
        "iat": now - 60,
        "exp": now + 240,
        "jti": hashlib.sha256(payload).hexdigest()[:32],
        AWS: of_aws,
    } | changes


def signed(who, *, by="ec", kid=None, algorithm=None, **changes):
    """A function from a payload to its token."""
    algorithm = algorithm or ("RS256" if by == "rsa" else "ES384")
    return lambda payload: jwt.encode(
        claims(who, payload, **changes), key(by), algorithm=algorithm, headers={"kid": kid or by}
    )


def unsigned(who, header, secret=b""):
    """A token of our own making: no signature, or an HMAC with what everybody knows."""

    def made(payload):
        parts = [_part(header), _part(claims(who, payload))]
        text = b".".join(parts)
        stamp = hmac.new(secret, text, hashlib.sha256).digest() if secret else b""
        return b".".join([*parts, _base64(stamp)]).decode()

    return made


def _part(value):
    return _base64(json.dumps(value).encode())


def _base64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def right_answers(who, day=3):
    """Answers to a day's quiz: the first option whose digest fits, or the learner's own number."""
    golden, found = Golden(who.id), {}
    for one in quiz.load(day).questions:
        choices = [str(number) for number in range(1, len(one.options) + 1)]
        if one.golden is not None:
            choices = [str(_at(golden, one.golden))]
        found[one.id] = next(choice for choice in choices if quiz.is_right(one, choice, golden))
    return found


def _at(golden, place):
    value = golden
    for part in place.split("."):
        value = value[part]
    return value


def with_made(content, minute):
    return replace(content, made=f"2026-11-25T12:{minute:02d}:00Z")


def told(code, facts):
    """What is said of a file, in every language: whatever became of it has words with all their facts."""
    outcome = Outcome("a.jsonl", code, facts=facts)
    said = [receiving._sentences(outcome, Words(language)) for language in LANGUAGES]
    assert all("{" not in one for pair in said for one in pair)
    return said
