"""QuickSight, followed from what is the learner's: the workgroup or the database, then link by link.

The console lets everybody choose names, and an employer's QuickSight holds other people's work too:
only what leads to our Athena is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from checkday.lab import Lab

if TYPE_CHECKING:
    from mypy_boto3_quicksight.type_defs import AnalysisTypeDef, DataSetTypeDef, DataSourceTypeDef

_FROM = re.compile(r'\bfrom\s+(?:"?(\w+)"?\s*\.\s*)?"?(\w+)"?', re.IGNORECASE)
_NEWEST = 20
"""Of each kind: what a learner just made is among them."""


class Dashboard(NamedTuple):
    """A dashboard, as far as it matters here; `visuals` are AWS's names of their kinds."""

    name: str
    arn: str
    status: str
    visuals: frozenset[str]
    published: bool


class _Table(NamedTuple):
    """What a data set reads: the ARN of its source, and the table as far as that can be told."""

    source: str
    database: str
    table: str


def is_subscribed(lab: Lab) -> bool:
    """Whether the account has QuickSight at all."""
    found = lab.in_identity_region(
        lambda aws: aws.quicksight.describe_account_subscription, AwsAccountId=lab.account
    )
    status = found["AccountInfo"].get("AccountSubscriptionStatus", "") if found else "UNSUBSCRIBED"
    return not status.upper().startswith("UNSUBSCRIBE")


def athena_sources(lab: Lab) -> list[DataSourceTypeDef]:
    """The data sources that ask Athena, through whichever workgroup."""
    found = lab.find(lab.aws.quicksight.list_data_sources, AwsAccountId=lab.account)
    listed = found["DataSources"] if found else []
    return [one for one in listed if one.get("Type") == "ATHENA" and one.get("Status") != "DELETED"]


def source_workgroup(source: DataSourceTypeDef) -> str:
    """The workgroup a data source asks through; where nothing is said, it is `primary`."""
    return source.get("DataSourceParameters", {}).get("AthenaParameters", {}).get("WorkGroup", "primary")


def our_sources(lab: Lab) -> list[DataSourceTypeDef]:
    """Those that ask through the learner's workgroup, and the one of the pages' name."""
    names = lab.name("workgroup"), lab.name("bi_source")
    return [one for one in athena_sources(lab) if {source_workgroup(one), one.get("DataSourceId")} & {*names}]


def our_datasets(lab: Lab, known: str | None = None) -> list[DataSetTypeDef]:
    """The newest data sets that are fed by our sources or by our database, and the one of the pages' name.

    `known` is the id or ARN of one that an earlier proof names: it may be older than the newest.
    """
    sources = {one.get("Arn") for one in our_sources(lab)}
    own, found = lab.name("bi_dataset"), lab.find(lab.aws.quicksight.list_data_sets, AwsAccountId=lab.account)
    answers = [
        lab.find(lab.aws.quicksight.describe_data_set, AwsAccountId=lab.account, DataSetId=name)
        for name in _newest(found["DataSetSummaries"] if found else [], "DataSetId", own, known)
    ]
    described = [one["DataSet"] for one in answers if one]
    named = {own, _id(known)}
    return [one for one in described if one.get("DataSetId") in named or _is_fed_by(lab, one, sources)]


def dataset_tables(dataset: DataSetTypeDef) -> list[str]:
    """The tables of a data set as database.table; a query of its own as its text."""
    return [f"{one.database}.{one.table}" for one in _physical(dataset)]


def our_dashboards(lab: Lab, datasets: Collection[str], known: str | None = None) -> list[Dashboard]:
    """The newest dashboards that show one of these data sets, the one of the pages' name, and a known one."""
    listed = lab.aws.quicksight.list_dashboards(AwsAccountId=lab.account)["DashboardSummaryList"]
    own = lab.name("bi_dashboard")
    by_id = {one.get("DashboardId"): one for one in listed}
    found = []
    for name in _newest(listed, "DashboardId", own, known):
        said = lab.find(
            lab.aws.quicksight.describe_dashboard_definition, AwsAccountId=lab.account, DashboardId=name
        )
        if said and (name in {own, _id(known)} or _shows(said, datasets)):
            found.append(_dashboard(by_id[name], said))
    return found


def our_analyses(lab: Lab, datasets: Collection[str]) -> list[AnalysisTypeDef]:
    """The newest analyses of one of these data sets."""
    listed = lab.aws.quicksight.list_analyses(AwsAccountId=lab.account)["AnalysisSummaryList"]
    alive = [one for one in listed if one.get("Status") != "DELETED"]
    found = [
        lab.find(lab.aws.quicksight.describe_analysis, AwsAccountId=lab.account, AnalysisId=name)
        for name in _newest(alive, "AnalysisId")
    ]
    described = [one["Analysis"] for one in found if one]
    return [one for one in described if {*one.get("DataSetArns", ())} & {*datasets}]


def _newest(listed: Sequence[Any], key: str, *own: str | None) -> list[str]:
    """The ids of the newest, and our own wherever they stand."""
    latest = sorted(listed, key=lambda one: str(one.get("LastUpdatedTime", "")), reverse=True)
    names = [str(one[key]) for one in latest if key in one]
    ours = {_id(one) for one in own}
    return names[:_NEWEST] + [name for name in names[_NEWEST:] if name in ours]


def _id(known: str | None) -> str:
    return (known or "").rpartition("/")[2]


def _is_fed_by(lab: Lab, dataset: DataSetTypeDef, sources: Collection[str | None]) -> bool:
    return any(one.source in sources or one.database == lab.name("database") for one in _physical(dataset))


def _physical(dataset: DataSetTypeDef) -> Iterator[_Table]:
    for one in dataset.get("PhysicalTableMap", {}).values():
        if table := one.get("RelationalTable"):
            yield _Table(table["DataSourceArn"], table.get("Schema", "-"), table["Name"])
        elif query := one.get("CustomSql"):
            yield _Table(query["DataSourceArn"], *read_first(query["SqlQuery"]))


def read_first(sql: str) -> tuple[str, str]:
    """Database and table that a query of a data set's own reads first; "-" for what it does not say."""
    found = _FROM.search(sql[:4096])
    return (found[1] or "-", found[2]) if found else ("-", "-")


def _dashboard(summary: Any, said: Any) -> Dashboard:
    return Dashboard(
        summary.get("Name", "-"),
        summary["Arn"],
        said.get("ResourceStatus", "-"),
        frozenset(_visuals(said)),
        bool(summary.get("PublishedVersionNumber")),
    )


def _shows(said: Any, datasets: Collection[str]) -> bool:
    declared = said.get("Definition", {}).get("DataSetIdentifierDeclarations", [])
    return any(one["DataSetArn"] in datasets for one in declared)


def _visuals(said: Any) -> Iterator[str]:
    for sheet in said.get("Definition", {}).get("Sheets", []):
        for visual in sheet.get("Visuals", []):
            yield from visual
