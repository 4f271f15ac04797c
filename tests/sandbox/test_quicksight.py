"""QuickSight in the sandbox: subscription, sources, sets, analyses and dashboards."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from checkday.sandbox.lifecycle import down, up

R1, R2 = "ap-southeast-1", "us-east-1"
NEVER, STANDARD, READER = "222233334444", "333344445555", "444455556666"
SIGN_UP = {
    "AuthenticationMethod": "IAM_AND_QUICKSIGHT",
    "AccountName": "reader",
    "NotificationEmail": "a@example.com",
}
COLUMNS = [{"Name": "track", "Type": "STRING"}, {"Name": "plays", "Type": "INTEGER"}]


class Desk:
    """QuickSight as one account sees it."""

    def __init__(self, client, athena, account="123456789012"):
        self.client, self.athena, self.account = client, athena, account

    def ask(self, operation, **said):
        return getattr(self.client, operation)(AwsAccountId=self.account, **said)

    def code(self, operation, **said):
        with pytest.raises(ClientError) as caught:
            self.ask(operation, **said)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    def sign_up(self, edition="ENTERPRISE", name="desk"):
        said = {"AuthenticationMethod": "IAM_AND_QUICKSIGHT", "NotificationEmail": "a@example.com"}
        return self.ask("create_account_subscription", Edition=edition, AccountName=name, **said)

    def leave(self):
        settings = {"DefaultNamespace": "default", "TerminationProtectionEnabled": False}
        self.ask("update_account_settings", **settings)
        self.ask("delete_account_subscription")

    def source(self, name="source", group="primary"):
        parameters = {"AthenaParameters": {"WorkGroup": group}}
        said = {"DataSourceId": name, "Name": name, "Type": "ATHENA", "DataSourceParameters": parameters}
        return self.ask("create_data_source", **said)["Arn"]

    def data_set(self, source, name="set", mode="DIRECT_QUERY"):
        table = {"DataSourceArn": source, "Schema": "db", "Name": "t", "InputColumns": COLUMNS}
        said = {"PhysicalTableMap": {"t": {"RelationalTable": table}}, "ImportMode": mode}
        return self.ask("create_data_set", DataSetId=name, Name=name, **said)["Arn"]

    def definition(self, data_set, sheet="s"):
        declared = [{"Identifier": "d", "DataSetArn": data_set}]
        return {"DataSetIdentifierDeclarations": declared, "Sheets": [{"SheetId": sheet, "Name": "Sheet"}]}

    def dashboard(self, data_set, name="board"):
        said = {"DashboardId": name, "Name": name, "Definition": self.definition(data_set)}
        return self.ask("create_dashboard", **said)

    def version(self, name="board", **said):
        return self.ask("describe_dashboard", DashboardId=name, **said)["Dashboard"]["Version"]


@pytest.fixture
def desk(server, connect):
    """A desk of an account of its own, by Region; the last digits of the account are the test's."""

    def make(region=R1, account="123456789012"):
        clients = [connect(server, service, region, key=account) for service in ("quicksight", "athena")]
        return Desk(*clients, account)

    return make


@pytest.fixture
def mine(desk):
    """An account with a subscription for the length of the test."""
    found = desk()
    found.sign_up()
    yield found
    found.leave()


def test_an_account_that_never_signed_up_is_told_so_in_four_ways(desk):
    never = desk(account=NEVER)
    missing, edition = "ResourceNotFoundException", "UnsupportedUserEditionException"
    assert never.code("describe_account_subscription")[0] == missing
    assert never.code("describe_account_settings")[0] == missing
    code, message = never.code("list_users", Namespace="default")
    assert (code, "is not signed up with QuickSight with namespace default" in message) == (missing, True)
    code, message = never.code("list_dashboards")
    assert (code, message) == (edition, f"Account {NEVER} is not subscribed for QuickSight")
    code, message = never.code("list_data_sources")
    assert (code, message) == (missing, f"Directory information for account {NEVER} is not found.")


def test_the_standard_edition_has_data_but_no_dashboards(desk):
    standard = desk(account=STANDARD)
    standard.sign_up("STANDARD", "standard")
    assert standard.ask("list_data_sources")["DataSources"] == []
    assert standard.code("list_dashboards")[0] == "UnsupportedUserEditionException"
    standard.leave()


def test_only_the_identity_region_answers_for_the_account(mine, desk):
    text = f"called from endpoint {R2}, but your identity region is {R1}. Please use the {R1} endpoint."
    for operation, said in {"describe_account_settings": {}, "list_users": {"Namespace": "default"}}.items():
        code, message = desk(R2).code(operation, **said)
        assert (code, text in message) == ("AccessDeniedException", True)
    assert desk(R2).ask("list_dashboards")["DashboardSummaryList"] == []


def test_a_subscription_ends_only_without_protection_and_takes_all_with_it(desk):
    account = desk(account=READER)
    account.sign_up(name="reader")
    assert account.code("create_account_subscription", **SIGN_UP)[0] == "ResourceExistsException"
    assert desk().code("create_account_subscription", **SIGN_UP)[0] == "ResourceExistsException"
    source = account.source()
    assert account.code("delete_account_subscription")[0] == "PreconditionNotMetException"
    account.leave()
    info = account.ask("describe_account_subscription")["AccountInfo"]
    assert info["AccountSubscriptionStatus"] == "UNSUBSCRIBED"
    assert account.code("list_dashboards")[0] == "UnsupportedUserEditionException"
    account.sign_up(name="reader")
    assert account.code("describe_data_source", DataSourceId=source.rpartition("/")[2])[0] == (
        "ResourceNotFoundException"
    )
    account.leave()


def test_users_are_registered_and_listed_in_pages(mine):
    said = {"IdentityType": "QUICKSIGHT", "Email": "b@example.com", "UserRole": "READER", "UserName": "linh"}
    mine.ask("register_user", Namespace="default", **said)
    first = mine.ask("list_users", Namespace="default", MaxResults=1)
    second = mine.ask("list_users", Namespace="default", NextToken=first["NextToken"])
    names = [one["UserName"] for page in (first, second) for one in page["UserList"]]
    assert (names, "NextToken" in second) == (["root", "linh"], False)
    assert mine.code("register_user", Namespace="default", **said)[0] == "ResourceExistsException"


def test_a_source_works_only_with_a_work_group(mine, until):
    mine.source("good")
    mine.source("bad", group="never-made")

    def status(name):
        return mine.ask("describe_data_source", DataSourceId=name)["DataSource"]["Status"]

    assert (status("good"), status("bad")) == ("CREATION_IN_PROGRESS",) * 2
    until(lambda: status("good") == "CREATION_SUCCESSFUL")
    until(lambda: status("bad") == "CREATION_FAILED")
    found = mine.ask("describe_data_source", DataSourceId="bad")["DataSource"]
    assert "never-made" in found["ErrorInfo"]["Message"]
    mine.athena.create_work_group(Name="never-made")
    mine.ask("update_data_source", DataSourceId="bad", Name="now good")
    until(lambda: status("bad") == "UPDATE_SUCCESSFUL")
    mine.athena.delete_work_group(WorkGroup="never-made")


def test_a_set_needs_a_source_that_is_there(mine):
    stranger = mine.source().replace("123456789012", NEVER)
    said = {"DataSetId": "x", "Name": "x", "ImportMode": "DIRECT_QUERY"}
    tables = {
        "RelationalTable": {"DataSourceArn": stranger, "Name": "t", "InputColumns": COLUMNS},
        "CustomSql": {"DataSourceArn": stranger, "Name": "t", "SqlQuery": "SELECT 1"},
    }
    for kind, table in tables.items():
        code, _ = mine.code("create_data_set", PhysicalTableMap={"t": {kind: table}}, **said)
        assert code == "ResourceNotFoundException"
    assert mine.ask("list_data_sets")["DataSetSummaries"] == []


def test_a_set_tells_its_tables_and_columns(mine):
    source = mine.source()
    mine.data_set(source)
    found = mine.ask("describe_data_set", DataSetId="set")["DataSet"]
    assert found["PhysicalTableMap"]["t"]["RelationalTable"]["DataSourceArn"] == source
    assert (found["OutputColumns"], found["ImportMode"]) == (COLUMNS, "DIRECT_QUERY")
    assert mine.ask("list_ingestions", DataSetId="set")["Ingestions"] == []


def test_spice_has_no_room_in_the_sandbox(mine):
    mine.data_set(mine.source(), mode="SPICE")
    (found,) = mine.ask("list_ingestions", DataSetId="set")["Ingestions"]
    assert (found["IngestionStatus"], found["ErrorInfo"]["Type"]) == (
        "FAILED",
        "ACCOUNT_CAPACITY_LIMIT_EXCEEDED",
    )


def test_a_dashboard_is_published_at_first_and_then_by_hand(mine, until):
    data_set = mine.data_set(mine.source())
    mine.dashboard(data_set)
    until(lambda: mine.version()["Status"] == "CREATION_SUCCESSFUL")
    changed = {"DashboardId": "board", "Name": "b", "Definition": mine.definition(data_set, "second")}
    mine.ask("update_dashboard", **changed)
    (listed,) = mine.ask("list_dashboards")["DashboardSummaryList"]
    assert (listed["PublishedVersionNumber"], mine.version()["VersionNumber"]) == (1, 1)
    until(lambda: mine.version(VersionNumber=2)["Status"] == "CREATION_SUCCESSFUL")
    mine.ask("update_dashboard_published_version", DashboardId="board", VersionNumber=2)
    found = mine.ask("describe_dashboard_definition", DashboardId="board")
    assert found["Definition"]["Sheets"][0]["SheetId"] == "second"
    mine.ask("delete_dashboard", DashboardId="board")
    assert mine.code("describe_dashboard", DashboardId="board")[0] == "ResourceNotFoundException"


def test_a_dashboard_over_nothing_fails_and_is_not_published(mine, until):
    mine.dashboard(mine.source().replace("datasource", "dataset"))
    until(lambda: mine.version()["Status"] == "CREATION_FAILED")
    assert mine.version()["Errors"][0]["Type"] == "DATA_SET_NOT_FOUND"
    (listed,) = mine.ask("list_dashboards")["DashboardSummaryList"]
    assert "PublishedVersionNumber" not in listed
    publish = {"DashboardId": "board", "VersionNumber": 1}
    assert mine.code("update_dashboard_published_version", **publish)[0] == "ConflictException"


def test_a_deleted_analysis_can_still_be_restored(mine):
    definition = mine.definition(mine.data_set(mine.source()))
    mine.ask("create_analysis", AnalysisId="a", Name="a", Definition=definition)
    mine.ask("delete_analysis", AnalysisId="a")
    (found,) = mine.ask("list_analyses")["AnalysisSummaryList"]
    assert found["Status"] == "DELETED"
    mine.ask("delete_analysis", AnalysisId="a", ForceDeleteWithoutRecovery=True)
    assert mine.ask("list_analyses")["AnalysisSummaryList"] == []


def test_permissions_are_granted_and_revoked(mine):
    mine.dashboard(mine.data_set(mine.source()))
    user = f"arn:aws:quicksight:{R1}:123456789012:user/default/root"
    rights = [{"Principal": user, "Actions": ["quicksight:DescribeDashboard"]}]
    mine.ask("update_dashboard_permissions", DashboardId="board", GrantPermissions=rights)
    assert mine.ask("describe_dashboard_permissions", DashboardId="board")["Permissions"] == rights
    mine.ask("update_dashboard_permissions", DashboardId="board", RevokePermissions=rights)
    assert mine.ask("describe_dashboard_permissions", DashboardId="board")["Permissions"] == []


def test_resources_are_regional(mine, desk):
    mine.data_set(mine.source())
    assert desk(R2).ask("list_data_sets")["DataSetSummaries"] == []


@pytest.mark.parametrize(
    "name", ["<script>", "\x1b[31m", "\u202eđảo", "'; DROP TABLE quicksight; --", "x" * 128]
)
def test_names_are_kept_as_they_are(mine, name):
    parameters = {"AthenaParameters": {"WorkGroup": "primary"}}
    said = {"DataSourceId": "n", "Type": "ATHENA", "DataSourceParameters": parameters}
    mine.ask("create_data_source", Name=name, **said)
    assert mine.ask("list_data_sources")["DataSources"][0]["Name"] == name


def test_everything_outlives_the_server(state, connect):
    def now():
        clients = [connect(up(port=None, region=R1), service) for service in ("quicksight", "athena")]
        return Desk(*clients)

    first = now()
    first.sign_up()
    first.dashboard(first.data_set(first.source()))
    before = first.ask("describe_dashboard_definition", DashboardId="board")["Definition"]
    down()
    assert now().ask("describe_dashboard_definition", DashboardId="board")["Definition"] == before
    assert now().ask("describe_account_settings")["AccountSettings"]["AccountName"] == "desk"
