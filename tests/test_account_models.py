"""The cut copy of botocore's data: nobody can tell it from the whole, whatever happens to its files."""

import shutil
import subprocess
import sys
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.handlers import json_decode_policies
from botocore.loaders import Loader
from botocore.validate import validate_parameters

from checkday.account import models

REGION = "ap-southeast-1"
BUCKET = {"Bucket": f"fcj-an01-lake-123456789012-{REGION}"}
STREAM = {"DeliveryStreamName": "fcj-an01-stream"}
ROLE = {"RoleName": "fcj-an01-firehose-role"}
CALLS = [
    ("sts", "get_caller_identity", {}),
    ("s3", "head_bucket", BUCKET),
    ("s3", "list_buckets", {}),
    ("s3", "get_public_access_block", BUCKET),
    ("s3", "list_objects_v2", {**BUCKET, "Prefix": "data/reference_data/"}),
    ("s3", "get_object", {**BUCKET, "Key": "data/reference_data/tracks_reference.json"}),
    ("s3", "get_bucket_policy", BUCKET),
    ("firehose", "describe_delivery_stream", STREAM),
    ("firehose", "list_delivery_streams", {}),
    ("iam", "get_role", ROLE),
    ("iam", "list_role_policies", ROLE),
    ("iam", "list_attached_role_policies", ROLE),
    ("logs", "describe_log_streams", {"logGroupName": "/aws/kinesisfirehose/fcj-an01-stream"}),
]
READS = {service: [name for one, name, _ in CALLS if one == service] for service, _, _ in CALLS}
SERVICES = sorted(READS)
NAMED = [call for call in CALLS if call[2]]


@pytest.fixture(scope="module")
def endpoint():
    server = [sys.executable, Path(__file__).parent.parent / "benchmarks" / "canned.py"]
    with subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture(autouse=True)
def no_account(monkeypatch, tmp_path):
    """Credentials and configuration of nobody, a cache of this test's own."""
    for name in ("AWS_PROFILE", "AWS_DATA_PATH", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path / "models"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Made once, because it takes a moment; each test gets files of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("built")))
        models.build(READS)
        return models._folder(READS)


@pytest.fixture
def copy(built):
    return shutil.copytree(built, models._folder(READS))


def plain():
    return botocore.session.get_session()


def fast():
    session = plain()
    models.install(session, READS)
    return session


def client(session, service, endpoint=None, region=REGION, **config):
    return session.create_client(service, region, endpoint_url=endpoint, config=Config(**config))


def outcome(client, operation, parameters):
    """What came back, or the exception's class and what it says."""
    try:
        answer = getattr(client, operation)(**parameters)
    except ClientError as error:
        return type(error).__name__, str(error), error.response["Error"]["Code"]
    answer.pop("ResponseMetadata")
    if "Body" in answer:
        with answer["Body"] as body:
            answer["Body"] = body.read()
    return answer


def is_cut(session, service):
    return len(client(session, service).meta.service_model.operation_names) < 10


@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS)
def test_answers_are_the_same(copy, endpoint, service, operation, parameters):
    whole = outcome(client(plain(), service, endpoint), operation, parameters)
    assert outcome(client(fast(), service, endpoint), operation, parameters) == whole
    assert is_cut(fast(), service)


@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS)
def test_the_canned_answers_fit_botocore_s_models(endpoint, service, operation, parameters):
    session = plain()
    session.unregister("after-call.iam", json_decode_policies)
    model = session.get_service_model(service)
    name = next(name for name in model.operation_names if xform_name(name) == operation)
    answer = outcome(client(session, service, endpoint), operation, parameters)
    if operation != "get_bucket_policy":  # there is none
        validate_parameters(answer, model.operation_model(name).output_shape)


@pytest.mark.parametrize(("service", "operation", "parameters"), NAMED)
def test_exceptions_are_the_same(copy, endpoint, service, operation, parameters):
    missing = {name: value.replace("an01", "zz99") for name, value in parameters.items()}
    whole = outcome(client(plain(), service, endpoint), operation, missing)
    assert outcome(client(fast(), service, endpoint), operation, missing) == whole
    assert isinstance(whole, tuple)


@pytest.mark.parametrize("service", SERVICES)
def test_clients_know_the_same_exceptions(copy, service):
    names = [set(client(session, service).exceptions._code_to_exception) for session in (plain(), fast())]
    assert names[0] == names[1]


@pytest.mark.parametrize("region", ["ap-southeast-1", "us-east-1", "cn-north-1", "eusc-de-east-1"])
@pytest.mark.parametrize("service", [*SERVICES, "sso", "sso-oidc", "signin", "sqs"])
def test_endpoints_are_the_same(copy, service, region):
    metas = [client(session, service, region=region).meta for session in (plain(), fast())]
    assert metas[0].endpoint_url == metas[1].endpoint_url
    assert metas[0].config.signature_version == metas[1].config.signature_version


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_every_retry_mode_works(copy, endpoint, mode):
    sts = client(fast(), "sts", endpoint, retries={"mode": mode})
    assert sts.get_caller_identity()["Account"] == "123456789012"


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_operations_go_on_over_pages(copy, service):
    for name in READS[service]:
        assert client(fast(), service).can_paginate(name) == client(plain(), service).can_paginate(name)


def test_aws_spelling_of_operations_will_do_too():
    reads = {"iam": ["GetRole", "ListRolePolicies"]}
    models.build(reads)
    session = plain()
    models.install(session, reads)
    assert client(session, "iam").meta.service_model.operation_names == ["GetRole", "ListRolePolicies"]


def test_what_botocore_calls_itself_stays(copy):
    assert {"AssumeRole", "AssumeRoleWithWebIdentity"} <= set(fast().get_service_model("sts").operation_names)
    assert "HeadBucket" in fast().get_service_model("s3").operation_names


def test_other_services_come_from_botocore(copy):
    assert len(fast().get_service_model("sqs").operation_names) > 10


def test_without_a_copy_botocore_s_data_serve():
    assert not models.ready(READS)
    assert not is_cut(fast(), "iam")


def test_an_unknown_service_is_left_to_botocore():
    models.build({"no-such-service": ["read"]})
    assert models.ready({"no-such-service": ["read"]})


DAMAGES = {
    "cut short": lambda content: content[:-1],
    "empty": lambda _: b"",
    "shifted": lambda content: b"\0" + content,
    "one bit": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_files_are_passed_over_and_made_anew(copy, endpoint, damage):
    for path in copy.iterdir():
        path.write_bytes(damage(path.read_bytes()))
    assert client(fast(), "sts", endpoint).get_caller_identity()["Account"] == "123456789012"
    assert not models.ready(READS)
    models.build(READS)
    assert is_cut(fast(), "sts")


def test_two_builds_at_once(copy):
    code = "import sys; from checkday.account import models; models.build(eval(sys.argv[1]))"
    running = [subprocess.Popen([sys.executable, "-c", code, repr(READS)]) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    assert {path.name for path in copy.iterdir()} == {"_common", *SERVICES}
    assert all(is_cut(fast(), service) for service in SERVICES)


def test_a_build_cut_short_leaves_nothing_behind(monkeypatch):
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        models.build(READS)
    assert list(models._folder(READS).iterdir()) == []


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    models.build(READS)
    assert not models.ready(READS)
    assert not is_cut(fast(), "sts")


def test_a_read_only_cache_still_serves(copy, endpoint):
    copy.chmod(0o500)
    assert is_cut(fast(), "sts")
    models.build(READS)
    copy.chmod(0o700)


def test_models_of_the_user_s_own_come_first(copy, monkeypatch, tmp_path):
    (tmp_path / "own").mkdir()
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path / "own"))
    assert not is_cut(fast(), "sts")
