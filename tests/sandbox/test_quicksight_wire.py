"""QuickSight beside the service model, under policies, and before callers who mean no good."""

from __future__ import annotations

import http.client
import json

import pytest
from botocore.exceptions import ClientError

ACCOUNT, R1 = "555566667777", "ap-southeast-1"
SIGN_UP = {"AuthenticationMethod": "IAM_AND_QUICKSIGHT", "AccountName": "wire", "NotificationEmail": "a@b.c"}


@pytest.fixture
def client(server, connect):
    found = connect(server, "quicksight", key=ACCOUNT)
    found.create_account_subscription(AwsAccountId=ACCOUNT, Edition="ENTERPRISE", **SIGN_UP)
    yield found
    said = {"DefaultNamespace": "default", "TerminationProtectionEnabled": False}
    found.update_account_settings(AwsAccountId=ACCOUNT, **said)
    found.delete_account_subscription(AwsAccountId=ACCOUNT)


def arn(kind, name):
    return f"arn:aws:quicksight:{R1}:{ACCOUNT}:{kind}/{name}"


ATHENA = {"AthenaParameters": {"WorkGroup": "primary"}}
SQL = {"DataSourceArn": arn("datasource", "s"), "Name": "q", "SqlQuery": "SELECT 1"}
COLUMNS = [{"Name": "a", "Type": "STRING"}]
DEFINITION = {"DataSetIdentifierDeclarations": [{"Identifier": "d", "DataSetArn": arn("dataset", "d")}]}
DEFINITION["Sheets"] = [{"SheetId": "s", "Name": "Sheet"}]
SET = {"Name": "d", "PhysicalTableMap": {"t": {"CustomSql": {**SQL, "Columns": COLUMNS}}}}
ASKED = {
    "DescribeAccountSubscription": {},
    "DescribeAccountSettings": {},
    "RegisterUser": {
        "Namespace": "default",
        "IdentityType": "IAM",
        "IamArn": f"arn:aws:iam::{ACCOUNT}:user/an",
        "Email": "a@b.c",
        "UserRole": "AUTHOR",
    },
    "ListUsers": {"Namespace": "default"},
    "DescribeUser": {"Namespace": "default", "UserName": "an"},
    "DeleteUser": {"Namespace": "default", "UserName": "an"},
    "CreateDataSource": {"DataSourceId": "s", "Name": "s", "Type": "ATHENA", "DataSourceParameters": ATHENA},
    "DescribeDataSource": {"DataSourceId": "s"},
    "ListDataSources": {},
    "UpdateDataSource": {"DataSourceId": "s", "Name": "t"},
    "DescribeDataSourcePermissions": {"DataSourceId": "s"},
    "UpdateDataSourcePermissions": {"DataSourceId": "s"},
    "CreateDataSet": {"DataSetId": "d", "ImportMode": "SPICE", **SET},
    "ListIngestions": {"DataSetId": "d"},
    "UpdateDataSet": {"DataSetId": "d", "ImportMode": "DIRECT_QUERY", **SET},
    "DescribeDataSet": {"DataSetId": "d"},
    "ListDataSets": {},
    "DescribeDataSetPermissions": {"DataSetId": "d"},
    "UpdateDataSetPermissions": {"DataSetId": "d"},
    "CreateAnalysis": {"AnalysisId": "a", "Name": "a", "Definition": DEFINITION},
    "DescribeAnalysis": {"AnalysisId": "a"},
    "DescribeAnalysisDefinition": {"AnalysisId": "a"},
    "ListAnalyses": {},
    "UpdateAnalysis": {"AnalysisId": "a", "Name": "b", "Definition": DEFINITION},
    "DescribeAnalysisPermissions": {"AnalysisId": "a"},
    "UpdateAnalysisPermissions": {"AnalysisId": "a"},
    "DeleteAnalysis": {"AnalysisId": "a"},
    "CreateDashboard": {"DashboardId": "b", "Name": "b", "Definition": DEFINITION},
    "DescribeDashboard": {"DashboardId": "b"},
    "DescribeDashboardDefinition": {"DashboardId": "b"},
    "UpdateDashboard": {"DashboardId": "b", "Name": "b", "Definition": DEFINITION},
    "ListDashboards": {},
    "ListDashboardVersions": {"DashboardId": "b"},
    "DescribeDashboardPermissions": {"DashboardId": "b"},
    "UpdateDashboardPermissions": {"DashboardId": "b"},
    "DeleteDashboard": {"DashboardId": "b"},
    "DeleteDataSet": {"DataSetId": "d"},
    "DeleteDataSource": {"DataSourceId": "s"},
    "UpdateAccountSettings": {"DefaultNamespace": "default", "NotificationEmail": "c@d.e"},
}


def test_every_answer_fits_the_service_model(client, wire_faults):
    faults = {call: wire_faults(client, call, AwsAccountId=ACCOUNT, **said) for call, said in ASKED.items()}
    assert {call: found for call, found in faults.items() if found} == {}


def test_errors_have_the_status_of_the_model(client):
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.describe_dashboard(AwsAccountId=ACCOUNT, DashboardId="no")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_another_account_is_not_answered_for(client):
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client.list_dashboards(AwsAccountId="123456789012")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", f"/accounts/{ACCOUNT}/data-sources", b"{", 400),
        ("POST", f"/accounts/{ACCOUNT}/data-sources", b"[" * 100_000, 400),
        ("POST", f"/accounts/{ACCOUNT}/data-sources", b"\xff\xfe", 400),
        ("POST", f"/accounts/{ACCOUNT}/data-sources", json.dumps({"DataSourceId": {"a": 1}}).encode(), 400),
        ("POST", f"/accounts/{ACCOUNT}/dashboards/a%2Fb", b'{"Name": "x"}', 400),
        ("GET", f"/accounts/{ACCOUNT}/dashboards?next-token=-1", b"", 400),
        ("GET", f"/accounts/{ACCOUNT}/dashboards?max-results=0", b"", 400),
        ("GET", f"/accounts/{ACCOUNT}/no-such-thing", b"", 404),
    ],
)
def test_nonsense_is_answered_with_an_error(client, server, method, path, body, status):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    scope = f"Credential={ACCOUNT}/20260101/{R1}/quicksight/aws4_request, SignedHeaders=host, Signature=0"
    connection.request(method, path, body, {"Authorization": f"AWS4-HMAC-SHA256 {scope}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == status


def user(strict_server, connect, name, *statements):
    """QuickSight with the rights of a user that has one inline policy."""
    iam = connect(strict_server, "iam", key=ACCOUNT)
    iam.create_user(UserName=name)
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}
    iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return connect(strict_server, "quicksight", key=key["AccessKeyId"], secret=key["SecretAccessKey"])


def test_policies_count(strict_server, connect):
    root = connect(strict_server, "quicksight", key=ACCOUNT)
    root.create_account_subscription(AwsAccountId=ACCOUNT, Edition="ENTERPRISE", **SIGN_UP)
    for name in ("fcj-an", "other"):
        root.create_data_source(AwsAccountId=ACCOUNT, **{**ASKED["CreateDataSource"], "DataSourceId": name})
    listing = {"Action": "quicksight:ListDataSources", "Resource": "*"}
    reading = {"Action": "quicksight:Describe*", "Resource": arn("datasource", "fcj-*")}
    client = user(strict_server, connect, "reader", listing, reading)
    assert len(client.list_data_sources(AwsAccountId=ACCOUNT)["DataSources"]) == 2
    assert client.describe_data_source(AwsAccountId=ACCOUNT, DataSourceId="fcj-an")["DataSource"]
    with pytest.raises(ClientError, match=r"quicksight:DescribeDataSource on resource: .*datasource/other"):
        client.describe_data_source(AwsAccountId=ACCOUNT, DataSourceId="other")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client.delete_data_source(AwsAccountId=ACCOUNT, DataSourceId="fcj-an")
