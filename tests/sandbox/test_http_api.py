"""HTTP APIs bring requests to functions, as curl asks them."""

from __future__ import annotations

import contextlib
import json
import urllib.error
import urllib.request

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from checkday.sandbox.lifecycle import down, up
from event_functions import zipped

R1 = "ap-southeast-1"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)
ECHO = """
import json
def handler(event, context):
    http = event["requestContext"]["http"]
    said = [http["method"], event["rawPath"], event.get("body"), event.get("queryStringParameters")]
    return {"statusCode": 201, "headers": {"x-own": "yes"}, "body": json.dumps(said)}
"""
GATE = """
def handler(event, context):
    return {"isAuthorized": event["headers"].get("x-key") == "secret", "context": {"who": "me"}}
"""


def ask(url, method="GET", body=None, **headers):
    """Status and body of an answer, and its headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, named, method=method)  # noqa: S310 - the sandbox's own
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


class Api:
    """A function behind an HTTP API, of one test."""

    def __init__(self, connect, role, name):
        self.functions, self.gateway = connect("lambda"), connect("apigatewayv2")
        self.role, self.name = role, name

    def function(self, source=ECHO, name=None, **settings):
        wanted = {"Runtime": "python3.13", "Handler": "index.handler", "Role": self.role, "Timeout": 10}
        code = {"ZipFile": zipped(source)}
        made = self.functions.create_function(FunctionName=name or self.name, Code=code, **wanted | settings)
        return made["FunctionArn"]

    def permit(self, name=None, **condition):
        self.functions.add_permission(
            FunctionName=name or self.name,
            StatementId="gateway",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            **condition,
        )

    def create(self, source=ECHO, permitted=True, **settings):
        target = self.function(source)
        if permitted:
            self.permit()
        made = self.gateway.create_api(Name=self.name, ProtocolType="HTTP", Target=target, **settings)
        self.id, self.url = made["ApiId"], made["ApiEndpoint"]
        return self

    def guard(self, **authorization):
        (route,) = self.gateway.get_routes(ApiId=self.id)["Items"]
        self.gateway.update_route(ApiId=self.id, RouteId=route["RouteId"], **authorization)

    def close(self):
        for name in (self.name, f"{self.name}-gate"):
            with contextlib.suppress(self.functions.exceptions.ResourceNotFoundException):
                self.functions.delete_function(FunctionName=name)
        for api in self.gateway.get_apis()["Items"]:
            self.gateway.delete_api(ApiId=api["ApiId"])


@pytest.fixture
def api(aws, role, request):
    found = Api(aws, role("function-role", "lambda.amazonaws.com"), request.node.name[:50])
    yield found
    found.close()


def test_quick_create_makes_all_that_is_needed(api):
    api.create()
    status, body, headers = ask(
        f"{api.url}/items/7?a=1", "POST", b'{"x": 1}', content_type="application/json"
    )
    assert (status, json.loads(body)) == (201, ["POST", "/items/7", '{"x": 1}', {"a": "1"}])
    assert headers["x-own"] == "yes"
    assert ask(f"{api.url}/")[0] == 201
    (stage,) = api.gateway.get_stages(ApiId=api.id)["Items"]
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)


def test_an_api_is_found_by_its_name(api):
    api.create()
    (found,) = [one for one in api.gateway.get_apis()["Items"] if one["Name"] == api.name]
    assert found["ApiEndpoint"] == api.url
    assert api.gateway.get_api(ApiId=api.id)["ApiEndpoint"] == api.url


def test_only_routes_that_are_there_are_served(api):
    api.create(RouteKey="GET /items")
    assert ask(f"{api.url}/items")[0] == 201
    assert ask(f"{api.url}/items", "POST")[:2] == (404, '{"message":"Not Found"}')


@pytest.mark.parametrize("source", [None, "arn:aws:execute-api:*:*:another/*"])
def test_without_permission_the_function_is_not_called(api, source):
    api.create(permitted=False)
    if source is not None:
        api.permit(SourceArn=source)
    status, body, _ = ask(f"{api.url}/")
    assert (status, json.loads(body)) == (500, {"message": "Internal Server Error"})


def test_a_permission_for_this_api_is_enough(api):
    api.create(permitted=False)
    api.permit(SourceArn=f"arn:aws:execute-api:{R1}:123456789012:{api.id}/*/*")
    assert ask(f"{api.url}/")[0] == 201


def test_a_throttled_function_is_unavailable(api):
    api.create()
    api.functions.put_function_concurrency(FunctionName=api.name, ReservedConcurrentExecutions=0)
    status, body, _ = ask(f"{api.url}/")
    assert (status, json.loads(body)) == (503, {"message": "Service Unavailable"})
    api.functions.delete_function_concurrency(FunctionName=api.name)
    assert ask(f"{api.url}/")[0] == 201


def test_a_function_that_fails_says_nothing_of_itself(api):
    api.create("def handler(event, context):\n    raise ValueError('inside')\n")
    status, body, _ = ask(f"{api.url}/")
    assert (status, json.loads(body)) == (500, {"message": "Internal Server Error"})


def test_a_route_for_signed_calls_refuses_others(api):
    api.create()
    api.guard(AuthorizationType="AWS_IAM")
    forbidden = (403, {"message": "Forbidden"})
    for headers in ({}, {"authorization": "Bearer abc"}):
        status, body, _ = ask(f"{api.url}/items", **headers)
        assert (status, json.loads(body)) == forbidden
    signed = AWSRequest("GET", f"{api.url}/items")
    SigV4Auth(Credentials("123456789012", "any"), "execute-api", R1).add_auth(signed)
    assert ask(f"{api.url}/items", **dict(signed.headers.items()))[0] == 201


def test_with_policies_in_force_a_signed_call_needs_the_right_to_it(strict_server, connect):
    iam = connect(strict_server, "iam")
    role = iam.create_role(RoleName="behind-api", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    api = Api(lambda service: connect(strict_server, service), role, "strict").create()
    assert ask(f"{api.url}/")[0] == 201
    api.guard(AuthorizationType="AWS_IAM")
    iam.create_user(UserName="caller")
    key = iam.create_access_key(UserName="caller")["AccessKey"]

    def signed():
        request = AWSRequest("GET", f"{api.url}/items")
        credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        SigV4Auth(credentials, "execute-api", R1).add_auth(request)
        return ask(request.url, **dict(request.headers.items()))[0]

    assert (ask(f"{api.url}/items")[0], signed()) == (403, 403)
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="caller", PolicyName="may", PolicyDocument=document)
    assert signed() == 201
    api.close()


def test_an_authorizer_of_ones_own_decides(api, aws):
    api.create()
    gate = api.function(GATE, name=f"{api.name}-gate")
    api.permit(f"{api.name}-gate")
    uri = f"arn:aws:apigateway:{R1}:lambda:path/2015-03-31/functions/{gate}/invocations"
    made = api.gateway.create_authorizer(
        ApiId=api.id,
        Name="gate",
        AuthorizerType="REQUEST",
        AuthorizerUri=uri,
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=True,
        IdentitySource=["$request.header.x-key"],
    )
    api.guard(AuthorizationType="CUSTOM", AuthorizerId=made["AuthorizerId"])
    assert ask(f"{api.url}/")[0] == 401
    assert ask(f"{api.url}/", x_key="wrong")[0] == 403
    assert ask(f"{api.url}/", x_key="secret")[0] == 201


def test_pages_of_this_machine_may_be_allowed(api):
    api.create(CorsConfiguration={"AllowOrigins": ["http://localhost:8000"], "AllowMethods": ["GET"]})
    _, _, headers = ask(f"{api.url}/", origin="http://localhost:8000")
    assert headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
    assert ask(f"{api.url}/", origin="https://example.com")[0] == 403


def test_a_target_that_is_none_is_refused(api):
    error = api.gateway.exceptions.BadRequestException
    with pytest.raises(error, match="Invalid target"):
        api.gateway.create_api(Name="none", ProtocolType="HTTP", Target="nonsense")
    assert [one for one in api.gateway.get_apis()["Items"] if one["Name"] == "none"] == []


def test_apis_are_described_as_api_gateway_describes_them(api, wire_faults):
    api.create()
    for operation in ("GetApi", "GetRoutes", "GetIntegrations", "GetStages"):
        assert wire_faults(api.gateway, operation, ApiId=api.id) == []
    assert wire_faults(api.gateway, "GetApis") == []


def test_an_api_outlives_the_server_and_its_port(state, connect, role, monkeypatch):
    server = up(port=None, region=R1)
    arn = connect(server, "iam").create_role(RoleName="any", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    api = Api(lambda service: connect(server, service), arn, "lasting").create()
    assert ask(f"{api.url}/")[0] == 201
    down()
    (state / "server.json").unlink()
    server = up(port=None, region=R1)
    url = connect(server, "apigatewayv2").get_api(ApiId=api.id)["ApiEndpoint"]
    assert url.startswith(server.endpoint)
    assert ask(f"{url}/again")[0] == 201
