"""What lies around the grader says neither where AWS is, nor whom to trust, nor what to run."""

import argparse
import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ProxyConnectionError, SSLError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from checkday.account import models
from checkday.account.clients import Clients
from checkday.account.reads import operations
from checkday.cli import grading
from checkday.cohort.fleet import Fleet, Way
from checkday.cohort.look import Plan, Task, look
from checkday.errors import BadSetting
from checkday.words import Words
from cohort_endpoint import STS, Endpoint
from cohort_runs import learner, plan

ELSEWHERE = "http://127.0.0.1:9"
CONFIGURED = {
    "for all": {"AWS_ENDPOINT_URL": ELSEWHERE},
    "for one service": {"AWS_ENDPOINT_URL_STS": ELSEWHERE, "AWS_ENDPOINT_URL_S3": ELSEWHERE},
    "insisted on": {"AWS_ENDPOINT_URL": ELSEWHERE, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"},
    "profile": f"[profile grader]\nendpoint_url = {ELSEWHERE}\n",
    "services": f"[profile grader]\nservices = them\n[services them]\nsts =\n  endpoint_url = {ELSEWHERE}\n"
    f"s3 =\n  endpoint_url = {ELSEWHERE}\n",
}
KEYS = "aws_access_key_id = k\naws_secret_access_key = s\n"


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Clients then cost a fifth."""
    models.build(operations())


@pytest.fixture
def written(monkeypatch, tmp_path):
    """Writes the AWS configuration file."""

    def write(text):
        (tmp_path / "config").write_text(text)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    return write


@pytest.mark.parametrize("how", CONFIGURED)
def test_a_configured_endpoint_is_not_followed(monkeypatch, written, how):
    if isinstance(CONFIGURED[how], str):
        written(CONFIGURED[how] + KEYS)
    else:
        written("[profile grader]\n" + KEYS)
        for name, value in CONFIGURED[how].items():
            monkeypatch.setenv(name, value)
    # Else this would show nothing: whoever is not pinned does go there.
    assert places(Clients(profile="grader")) == {"127.0.0.1"}
    assert all(one.endswith(".amazonaws.com") for one in places(Fleet(Way(profile="grader")).clients))


def places(clients):
    made = [clients.client(service, "ap-southeast-1") for service in ("sts", "s3")]
    return {urlsplit(one.meta.endpoint_url).hostname for one in made}


def test_nor_is_one_followed_on_the_way_to_the_instructors_own_keys(written):
    written(
        f"[profile base]\n{KEYS}[profile grader]\nsource_profile = base\nendpoint_url = {ELSEWHERE}\n"
        "role_arn = arn:aws:iam::123456789012:role/grader\n"
    )
    asked = []
    session = Clients(profile="grader", pinned=True).session

    def note(request, **_):
        asked.append(urlsplit(request.url).hostname)
        raise ConnectionAbortedError

    session.get_component("event_emitter").register("before-send.sts.AssumeRole", note)
    with pytest.raises(ConnectionAbortedError):
        session.get_credentials().get_frozen_credentials()
    assert asked
    assert all(host.endswith(".amazonaws.com") for host in asked)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://amazonaws.com.example.com/",
        "https://notamazonaws.com/",
        "https://sts.amazonaws.com@example.com/",
        "http://sts.amazonaws.com/",
    ],
)
def test_what_is_about_to_go_elsewhere_is_held_back(url):
    session = Clients(pinned=True).session
    with pytest.raises(BadSetting, match=r"grade\.not_aws"):
        emit(session, url)


def emit(session, url):
    request = AWSRequest(method="GET", url=url).prepare()
    session.get_component("event_emitter").emit("before-send.s3.ListBuckets", request=request)


@pytest.mark.parametrize(
    "url",
    [
        "https://fcj-an01-lake.s3.ap-southeast-1.amazonaws.com/",
        "https://portal.sso.us-east-1.amazonaws.com/",
        "https://us-east-1.signin.aws.amazon.com/",
        "https://s3.cn-north-1.amazonaws.com.cn/",
        "https://sts.us-east-1.api.aws/",
    ],
)
def test_what_is_aws_s_is_sent(url):
    emit(Clients(pinned=True).session, url)


@pytest.mark.parametrize(
    "chain", ["[profile grader]\n{0}", "[profile grader]\nsource_profile = b\n[profile b]\n{0}"]
)
def test_no_program_is_started_for_a_file(written, tmp_path, chain):
    marker = tmp_path / "started"
    written(chain.format(f"credential_process = touch {marker}\n"))
    with pytest.raises(BadSetting, match="credential_process"):
        Fleet(Way(profile="grader"))
    assert not marker.exists()


def test_profiles_that_name_each_other_do_not_hold_it_up(written):
    written("[profile grader]\nsource_profile = b\n[profile b]\nsource_profile = grader\n")
    Fleet(Way(profile="grader"))


def test_keys_in_the_environment_come_before_a_profile_that_was_not_chosen(written):
    written("[default]\ncredential_process = false\n")
    found = Clients(pinned=True).session.get_credentials()
    assert (found.access_key, found.method) == ("testing", "env")


def test_an_instructor_s_profile_is_followed(written):
    written("[profile grader]\n" + KEYS)
    assert Clients(profile="grader", pinned=True).session.get_credentials().access_key == "k"


class Obliging(BaseHTTPRequestHandler):
    def do_POST(self):
        who = "<Account>1</Account><Arn>a</Arn><UserId>u</UserId>"
        body = STS.format("GetCallerIdentity", who).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nobody reads it."""


@pytest.fixture(scope="module")
def impostor(tmp_path_factory):
    """A server that calls itself 127.0.0.1 by a certificate of its own making: its address, the file."""
    path, key = tmp_path_factory.mktemp("impostor") / "all.pem", ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "impostor")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + made.public_bytes(pem))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Obliging)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}", path
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_whose_certificates_count_is_not_asked(monkeypatch, impostor, variable):
    url, certificates = impostor
    monkeypatch.setenv(variable, str(certificates))
    ask(Clients(endpoint=url))  # whoever is not pinned believes the impostor
    with pytest.raises(SSLError):
        ask(Clients(endpoint=url, pinned=True))


def ask(clients):
    clients.client("sts", "us-east-1").get_caller_identity()


def test_a_profile_s_certificates_do_not_count_either(written, impostor):
    url, certificates = impostor
    written(f"[default]\nca_bundle = {certificates}\n")
    ask(Clients(endpoint=url))
    with pytest.raises(SSLError):
        ask(Clients(endpoint=url, pinned=True))


def test_the_proxy_of_a_school_is_used_and_sees_a_host_name_only(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        said = []

        def refuse():
            with contextlib.closing(proxy.accept()[0]) as caller:
                said.append(caller.recv(4096))
                caller.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

        answering = threading.Thread(target=refuse)
        answering.start()
        with pytest.raises(ProxyConnectionError):
            ask(Clients(pinned=True))
        answering.join(5)
    assert said[0].startswith(b"CONNECT sts.us-east-1.amazonaws.com:443 ")
    assert b"Credential" not in said[0]


def test_the_command_has_no_other_way_to_another_place(monkeypatch):
    """What `grade` makes of a shell in which a sandbox's variables still stand: its plan, looked through."""
    monkeypatch.setattr("checkday.cohort.fleet.time.sleep", lambda _: None)
    with Endpoint() as trap:
        monkeypatch.setenv("AWS_ENDPOINT_URL", trap.url)
        usual = plan()
        found = look(Plan(usual.days, usual.course_version, Way(), usual.document), [Task(learner(1))])
    assert not trap.requests
    assert found[0].cause == "no_network"  # the tests' own proxy is a closed port


def test_the_command_says_which_variables_it_does_not_follow(monkeypatch, capsys):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", ELSEWHERE)
    monkeypatch.setenv("AWS_CA_BUNDLE", "/other/all.pem")
    given = argparse.Namespace(sandbox=False, profile="grader")
    assert grading._way(given, Words("en")) == Way(profile="grader")
    said = capsys.readouterr().err
    assert "AWS_CA_BUNDLE, AWS_ENDPOINT_URL_S3" in said
    assert "PROXY" not in said
