"""Day 4, the dashboard: every state of QuickSight, on the wire."""

from datetime import UTC, datetime

import pytest

from checkday import curriculum
from checkday.engine.proofs import trace_of
from checkday.model import Blocked
from course_events import trail
from trail_events import service_event
from wire import answer, refuse
from worlds import REGION, World

MILESTONES = ["day4.bi_source", "day4.bi_dataset", "day4.bi_dashboard"]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HERE = {}
"""Answers from this machine: none to a quiz, but charts can be seen."""


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


def arn(kind, name):
    return f"arn:aws:quicksight:{REGION}:111122223333:{kind}/{name}"


def say(world, call, **body):
    answer(world.source, "quicksight", call, body | {"RequestId": "wire"})


# The subscription


@pytest.mark.parametrize("milestone", ["day4.bi_source", "day4.bi_dataset", "day4.bi_dashboard"])
def test_not_subscribed(world, milestone):
    refuse(world.source, "quicksight", "DescribeAccountSubscription", "ResourceNotFoundException", status=404)
    assert (milestone, world.said(milestone, answers=HERE)) == (milestone, "not_subscribed")


@pytest.mark.parametrize("milestone", MILESTONES)
def test_where_no_chart_can_be_seen_nobody_knows_that_there_is_none(world, milestone):
    refuse(world.source, "quicksight", "DescribeAccountSubscription", "ResourceNotFoundException", status=404)
    assert world.said(milestone) == "not_submitted"


def test_a_subscription_that_was_ended(world):
    subscribed(world, AccountSubscriptionStatus="UNSUBSCRIBED")
    assert world.said("day4.bi_source", answers=HERE) == "not_subscribed"


def subscribed(world, **changes):
    said = {"Edition": "ENTERPRISE", "AccountSubscriptionStatus": "ACCOUNT_CREATED"} | changes
    say(world, "DescribeAccountSubscription", AccountInfo=said)


def test_standard_edition_cannot_be_looked_at(world):
    subscribed(world, Edition="STANDARD")
    sources(world)
    datasets(world)
    refuse(world.source, "quicksight", "ListDashboards", "UnsupportedUserEditionException", status=403)
    assert world.said("day4.bi_dashboard", answers=HERE) == "edition"


DENIAL = (
    "Operation is being called from endpoint ap-southeast-1, but your identity region is {}. "
    "Please use the {} endpoint."
)


def elsewhere(world, region):
    message = DENIAL.format(region, region)
    refuse(
        world.source,
        "quicksight",
        "DescribeAccountSubscription",
        "AccessDeniedException",
        status=401,
        message=message,
        region=REGION,
    )


def test_the_identity_region_is_asked_instead(world):
    elsewhere(world, "eu-west-1")
    body = {"AccountInfo": {"AccountSubscriptionStatus": "ACCOUNT_CREATED"}}
    answer(world.source, "quicksight", "DescribeAccountSubscription", body, region="eu-west-1")
    sources(world, source())
    assert world.said("day4.bi_source", answers=HERE) is None


def test_an_identity_region_that_denies_too_is_blocked(world):
    elsewhere(world, "eu-west-1")
    refuse(
        world.source,
        "quicksight",
        "DescribeAccountSubscription",
        "AccessDeniedException",
        status=401,
        region="eu-west-1",
    )
    assert world.said("day4.bi_source", answers=HERE) == "denied"


@pytest.mark.parametrize("region", ["xx-nowhere-1", "eu-west-1.example.com", "us-east-1@evil", ""])
def test_a_region_that_nobody_knows_is_never_asked(world, region):
    elsewhere(world, region)
    assert world.said("day4.bi_source", answers=HERE) == "denied"


# Source


def source(**changes):
    parameters = {"AthenaParameters": {"WorkGroup": "fcj-an01-wg"}}
    return {
        "Arn": arn("datasource", "s"),
        "DataSourceId": "4f1c",
        "Name": "My data",
        "Type": "ATHENA",
        "Status": "CREATION_SUCCESSFUL",
        "DataSourceParameters": parameters,
    } | changes


def sources(world, *listed):
    say(world, "ListDataSources", DataSources=list(listed))


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ([source()], None),
        ([source(Type="S3")], "missing"),
        ([source(DataSourceParameters={"AthenaParameters": {"WorkGroup": "primary"}})], "wrong_workgroup"),
        ([source(DataSourceParameters={"AthenaParameters": {}})], "wrong_workgroup"),
        ([source(Status="CREATION_IN_PROGRESS")], "creating"),
        ([source(Status="CREATION_FAILED", ErrorInfo={"Message": "no access"})], "failed"),
        ([], "missing"),
    ],
)
def test_bi_source(world, listed, code):
    subscribed(world)
    sources(world, *listed)
    assert world.said("day4.bi_source", answers=HERE) == code


# Data set


def dataset(name="d", *, database="fcj_an01_db", table="processed_data", source="s", sql=None):
    feed = {"DataSourceArn": arn("datasource", source), "InputColumns": [{"Name": "uuid", "Type": "STRING"}]}
    if sql:
        physical = {"CustomSql": {"DataSourceArn": arn("datasource", source), "Name": "q", "SqlQuery": sql}}
    else:
        physical = {"RelationalTable": feed | {"Schema": database, "Name": table}}
    return {
        "Arn": arn("dataset", name),
        "DataSetId": name,
        "Name": name,
        "ImportMode": "DIRECT_QUERY",
        "PhysicalTableMap": {"one": physical},
    }


def datasets(world, *described):
    say(
        world,
        "ListDataSets",
        DataSetSummaries=[{"DataSetId": one["DataSetId"], "LastUpdatedTime": NOW} for one in described],
    )
    for one in described:
        answer(
            world.source,
            "quicksight",
            "DescribeDataSet",
            {"DataSet": one, "RequestId": "wire"},
            path=f"/data-sets/{one['DataSetId']}",
        )


@pytest.mark.parametrize(
    ("described", "code"),
    [
        ([dataset()], None),
        ([dataset(source="other")], None),
        ([dataset(sql="SELECT * FROM fcj_an01_db.processed_data")], None),
        ([dataset(sql='select a from "processed_data"')], None),
        ([dataset(table="raw")], "other_table"),
        ([dataset(sql="SELECT 1")], "other_table"),
        ([dataset(source="employer", database="sales", table="processed_data")], "missing"),
        ([], "missing"),
    ],
)
def test_bi_dataset(world, described, code):
    subscribed(world)
    sources(world, source())
    datasets(world, *described)
    assert world.said("day4.bi_dataset", answers=HERE) == code


def test_a_file_that_somebody_uploaded_is_passed_over(world):
    subscribed(world)
    sources(world, source())
    say(world, "ListDataSets", DataSetSummaries=[{"DataSetId": "upload"}])
    refuse(world.source, "quicksight", "DescribeDataSet", "InvalidParameterValueException")
    assert world.said("day4.bi_dataset", answers=HERE) == "missing"


# Dashboard


def definition(*kinds, dataset="d"):
    visuals = [{kind: {"VisualId": kind}} for kind in kinds]
    declared = [{"Identifier": "plays", "DataSetArn": arn("dataset", dataset)}]
    return {"DataSetIdentifierDeclarations": declared, "Sheets": [{"SheetId": "one", "Visuals": visuals}]}


BOTH = definition("HeatMapVisual", "TreeMapVisual")


def dashboards(world, said, *, status="CREATION_SUCCESSFUL", published=1):
    subscribed(world)
    sources(world, source())
    datasets(world, dataset())
    summary = {"Arn": arn("dashboard", "b"), "DashboardId": "b", "Name": "Plays"}
    if published:
        summary["PublishedVersionNumber"] = published
    say(world, "ListDashboards", DashboardSummaryList=[summary])
    say(world, "DescribeDashboardDefinition", DashboardId="b", ResourceStatus=status, Definition=said)


@pytest.mark.parametrize(
    ("said", "changes", "code"),
    [
        (BOTH, {}, None),
        (BOTH, {"status": "CREATION_IN_PROGRESS"}, "creating"),
        (BOTH, {"status": "UPDATE_FAILED"}, "failed"),
        (BOTH, {"published": None}, "not_published"),
        (definition("HeatMapVisual"), {}, "missing_visuals"),
        (definition("BarChartVisual"), {}, "missing_visuals"),
    ],
)
def test_bi_dashboard(world, said, changes, code):
    dashboards(world, said, **changes)
    assert world.said("day4.bi_dashboard", answers=HERE) == code


def analyses(world, *arns):
    say(world, "ListAnalyses", AnalysisSummaryList=[{"AnalysisId": "a", "Status": "CREATION_SUCCESSFUL"}])
    say(world, "DescribeAnalysis", Analysis={"AnalysisId": "a", "Name": "Draft", "DataSetArns": list(arns)})


@pytest.mark.parametrize(
    ("dataset", "code"), [(arn("dataset", "d"), "not_published"), (arn("dataset", "employer"), "missing")]
)
def test_an_analysis_is_only_a_draft(world, dataset, code):
    dashboards(world, definition("HeatMapVisual", "TreeMapVisual", dataset="employer"))
    analyses(world, dataset)
    assert (world.said("day4.bi_dashboard", answers=HERE), code) == (code, code)


def test_a_right_dashboard_beside_an_unfinished_one(world):
    dashboards(world, BOTH)
    summaries = [
        {"Arn": arn("dashboard", name), "DashboardId": name, "PublishedVersionNumber": 1} for name in "bc"
    ]
    say(world, "ListDashboards", DashboardSummaryList=summaries)
    empty = {"DashboardId": "c", "Definition": definition(), "RequestId": "wire"}
    answer(world.source, "quicksight", "DescribeDashboardDefinition", empty, path="/dashboards/c/")
    assert world.said("day4.bi_dashboard", answers=HERE) is None


# QuickSight, an employer's


def click(world, event, **details):
    return service_event(event, details, account=world.account)


OURS = "select * from fcj_an01_db.processed_data"
SET = {"dataSetId": "x", "importMode": "SPICE"}
SOURCE = {"dataSourceId": "x", "dataSourceParameters": {"athenaParameters": {"workGroup": "fcj-an01-wg"}}}


@pytest.mark.parametrize(
    ("milestone", "event", "details", "found"),
    [
        ("day4.bi_source", "CreateDataSource", SOURCE, "shown"),
        ("day4.bi_source", "CreateDataSource", {"dataSourceParameters": {"s3Parameters": {"b": 1}}}, None),
        ("day4.bi_source", "CreateDataSource", {"dataSourceId": "x"}, "trail_unclear"),
        ("day4.bi_dataset", "CreateDataSet", {"dataSetId": "fcj-an01-bi-dataset"}, "shown"),
        (
            "day4.bi_dataset",
            "CreateDataSet",
            {"physicalTableMap": {"a": {"customSql": {"sqlQuery": OURS}}}},
            "shown",
        ),
        (
            "day4.bi_dataset",
            "CreateDataSet",
            {"physicalTableMap": {"a": {"relationalTable": {"schema": "sales", "name": "processed_data"}}}},
            None,
        ),
        ("day4.bi_dataset", "CreateDataSet", SET, "trail_unclear"),
    ],
)
def test_a_click_in_quicksight(world, milestone, event, details, found):
    trail(world, click(world, event, **details))
    try:
        seen = trace_of(curriculum.load([4]).milestones[milestone])(world.lab())
    except Blocked as blocked:
        seen = blocked.code
    assert ("shown" if isinstance(seen, dict) else seen) == found


@pytest.mark.parametrize("known", [{}, {"day4.bi_dataset": {"dataset": arn("dataset", "ours")}}])
def test_a_data_set_older_than_hundreds_of_others_is_still_there(world, known):
    subscribed(world)
    sources(world)
    foreign = [dataset(f"e{number}", source="employer", database="sales") for number in range(300)]
    datasets(world, *foreign, dataset("ours", source="gone", database="renamed"))
    for call, key in (("ListAnalyses", "AnalysisSummaryList"), ("ListDashboards", "DashboardSummaryList")):
        say(world, call, **{key: []})
    assert world.said("day4.clean_bi", known=known, answers=HERE) == ("still_there" if known else None)
